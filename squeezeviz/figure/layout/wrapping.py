"""A placed network set in columns like text, or in lines where it runs to the right, to fill a given room."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise

from squeezeviz.figure.layout.build import PAPER_RULER_AT, PAPER_RULER_ROOM, RULER_AT, RULER_ROOM
from squeezeviz.figure.scene.diagram import Column, Diagram, Direction, Line, Module, Point, Rect, RulerMark, Size
from squeezeviz.figure.scene.primitives import cornered
from squeezeviz.figure.theme.look import Look
from squeezeviz.model.records import NamedTuple

_STUB = 16.0
"""From a column's foot, and to the next one's head, to the line that leads from the one to the other."""
_CORNER = 9.0
_BETWEEN = 44.0
"""Between two columns in a file, for the line from one to the next."""
_WORD = 24.0
"""Half of the word over a ruler, where there is room for its notes."""
_STEPS = 24
"""Of a bisection; the answer is then as exact as a pixel needs."""
_WIDEST_GAP = 0.5
"""The most that a gap may take, as a share of the widest column: seen from afar, its pixels would leave no room."""


class Gap(NamedTuple):
    """The room before each column: for the line that leads there, and for the ruler; before the first for that alone.

    The ruler's line runs `at` from where its room begins. Lengths are units or, where they stay as they are at every
    zoom, `pixels`; then no words fit beside the numbers.
    """

    line: float
    ruler: float
    at: float
    pixels: bool = False


def paper_gap(modules: Sequence[Module], look: Look) -> Gap:
    """Return the room that columns have in a file; what the ruler's needs depends on what is written and opened."""
    if not look.annotations.depth:
        return Gap(_BETWEEN, 0.0, 0.0)
    if not look.spacing.paper:
        return Gap(_BETWEEN, RULER_ROOM[look.direction] - RULER_AT + _WORD, _WORD)
    at = PAPER_RULER_AT[look.direction]
    return Gap(_BETWEEN, at + PAPER_RULER_ROOM[look.direction][any(module.opened for module in modules)], at)


ON_SCREEN = Gap(line=18.0, ruler=46.0, at=15.0, pixels=True)


def wrap(
    diagram: Diagram, room: Size, gap: Gap, starts: tuple[int, ...] = (), beside: Diagram | None = None
) -> Diagram:
    """Set `diagram` in as many columns as make it largest in a `room`, whose sides are pixels where those of `gap` are.

    The ruler is beside each column. One that is largest in one column, and one without modules, stays as it is. Columns
    begin with the modules at `starts`, where these are given and there. A diagram that it is aligned with
    (`aligning.py`) has its columns `beside` those of this one, if it is wrapped with this one in the same room: each
    begins with the same rows.
    """
    if room.width <= 0 or room.height <= 0:
        return diagram
    setting = _Setting(diagram, room, gap, beside)
    if setting.count < 2:
        return diagram
    if not starts or starts[-1] >= setting.count:
        starts = setting.best()
    return diagram if len(starts) == 1 else setting.placed(starts)


class _Placed(NamedTuple):
    """A column with the places of its modules, from `first` to before `after`; `edge` is where the line to it runs."""

    first: int
    after: int
    column: Column
    edge: float
    move: Point
    """By how much its modules are moved."""


class _Setting:
    """Where columns begin and how large the network becomes; "along" and "across" are those of its direction.

    What is set are the modules; of two networks that stand side by side the rows that either of them has.
    """

    def __init__(self, diagram: Diagram, room: Size, gap: Gap, beside: Diagram | None) -> None:
        way = diagram.direction
        self._diagram, self._gap = diagram, gap
        self._along, self._across = (room.height, room.width) if way.down else (room.width, room.height)
        self._modules = [way.along(module.rect) for module in diagram.modules]
        spans = {way.along(module.rect): _span(module, way) for module in diagram.modules}
        for module in beside.modules if beside is not None else ():
            begin, span = way.along(module.rect), _span(module, way)
            spans[begin] = _both(spans[begin], span) if begin in spans else span
        self._begins = sorted(spans)
        ordered = [spans[begin] for begin in self._begins]
        self._ends = [end for end, _, _ in ordered]
        self._sides = [side for _, side, _ in ordered]
        self._breadths = [breadth for _, _, breadth in ordered]
        self._broadest = max(self._breadths, default=0.0)

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self._begins)

    def best(self) -> tuple[int, ...]:
        """The modules with which columns begin, where the network is largest."""
        low, high = 0.0, self._ends[-1] - self._begins[0]
        for _ in range(_STEPS):
            middle = (low + high) / 2
            count = len(self._filled(middle))
            if self._zoom_across(count * self._broadest, count) < self._zoom_along(middle):
                low = middle
            else:
                high = middle
        likely = len(self._filled(high))
        found = {self._even(count) for count in (likely - 1, likely, likely + 1) if count > 0}
        return max(sorted(found), key=self._zoom)

    def placed(self, starts: tuple[int, ...]) -> Diagram:
        """The network with its columns side by side, their heads in line; a column without a module of it is empty."""
        diagram, way = self._diagram, self._diagram.direction
        scale = self._scale(self._zoom(starts))
        line, ruler, ruler_at = self._gap.line * scale, self._gap.ruler * scale, self._gap.at * scale
        placed: list[_Placed] = []
        at = -line
        for first, after in self._spans(starts):
            edge, side = at + line / 2, at + line + ruler
            left, right = self._span_across(first, after)
            move = way.point(2 * _STUB - self._begins[first], side - left)
            begin, end = (self._place(row) for row in (first, after))
            if begin < end:
                placed.append(_Placed(begin, end, Column(begin, at + line + ruler_at, side), edge, move))
            at = side + right - left
        modules = tuple(
            _moved(module, each.move) for each in placed for module in diagram.modules[each.first : each.after]
        )
        length = max(self._length(first, after) for first, after in self._spans(starts)) + 4 * _STUB
        width, height = way.point(length, at)
        return diagram._replace(
            width=width,
            height=height,
            modules=modules,
            links=tuple(self._links(modules, placed)),
            ruler=tuple(self._marks(placed)),
            ruler_at=placed[0].column.ruler_at,
            outlet=diagram.outlet and _shifted(diagram.outlet, placed[-1].move),
            columns=tuple(each.column for each in placed),
        )

    def _place(self, row: int) -> int:
        """The first module that stands at that row or after it."""
        return bisect_left(self._modules, self._begins[row]) if row < self.count else len(self._modules)

    def _zoom(self, starts: tuple[int, ...]) -> float:
        """How large a unit becomes, in pixels."""
        spans = list(self._spans(starts))
        across = sum(right - left for left, right in (self._span_across(*span) for span in spans))
        return min(self._zoom_across(across, len(spans)), self._zoom_along(max(self._length(*span) for span in spans)))

    def _zoom_across(self, across: float, count: int) -> float:
        """How large a unit is where `count` columns, `across` units broad without their gaps, just fit."""
        gaps = count * (self._gap.line + self._gap.ruler) - self._gap.line
        if not self._gap.pixels:
            return self._across / max(across + gaps, 1.0)
        widest = gaps * self._widest_scale
        return max((self._across - gaps) / max(across, 1.0), self._across / max(across + widest, 1.0))

    def _zoom_along(self, length: float) -> float:
        return self._along / (length + 4 * _STUB)

    def _scale(self, zoom: float) -> float:
        """How many units a length of the gap is at that zoom, for each of its own."""
        return min(1 / zoom, self._widest_scale) if self._gap.pixels else 1.0

    @property
    def _widest_scale(self) -> float:
        return _WIDEST_GAP * self._broadest / (self._gap.line + self._gap.ruler)

    def _filled(self, room: float) -> tuple[int, ...]:
        """Where columns begin that are filled as far as they fit `room`."""
        starts, last = [0], len(self._begins)
        while (after := bisect_right(self._ends, self._begins[starts[-1]] + room)) < last:
            starts.append(max(after, starts[-1] + 1))
            if starts[-1] >= last:
                starts.pop()
                break
        return tuple(starts)

    def _even(self, count: int) -> tuple[int, ...]:
        """Where at most `count` columns begin so that the longest is shortest."""
        low, high = 0.0, self._ends[-1] - self._begins[0]
        for _ in range(_STEPS):
            middle = (low + high) / 2
            if len(self._filled(middle)) <= count:
                high = middle
            else:
                low = middle
        return self._filled(high)

    def _spans(self, starts: Sequence[int]) -> Iterator[tuple[int, int]]:
        """The first module of each column, and the one after its last."""
        return pairwise((*starts, len(self._begins)))

    def _span_across(self, first: int, after: int) -> tuple[float, float]:
        sides, breadths = self._sides[first:after], self._breadths[first:after]
        return min(sides), max(side + breadth for side, breadth in zip(sides, breadths, strict=True))

    def _length(self, first: int, after: int) -> float:
        return self._ends[after - 1] - self._begins[first]

    def _marks(self, placed: Sequence[_Placed]) -> Iterator[RulerMark]:
        """The ruler's marks, each beside its own column."""
        begins = [self._modules[each.first] for each in placed]
        for mark in self._diagram.ruler:
            column = max(0, bisect_right(begins, mark.position) - 1)
            position = mark.position + self._diagram.direction.along(placed[column].move)
            note = "" if self._gap.pixels and mark.depth is not None else mark.note
            yield mark._replace(position=position, note=note, column=column)

    def _links(self, modules: tuple[Module, ...], placed: Sequence[_Placed]) -> Iterator[Line]:
        """The lines from module to module; one between two columns runs along the edge of the latter."""
        column = 0
        for place, link in enumerate(self._diagram.links):
            if column + 1 < len(placed) and place + 1 == placed[column + 1].first:
                column += 1
                yield self._joined(link, modules[place], modules[place + 1], placed[column].edge)
                continue
            yield _shifted(link, placed[column].move)

    def _joined(self, link: Line, before: Module, after: Module, edge: float) -> Line:
        """Lead a line from the foot of a column to the head of the next, along the `edge` of the gap between them."""
        way, start, end = self._diagram.direction, before.end, after.start
        foot, head = way.along(start) + _STUB, way.along(end) - _STUB
        out = start, way.point(foot, way.across(start)), way.point(foot, edge)
        back = way.point(head, edge), way.point(head, way.across(end)), end
        return link._replace(points=cornered((*out, *back), _CORNER))


def _span(module: Module, way: Direction) -> tuple[float, float, float]:
    """Where a module ends along the network, begins across it, and how broad it is."""
    return way.along(module.rect) + way.length(module.rect), way.across(module.rect), way.breadth(module.rect)


def _both(one: tuple[float, float, float], other: tuple[float, float, float]) -> tuple[float, float, float]:
    """The same of two modules that stand side by side in two networks."""
    side = min(one[1], other[1])
    return max(one[0], other[0]), side, max(one[1] + one[2], other[1] + other[2]) - side


def _shifted(line: Line, by: Point) -> Line:
    return line._replace(points=tuple(Point(x + by.x, y + by.y) for x, y in line.points))


def _moved(module: Module, by: Point) -> Module:
    x, y, width, height = module.rect
    return module._replace(rect=Rect(x + by.x, y + by.y, width, height))
