"""A closed Fire module's bypass: an arc around the box into a sum, with the 1×1 convolution of a complex one."""

from __future__ import annotations

from dataclasses import dataclass

from squeezeviz.analysis.resolve import ResolvedLayer
from squeezeviz.figure.layout.boxes import ends
from squeezeviz.figure.layout.insides import fire_line, part_words, sum_box
from squeezeviz.figure.scene.diagram import Box, Direction, Key, Line, Point, Rect, Role
from squeezeviz.figure.scene.primitives import cornered, straight
from squeezeviz.model.layers import Bypass, Fire

_STUB = 20.0
"""What the incoming line shows before the box; the bypass leaves it halfway."""
_FORK = 4.0
_TAIL = 22.0
"""Between the box and the sum."""
_ADD = 20.0
_LANE = 18.0
"""From the box's side to the bypass that runs along it."""
_EDGE = 4.0
_AROUND = {Direction.DOWN: (52.0, 28.0), Direction.RIGHT: (52.0, 24.0)}
"""Width and height of the convolution on a complex bypass."""
_AROUND_GAP = 12.0
_CORNER = 12.0

Way = tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class ClosedPlan:
    """Everything placed from the module's corner; without a bypass the box is all there is."""

    width: float
    height: float
    box: Rect
    entry: Point
    exit: Point
    add: Rect | None = None
    around: Rect | None = None
    enter: Way = ()
    leave: Way = ()
    bypass: tuple[Way, ...] = ()
    """One way round, or the two before and after the convolution on it."""


def closed_plan(bypass: Bypass, width: float, height: float, direction: Direction) -> ClosedPlan:
    """Place a box of `width` × `height` and its bypass."""
    if bypass is Bypass.NONE:
        return ClosedPlan(width, height, Rect(0, 0, width, height), *ends(width, height, direction))
    down = direction is Direction.DOWN
    size = _AROUND[direction] if bypass is Bypass.COMPLEX else None
    along, across = (height, width) if down else (width, height)
    thick = 0.0 if size is None else size[0 if down else 1]
    lane = across + (_LANE if size is None else _AROUND_GAP + thick / 2)
    reach = lane + max(_EDGE, thick / 2)
    length = _STUB + along + _TAIL + _ADD
    spine = across / 2

    def at(flow: float, side: float) -> Point:
        """From along and across the flow, counted from the box's far side in a diagram that runs right."""
        return Point(side, flow) if down else Point(flow, reach - side)

    def rect(flow: float, side: float, room: tuple[float, float]) -> Rect:
        middle = at(flow, side)
        return Rect(middle.x - room[0] / 2, middle.y - room[1] / 2, *room)

    middle, sum_at = _STUB + along / 2, length - _ADD / 2
    around = rect(middle, lane, size) if size else None
    out, back = (at(_FORK, spine), at(_FORK, lane)), (at(sum_at, lane), at(sum_at, spine + _ADD / 2))
    if size is None:
        ways: tuple[Way, ...] = (cornered(out + back, _CORNER),)
    else:
        half = size[1 if down else 0] / 2
        ways = (
            cornered((*out, at(middle - half, lane)), _CORNER),
            cornered((at(middle + half, lane), *back), _CORNER),
        )
    return ClosedPlan(
        reach if down else length,
        length if down else reach,
        rect(middle, spine, (width, height)),
        at(0, spine),
        at(length, spine),
        rect(sum_at, spine, (_ADD, _ADD)),
        around,
        straight(at(0, spine), at(_STUB, spine)),
        straight(at(_STUB + along, spine), at(sum_at - _ADD / 2, spine)),
        ways,
    )


def closed_boxes(fire: Fire, resolved: ResolvedLayer, plan: ClosedPlan) -> tuple[Box, ...]:
    """The convolution on the bypass and the sum, as far as there are any; keys name the part only."""
    boxes = []
    step = resolved.part("bypass1x1")
    if plan.around is not None and step is not None:
        boxes.append(Box(Key("", "bypass1x1"), Role.BYPASS, plan.around, "1×1", "", part_words(step)))
    if plan.add is not None:
        boxes.append(sum_box(plan.add, resolved.output.shape))
    return tuple(boxes)


def closed_lines(resolved: ResolvedLayer, plan: ClosedPlan) -> tuple[Line, ...]:
    """The bypass, and the lines into the box and from it into the sum."""
    if plan.add is None:
        return ()
    ways = [("", "add", Role.BYPASS, plan.bypass[0])]
    if plan.around is not None:
        ways = [("", "bypass1x1", Role.BYPASS, plan.bypass[0]), ("bypass1x1", "add", Role.BYPASS, plan.bypass[1])]
    ways += [("", "squeeze1x1", Role.FIRE, plan.enter), ("concat", "add", Role.FIRE, plan.leave)]
    return tuple(fire_line(resolved, *each) for each in ways)
