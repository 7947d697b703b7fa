"""An area to pan and zoom in: scroll bars, wheel, touchpad, fingers, and the hand."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMargins, QPointF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QAbstractSlider, QApplication, QFrame, QScrollBar, QWidget

from squeezeviz.figure.scene.diagram import Direction, Point, Rect
from squeezeviz.gui.canvas import camera as cameras
from squeezeviz.gui.canvas.camera import Bounds, Camera, horizontal, natural_range, vertical
from squeezeviz.gui.widgets.guard import guarded

if TYPE_CHECKING:
    from PySide6.QtWidgets import QPinchGesture

LINE = 20.0
"""Pixels that one line of a wheel's step scrolls."""
NOTCH = 120.0
"""What a wheel event reports for one notch (Qt's QWheelEvent.angleDelta)."""
NOTCH_ZOOM = 1.2
_PAGES = {
    Qt.Key.Key_PageDown: QAbstractSlider.SliderAction.SliderPageStepAdd,
    Qt.Key.Key_PageUp: QAbstractSlider.SliderAction.SliderPageStepSub,
}


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


class Fit(Enum):
    """What the zoom follows when the area is resized."""

    NOTHING = "nothing"
    WIDTH = "width"
    WHOLE = "whole"


@guarded
class ZoomArea(QAbstractScrollArea):
    """Shows `content` (diagram units) through a camera; a subclass paints it.

    `insets` are the pixels at the viewport's edges that the content keeps clear of.
    """

    zoom_changed = Signal(float)
    looked = Signal()
    """The camera is another."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setViewport(QWidget())
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.camera = Camera()
        self.content = Rect(0, 0, 0, 0)
        self.direction = Direction.DOWN
        self.insets = QMargins()
        self._fit = Fit.WIDTH
        self._syncing = False
        self._unscrolled = Point(0, 0)
        """What wheels asked for beyond whole pixels."""
        self._settled = self._bounds()
        """Those of the content and room that were settled in last."""
        self._looked = self.camera, self._settled
        """Where one looked before the room changed, to look there again once it is as it was."""
        self._hand = Hand(self.viewport())
        self.viewport().grabGesture(Qt.GestureType.PinchGesture)

    @property
    def zoom(self) -> float:
        """The zoom; 1 is one pixel for one diagram unit."""
        return self.camera.zoom

    @property
    def smallest_zoom(self) -> float:
        """The zoom that shows everything, or the smallest stop where that is smaller."""
        return min(cameras.STOPS[0], cameras.whole_zoom(self.content, self._room_of(self.maximumViewportSize())))

    def room(self) -> Rect:
        """The part of the viewport that the content has for itself."""
        return self._room_of(self.viewport().size())

    @Slot()
    def zoom_in(self) -> None:
        self._zoom_by_button(cameras.next_stop(self.zoom))

    @Slot()
    def zoom_out(self) -> None:
        self._zoom_by_button(cameras.previous_stop(self.zoom))

    @Slot()
    def zoom_reset(self) -> None:
        """To 100 %."""
        self._zoom_by_button(1.0)

    @Slot()
    def zoom_to_fit(self) -> None:
        """Show everything, and keep to that when the area is resized, until the person zooms or pans."""
        self._follow(Fit.WHOLE)

    @Slot()
    def zoom_to_width(self) -> None:
        """Show the start of the content as wide as it fits, and keep to that, as `zoom_to_fit` does."""
        self._follow(Fit.WIDTH)

    def look(self, camera: Camera) -> None:
        """Look through `camera`, moved where that would leave nothing of the content in sight."""
        self._fit = Fit.NOTHING
        self._look(cameras.limited(camera, self.content, self.room()))

    def look_from(self, zoom: float, x: float, y: float) -> None:
        """Show the content's point (x, y) in the middle."""
        self.look(Camera(self._allowed(zoom)).placed(Point(x, y), self.room().middle))

    def look_at(self, rect: Rect, zoom: float) -> None:
        """Show the middle of `rect` (diagram units) in the middle, as near as the content's edges allow."""
        camera = Camera(self._allowed(zoom)).placed(rect.middle, self.room().middle)
        self.look(self._bounds(zoom=camera.zoom).hold(camera))

    def sight(self) -> Rect:
        """What of the content is in its room, in diagram units."""
        return self.camera.rect_to_diagram(self.room())

    @property
    def fit(self) -> Fit:
        return self._fit

    def restore(self, camera: Camera, fit: Fit) -> None:
        """Look through `camera` again, and follow what the zoom followed then."""
        self.look(camera)
        self._fit = fit

    def scroll_to(self, camera: Camera) -> None:
        """Look through `camera`, but no farther beyond the content's edges than now."""
        camera = self._bounds().including(self.camera).hold(camera)
        if camera != self.camera:
            self.look(camera)
        self._looked = self.camera, self._settled

    def settle(self) -> None:
        """Answer another content: a view that was within the content's edges stays within them."""
        self._settle_from(self.camera, self._settled)

    def _settle_from(self, camera: Camera, bounds: Bounds) -> None:
        inside, held = bounds.hold(camera), self._bounds(zoom=camera.zoom).hold(camera)
        x = held.x if camera.x == inside.x else camera.x
        y = held.y if camera.y == inside.y else camera.y
        self._look(Camera(camera.zoom, x, y))

    def settle_or_follow(self) -> None:
        """Answer another room as what the zoom follows asks for; a room that comes back shows what it did."""
        if self._fit is Fit.NOTHING:
            looked = self._looked
            self._settle_from(*looked)
            self._looked = looked
        else:
            self._follow(self._fit)

    def _follow(self, fit: Fit) -> None:
        self._fit = fit
        largest = self.maximumViewportSize()
        if fit is Fit.WHOLE:
            zoom = cameras.whole_zoom(self.content, self._room_of(largest))
        else:
            # As if the other scroll bar stood there, or it would come and go with the zoom that it changes.
            down = self.direction is Direction.DOWN
            width = self.verticalScrollBar().sizeHint().width() if down else 0
            height = 0 if down else self.horizontalScrollBar().sizeHint().height()
            room = self._room_of(largest - QSize(width, height))
            zoom = cameras.width_zoom(self.content, room, self.direction)
        start = self._bounds(zoom=zoom)
        self._look(Camera(zoom, start.x[0], start.y[0]))

    def _look(self, camera: Camera) -> None:
        before, zoomed = self.camera, camera.zoom != self.camera.zoom
        self.camera = camera
        if not self._syncing:
            self._sync_bars()
        self._looked = self.camera, self._settled
        if self.camera != before:
            self.viewport().update()
            self.looked.emit()
        if zoomed:
            self.zoom_changed.emit(camera.zoom)

    def _zoom_by_button(self, zoom: float) -> None:
        self.look(self.camera.zoomed(self._allowed(zoom), self.room().middle))

    def _zoom_by(self, factor: float, at: QPointF, move: QPointF | None = None) -> None:
        """Zoom at a place of the viewport, in pixels, then move what is seen."""
        camera = self.camera.zoomed(self._allowed(self.zoom * factor), Point(at.x(), at.y()))
        self.look(camera if move is None else camera.moved(-move.x(), -move.y()))

    def _pinch(self, pinch: QPinchGesture) -> None:
        """Follow two fingers on a screen, which drag too as they move."""
        viewport = self.viewport()
        centre, last = viewport.mapFromGlobal(pinch.centerPoint()), viewport.mapFromGlobal(pinch.lastCenterPoint())
        begun = last.isNull() or pinch.lastCenterPoint().isNull()
        self._zoom_by(max(0.1, pinch.scaleFactor()), centre, None if begun else centre - last)

    def _allowed(self, zoom: float) -> float:
        return min(max(zoom, self.smallest_zoom), cameras.LARGEST_ZOOM)

    def _scroll_by(self, dx: float, dy: float) -> None:
        """Scroll as the bars would: to the content's edges and no farther."""
        if dx == 0 and self.verticalScrollBar().minimum() == self.verticalScrollBar().maximum():
            # There is only one way to go: that of a network that runs right.
            dx, dy = dy, 0.0
        x, y = self._unscrolled.x + dx, self._unscrolled.y + dy
        self._unscrolled = Point(x - round(x), y - round(y))
        for bar, pixels in ((self.horizontalScrollBar(), x), (self.verticalScrollBar(), y)):
            bar.setValue(bar.value() - round(pixels))

    def _room_of(self, size: QSize) -> Rect:
        free = size.shrunkBy(self.insets).expandedTo(QSize(1, 1))
        return Rect(self.insets.left(), self.insets.top(), free.width(), free.height())

    def _bounds(self, zoom: float | None = None) -> Bounds:
        """Between which positions the camera sees the content and nothing beyond."""
        zoom, down = zoom or self.zoom, self.direction.down
        # Where all of it fits beside no scroll bar there need be none: two that stand there would keep each other.
        largest = self._room_of(self.maximumViewportSize())
        fits = zoom <= cameras.whole_zoom(self.content, largest)
        room = largest if fits else self.room()
        return Bounds(
            natural_range(horizontal(self.content), zoom, horizontal(room), centred=down),
            natural_range(vertical(self.content), zoom, vertical(room), centred=not down),
        )

    def _sync_bars(self) -> None:
        """Let the bars reach all of the content, and where the camera is now."""
        self._syncing = True
        try:
            # A bar that comes or goes changes the room, and with it where the camera should be.
            for _ in range(2):
                room, bounds = self.room(), self._bounds()
                self._settled = bounds
                seen = self.camera.rect_to_view(self.content)
                for bar, axis, natural, position in (
                    (self.horizontalScrollBar(), horizontal, bounds.x, self.camera.x),
                    (self.verticalScrollBar(), vertical, bounds.y, self.camera.y),
                ):
                    # What is all in sight, if not where it stands by itself, needs no bar to be brought there.
                    whole = cameras.is_within(axis(seen), axis(room))
                    _set_bar(bar, (position, position) if whole else natural, position, axis(room).length)
                if self.room() == room:
                    break
                self.settle()
        finally:
            self._syncing = False

    # What Qt calls

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        if not self._syncing:
            self._fit = Fit.NOTHING
            self._look(Camera(self.zoom, self.horizontalScrollBar().value(), self.verticalScrollBar().value()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._syncing:
            self.settle_or_follow()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Gesture and (pinch := _pinch_of(event)) is not None:
            self._pinch(pinch)
        elif isinstance(event, QNativeGestureEvent) and event.gestureType() is Qt.NativeGestureType.ZoomNativeGesture:
            self._zoom_by(max(0.1, 1.0 + event.value()), event.position())
        else:
            return super().viewportEvent(event)
        event.accept()
        return True

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            delta = event.angleDelta().y() or event.angleDelta().x() or event.pixelDelta().y()
            # What lies over the corners hands its events on: their position is not the viewport's.
            self._zoom_by(NOTCH_ZOOM ** (delta / NOTCH), self.viewport().mapFromGlobal(event.globalPosition()))
        else:
            moved = _wheel_scroll(event)
            self._scroll_by(moved.x(), moved.y())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.setAccepted(self._hand.press(event))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        dragged = self._hand.drag(event)
        event.setAccepted(dragged is not None)
        if dragged is not None:
            self.look(self.camera.moved(-dragged.x(), -dragged.y()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.setAccepted(self._hand.release(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        action = _PAGES.get(Qt.Key(event.key()))
        if action is not None:
            down = self.direction is Direction.DOWN
            (self.verticalScrollBar() if down else self.horizontalScrollBar()).triggerAction(action)
        elif not self._hand.key(event, down=True):
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if not self._hand.key(event, down=False):
            event.ignore()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._hand.cancel()
        super().focusOutEvent(event)


def _set_bar(bar: QScrollBar, natural: tuple[int, int], position: int, page: float) -> None:
    bar.setPageStep(int(page))
    bar.setSingleStep(40)
    if bar.isSliderDown():
        # A range that shrinks under the mouse would pull the slider from it.
        natural = min(natural[0], bar.minimum()), max(natural[1], bar.maximum())
    bar.setRange(min(natural[0], position), max(natural[1], position))
    bar.setValue(position)


def _pinch_of(event: QEvent) -> QPinchGesture | None:
    """Two fingers on a screen, where the event is theirs."""
    from PySide6.QtWidgets import QGestureEvent, QPinchGesture

    pinch = event.gesture(Qt.GestureType.PinchGesture) if isinstance(event, QGestureEvent) else None
    return pinch if isinstance(pinch, QPinchGesture) else None


def _wheel_scroll(event: QWheelEvent) -> QPointF:
    """How far a wheel event moves what is seen, in pixels; with Shift a plain wheel moves it sideways."""
    moved = QPointF(event.pixelDelta())
    # X11 drivers fill pixelDelta with numbers that are no pixels (Qt's documentation of QWheelEvent).
    if moved.isNull() or QGuiApplication.platformName() == "xcb":
        moved = QPointF(event.angleDelta()) * (QApplication.wheelScrollLines() * LINE / NOTCH)
    sideways = event.modifiers() & Qt.KeyboardModifier.ShiftModifier and moved.x() == 0
    return moved.transposed() if sideways else moved
