"""The depth ruler beside the graph, or at the viewport's edge where the graph runs under it.

Its numbers keep their size at every zoom, and stand in line with their boxes: as many as can be read, never one on
another.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby, pairwise

from PySide6.QtCore import QMargins, QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QPainter

from squeezeviz.figure.drawing.draw import draw_ruler, half_width
from squeezeviz.figure.layout.build import RULER_AT, RULER_ROOM
from squeezeviz.figure.scene.diagram import Column, Diagram, Direction, Key, Point, Rect, RulerMark
from squeezeviz.figure.scene.primitives import Group, Polygon, Rectangle, Shape, Text
from squeezeviz.figure.theme.theme import Theme
from squeezeviz.figure.writers.painter import Recording, record
from squeezeviz.gui.canvas.camera import Span, across, along
from squeezeviz.gui.canvas.sliding import Scene

NARROW = 520
"""A viewport of fewer pixels across has no room for the ruler's notes."""
NUMBER_SPACING = 28.0
"""Pixels from one number to the next, at the least."""
WITHIN_SPACING = 32.0
"""That between two numbers of one module: as wide as leaves closed modules, which stand closer, theirs."""
TICK_SPACING = 20.0
NOTE_SPACING = 34.0
_STEPS: tuple[int, ...] = tuple(first * 10**power for power in range(9) for first in (1, 2, 5))
_ROOM = {Direction.DOWN: 122.0, Direction.RIGHT: RULER_ROOM[Direction.RIGHT] + 8}
_NARROW_ROOM = 64.0
_LINE_AT = {Direction.DOWN: 32.0, Direction.RIGHT: RULER_AT}
"""How far from the ruler's edge its line runs."""
_MARGIN = 20
_LINE_FROM = {Direction.DOWN: 24.0, Direction.RIGHT: 64.0}
"""The line begins this far from the edge, after the word."""
_BEFORE = {Direction.DOWN: 30, Direction.RIGHT: 76}
"""Room before the content, so that at no zoom the first number stands on the word."""
AROUND_COLUMNS = {Direction.DOWN: QMargins(12, 14, 12, 4), Direction.RIGHT: QMargins(38, 12, 12, 4)}
_BESIDE_LINE = {Direction.DOWN: 27.0, Direction.RIGHT: 26.0}
"""Pixels from the line of a column's ruler to its modules: less, and a note would lie on them."""
_CLEAR = 3.0
"""Pixels between a number of a column's ruler and its modules, at the least."""
_WORD_BEFORE, _AFTER_WORD = 10.0, 6.0
"""Pixels from a column's head back to the word, and from there to the line."""
_WORD_GROUND = 19.0, 11.0, 4.0
"""Pixels that the page covers what is behind the word: to its sides, above its baseline and below."""
_FADE = 4.0
"""Pixels over which the ground under the ruler ends; its notes reach no farther than where that begins."""
_REACH = 40.0
"""How far a mark reaches beyond its position."""


class Ruler:
    """Paints the marks that can be read at a zoom; they are chosen once a zoom."""

    def __init__(self) -> None:
        self.apart = 0
        """Pixels between it and the content, for what stands beside modules."""
        self._marks: tuple[RulerMark, ...] = ()
        self._direction = Direction.DOWN
        self._columns: tuple[Column, ...] = ()
        self._heads: tuple[Rect, ...] = ()
        """The first module of each column."""
        self._by_column: tuple[tuple[RulerMark, ...], ...] = ()
        self._chosen_for: tuple[float, bool] | None = None
        self._chosen: tuple[RulerMark, ...] = ()

    def set_diagram(self, diagram: Diagram) -> None:
        if (diagram.ruler, diagram.direction, diagram.columns) != (self._marks, self._direction, self._columns):
            self._marks, self._direction, self._columns = diagram.ruler, diagram.direction, diagram.columns
            self._heads = tuple(diagram.modules[column.start].rect for column in diagram.columns)
            self._chosen_for = None

    def insets(self, size: QSize) -> QMargins:
        """The pixels that the content keeps clear of, in a viewport of `size`."""
        if self._columns:  # each has its own beside it
            return AROUND_COLUMNS[self._direction]
        before, breadth = _BEFORE[self._direction], round(self._breadth(size)) + self.apart
        left, top = (breadth, before) if self._direction.down else (before, breadth)
        return QMargins(left, top, _MARGIN, _MARGIN)

    def covers(self, position: QPointF, size: QSize, content: Rect) -> bool:
        """Whether a point of a viewport of `size` is the ruler's; `content` is where the diagram is seen."""
        at = position.x() if self._direction is Direction.DOWN else position.y()
        return (
            bool(self._marks)
            and not self._columns
            and 0 <= at - self._edge(size, content) < self._breadth(size) - _FADE
        )

    def paint(self, painter: QPainter, scene: Scene, theme: Theme, size: QSize, room: Rect) -> None:
        """Paint what lies in `room` onto a viewport of `size`, over what of the diagram lies beneath; marks slide with
        modules."""
        if not self._marks:
            return
        if self._columns:
            self._paint_columns(painter, scene, theme, room)
            return
        edge = self._edge(size, scene.camera.rect_to_view(scene.series.content))
        if edge > 0 and across(room, self._direction).start >= edge + self._breadth(size):
            return
        painter.save()
        painter.translate(*self._direction.point(0, edge))
        if edge == 0:
            self._paint_ground(painter, theme, size)
        seen = along(room, self._direction)
        self._paint_marks(painter, scene, theme, size, seen)
        if seen.start < _LINE_FROM[self._direction]:
            self._paint_title(painter, theme, size)
        painter.restore()

    def _paint_columns(self, painter: QPainter, scene: Scene, theme: Theme, room: Rect) -> None:
        """Beside each column its own marks, as many as can be read; none where its room is too small for a number."""
        way, camera, first = self._direction, scene.camera, self._columns[0]
        beside = (first.side - first.ruler_at) * camera.zoom
        if beside < half_width(self._marks[-1]) + _CLEAR:
            return
        if self._chosen_for != (camera.zoom, False):
            marks = {number: tuple(each) for number, each in groupby(self._marks, lambda mark: mark.column)}
            step = max(step_of(each, camera.zoom) for each in marks.values())
            every = [readable(marks.get(each, ()), camera.zoom, step) for each in range(len(self._columns))]
            self._by_column = tuple(_bare(each) if beside < _BESIDE_LINE[way] else each for each in every)
            self._chosen_for = camera.zoom, False
        seen = across(room, way)
        for column, head, chosen in zip(self._columns, self._heads, self._by_column, strict=True):
            at = column.ruler_at * camera.zoom - way.across(Point(camera.x, camera.y))
            if chosen and seen.start - _REACH <= at <= seen.end + _REACH:
                self._paint_column(painter, scene, theme, chosen, at, way.along(head))

    def _paint_column(
        self, painter: QPainter, scene: Scene, theme: Theme, marks: tuple[RulerMark, ...], at: float, head: float
    ) -> None:
        """The word, the line and the marks of a column that begins at `head`; its line runs `at` pixels across."""
        way, zoom = self._direction, scene.camera.zoom
        seen_from = way.along(Point(scene.camera.x, scene.camera.y))
        word = head * zoom - seen_from - _WORD_BEFORE
        stroke = Shape(stroke=theme.ruler_line, stroke_width=1.5)
        ends = way.point(word + _AFTER_WORD, at), way.point(marks[-1].position - seen_from, at)
        x, y = way.point(word, at)
        half, above, below = _WORD_GROUND
        ground = Rectangle(x - half, y - above, 2 * half, above + below, Shape(fill=theme.page))
        text = Text(x, y, "depth", 12, theme.quiet, True, "middle")
        record(Group(0, 0, (Polygon(ends, stroke, closed=False), ground, text))).play(painter)
        for mark in marks:
            shift = scene.slide.shift(Key(mark.layer))
            x, y = way.point(mark.position - seen_from + way.along(shift) * zoom, at)
            painter.translate(x, y)
            _recorded(mark.depth, mark.note, way, theme).play(painter)
            painter.translate(-x, -y)

    def _edge(self, size: QSize, content: Rect) -> float:
        """How far the ruler stands from the viewport's edge: beside the content, but always in sight."""
        breadth = self._breadth(size)
        most = across(Rect(0, 0, size.width(), size.height()), self._direction).end - breadth
        return max(0.0, min(across(content, self._direction).start - self.apart - breadth, most))

    def _paint_marks(self, painter: QPainter, scene: Scene, theme: Theme, size: QSize, room: Span) -> None:
        """The line, and the marks that are in `room`."""
        zoom, narrow = scene.camera.zoom, self._is_narrow(size)
        if self._chosen_for != (zoom, narrow):
            marks = readable(self._marks, zoom)
            self._chosen_for, self._chosen = (zoom, narrow), without_notes(marks) if narrow else marks
        if not self._chosen:  # seen from afar, where nothing has weights: no depth, and no room for a step's +0
            return
        flow = along(Rect(scene.camera.x, scene.camera.y, size.width(), size.height()), self._direction)
        start, end = _LINE_FROM[self._direction], min(flow.length, self._chosen[-1].position - flow.start)
        if end <= start:
            return
        stroke = Shape(stroke=theme.ruler_line, stroke_width=1.5)
        record(Group(0, 0, (Polygon((self._at(start), self._at(end)), stroke, closed=False),))).play(painter)
        first, last = flow.start + room.start - _REACH, flow.start + room.end + _REACH
        for mark in within(self._chosen, Span(first, last)):
            shift = scene.slide.shift(Key(mark.layer))
            x, y = self._at(mark.position - flow.start + self._direction.along(shift) * zoom)
            painter.translate(x, y)
            _recorded(mark.depth, mark.note, self._direction, theme).play(painter)
            painter.translate(-x, -y)

    def _paint_title(self, painter: QPainter, theme: Theme, size: QSize) -> None:
        """The word `depth`, over what scrolls by beneath it."""
        start, breadth, at = _LINE_FROM[self._direction] - 3, self._breadth(size) - _FADE, _LINE_AT[self._direction]
        page = Shape(fill=theme.page)
        if self._direction is Direction.DOWN:
            ground = Rectangle(0, 0, breadth, start, page)
            word = Text(at, 16, "depth", 12, theme.quiet, True, "middle")
        else:
            ground = Rectangle(0, 0, start, breadth, page)
            word = Text(14, at + 4, "depth", 12, theme.quiet, True, "start")
        record(Group(0, 0, (ground, word))).play(painter)

    def _paint_ground(self, painter: QPainter, theme: Theme, size: QSize) -> None:
        """The page's colour, fading where the ruler ends."""
        from PySide6.QtGui import QLinearGradient

        down, breadth = self._direction is Direction.DOWN, self._breadth(size)
        page, clear = QColor(theme.page), QColor(theme.page)
        clear.setAlpha(0)
        edge = QPointF(*self._direction.point(0, breadth))
        fade = QLinearGradient(edge * ((breadth - _FADE) / breadth), edge)
        fade.setColorAt(0, page)
        fade.setColorAt(1, clear)
        painter.fillRect(QRectF(0, 0, *((breadth, size.height()) if down else (size.width(), breadth))), fade)

    def _at(self, position: float) -> Point:
        return self._direction.point(position, _LINE_AT[self._direction])

    def _breadth(self, size: QSize) -> float:
        return _NARROW_ROOM if self._is_narrow(size) else _ROOM[self._direction]

    def _is_narrow(self, size: QSize) -> bool:
        return self._direction is Direction.DOWN and size.width() < NARROW


def readable(marks: tuple[RulerMark, ...], zoom: float, step: int = 0) -> tuple[RulerMark, ...]:
    """The marks to show at `zoom`, their positions in pixels.

    Where a Fire has no room for both of its numbers, it shows the depth at its end, as a closed one does. Where that
    is too dense, every second, fifth, tenth … module has one. The first module and the last one always have
    theirs. Another ruler may need a larger `step`, which this one then takes.
    """
    step = max(step, step_of(marks, zoom))
    placed = [mark._replace(position=mark.position * zoom) for mark in marks]
    numbers = [mark for mark in placed if mark.depth is not None]
    chosen = _thinned(_ends(numbers), step) if step > 1 else _roomy(numbers)
    if len(chosen) < len(numbers):
        return without_notes(chosen)
    gaps = _gaps(placed)
    # All numbers, and those marks without one that have the room.
    kept = [mark for mark, gap in zip(placed, gaps, strict=True) if mark.depth is not None or gap >= TICK_SPACING]
    return tuple(
        mark if mark.depth is None or gap >= NOTE_SPACING else mark._replace(note="")
        for mark, gap in zip(kept, _gaps(kept), strict=True)
    )


def _bare(marks: Iterable[RulerMark]) -> tuple[RulerMark, ...]:
    return tuple(mark._replace(note="") for mark in marks)


def within(marks: tuple[RulerMark, ...], span: Span) -> tuple[RulerMark, ...]:
    """The marks between two positions, which are in the marks' own unit."""
    first = bisect_left(marks, span.start, key=lambda mark: mark.position)
    return marks[first : bisect_right(marks, span.end, key=lambda mark: mark.position)]


def without_notes(marks: Iterable[RulerMark]) -> tuple[RulerMark, ...]:
    """The marks without what stands beside the numbers; a step of nothing keeps its +0."""
    return tuple(mark._replace(note="") if mark.depth is not None else mark for mark in marks)


def _thinned(ends: list[RulerMark], step: int) -> list[RulerMark]:
    """Every `step`-th module's depth, and the first and the last, where they leave each other room."""
    if not ends:
        return ends
    first, last = ends[0], ends[-1]
    if last.position - first.position < NUMBER_SPACING:
        return [last]
    between = [mark for mark in ends[step:-1:step] if last.position - mark.position >= NUMBER_SPACING]
    return [first, *between, last]


def step_of(marks: Iterable[RulerMark], zoom: float) -> int:
    """How many modules there are from one number to the next, so that at `zoom` each has room."""
    ends = _ends([mark for mark in marks if mark.depth is not None])
    spacing = NUMBER_SPACING / zoom
    return next(step for step in _STEPS if min(_gaps(ends[::step]), default=spacing) >= spacing)


def _ends(numbers: Iterable[RulerMark]) -> list[RulerMark]:
    """Of each module its last number: the depth reached at its end."""
    return [list(own)[-1] for _, own in groupby(numbers, lambda mark: mark.layer)]


def _roomy(numbers: list[RulerMark]) -> list[RulerMark]:
    """All numbers of a module that has room for them, whatever is beside it; of another one that at its end."""
    kept: list[RulerMark] = []
    for _, each in groupby(numbers, lambda mark: mark.layer):
        own = list(each)
        kept += own if min(_gaps(own)) >= WITHIN_SPACING else own[-1:]
    return kept


def _gaps(marks: list[RulerMark]) -> list[float]:
    """Of each mark the pixels to its nearer neighbour."""
    far = float("inf")
    gaps = [far, *(after.position - before.position for before, after in pairwise(marks)), far]
    return [min(beside) for beside in pairwise(gaps)] if marks else []


@lru_cache(maxsize=1024)
def _recorded(depth: int | None, note: str, direction: Direction, theme: Theme) -> Recording:
    """The mark as the figure has it, at the origin; the same number looks the same wherever it stands."""
    mark = RulerMark(0.0, depth, note, "")
    ruler = draw_ruler(Diagram(direction, 0, 0, (), (), (mark,), 0.0), theme)
    drawn = [child for child in ruler.children if isinstance(child, Group) and child.kind == "mark"]
    return record(Group(0, 0, tuple(drawn)))
