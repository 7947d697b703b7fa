"""What wheels, touchpads and fingers mean, in pixels and zoom factors."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QGuiApplication, QNativeGestureEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QGestureEvent, QPinchGesture, QWidget

from squeezeviz.figure.scene.diagram import Point

LINE = 20.0
"""Pixels that one line of a wheel's step scrolls."""
NOTCH = 120.0
"""What a wheel event reports for one notch (Qt's QWheelEvent.angleDelta)."""
NOTCH_ZOOM = 1.2


class Zooming(NamedTuple):
    """Zoom by `factor` at `at` (pixels of the viewport), then move what is seen by (dx, dy)."""

    factor: float
    at: Point
    dx: float = 0.0
    dy: float = 0.0


def wheel_scroll(event: QWheelEvent) -> Point:
    """How far a wheel event moves what is seen, in pixels; with Shift a plain wheel moves it sideways."""
    pixels = event.pixelDelta()
    # X11 drivers fill pixelDelta with numbers that are no pixels (Qt's documentation of QWheelEvent).
    if not pixels.isNull() and QGuiApplication.platformName() != "xcb":
        x, y = float(pixels.x()), float(pixels.y())
    else:
        step = QApplication.wheelScrollLines() * LINE / NOTCH
        x, y = event.angleDelta().x() * step, event.angleDelta().y() * step
    if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and x == 0:
        x, y = y, 0.0
    return Point(x, y)


def wheel_zoom(event: QWheelEvent) -> Zooming:
    delta = event.angleDelta().y() or event.angleDelta().x() or event.pixelDelta().y()
    return Zooming(NOTCH_ZOOM ** (delta / NOTCH), _point(event.position()))


def native_zoom(event: QNativeGestureEvent) -> Zooming | None:
    """A touchpad's pinch; None for its other gestures."""
    if event.gestureType() is not Qt.NativeGestureType.ZoomNativeGesture:
        return None
    return Zooming(max(0.1, 1.0 + event.value()), _point(event.position()))


def pinch_zoom(event: QGestureEvent, viewport: QWidget) -> Zooming | None:
    """Two fingers on a screen: they zoom as they part, and drag as they move."""
    pinch = event.gesture(Qt.GestureType.PinchGesture)
    if not isinstance(pinch, QPinchGesture):
        return None
    centre = viewport.mapFromGlobal(pinch.centerPoint())
    last = viewport.mapFromGlobal(pinch.lastCenterPoint())
    dragged = centre - last if not last.isNull() and not pinch.lastCenterPoint().isNull() else QPointF()
    return Zooming(max(0.1, pinch.scaleFactor()), _point(centre), dragged.x(), dragged.y())


def _point(point: QPointF) -> Point:
    return Point(point.x(), point.y())
