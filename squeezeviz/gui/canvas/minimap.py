"""The whole network, small, beside or below the canvas, with a frame around what is in sight: drag it to pan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from squeezeviz.figure.scene.diagram import Diagram, Direction, Module, Rect, Role
from squeezeviz.figure.theme.theme import LIGHT, Theme
from squeezeviz.gui.canvas.drawing import Specks, paint_specks, speck_colour, specks
from squeezeviz.gui.canvas.series import Series
from squeezeviz.gui.canvas.zoom_area import ZoomArea
from squeezeviz.gui.widgets.guard import guarded

if TYPE_CHECKING:
    from squeezeviz.figure.drawing.heat import Heat

BROAD, SLIM = 34, 18
"""Pixels across the flow that the widest module takes, as a rule and where there is little room."""
_EDGE, _THIN_EDGE = 8, 3
"""Pixels around the modules, for the frame; around a network in several columns, where there is little room."""
_LONGEST_MODULE = 15.0
"""Pixels along the flow for each module, at the most: a short network is no larger than it needs to be."""
_THINNEST = 1.0
_SMALLEST_FRAME = 9.0
_FRAME_MARGIN = 3.0
_RADIUS, _FRAME_RADIUS = 8.0, 4.0
_VEIL = 90
"""How opaque, of 255, the ground is drawn over what is out of sight."""


@guarded
class Minimap(QWidget):
    """Shows where `area` looks, and has it look elsewhere."""

    def __init__(self, area: ZoomArea) -> None:
        super().__init__(area)
        self._area = area
        self.setObjectName("minimap")
        self.setAccessibleName("Overview")
        self.setAccessibleDescription("The whole network; drag the frame to pan. Arrow keys walk the graph itself.")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setMouseTracking(True)
        self._theme = LIGHT
        self._heat: Heat | None = None
        self._series = Series(Diagram(Direction.DOWN, 0, 0, (), ()))
        self._to_pixels = QTransform()
        """From diagram units to pixels of the minimap."""
        self._picture: QPixmap | None = None
        self._pictured: tuple[QTransform, list[tuple[Rect, str]]] | None = None
        """What the picture shows, in the present colours."""
        self._frame = QRectF()
        self._grip: QPointF | None = None
        """While the frame is dragged: from its middle to where it was taken hold of, in pixels."""

    def set_look(self, theme: Theme, heat: Heat | None) -> None:
        """Show the network in the colours of `theme`, or by what its modules cost."""
        self._theme, self._heat, self._pictured = theme, heat, None
        self._draw_again()

    def show_series(self, series: Series, largest: QSize, breadth: int = BROAD) -> None:
        """Show the network of `series` no larger than `largest`: of one column `breadth` pixels across the flow, of
        several in its own shape."""
        several = len(series.columns) > 1
        edge = _THIN_EDGE if several else _EDGE
        room = largest - QSize(2 * edge, 2 * edge)
        inner = _columns_size(series, room) if several else _flow_size(series, room, breadth)
        size = QSize(inner.width() + 2 * edge, inner.height() + 2 * edge)
        if series is self._series and size == self.size():
            return
        self._series = series
        content = series.content
        x, y = inner.width() / max(content.width, 1e-9), inner.height() / max(content.height, 1e-9)
        self._to_pixels = QTransform(x, 0, 0, y, edge - content.x * x, edge - content.y * y)
        pictured = self._to_pixels, [(module.rect, self._colour(module)) for module in series.modules]
        if pictured != self._pictured or size != self.size():
            self._pictured = pictured
            self.setFixedSize(size)
            self._draw_again()

    def follow(self) -> None:
        """Show where the area looks now."""
        if self.frame() != self._frame:
            self._frame = self.frame()
            self.update()

    def frame(self) -> QRectF:
        """Where the frame is, in pixels; never too small to take hold of, never outside."""
        seen = self._sight()
        left, right = _frame_span(seen.left(), seen.right(), self.width())
        top, bottom = _frame_span(seen.top(), seen.bottom(), self.height())
        return QRectF(left, top, right - left, bottom - top)

    def _sight(self) -> QRectF:
        """What is in sight, in pixels of the minimap."""
        return self._to_pixels.mapRect(QRectF(*self._area.sight()))

    def _draw_again(self) -> None:
        self._picture = None
        self.update()

    def _look(self, at: QPointF) -> None:
        """Have the frame's middle at a place of the minimap.

        Across the flow nothing moves where all of the network's breadth is in sight.
        """
        x, y = self._to_pixels.inverted()[0].map(at).toTuple()
        sight, content = self._area.sight(), self._series.content
        if self._series.down:
            if sight.x <= content.x and sight.x + sight.width >= content.x + content.width:
                x = sight.x + sight.width / 2
        elif sight.y <= content.y and sight.y + sight.height >= content.y + content.height:
            y = sight.y + sight.height / 2
        self._area.look_at(Rect(x, y, 0, 0), self._area.zoom)

    def _ground(self) -> QRectF:
        return QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)

    def _drawn(self) -> QPixmap:
        """The ground with the network on it, which stays the same while the canvas pans."""
        ratio = self.devicePixelRatioF()
        if self._picture is None or self._picture.devicePixelRatio() != ratio:
            self._picture = QPixmap(self.size() * ratio)
            self._picture.setDevicePixelRatio(ratio)
            self._picture.fill(Qt.GlobalColor.transparent)
            with QPainter(self._picture) as painter:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(QPen(QColor(self._theme.box_outline), 1))
                painter.setBrush(QColor(self._theme.box_fill))
                painter.drawRoundedRect(self._ground(), _RADIUS, _RADIUS)
                painter.setTransform(self._to_pixels)
                paint_specks(painter, self._found())
        return self._picture

    def _found(self) -> Specks:
        scale = self._to_pixels.m22() if self._series.down else self._to_pixels.m11()
        return specks(self._series, self._colour, _THINNEST / scale)

    def _colour(self, module: Module) -> str:
        """A role's colour, of a Fire the lighter one of its frame: most of a network is Fire."""
        fire = self._heat is None and module.role is Role.FIRE
        return self._theme.frame_outline if fire else speck_colour(module, self._theme, self._heat)

    # What Qt calls

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.drawPixmap(0, 0, self._drawn())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            frame = self.frame()
            veiled = QPainterPath()
            veiled.addRoundedRect(self._ground().adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)
            veiled.addRoundedRect(frame, _FRAME_RADIUS, _FRAME_RADIUS)
            veil = QColor(self._theme.box_fill)
            veil.setAlpha(_VEIL)
            painter.fillPath(veiled, veil)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(self._theme.text), 1.75))
            painter.drawRoundedRect(frame, _FRAME_RADIUS, _FRAME_RADIUS)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the frame; elsewhere it jumps under the mouse first."""
        event.accept()
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        self.setCursor(Qt.CursorShape.ClosedHandCursor)
        if self.frame().contains(event.position()):
            self._grip = event.position() - self._sight().center()
        else:
            self._grip = QPointF()
            self._look(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        event.accept()
        if self._grip is not None:
            self._look(event.position() - self._grip)
        else:
            over = self.frame().contains(event.position())
            self.setCursor(Qt.CursorShape.OpenHandCursor if over else Qt.CursorShape.PointingHandCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()
        if event.button() is Qt.MouseButton.LeftButton:
            self._grip = None
            self.setCursor(Qt.CursorShape.OpenHandCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._area.wheelEvent(event)


def _flow_size(series: Series, room: QSize, breadth: int) -> QSize:
    """How large a network in one column is drawn: `breadth` pixels across."""
    longest = room.height() if series.down else room.width()
    length = max(1, min(longest, round(_LONGEST_MODULE * max(len(series), 1))))
    return QSize(breadth, length) if series.down else QSize(length, breadth)


def _columns_size(series: Series, room: QSize) -> QSize:
    """How large a network in several columns is drawn: in its own shape."""
    whole = QSizeF(series.content.width, series.content.height).scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
    return whole.toSize().expandedTo(QSize(1, 1))


def _frame_span(start: float, end: float, size: float) -> tuple[float, float]:
    """The frame on one axis: from `start` to `end`, but large enough to take hold of, and within the minimap."""
    first, last = _FRAME_MARGIN, size - _FRAME_MARGIN
    start, end = max(start, first), min(end, last)
    missing = max(0.0, min(_SMALLEST_FRAME, last - first) - (end - start)) / 2
    start, end = start - missing, end + missing
    shift = max(0.0, first - start) - max(0.0, end - last)
    return start + shift, end + shift
