"""The depth ruler beside the graph, or at the viewport's edge where the graph runs under it.

Its numbers keep their size at every zoom, and stand in line with their boxes.
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QMargins, QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QLinearGradient, QPainter

from squeezeviz.figure.drawing.draw import draw_ruler
from squeezeviz.figure.layout.build import RULER_AT, RULER_ROOM
from squeezeviz.figure.scene.diagram import Diagram, Direction, Key, Point, Rect, RulerMark
from squeezeviz.figure.scene.primitives import Group, Polygon, Rectangle, Shape, Text
from squeezeviz.figure.theme.theme import Theme
from squeezeviz.figure.writers.recording import Recording, record
from squeezeviz.gui.canvas.axes import Span, across
from squeezeviz.gui.canvas.camera import Camera
from squeezeviz.gui.canvas.ruler import readable, within, without_notes
from squeezeviz.gui.canvas.sliding import Slide

NARROW = 520
"""A viewport of fewer pixels across has no room for the ruler's notes."""
_ROOM = {Direction.DOWN: 122.0, Direction.RIGHT: RULER_ROOM[Direction.RIGHT] + 8}
_NARROW_ROOM = 64.0
_LINE_AT = {Direction.DOWN: 32.0, Direction.RIGHT: RULER_AT}
"""How far from the ruler's edge its line runs."""
_MARGIN = 20
_BELOW = {Direction.DOWN: 20, Direction.RIGHT: 64}
"""Room under the content; below one that runs right for the minimap, which lies over the viewport's lower corner."""
_LINE_FROM = {Direction.DOWN: 24.0, Direction.RIGHT: 64.0}
"""The line begins this far from the edge, after the word."""
_BEFORE = {Direction.DOWN: 30, Direction.RIGHT: 76}
"""Room before the content, so that at no zoom the first number stands on the word."""
_FADE = 20.0
_KEPT = 1024
"""Recordings of marks."""
_REACH = 40.0
"""How far a mark reaches beyond its position."""


class RulerStrip:
    """Paints the marks that can be read at a zoom; prepared once a zoom."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._marks: tuple[RulerMark, ...] = ()
        self._direction = Direction.DOWN
        self._prepared: tuple[float, bool] | None = None
        self._readable: tuple[RulerMark, ...] = ()
        self._recordings: dict[tuple[int | None, str], Recording] = {}

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._recordings.clear()

    def set_diagram(self, diagram: Diagram) -> None:
        if diagram.direction is not self._direction:
            self._recordings.clear()
        self._marks, self._direction, self._prepared = diagram.ruler, diagram.direction, None

    def insets(self, size: QSize) -> QMargins:
        """The pixels that the content keeps clear of, in a viewport of `size`."""
        if self._direction is Direction.RIGHT:
            return QMargins(_BEFORE[self._direction], round(self._breadth(size)), _MARGIN, _BELOW[self._direction])
        return QMargins(round(self._breadth(size)), _BEFORE[self._direction], _MARGIN, _BELOW[self._direction])

    def covers(self, position: QPointF, size: QSize, content: Rect) -> bool:
        """Whether a point of a viewport of `size` is the ruler's; `content` is where the diagram is seen."""
        at = position.x() if self._direction is Direction.DOWN else position.y()
        return bool(self._marks) and 0 <= at - self._edge(size, content) < self._breadth(size) - _FADE

    def paint(self, painter: QPainter, size: QSize, camera: Camera, content: Rect, slide: Slide) -> None:
        """Paint onto a viewport of `size`, over whatever of the diagram lies beneath; marks slide with modules."""
        if not self._marks:
            return
        down, edge = self._direction is Direction.DOWN, self._edge(size, content)
        painter.save()
        painter.translate(edge if down else 0, 0 if down else edge)
        if edge == 0:
            self._paint_ground(painter, size)
        self._prepare(camera.zoom, self._is_narrow(size))
        flow = Span(camera.y, camera.y + size.height()) if down else Span(camera.x, camera.x + size.width())
        self._paint_marks(painter, flow, camera.zoom, slide)
        self._paint_title(painter, size)
        painter.restore()

    def _edge(self, size: QSize, content: Rect) -> float:
        """How far the ruler stands from the viewport's edge: beside the content, but always in sight."""
        beside = across(content, self._direction).start - self._breadth(size)
        most = across(Rect(0, 0, size.width(), size.height()), self._direction).end - self._breadth(size)
        return max(0.0, min(beside, most))

    def _paint_marks(self, painter: QPainter, flow: Span, zoom: float, slide: Slide) -> None:
        """The line and its marks, where the viewport shows `flow` (pixels from the diagram's origin)."""
        if not self._readable:  # seen from afar, where nothing has weights: no depth, and no room for a step's +0
            return
        seen = within(self._readable, Span(flow.start - _REACH, flow.end + _REACH))
        start, end = _LINE_FROM[self._direction], min(flow.length, self._readable[-1].position - flow.start)
        if end <= start:
            return
        stroke = Shape(stroke=self._theme.ruler_line, stroke_width=1.5)
        line = Polygon((self._at(start), self._at(end)), stroke, closed=False)
        record(Group(0, 0, (line,))).play(painter)
        axis = 1 if self._direction is Direction.DOWN else 0
        for mark in seen:
            at = self._at(mark.position - flow.start + slide.shift(Key(mark.layer))[axis] * zoom)
            painter.translate(at.x, at.y)
            self._recording(mark).play(painter)
            painter.translate(-at.x, -at.y)

    def _recording(self, mark: RulerMark) -> Recording:
        """The mark as the figure has it, at the origin; the same number looks the same wherever it stands."""
        look = mark.depth, mark.note
        if look not in self._recordings:
            if len(self._recordings) >= _KEPT:
                self._recordings.clear()
            ruler = draw_ruler(Diagram(self._direction, 0, 0, (), (), (replace(mark, position=0.0),), 0.0), self._theme)
            drawn = [child for child in ruler.children if isinstance(child, Group) and child.kind == "mark"]
            self._recordings[look] = record(Group(0, 0, tuple(drawn)))
        return self._recordings[look]

    def _prepare(self, zoom: float, narrow: bool) -> None:
        if self._prepared != (zoom, narrow):
            marks = readable(self._marks, zoom)
            self._readable = without_notes(marks) if narrow and self._direction is Direction.DOWN else marks
            self._prepared = (zoom, narrow)

    def _paint_title(self, painter: QPainter, size: QSize) -> None:
        """The word `depth`, over what scrolls by beneath it."""
        down = self._direction is Direction.DOWN
        theme, start = self._theme, _LINE_FROM[self._direction]
        if down:
            ground = Rectangle(0, 0, self._breadth(size) - _FADE, start - 3, Shape(fill=theme.page))
            word = Text(_LINE_AT[self._direction], 16, "depth", 12, theme.quiet, True, "middle")
        else:
            ground = Rectangle(0, 0, start - 3, self._breadth(size) - _FADE, Shape(fill=theme.page))
            word = Text(14, _LINE_AT[self._direction] + 4, "depth", 12, theme.quiet, True, "start")
        record(Group(0, 0, (ground, word))).play(painter)

    def _paint_ground(self, painter: QPainter, size: QSize) -> None:
        """The page's colour, fading where the ruler ends."""
        down = self._direction is Direction.DOWN
        breadth = self._breadth(size)
        page, clear = QColor(self._theme.page), QColor(self._theme.page)
        clear.setAlpha(0)
        edge = QPointF(breadth, 0) if down else QPointF(0, breadth)
        fade = QLinearGradient(edge * ((breadth - _FADE) / breadth), edge)
        fade.setColorAt(0, page)
        fade.setColorAt(1, clear)
        strip = QRectF(0, 0, breadth, size.height()) if down else QRectF(0, 0, size.width(), breadth)
        painter.fillRect(strip, fade)

    def _at(self, position: float) -> Point:
        at = _LINE_AT[self._direction]
        return Point(at, position) if self._direction is Direction.DOWN else Point(position, at)

    def _breadth(self, size: QSize) -> float:
        return _NARROW_ROOM if self._is_narrow(size) else _ROOM[self._direction]

    def _is_narrow(self, size: QSize) -> bool:
        return self._direction is Direction.DOWN and size.width() < NARROW
