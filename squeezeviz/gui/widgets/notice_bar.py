"""A bar above the window's content with messages that wait for an answer without blocking anything."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from squeezeviz.gui.widgets.escaped_text import action_text
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.model.text import plain

Actions = Sequence[tuple[str, Callable[[], object]]]
"""The possible answers: the text of each button, and the function that it calls."""
_LONGEST = 600


@dataclass(frozen=True)
class _Notice:
    key: str
    text: str
    actions: Actions


@guarded
class NoticeBar(QFrame):
    """Shows one notice at a time. The others wait in the order in which they came.

    A notice stays until it is answered, closed or dismissed. It never takes the keyboard by itself.
    """

    closed = Signal(str)
    """A person closed the notice of that key without an answer."""
    shown = Signal()
    """A notice appeared or changed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice_bar")
        self.setAccessibleName("Notice")
        self._notices: list[_Notice] = []
        self._buttons: list[QPushButton] = []
        self._came_from: QWidget | None = None
        self._text = QLabel()
        self._text.setObjectName("notice_text")
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._others = QToolButton()
        self._others.setObjectName("notice_others")
        self._others.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._others.clicked.connect(self._show_next)
        self._close = QToolButton()
        self._close.setText("✕")
        self._close.setObjectName("notice_close")
        self._close.setAccessibleName("Close the notice")
        self._close.setToolTip("Close (Esc)")
        self._close.clicked.connect(self._close_notice)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(14, 6, 8, 6)
        self._row.setSpacing(8)
        self._row.addWidget(self._text, 1)
        self._row.addWidget(self._others)
        self._row.addWidget(self._close)
        self.hide()

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the waiting notices. The first one is visible."""
        return tuple(notice.key for notice in self._notices)

    def show_notice(self, key: str, text: str, actions: Actions) -> None:
        """Show `text` with a button for each action. A notice with the same key is replaced.

        A button removes its notice and then calls its action, which may show another notice.
        """
        notice = _Notice(key, plain(text, _LONGEST), tuple(actions))
        if key in self.keys:
            self._notices[self.keys.index(key)] = notice
        else:
            self._notices.append(notice)
        self._show_first()
        self.shown.emit()

    def dismiss(self, key: str) -> None:
        """Remove a notice that no longer applies. An unknown key does nothing."""
        self._notices = [notice for notice in self._notices if notice.key != key]
        self._show_first()

    def take_keyboard(self) -> None:
        """Focus the first button. After the last answer the focus returns to where it was."""
        if self._notices and not self._has_keyboard():
            self._came_from = QApplication.focusWidget()
            self._focus_first()

    def _answer(self, notice: _Notice, act: Callable[[], object]) -> None:
        self.dismiss(notice.key)
        act()

    def _close_notice(self) -> None:
        if self._notices:
            key = self._notices[0].key
            self.dismiss(key)
            self.closed.emit(key)

    def _show_next(self) -> None:
        self._notices = [*self._notices[1:], *self._notices[:1]]
        self._show_first()

    def _show_first(self) -> None:
        had_keyboard = self._has_keyboard()
        if not self._notices:
            self.hide()
            if had_keyboard:
                self._give_keyboard_back()
            return
        first, behind = self._notices[0], len(self._notices) - 1
        self._text.setText(first.text)
        self._others.setText(f"Next ({behind} more)")
        self._others.setAccessibleName(f"Show the next notice, {behind} more")
        self._others.setVisible(behind > 0)
        self.setAccessibleDescription(first.text)
        self._make_buttons(first)
        self.show()
        if had_keyboard:
            self._focus_first()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def _make_buttons(self, notice: _Notice) -> None:
        for button in self._buttons:
            button.hide()
            button.deleteLater()
        self._buttons = []
        for words, act in notice.actions:
            button = QPushButton(action_text(words))
            button.setAccessibleName(words)
            button.setAutoDefault(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keyboard where it is
            button.clicked.connect(lambda _=False, act=act: self._answer(notice, act))
            self._row.insertWidget(self._row.indexOf(self._others), button)
            button.show()
            self._buttons.append(button)
            QWidget.setTabOrder(button, self._close)

    def _has_keyboard(self) -> bool:
        focused = QApplication.focusWidget()
        return focused is not None and self.isAncestorOf(focused)

    def _focus_first(self) -> None:
        (self._buttons[0] if self._buttons else self._close).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _give_keyboard_back(self) -> None:
        if self._came_from is not None and self._came_from.isVisible():
            self._came_from.setFocus(Qt.FocusReason.OtherFocusReason)
        self._came_from = None

    # What Qt calls

    def event(self, event: QEvent) -> bool:
        # In the window Esc cancels a pass. While this bar has the keyboard, Esc is the bar's.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_esc(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if _is_esc(event):
            self._close_notice()
        else:
            super().keyPressEvent(event)


def _is_esc(event: QKeyEvent) -> bool:
    return event.key() == Qt.Key.Key_Escape and not event.modifiers()
