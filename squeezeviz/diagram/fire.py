"""A Fire module on the page: opened, with everything that runs inside it, or closed into one box."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil
from typing import NamedTuple

from squeezeviz.core.layers import Bypass, Fire
from squeezeviz.core.resolve import ResolvedLayer, ResolvedOperation
from squeezeviz.diagram.boxes import BADGE_INSET, DETAIL_SIZE, TITLE_SIZE, box, box_width, ends
from squeezeviz.diagram.curves import line_width
from squeezeviz.diagram.metrics import displayed, elide, isolated, text_width
from squeezeviz.diagram.model import (
    Box,
    Direction,
    Emphasis,
    Key,
    Label,
    Line,
    Module,
    Point,
    Rect,
    Role,
    Share,
)
from squeezeviz.diagram.plan import BAR, FirePlan, Measures, Way, fire_plan
from squeezeviz.diagram.wording import amount, filters_text, fire_in_words, shape_text

HEADER_SIZE = 15.0
ACCENT_SIZE = 12.0
NAME_LEFT = 36.0
_NAME_WIDEST = 200.0
_BASELINE = 27.0
_RIGHT = 34.0
_GAP = 14.0
_CLOSED_HEIGHT = 42.0
_CLOSED_NARROWEST = 352.0
_CLOSED_COLUMN = 92.0
_BAR_LENGTH = {Direction.DOWN: 192.0, Direction.RIGHT: 108.0}
_TOGGLE = Rect(10, 9, 24, 24)

_PARTS = {
    "squeeze1x1": (Role.SQUEEZE, "squeeze 1×1"),
    "expand1x1": (Role.EXPAND1X1, "expand 1×1"),
    "expand3x3": (Role.EXPAND3X3, "expand 3×3"),
    "bypass1x1": (Role.BYPASS, "bypass 1×1"),
}


def closed_fire(fire: Fire, resolved: ResolvedLayer, direction: Direction) -> Module:
    """One box: `fire3   16 → 64 + 64 = 128   depth +2`."""
    name = _shown_name(fire)
    bypass = "" if fire.bypass is Bypass.NONE else f" · {fire.bypass} bypass"
    facts = f"{amount(fire.s1x1)} → {_channels(fire)}{bypass}"
    depth = f"depth +{resolved.depth.value}"
    column = max(_CLOSED_COLUMN, NAME_LEFT + text_width(name, TITLE_SIZE, True) + _GAP)
    needed = column + text_width(facts, DETAIL_SIZE) + _GAP + text_width(depth, ACCENT_SIZE, True) + _RIGHT
    width = max(_CLOSED_NARROWEST, ceil(needed / 8) * 8)
    rect = Rect(0, 0, width, _CLOSED_HEIGHT)
    key, badge = Key(fire.name), Point(width - BADGE_INSET, _CLOSED_HEIGHT / 2)
    full = fire_in_words(fire, resolved)
    placed = Box(key, Role.FIRE, rect, name, "", full, badge=badge)
    labels = (
        Label(facts, Point(column, 25), Emphasis.QUIET, "start", DETAIL_SIZE),
        Label(depth, Point(width - _RIGHT, 25), Emphasis.ACCENT, "end", ACCENT_SIZE),
    )
    entry, exit_ = ends(width, _CLOSED_HEIGHT, direction)
    return Module(key, -1, Role.FIRE, False, rect, (placed,), (), labels, entry, exit_, _TOGGLE, full=full)


def open_fire(fire: Fire, resolved: ResolvedLayer, direction: Direction) -> Module:
    """A frame with squeeze, the two expands side by side, the concat, and the bypass around them."""
    steps = {step.operation.part: step for step in resolved.operations}
    header = _Header.of(fire, resolved)
    plan = fire_plan(_measures(fire, steps, direction, header))
    shape = shape_text(steps["concat"].shape)
    boxes = [
        _part(fire, steps, "squeeze1x1", plan.squeeze),
        _part(fire, steps, "expand1x1", plan.expand1x1),
        _part(fire, steps, "expand3x3", plan.expand3x3),
        _concat(fire, plan, shape, direction),
    ]
    if plan.around:
        boxes.append(_part(fire, steps, "bypass1x1", plan.around))
    if plan.add:
        boxes.append(_sum(fire, plan.add, shape, direction))
    labels = (*header.labels(plan.width), *_captions(fire, boxes[3], shape, plan, direction))
    return Module(
        Key(fire.name), -1, Role.FIRE, True, Rect(0, 0, plan.width, plan.height), tuple(boxes),
        _lines(fire, steps, plan), labels, plan.entry, plan.exit, _TOGGLE,
        Point(plan.width - BADGE_INSET, _BASELINE - 5), fire_in_words(fire, resolved),
    )  # fmt: skip


def _shown_name(fire: Fire) -> str:
    return isolated(elide(displayed(fire.name), HEADER_SIZE, True, _NAME_WIDEST))


def _channels(fire: Fire) -> str:
    return f"{amount(fire.e1x1)} + {amount(fire.e3x3)} = {amount(fire.e1x1 + fire.e3x3)}"


class _Header(NamedTuple):
    """What stands at the top of the frame: the name, the three numbers, and what the module costs."""

    name: str
    numbers: tuple[str, ...]
    costs: str

    @classmethod
    def of(cls, fire: Fire, resolved: ResolvedLayer) -> _Header:
        numbers = tuple(f"{field} {amount(getattr(fire, field))}" for field in ("s1x1", "e1x1", "e3x3"))
        costs = f"depth +{resolved.depth.value} · {resolved.parameters.value:,} params"
        return cls(_shown_name(fire), numbers, costs)

    def columns(self) -> list[float]:
        """Where the numbers begin, and last where they end."""
        columns = [NAME_LEFT + text_width(self.name, HEADER_SIZE, True) + _GAP]
        for each in self.numbers:
            columns.append(columns[-1] + text_width(each, DETAIL_SIZE) + _GAP)
        return columns

    def width(self) -> float:
        return self.columns()[-1] + text_width(self.costs, ACCENT_SIZE, True) + _RIGHT

    def labels(self, width: float) -> Iterator[Label]:
        yield Label(self.name, Point(NAME_LEFT, _BASELINE), Emphasis.STRONG, "start", HEADER_SIZE)
        for text, column in zip(self.numbers, self.columns(), strict=False):
            yield Label(text, Point(column, _BASELINE), Emphasis.QUIET, "start", DETAIL_SIZE)
        yield Label(self.costs, Point(width - _RIGHT, _BASELINE), Emphasis.ACCENT, "end", ACCENT_SIZE)


def _measures(fire: Fire, steps: dict[str, ResolvedOperation], direction: Direction, header: _Header) -> Measures:
    widths = {part: box_width(_title(steps[part]), _detail(fire, steps[part])) for part in _PARTS if part in steps}
    around = widths.pop("bypass1x1", 0.0)
    texts = [text_width(amount(each), TITLE_SIZE, True) for each in (fire.e1x1, fire.e3x3)]
    down = direction is Direction.DOWN
    caption = text_width(f"{_channels(fire)} channels", TITLE_SIZE, True)
    return Measures(
        box=max(widths.values()),
        around=around,
        shares=_share_lengths(fire, _BAR_LENGTH[direction], [width + 16 for width in texts] if down else [24, 24]),
        bar=BAR if down else max(40.0, ceil(max(texts)) + 12.0),
        caption=ceil(caption / 8) * 8,
        header=ceil(header.width() / 8) * 8,
        bypass=fire.bypass,
        direction=direction,
    )


def _share_lengths(fire: Fire, length: float, least: list[float]) -> tuple[float, float]:
    """The concat's parts, in proportion to their channels as far as both can be read."""
    length = max(length, sum(least))
    first = length * fire.e1x1 / (fire.e1x1 + fire.e3x3)
    first = round(min(max(first, least[0]), length - least[1]))
    return first, length - first


def _title(step: ResolvedOperation) -> str:
    return f"{_PARTS[step.operation.part][1]} · {filters_text(step.operation.filters)}"


def _detail(fire: Fire, step: ResolvedOperation) -> str:
    relu = fire.relu and (fire.bypass_relu or step.operation.part != "bypass1x1")
    return shape_text(step.shape) + (" · ReLU" if relu else "")


def _part(fire: Fire, steps: dict[str, ResolvedOperation], part: str, rect: Rect) -> Box:
    step = steps[part]
    full = (
        f"{step.name}: convolution {step.operation.kernel}×{step.operation.kernel}, "
        f"{step.operation.filters:,} filters; output {shape_text(step.shape)}; {step.parameters.value:,} parameters"
    )
    return box(Key(fire.name, part), _PARTS[part][0], rect, _title(step), _detail(fire, step), full)


def _concat(fire: Fire, plan: FirePlan, shape: str, direction: Direction) -> Box:
    first, second = plan.shares
    if direction is Direction.DOWN:
        rect = Rect(first.x, first.y, first.width + second.width, first.height)
    else:
        rect = Rect(first.x, first.y, first.width, first.height + second.height)
    shares = (Share(Role.EXPAND1X1, fire.e1x1, first), Share(Role.EXPAND3X3, fire.e3x3, second))
    middle = Point(rect.x + rect.width / 2, rect.y + rect.height)
    badge = Point(middle.x + text_width(shape, DETAIL_SIZE) / 2 + 14, middle.y + 35)
    full = f"{fire.name}/concat: {_channels(fire)} channels; output {shape}"
    return Box(Key(fire.name, "concat"), Role.CONCAT, rect, "concat", shape, full, shares, badge)


def _sum(fire: Fire, rect: Rect, shape: str, direction: Direction) -> Box:
    middle = Point(rect.x + rect.width / 2, rect.y + rect.height / 2)
    badge = Point(middle.x - 58, middle.y) if direction is Direction.DOWN else Point(middle.x + 22, middle.y + 24)
    full = f"{fire.name}/add: the module's input is added, value by value; output {shape}"
    return Box(Key(fire.name, "add"), Role.SUM, rect, "add", shape, full, (), badge)


def _captions(fire: Fire, concat: Box, shape: str, plan: FirePlan, direction: Direction) -> tuple[Label, ...]:
    """The words at the concat and the sum."""
    rect = concat.rect
    middle, below = rect.x + rect.width / 2, rect.y + rect.height
    down = direction is Direction.DOWN
    word = Point(rect.x + rect.width + 12, rect.y + rect.height / 2 + 4) if down else Point(middle, rect.y - 8)
    labels = [
        Label("concat", word, Emphasis.QUIET, "start" if down else "middle", DETAIL_SIZE),
        Label(f"{_channels(fire)} channels", Point(middle, below + 21), Emphasis.STRONG, "middle", TITLE_SIZE),
        Label(shape, Point(middle, below + 39), Emphasis.QUIET, "middle", DETAIL_SIZE),
    ]
    if plan.add:
        add = Point(plan.add.x + plan.add.width / 2, plan.add.y + plan.add.height / 2)
        at = Point(add.x - 22, add.y + 4) if down else Point(add.x, add.y + 28)
        labels.append(Label("add", at, Emphasis.QUIET, "end" if down else "middle", DETAIL_SIZE))
    if plan.add and not plan.around:
        labels.append(_bypass_word(plan, down))
    return tuple(labels)


def _bypass_word(plan: FirePlan, down: bool) -> Label:
    """Names the arc of a simple bypass, inside of the corner where it turns."""
    way = plan.bypass[0]
    right, top = max(point.x for point in way), min(point.y for point in way)
    if down:
        return Label("bypass", Point(right - 12, top + 22), Emphasis.QUIET, "end", DETAIL_SIZE)
    return Label("bypass", Point(min(point.x for point in way) + 14, top + 20), Emphasis.QUIET, "start", DETAIL_SIZE)


def _lines(fire: Fire, steps: dict[str, ResolvedOperation], plan: FirePlan) -> tuple[Line, ...]:
    incoming, channels = steps["squeeze1x1"].inputs[0].channels, steps["concat"].shape.channels
    drawn: list[tuple[str, str, Role, Way, int]] = []
    # The bypass comes first: the line that it leaves lies over its beginning.
    if len(plan.bypass) == 1:
        drawn.append(("", "add", Role.BYPASS, plan.bypass[0], incoming))
    elif plan.bypass:
        drawn.append(("", "bypass1x1", Role.BYPASS, plan.bypass[0], incoming))
        drawn.append(("bypass1x1", "add", Role.BYPASS, plan.bypass[1], channels))
    drawn += [
        ("", "squeeze1x1", Role.FIRE, plan.enter, incoming),
        ("squeeze1x1", "expand1x1", Role.SQUEEZE, plan.fork[0], fire.s1x1),
        ("squeeze1x1", "expand3x3", Role.SQUEEZE, plan.fork[1], fire.s1x1),
        ("expand1x1", "concat", Role.EXPAND1X1, plan.join[0], fire.e1x1),
        ("expand3x3", "concat", Role.EXPAND3X3, plan.join[1], fire.e3x3),
    ]
    if plan.to_add:
        drawn.append(("concat", "add", Role.FIRE, plan.to_add, channels))
    drawn.append(("add" if plan.to_add else "concat", "", Role.FIRE, plan.leave, channels))
    return tuple(
        Line(Key(fire.name, source), Key(fire.name, target), role, way, line_width(count), bool(target))
        for source, target, role, way, count in drawn
    )
