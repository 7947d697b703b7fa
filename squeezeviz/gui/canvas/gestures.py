"""What wheels, touchpads and fingers mean, in pixels and zoom factors; and the hand that pans."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QMouseEvent, QNativeGestureEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QGestureEvent, QPinchGesture, QWidget

LINE = 20.0
"""Pixels that one line of a wheel's step scrolls."""
NOTCH = 120.0
"""What a wheel event reports for one notch (Qt's QWheelEvent.angleDelta)."""
NOTCH_ZOOM = 1.2


class Zooming(NamedTuple):
    """Zoom by `factor` at `at` (pixels of the viewport), then move what is seen by `move`."""

    factor: float
    at: QPointF
    move: QPointF


class Hand:
    """Pans with Space and the left button, or with the middle button; the widget's cursor shows it."""

    def __init__(self, widget: QWidget) -> None:
        self._widget = widget
        self._space = False
        self._last: QPointF | None = None
        self._button = Qt.MouseButton.NoButton

    @property
    def busy(self) -> bool:
        """Ready to drag, or dragging: clicks are not for what lies below."""
        return self._space or self._last is not None

    def key(self, event: QKeyEvent, down: bool) -> bool:
        """Be ready while Space is held; whether the event was for the hand."""
        if event.key() != Qt.Key.Key_Space or event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier:
            return False
        if not event.isAutoRepeat():
            self._space = down
            self._show()
        return True

    def press(self, event: QMouseEvent) -> bool:
        """Begin a drag; whether the event was for the hand."""
        button = event.button()
        if button is Qt.MouseButton.MiddleButton or (self._space and button is Qt.MouseButton.LeftButton):
            self._last, self._button = event.position(), button
            self._show()
        return self.busy

    def drag(self, event: QMouseEvent) -> QPointF | None:
        """How far the mouse went since the last call; None where no drag is under way."""
        if self._last is None:
            return None
        last, self._last = self._last, event.position()
        return self._last - last

    def release(self, event: QMouseEvent) -> bool:
        """End the drag; whether the event was for the hand."""
        if self._last is None or event.button() is not self._button:
            return False
        self._last = None
        self._show()
        return True

    def cancel(self) -> None:
        """Forget the key and the drag, as when the keyboard goes elsewhere."""
        self._space, self._last = False, None
        self._show()

    def _show(self) -> None:
        if self._last is not None:
            self._widget.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif self._space:
            self._widget.setCursor(Qt.CursorShape.OpenHandCursor)
        else:
            self._widget.unsetCursor()


def wheel_scroll(event: QWheelEvent) -> QPointF:
    """How far a wheel event moves what is seen, in pixels; with Shift a plain wheel moves it sideways."""
    moved = QPointF(event.pixelDelta())
    # X11 drivers fill pixelDelta with numbers that are no pixels (Qt's documentation of QWheelEvent).
    if moved.isNull() or QGuiApplication.platformName() == "xcb":
        moved = QPointF(event.angleDelta()) * (QApplication.wheelScrollLines() * LINE / NOTCH)
    sideways = event.modifiers() & Qt.KeyboardModifier.ShiftModifier and moved.x() == 0
    return moved.transposed() if sideways else moved


def wheel_zoom(event: QWheelEvent) -> Zooming:
    delta = event.angleDelta().y() or event.angleDelta().x() or event.pixelDelta().y()
    return Zooming(NOTCH_ZOOM ** (delta / NOTCH), event.position(), QPointF())


def pinch_zoom(event: QEvent, viewport: QWidget) -> Zooming | None:
    """A pinch on a touchpad, or of two fingers on a screen, which drag too as they move; None for anything else."""
    if isinstance(event, QNativeGestureEvent) and event.gestureType() is Qt.NativeGestureType.ZoomNativeGesture:
        return Zooming(max(0.1, 1.0 + event.value()), event.position(), QPointF())
    pinch = event.gesture(Qt.GestureType.PinchGesture) if isinstance(event, QGestureEvent) else None
    if not isinstance(pinch, QPinchGesture):
        return None
    centre, last = viewport.mapFromGlobal(pinch.centerPoint()), viewport.mapFromGlobal(pinch.lastCenterPoint())
    begun = last.isNull() or pinch.lastCenterPoint().isNull()
    return Zooming(max(0.1, pinch.scaleFactor()), centre, QPointF() if begun else centre - last)
