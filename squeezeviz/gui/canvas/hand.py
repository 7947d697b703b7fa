"""The hand that pans: Space with the left button, or the middle button."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from squeezeviz.figure.scene.diagram import Point


class Hand:
    """Whether a drag of the mouse pans, and how far it went; the widget's cursor shows it."""

    def __init__(self, widget: QWidget) -> None:
        self._widget = widget
        self._open = False
        self._last: QPointF | None = None
        self._button = Qt.MouseButton.NoButton

    @property
    def busy(self) -> bool:
        """Open, or dragging: clicks are not for what lies below."""
        return self._open or self._last is not None

    def key(self, event: QKeyEvent, down: bool) -> bool:
        """Open while Space is held; whether the event was for the hand."""
        if event.key() != Qt.Key.Key_Space or event.modifiers() not in (
            Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
        ):  # fmt: skip
            return False
        if not event.isAutoRepeat():
            self._open = down
            self._show()
        return True

    def press(self, event: QMouseEvent) -> bool:
        """Begin a drag; whether the event was for the hand."""
        left = self._open and event.button() is Qt.MouseButton.LeftButton
        if not left and event.button() is not Qt.MouseButton.MiddleButton:
            return self.busy
        self._last, self._button = event.position(), event.button()
        self._show()
        return True

    def drag(self, event: QMouseEvent) -> Point | None:
        """How far the mouse went since the last call; None where no drag is under way."""
        if self._last is None:
            return None
        gone = event.position() - self._last
        self._last = event.position()
        return Point(gone.x(), gone.y())

    def release(self, event: QMouseEvent) -> bool:
        if self._last is None or event.button() is not self._button:
            return False
        self._last = None
        self._show()
        return True

    def let_go(self) -> None:
        """Forget the key and the drag, as when the keyboard goes elsewhere."""
        self._open, self._last = False, None
        self._show()

    def _show(self) -> None:
        if self._last is not None:
            self._widget.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif self._open:
            self._widget.setCursor(Qt.CursorShape.OpenHandCursor)
        else:
            self._widget.unsetCursor()
