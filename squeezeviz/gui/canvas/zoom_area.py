"""An area to pan and zoom in: scroll bars, wheel, touchpad, fingers, and the hand."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QEvent, QMargins, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QAbstractSlider, QFrame, QScrollBar, QWidget

from squeezeviz.figure.scene.diagram import Direction, Point, Rect
from squeezeviz.gui.canvas import camera as cameras
from squeezeviz.gui.canvas.camera import Camera, horizontal, vertical
from squeezeviz.gui.canvas.gestures import Hand, Zooming, pinch_zoom, wheel_scroll, wheel_zoom
from squeezeviz.gui.widgets.guard import guarded

_PAGES = {
    Qt.Key.Key_PageDown: QAbstractSlider.SliderAction.SliderPageStepAdd,
    Qt.Key.Key_PageUp: QAbstractSlider.SliderAction.SliderPageStepSub,
}
_Range = tuple[int, int]


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

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.camera = Camera()
        self.content = Rect(0, 0, 0, 0)
        self.direction = Direction.DOWN
        self.insets = QMargins()
        self._fit = Fit.WIDTH
        self._syncing = False
        self._unscrolled = Point(0, 0)
        """What wheels asked for beyond whole pixels."""
        self._settled_in = self.room()
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
        x, y = self._bounds(self.content, self.room(), camera.zoom)
        self.look(Camera(camera.zoom, _clamped(camera.x, x), _clamped(camera.y, y)))

    def middle(self) -> Point:
        """The content's point that is shown in the middle."""
        return self.camera.to_diagram(self.room().middle)

    def sight(self) -> tuple[Camera, Fit]:
        """Where it looks and what its zoom follows, for `restore`."""
        return self.camera, self._fit

    def restore(self, sight: tuple[Camera, Fit]) -> None:
        self.look(sight[0])
        self._fit = sight[1]

    def scroll_to(self, camera: Camera) -> None:
        """Look through `camera`, but no farther beyond the content's edges than now."""
        x, y = self._bounds(self.content, self.room())
        x = min(x[0], self.camera.x), max(x[1], self.camera.x)
        y = min(y[0], self.camera.y), max(y[1], self.camera.y)
        camera = Camera(camera.zoom, _clamped(camera.x, x), _clamped(camera.y, y))
        if camera != self.camera:
            self.look(camera)

    def settle(self, was: tuple[Rect, Rect], now: tuple[Rect, Rect]) -> None:
        """Answer a change of (content, room): a view that was within the content's edges stays within them."""
        (x_was, y_was), (x_now, y_now) = self._bounds(*was), self._bounds(*now)
        x, y = self.camera.x, self.camera.y
        self._look(
            Camera(
                self.zoom,
                _clamped(x, x_now) if x == _clamped(x, x_was) else x,
                _clamped(y, y_now) if y == _clamped(y, y_was) else y,
            )
        )

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
        x, y = self._bounds(self.content, self.room(), zoom)
        self._look(Camera(zoom, x[0], y[0]))

    def _look(self, camera: Camera) -> None:
        zoomed = camera.zoom != self.camera.zoom
        self.camera = camera
        if not self._syncing:
            self._sync_bars()
        self.viewport().update()
        if zoomed:
            self.zoom_changed.emit(camera.zoom)

    def _zoom_by_button(self, zoom: float) -> None:
        self.look(self.camera.zoomed(self._allowed(zoom), self.room().middle))

    def _zoom_by(self, zooming: Zooming) -> None:
        at, move = zooming.at, zooming.move
        camera = self.camera.zoomed(self._allowed(self.zoom * zooming.factor), Point(at.x(), at.y()))
        self.look(camera.moved(-move.x(), -move.y()))

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

    def _bounds(self, content: Rect, room: Rect, zoom: float | None = None) -> tuple[_Range, _Range]:
        """Between which x, and which y, the camera sees the content and nothing beyond."""
        zoom = self.zoom if zoom is None else zoom
        down = self.direction is Direction.DOWN
        return (
            cameras.natural_range(horizontal(content), zoom, horizontal(room), centred=down),
            cameras.natural_range(vertical(content), zoom, vertical(room), centred=not down),
        )

    def _sync_bars(self) -> None:
        """Let the bars reach all of the content, and where the camera is now."""
        self._syncing = True
        try:
            # A bar that comes or goes changes the room, and with it where the camera should be.
            for _ in range(2):
                room = self._settled_in = self.room()
                x, y = self._bounds(self.content, room)
                _set_bar(self.horizontalScrollBar(), x, self.camera.x, room.width)
                _set_bar(self.verticalScrollBar(), y, self.camera.y, room.height)
                if self.room() == room:
                    break
                self.settle((self.content, room), (self.content, self.room()))
        finally:
            self._syncing = False

    # What Qt calls

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        if not self._syncing:
            self._fit = Fit.NOTHING
            self._look(Camera(self.zoom, self.horizontalScrollBar().value(), self.verticalScrollBar().value()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._syncing:
            return
        if self._fit is Fit.NOTHING:
            self.settle((self.content, self._settled_in), (self.content, self.room()))
        else:
            self._follow(self._fit)

    def viewportEvent(self, event: QEvent) -> bool:
        zooming = pinch_zoom(event, self.viewport())
        if zooming is None:
            return super().viewportEvent(event)
        self._zoom_by(zooming)
        event.accept()
        return True

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._zoom_by(wheel_zoom(event))
        else:
            moved = wheel_scroll(event)
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


def _set_bar(bar: QScrollBar, natural: _Range, position: int, page: float) -> None:
    bar.setPageStep(int(page))
    bar.setSingleStep(40)
    if bar.isSliderDown():
        # A range that shrinks under the mouse would pull the slider from it.
        natural = min(natural[0], bar.minimum()), max(natural[1], bar.maximum())
    bar.setRange(min(natural[0], position), max(natural[1], position))
    bar.setValue(position)


def _clamped(position: int, allowed: _Range) -> int:
    return min(max(position, allowed[0]), allowed[1])
