"""The geometry of a Fire module, opened or closed, whatever its name: frame, boxes and the ways of its lines.

Graphviz places the parts of an opened one, once for every distinct module; what it gave for the presets is kept in a
file, so that a window opens on them without it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

from squeezeviz.figure.layout.boxes import ADD
from squeezeviz.figure.scene.diagram import Direction, Point, Rect, Size
from squeezeviz.figure.scene.primitives import cornered, flowing, straight
from squeezeviz.model.layers import Bypass
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.resources import RESOURCES

HEADER_HEIGHT = 42.0
"""Of an open Fire, from its top edge to under its name, where its insides begin."""
BAR = 28.0
"""How thick the concat is drawn at least."""
_STUB = {Direction.DOWN: 28.0, Direction.RIGHT: 40.0}
"""What the incoming line shows inside the frame."""
_TAIL = {Direction.DOWN: 20.0, Direction.RIGHT: 36.0}
_PADDING = 20.0
_CLOSE_STUB, _CLOSE_TAIL, _CLOSE_PADDING = 14.0, 12.0, 10.0
"""The same of one that runs down with little room between its parts."""
_WORD = 20.0
_CORNER = 18.0

_CLOSED_STUB = 20.0
"""What the incoming line shows before a closed Fire's box; the bypass leaves it at the fork."""
_CLOSED_FORK = 4.0
_CLOSED_TAIL = 22.0
"""Between the box and the sum."""
_CLOSED_ADD = 20.0
_CLOSED_LANE = 18.0
"""From the box's side to the bypass that runs along it."""
_CLOSED_EDGE = 4.0
_CLOSED_AROUND = {Direction.DOWN: Size(52.0, 28.0), Direction.RIGHT: Size(52.0, 24.0)}
"""The convolution on a complex bypass."""
_CLOSED_AROUND_GAP = 12.0
_CLOSED_CORNER = 12.0

Way = tuple[str, str, tuple[Point, ...]]
"""A line from part to part; an empty part is what lies outside of the module."""


class Plan(NamedTuple):
    """A Fire placed from the module's corner. `boxes` are found by their parts; a closed Fire's own box by "".

    Ways stand in the order in which they are painted: the bypass first, as the line that it leaves lies over it.
    """

    width: float
    height: float
    entry: Point
    exit: Point
    boxes: Mapping[str, Rect]
    ways: tuple[Way, ...] = ()
    shares: tuple[Rect, ...] = ()
    """The two parts of an open Fire's concat."""


class Measures(NamedTuple):
    """The sizes that the texts and channels of an open Fire need.

    `shares` are the lengths of the concat's parts and `bar` its thickness.

    `around` is the width of the convolution on a complex bypass, else 0; `caption` the width of the lines under the
    concat, `under` the room that they take below it; `beside` the room between the concat's bar and the frame, where it
    runs down; `header` the least width of the frame. What is `close` has little room between its parts.
    """

    box: Size
    around: float
    shares: tuple[float, float]
    bar: float
    caption: float
    under: float
    beside: float
    bypass: Bypass
    direction: Direction
    close: bool = False
    header: float = 0.0


@lru_cache(maxsize=32)
def open_plan(measures: Measures) -> Plan:
    """Place an opened Fire. Modules whose numbers differ often need the same sizes, and share their plan."""
    return _Drafting(measures).plan()


class _Drafting:
    """Places one open Fire: turns places along and across the flow into x and y."""

    def __init__(self, measures: Measures) -> None:
        self.measures, self.direction = measures, measures.direction
        self.down = self.direction.down
        self.length = sum(measures.shares)
        self.padding = _CLOSE_PADDING if measures.close else _PADDING
        self.placement = place(
            measures.box, self._concat_size(), measures.bypass, measures.around, self.direction, measures.close
        )
        self.lane = self.placement.lane if self.down else -self.placement.lane
        self.left, self.right, self.top, self.bottom = self._reach_down() if self.down else self._reach_right()

    def plan(self) -> Plan:
        where, box = self.placement, self.measures.box
        boxes = {
            "squeeze1x1": self._rect(0.0, 0.0, box),
            "expand1x1": self._rect(where.expands, -where.expand_offset, box),
            "expand3x3": self._rect(where.expands, where.expand_offset, box),
            "concat": self._concat(),
        }
        if self.measures.around:
            boxes["bypass1x1"] = self._rect(0.0, self.lane, Size(self.measures.around, box.height))
        if where.add is not None:
            boxes["add"] = self._rect(where.add, 0.0, ADD)
        width, height = self.left + self.right, self.top + self.bottom
        way, corner = self.direction, Point(self.left, self.top)
        entry = way.point(0, way.across(corner))
        exit_ = way.point(way.along(Point(width, height)), way.across(corner))
        shares = self._shares(boxes["concat"])
        return Plan(width, height, entry, exit_, boxes, tuple(self._ways(boxes, shares, entry, exit_)), shares)

    def _concat_size(self) -> Size:
        """Return the bar with what needs room beside it: its caption, or the word on either side."""
        measures = self.measures
        if self.down:
            return Size(max(self.length, measures.caption), measures.bar + measures.under)
        return Size(measures.bar, self.length + 2 * _WORD)

    def _reach_down(self) -> tuple[float, float, float, float]:
        """Return how far the module reaches from the middle of the squeeze: left, right, up and down."""
        where, measures = self.placement, self.measures
        expands = where.expand_offset + measures.box.width / 2 + self.padding
        left = max(expands, self.length / 2 + measures.beside)
        right = max(left, self.lane + max(4.0, measures.around / 2) + self.padding) if where.add else left
        missing = max(0.0, measures.header - left - right) / 2
        stub, tail = (_CLOSE_STUB, _CLOSE_TAIL) if measures.close else (_STUB[Direction.DOWN], _TAIL[Direction.DOWN])
        top = HEADER_HEIGHT + stub + measures.box.height / 2
        end = where.add + ADD.height / 2 if where.add else self._caption_end()
        return left + missing, right + missing, top, end + tail

    def _reach_right(self) -> tuple[float, float, float, float]:
        where, measures = self.placement, self.measures
        expands = where.expand_offset + measures.box.height / 2
        lane = -self.lane + (measures.box.height / 2 if measures.around else 4.0) if where.add else 0.0
        above = max(expands, self.length / 2 + _WORD, lane)
        below = max(expands, self.length / 2 + measures.under)
        left = _STUB[Direction.RIGHT] + measures.box.width / 2
        concat = where.concat + max(measures.bar, measures.caption) / 2
        end = max(concat, where.add + ADD.width / 2) if where.add else concat
        right = max(end + _TAIL[Direction.RIGHT], measures.header - left)
        return left, right, HEADER_HEIGHT + 8 + above, below + _PADDING - 8

    def _caption_end(self) -> float:
        return self.placement.concat + (self.measures.bar + self.measures.under) / 2

    def _concat(self) -> Rect:
        """Return the bar by itself; Graphviz placed it with its caption, or with room to both sides."""
        bar, along = self.measures.bar, self.placement.concat
        if self.down:
            return Rect(*self._at(along - (bar + self.measures.under) / 2, -self.length / 2), self.length, bar)
        return Rect(*self._at(along - bar / 2, -self.length / 2), bar, self.length)

    def _shares(self, concat: Rect) -> tuple[Rect, Rect]:
        first, second = self.measures.shares
        x, y, width, height = concat
        if self.down:
            return Rect(x, y, first, height), Rect(x + first, y, second, height)
        return Rect(x, y, width, first), Rect(x, y + first, width, second)

    def _ways(self, boxes: dict[str, Rect], shares: tuple[Rect, Rect], entry: Point, exit_: Point) -> Iterator[Way]:
        way, squeeze, add = self.direction, boxes["squeeze1x1"], boxes.get("add")
        start = Point(entry.x, HEADER_HEIGHT - 4) if self.down else entry
        last = self._at(self._caption_end(), 0.0) if self.down else way.end(boxes["concat"])
        expands = ("expand1x1", "expand3x3")
        if add:
            yield from self._bypass(start, squeeze, boxes.get("bypass1x1"), add)
        yield "", "squeeze1x1", straight(start, way.start(squeeze))
        for part in expands:
            yield "squeeze1x1", part, flowing(way.end(squeeze), way.start(boxes[part]), way)
        for part, share in zip(expands, shares, strict=True):
            yield part, "concat", flowing(way.end(boxes[part]), way.start(share), way)
        if add:
            yield "concat", "add", straight(last, way.start(add))
        yield "add" if add else "concat", "", straight(way.end(add) if add else last, exit_)

    def _bypass(self, start: Point, squeeze: Rect, around: Rect | None, add: Rect) -> Iterator[Way]:
        """Lead the bypass from the incoming line out to the lane, along it, and into the sum from the side."""
        if self.down:
            fork = start.y - self.top + 6
        else:
            fork = self.direction.start(squeeze).x - self.left - _STUB[Direction.RIGHT] / 2 - 2
        middle = self.direction.along(add.middle) - self.direction.along(Point(self.left, self.top))
        side = ADD.width / 2 if self.lane > 0 else -ADD.width / 2
        out = self._at(fork, 0.0), self._at(fork, self.lane)
        back = self._at(middle, self.lane), self._at(middle, side)
        return _around(out, back, around, _CORNER, self.direction)

    def _at(self, along: float, across: float) -> Point:
        x, y = self.direction.point(along, across)
        return Point(self.left + x, self.top + y)

    def _rect(self, along: float, across: float, size: Size) -> Rect:
        return _centred(self._at(along, across), size)


def closed_plan(bypass: Bypass, width: float, height: float, way: Direction) -> Plan:
    """Place a closed Fire's box of `width` × `height`, and its bypass: an arc around the box into a sum."""
    box = Rect(0, 0, width, height)
    if bypass is Bypass.NONE:
        return Plan(width, height, way.start(box), way.end(box), {"": box})
    size = _CLOSED_AROUND[way] if bypass is Bypass.COMPLEX else None
    along, across = way.length(box), way.breadth(box)
    thick = 0.0 if size is None else (size.width if way.down else size.height)
    lane = across + (_CLOSED_LANE if size is None else _CLOSED_AROUND_GAP + thick / 2)
    reach = lane + max(_CLOSED_EDGE, thick / 2)
    length = _CLOSED_STUB + along + _CLOSED_TAIL + _CLOSED_ADD
    spine = across / 2

    def at(flow: float, side: float) -> Point:
        """Return a point; `side` counts from the box's far side in a diagram that runs right."""
        return way.point(flow, side if way.down else reach - side)

    middle, sum_at = _CLOSED_STUB + along / 2, length - _CLOSED_ADD / 2
    boxes = {"": _centred(at(middle, spine), Size(width, height))}
    if size is not None:
        boxes["bypass1x1"] = _centred(at(middle, lane), size)
    boxes["add"] = _centred(at(sum_at, spine), Size(_CLOSED_ADD, _CLOSED_ADD))
    out, back = (
        (at(_CLOSED_FORK, spine), at(_CLOSED_FORK, lane)),
        (at(sum_at, lane), at(sum_at, spine + _CLOSED_ADD / 2)),
    )
    ways = (
        *_around(out, back, boxes.get("bypass1x1"), _CLOSED_CORNER, way),
        ("", "squeeze1x1", straight(at(0, spine), way.start(boxes[""]))),
        ("concat", "add", straight(way.end(boxes[""]), way.start(boxes["add"]))),
    )
    return Plan(*way.point(length, reach), at(0, spine), at(length, spine), boxes, ways)


def _around(
    out: tuple[Point, ...], back: tuple[Point, ...], around: Rect | None, corner: float, direction: Direction
) -> Iterator[Way]:
    """Yield a bypass as one way, or as the two before and after the convolution on it."""
    if around is None:
        yield "", "add", cornered(out + back, corner)
    else:
        yield "", "bypass1x1", cornered((*out, direction.start(around)), corner)
        yield "bypass1x1", "add", cornered((direction.end(around), *back), corner)


def _centred(middle: Point, size: Size) -> Rect:
    return Rect(middle.x - size.width / 2, middle.y - size.height / 2, *size)


class Placement(NamedTuple):
    """How far along the data's way the middles of the parts stand; the squeeze stands at 0.

    The expands stand `expand_offset` to both sides of the spine, and the bypass runs along it at `lane`.
    """

    expands: float
    concat: float
    add: float | None
    expand_offset: float
    lane: float


@lru_cache(maxsize=1024)
def place(
    box: Size, concat: Size, bypass: Bypass, around: float, direction: Direction, close: bool = False
) -> Placement:
    """Place the parts of a Fire: squeeze and expands of one `box` size, and on a complex bypass one `around` wide."""
    known = kept_placements().get(placement_key(box, concat, bypass, around, direction, close))
    if known is not None:
        return known
    from squeezeviz.figure.layout.graphviz import place_by_graphviz

    return Placement(*place_by_graphviz(box, concat, bypass, around, direction, close))


@cache
def kept_placements() -> dict[str, Placement]:
    """Return what Graphviz gave for the Fires of the presets, by `placement_key`."""
    text = (RESOURCES / "placements.json").read_text(encoding="utf-8")
    return {key: Placement(*placement) for key, placement in json.loads(text).items()}


def placement_key(
    box: Size, concat: Size, bypass: Bypass, around: float, direction: Direction, close: bool = False
) -> str:
    """Return what `place` is given as one line."""
    return f"{direction} {bypass} {box.width}x{box.height} {concat.width}x{concat.height} {around}{' close' * close}"
