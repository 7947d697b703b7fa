"""What the window says over its content: notices, which wait for an answer, and the toast, which goes by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QMainWindow,
    QPushButton,
    QWidget,
)

from squeezeviz.gui.widgets.buttons import tool_button
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.labels import label, set_property
from squeezeviz.gui.widgets.layouts import in_row
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.text import action_text, plain

Actions = Sequence[tuple[str, Callable[[], object]]]
"""The possible answers: the text of each button, and the function that it calls."""
_LONGEST = 600
"""In characters."""
_WIDEST_TOAST = 640
_TOAST_MS = 15_000


class _Notice(NamedTuple):
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

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("notice_bar")
        self.setAccessibleName("Notice")
        self._notices: list[_Notice] = []
        self._buttons: list[QPushButton] = []
        self._came_from: QWidget | None = None
        self._text = label(name="notice_text", wraps=True, selectable=True)
        self._others = tool_button("", "notice_others", "", self._show_next)
        self._close = tool_button("✕", "notice_close", "Close the notice", self._close_notice)
        self._close.setToolTip("Close (Esc)")
        self._row = in_row((self._text, 1), self._others, self._close, spacing=8, margins=(14, 6, 8, 6), of=self)
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
        if key not in self.keys:
            return
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
        _alert(self)

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


@guarded
class Toast(QFrame):
    """Says why something that a person wanted was not done. It goes by itself, or at its button.

    It lies over a window's content, below the bar of its notices while that is shown.
    """

    said = Signal()
    """It says why something was not done."""

    def __init__(self, over: QMainWindow, notices: QWidget) -> None:
        super().__init__(over)
        self._over, self._notices = over, notices
        self.setObjectName("toast")
        self.setAccessibleName("Message")
        self._label = label(name="toast_text", wraps=True, selectable=True)
        in_row(
            (self._label, 1),
            (tool_button("✕", "", "Dismiss the message", self.hide), 0, Qt.AlignmentFlag.AlignTop),
            margins=(14, 9, 8, 9),
            of=self,
        )
        self._timer = QTimer(self, singleShot=True, interval=_TOAST_MS)
        self._timer.timeout.connect(self.hide)
        self.hide()

    def dismiss(self, _: object = None) -> None:
        """Hide the message, because something was done since."""
        self.hide()

    def remark(self, text: str) -> None:
        """Show additional information about something that was done."""
        self._show(text, calm=True)

    def say(self, text: str) -> None:
        """Say why something was not done."""
        self._show(text, calm=False)
        self.said.emit()

    def _show(self, text: str, *, calm: bool) -> None:
        set_property(self, "calm", calm)
        shown = plain(text, _LONGEST)
        self._label.setText(shown)
        self.setAccessibleDescription(shown)
        self._over.installEventFilter(self)  # what is never shown need not hear of the window
        self._place()
        self.show()
        self.raise_()
        self._timer.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def _place(self) -> None:
        central = self._over.centralWidget()
        content = central.geometry() if central else self._over.rect()
        if self._notices.isVisible():  # what they say, and their buttons, stay in sight
            content.setTop(self._notices.mapTo(self._over, QPoint(0, self._notices.height())).y())
        width = min(_WIDEST_TOAST, content.width() - 40)
        self.setFixedWidth(width)
        self.setFixedHeight(max(40, self.heightForWidth(width)))
        self.move(content.x() + (content.width() - width) // 2, content.y() + 16)


def _alert(widget: QWidget) -> None:
    """Have a screen reader say at once what is new in the widget."""
    from PySide6.QtGui import QAccessible, QAccessibleEvent

    QAccessible.updateAccessibility(QAccessibleEvent(widget, QAccessible.Event.Alert))
