"""The bar over the canvas that finds layers as one types."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QLineEdit

from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.figure.scene.diagram import Key
from squeezeviz.gui.widgets.buttons import tool_button
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.labels import label, set_property
from squeezeviz.gui.widgets.layouts import in_row

if TYPE_CHECKING:
    from squeezeviz.model.finding import Found

_CORNER = 12
"""Pixels to the edges of the widget that the bar lies over."""
_WIDTH = 340


@guarded
class FindBar(QFrame):
    """Lies in the upper right corner of a scroll area, to which Esc gives the keyboard back."""

    chosen = Signal(object)
    """The `Key` of what was found, to be selected and shown."""
    closed = Signal()

    def __init__(self, area: QAbstractScrollArea) -> None:
        super().__init__(area)
        self._area = area
        self.setObjectName("find_bar")
        self.setAccessibleName("Find a layer")
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._network: ResolvedNetwork | None = None
        self._found: tuple[Found, ...] = ()
        self._at: int | None = None
        self._stale = True
        self._line = self._make_line()
        self._count = label(name="find_count")
        self._back = tool_button("‹", "", "Previous match (Shift+Enter)", self.find_previous)
        self._on = tool_button("›", "", "Next match (Enter)", self.find_next)
        self._put_together()
        area.viewport().installEventFilter(self)
        self.hide()

    def set_network(self, network: ResolvedNetwork) -> None:
        """Find in `network` from now on; what was found stays found as long as it is there."""
        self._network, self._stale = network, True
        if self.isVisible():
            at = None if self._at is None else self._found[self._at]
            self._search()
            self._at = self._found.index(at) if at in self._found else None
            self._show_count()

    def open(self) -> None:
        """Appear with the last text selected, and take the keyboard."""
        self._place()
        self.show()
        self.raise_()
        self._line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._line.selectAll()
        if self._stale:
            self._search()
        self._show_count()

    def close_bar(self) -> None:
        """Disappear, and give the keyboard back."""
        if self.isVisible():
            self.hide()
            self._area.setFocus(Qt.FocusReason.OtherFocusReason)
            self.closed.emit()

    def find_next(self) -> None:
        """Go to the next match, after the last one to the first; without the bar on screen too, if there is any."""
        self._step(1)

    def find_previous(self) -> None:
        self._step(-1)

    def _step(self, by: int) -> None:
        if self._stale:
            self._search()
        if not self._found:
            self._show_count() if self.isVisible() else self.open()
            return
        if self._at is None:
            self._at = 0 if by > 0 else len(self._found) - 1
        else:
            self._at = (self._at + by) % len(self._found)
        self._show_count()
        self.chosen.emit(Key(*self._found[self._at]))

    def _search(self) -> None:
        from squeezeviz.model.finding import find

        self._found = find(self._network.table, self._line.text()) if self._network is not None else ()
        self._at, self._stale = None, False

    def _typed(self) -> None:
        """Show the best match at once."""
        self._search()
        self._step(1)

    def _show_count(self) -> None:
        """Say which match of how many this is; nothing where nothing is looked for."""
        asked, count = bool(self._line.text().strip()), len(self._found)
        if not asked:
            text = ""
        elif not count:
            text = "nothing found"
        elif self._at is None:
            text = f"{count:,} found"
        else:
            text = f"{self._at + 1:,} of {count:,}"
        self._count.setText(text)
        self._line.setAccessibleDescription(text)
        set_property(self._count, "nothing", asked and not count)
        for button in (self._back, self._on):
            button.setEnabled(count > 0)

    def _put_together(self) -> None:
        in_row(
            (self._line, 1),
            self._count,
            self._back,
            self._on,
            tool_button("✕", "", "Close (Esc)", self.close_bar),
            spacing=1,
            margins=(8, 4, 4, 4),
            of=self,
        )
        self._show_count()

    def _make_line(self) -> QLineEdit:
        line = QLineEdit()
        line.setObjectName("find_text")
        line.setAccessibleName("Find a layer by its name, kind or numbers")
        line.setPlaceholderText("Find: fire5, pool, 3x3, bypass …")
        line.setMaxLength(200)
        line.textChanged.connect(self._typed)
        return line

    def _place(self) -> None:
        area = self._area.viewport().geometry()  # scroll bars stay free
        self.setFixedWidth(max(160, min(_WIDTH, area.width() - 2 * _CORNER)))
        self.adjustSize()
        self.move(area.left() + area.width() - self.width() - _CORNER, area.top() + _CORNER)

    # What Qt calls

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep to the corner of the viewport."""
        if event.type() is QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def event(self, event: QEvent) -> bool:
        # The window has commands on these keys too.
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._act(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What line and buttons leave; none of it is for the canvas beneath, where Del takes layers out."""
        event.accept()
        if act := self._act(event):
            act()

    def _act(self, event: QKeyEvent) -> Callable[[], None] | None:
        """What a key does in the bar; Enter on a button presses it, which is not ours."""
        key, modifiers = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key == Qt.Key.Key_Escape and not modifiers:
            return self.close_bar
        enter = key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._line.hasFocus()
        if not enter and key != Qt.Key.Key_F3:
            return None
        if modifiers == Qt.KeyboardModifier.ShiftModifier:
            return self.find_previous
        return None if modifiers else self.find_next
