"""The geometry of an opened Fire module, whatever its name: frame, boxes and the ways of its lines."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from squeezeviz.figure.layout.placement import Parts, Placement, Size, Spot, place
from squeezeviz.figure.scene.diagram import Direction, Point, Rect
from squeezeviz.figure.scene.primitives import cornered, flowing, straight
from squeezeviz.model.layers import Bypass

HEADER = 42.0
"""From the frame's top to where its insides begin."""
STUB = {Direction.DOWN: 28.0, Direction.RIGHT: 40.0}
"""What the incoming line shows inside the frame."""
TAIL = {Direction.DOWN: 20.0, Direction.RIGHT: 36.0}
PADDING = 20.0
BAR = 28.0
"""How thick the concat is drawn at least."""
WORD = 20.0
ADD = 24.0
_CORNER = 18.0

Way = tuple[Point, ...]


class Measures(NamedTuple):
    """What the texts and channels ask for: sizes of boxes, lengths of the concat's parts, its thickness.

    `caption` is the width of the lines under the concat, `under` the room that they take below it.
    """

    box: float
    height: float
    around: float
    shares: tuple[float, float]
    bar: float
    caption: float
    under: float
    header: float
    bypass: Bypass
    direction: Direction


@dataclass(frozen=True, slots=True)
class FirePlan:
    """Everything placed from the module's corner; what a module without a bypass lacks is None."""

    width: float
    height: float
    entry: Point
    exit: Point
    squeeze: Rect
    expand1x1: Rect
    expand3x3: Rect
    concat: Rect
    shares: tuple[Rect, Rect]
    around: Rect | None
    add: Rect | None
    enter: Way
    fork: tuple[Way, Way]
    join: tuple[Way, Way]
    leave: Way
    to_add: Way | None
    bypass: tuple[Way, ...]
    """One way round, or the two before and after the convolution on it."""


@lru_cache(maxsize=2048)
def fire_plan(measures: Measures) -> FirePlan:
    """Place an opened Fire."""
    placement = place(_parts(measures), measures.direction)
    return _Drafting(measures, placement).plan()


def _parts(measures: Measures) -> Parts:
    down = measures.direction is Direction.DOWN
    length = sum(measures.shares)
    concat = (
        Size(max(length, measures.caption), measures.bar + measures.under)
        if down
        else Size(measures.bar, length + 2 * WORD)
    )
    return Parts(
        Size(measures.box, measures.height),
        Size(measures.box, measures.height),
        concat,
        Size(ADD, ADD) if measures.bypass is not Bypass.NONE else None,
        Size(measures.around, measures.height) if measures.bypass is Bypass.COMPLEX else None,
    )


class _Drafting:
    """One drawing board: turns ways along and across the data's flow into x and y."""

    def __init__(self, measures: Measures, placement: Placement) -> None:
        self.measures, self.placement = measures, placement
        self.down = measures.direction is Direction.DOWN
        self.length = sum(measures.shares)
        self.lane = placement.lane if self.down else -placement.lane
        self.left, self.right, self.top, self.bottom = self._reach_down() if self.down else self._reach_right()

    def plan(self) -> FirePlan:
        where, size = self.placement, Size(self.measures.box, self.measures.height)
        squeeze, expand1x1, expand3x3 = (
            self._rect(spot, size) for spot in (where.squeeze, where.expand1x1, where.expand3x3)
        )
        concat, shares = self._concat(), self._shares()
        add = self._rect(where.add, Size(ADD, ADD)) if where.add else None
        around = self._around()
        width, height = self.left + self.right, self.top + self.bottom
        entry = Point(self.left, 0) if self.down else Point(0, self.top)
        exit_ = Point(self.left, height) if self.down else Point(width, self.top)
        start = Point(entry.x, HEADER - 4) if self.down else entry
        last = self._below_caption() if self.down else self._end(concat)
        expands = (expand1x1, expand3x3)
        return FirePlan(
            width, height, entry, exit_, squeeze, expand1x1, expand3x3, concat, shares, around, add,
            enter=straight(start, self._start(squeeze)),
            fork=self._two([(self._end(squeeze), self._start(expand)) for expand in expands]),
            join=self._two([(self._end(one), self._start(two)) for one, two in zip(expands, shares, strict=True)]),
            leave=straight(self._end(add) if add else last, exit_),
            to_add=straight(last, self._start(add)) if add else None,
            bypass=self._bypass(start, squeeze, around, add) if add else (),
        )  # fmt: skip

    def _reach_down(self) -> tuple[float, float, float, float]:
        half = self.placement.expand3x3.across + self.measures.box / 2
        lane = self.lane + max(4.0, self.measures.around / 2) if self.placement.add else 0.0
        left, right = half + PADDING, max(half, lane) + PADDING
        missing = max(0.0, self.measures.header - left - right) / 2
        top = HEADER + STUB[Direction.DOWN] + self.measures.height / 2
        end = self.placement.add.along + ADD / 2 if self.placement.add else self._caption_end()
        return left + missing, right + missing, top, end + TAIL[Direction.DOWN]

    def _reach_right(self) -> tuple[float, float, float, float]:
        expands = self.placement.expand3x3.across + self.measures.height / 2
        lane = -self.lane + (self.measures.height / 2 if self.measures.around else 4.0) if self.placement.add else 0.0
        above = max(expands, self.length / 2 + WORD, lane)
        below = max(expands, self.length / 2 + self.measures.under)
        left = STUB[Direction.RIGHT] + self.measures.box / 2
        concat = self.placement.concat.along + max(self.measures.bar, self.measures.caption) / 2
        end = max(concat, self.placement.add.along + ADD / 2) if self.placement.add else concat
        return (
            left,
            max(end + TAIL[Direction.RIGHT], self.measures.header - left),
            HEADER + 8 + above,
            below + PADDING - 8,
        )

    def _caption_end(self) -> float:
        return self.placement.concat.along + (self.measures.bar + self.measures.under) / 2

    def _below_caption(self) -> Point:
        return self._at(self._caption_end(), 0.0)

    def _concat(self) -> Rect:
        """The bar alone; what Graphviz placed is the bar with its caption, or with as much room to both sides."""
        bar, along = self.measures.bar, self.placement.concat.along
        if self.down:
            return Rect(*self._at(along - (bar + self.measures.under) / 2, -self.length / 2), self.length, bar)
        return Rect(*self._at(along - bar / 2, -self.length / 2), bar, self.length)

    def _shares(self) -> tuple[Rect, Rect]:
        first, second = self.measures.shares
        x, y, width, height = self._concat()
        if self.down:
            return Rect(x, y, first, height), Rect(x + first, y, second, height)
        return Rect(x, y, width, first), Rect(x, y + first, width, second)

    def _around(self) -> Rect | None:
        if not self.measures.around:
            return None
        return self._rect(Spot(0.0, self.lane), Size(self.measures.around, self.measures.height))

    def _bypass(self, start: Point, squeeze: Rect, around: Rect | None, add: Rect) -> tuple[Way, ...]:
        """From the incoming line out to the lane, along it, and into the sum from the side."""
        before = self._start(squeeze)
        fork = self._along_of(start) + 6 if self.down else self._along_of(before) - STUB[Direction.RIGHT] / 2 - 2
        middle = self._along_of(Point(add.x + add.width / 2, add.y + add.height / 2))
        side = ADD / 2 if self.lane > 0 else -ADD / 2
        out = (self._at(fork, 0.0), self._at(fork, self.lane))
        back = (self._at(middle, self.lane), self._at(middle, side))
        if around is None:
            return (cornered(out + back, _CORNER),)
        return cornered((*out, self._start(around)), _CORNER), cornered((self._end(around), *back), _CORNER)

    def _two(self, pairs: list[tuple[Point, Point]]) -> tuple[Way, Way]:
        first, second = (flowing(start, end, self.measures.direction) for start, end in pairs)
        return first, second

    def _at(self, along: float, across: float) -> Point:
        if self.down:
            return Point(self.left + across, self.top + along)
        return Point(self.left + along, self.top + across)

    def _along_of(self, point: Point) -> float:
        return point.y - self.top if self.down else point.x - self.left

    def _rect(self, spot: Spot, size: Size) -> Rect:
        middle = self._at(*spot)
        return Rect(middle.x - size.width / 2, middle.y - size.height / 2, size.width, size.height)

    def _start(self, rect: Rect) -> Point:
        """Where data enters a box: the middle of its top, or of its left side."""
        if self.down:
            return Point(rect.x + rect.width / 2, rect.y)
        return Point(rect.x, rect.y + rect.height / 2)

    def _end(self, rect: Rect) -> Point:
        if self.down:
            return Point(rect.x + rect.width / 2, rect.y + rect.height)
        return Point(rect.x + rect.width, rect.y + rect.height / 2)
