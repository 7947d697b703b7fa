"""A network as small as a thumb: one block a module, and where on it a part of the diagram lies."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter

from squeezeviz.figure.drawing.heat import Heat
from squeezeviz.figure.scene.diagram import Direction, Module, Point, Rect, Role
from squeezeviz.figure.theme.theme import Theme
from squeezeviz.gui.canvas.axes import Span, across, along, rectangle
from squeezeviz.gui.canvas.detail import speck_colour
from squeezeviz.gui.canvas.series import Series

_EDGE = 8
"""Pixels around the blocks, for the frame."""
BROAD, SLIM = 34, 18
"""Pixels across the flow that the widest module takes, as a rule and where there is little room."""
_LONGEST_MODULE = 15.0
"""Pixels along the flow for each module, at the most: a short network is no larger than it needs to be."""
_THINNEST = 1.0
_SMALLEST_FRAME = 9.0


class Overview:
    """The blocks of one series, in at most as many pixels as are given, and `breadth` pixels across the flow."""

    def __init__(self, series: Series, most: QSize, breadth: int) -> None:
        self._series = series
        self._breadth = breadth
        self._direction = series.diagram.direction
        self._along, self._across = (axis(series.content, self._direction) for axis in (along, across))
        longest = most.height() if self._direction is Direction.DOWN else most.width()
        length = min(longest - 2 * _EDGE, round(_LONGEST_MODULE * max(len(series), 1)))
        self._length = max(length, 1)
        sides = (self._breadth + 2 * _EDGE, self._length + 2 * _EDGE)
        self.size = QSize(*(sides if self._direction is Direction.DOWN else reversed(sides)))

    def frame(self, sight: Rect) -> QRectF:
        """Where `sight` (diagram units) lies, in pixels; never too small to take hold of, never outside."""
        flow, side = self._place(along(sight, self._direction)), self._side(across(sight, self._direction))
        ends = self._length + 2 * _EDGE, self._breadth + 2 * _EDGE
        placed = _held(flow, Span(3, ends[0] - 3)), _held(side, Span(3, ends[1] - 3))
        return QRectF(*rectangle(*placed, self._direction))

    def middle(self, sight: Rect) -> QPointF:
        """Where the middle of `sight` lies, in pixels, even where that is outside."""
        flow, side = self._place(along(sight, self._direction)), self._side(across(sight, self._direction))
        x, y, width, height = rectangle(flow, side, self._direction)
        return QPointF(x + width / 2, y + height / 2)

    def to_diagram(self, at: QPointF, sight: Rect) -> Point:
        """What lies at a place of the overview, in diagram units.

        Across the flow nothing moves where all of the network's breadth is in `sight`.
        """
        x, y = at.x(), at.y()
        flow, side = (y, x) if self._direction is Direction.DOWN else (x, y)
        far = self._along.start + (flow - _EDGE) / self._length * self._along.length
        seen = across(sight, self._direction)
        wide = self._across.start + (side - _EDGE) / self._breadth * self._across.length
        if seen.start <= self._across.start and seen.end >= self._across.end:
            wide = seen.middle
        return Point(wide, far) if self._direction is Direction.DOWN else Point(far, wide)

    def paint(self, painter: QPainter, theme: Theme, heat: Heat | None = None) -> None:
        """One block a module; colours that are rare come last, so that in a long network they are still seen."""
        blocks: dict[str, list[QRectF]] = {}
        for module in self._series.modules:
            flow = self._place(along(module.rect, self._direction))
            flow = Span(flow.start, max(flow.end, flow.start + _THINNEST))
            side = self._side(across(module.rect, self._direction))
            blocks.setdefault(_colour(module, theme, heat), []).append(QRectF(*rectangle(flow, side, self._direction)))
        painter.setPen(Qt.PenStyle.NoPen)
        for colour, rects in sorted(blocks.items(), key=lambda each: -len(each[1])):
            painter.setBrush(QColor(colour))
            painter.drawRects(rects)

    def _place(self, flow: Span) -> Span:
        scale = self._length / max(self._along.length, 1e-9)
        return Span(*(_EDGE + (end - self._along.start) * scale for end in flow))

    def _side(self, side: Span) -> Span:
        scale = self._breadth / max(self._across.length, 1e-9)
        return Span(*(_EDGE + (end - self._across.start) * scale for end in side))


def _colour(module: Module, theme: Theme, heat: Heat | None) -> str:
    """A role's colour, of a Fire the lighter one of its frame: most of a network is Fire."""
    if heat is None and module.role is Role.FIRE:
        return theme.frame_outline
    return speck_colour(module, theme, heat)


def _held(span: Span, limits: Span) -> Span:
    """`span` cut to `limits`, at least as long as can be taken hold of, and within them."""
    start, end = max(span.start, limits.start), min(span.end, limits.end)
    missing = max(0.0, min(_SMALLEST_FRAME, limits.length) - (end - start)) / 2
    start, end = start - missing, end + missing
    shift = max(0.0, limits.start - start) - max(0.0, end - limits.end)
    return Span(start + shift, end + shift)
