"""A Fire module on the page: opened, with everything that runs inside it, or closed into one box."""

from __future__ import annotations

from math import ceil

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
from squeezeviz.diagram.wording import amount, fire_in_words, shape_text

HEADER_SIZE = 15.0
ACCENT_SIZE = 12.0
_NAME_LEFT = 36.0
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
    facts = f"{amount(fire.s1x1)} → {_channels(fire)}"
    if fire.bypass is not Bypass.NONE:
        facts += f"  +  {fire.bypass} bypass"
    depth = f"depth +{resolved.depth.value}"
    column = max(_CLOSED_COLUMN, _NAME_LEFT + text_width(name, TITLE_SIZE, True) + _GAP)
    needed = column + text_width(facts, DETAIL_SIZE) + _GAP + text_width(depth, ACCENT_SIZE, True) + _RIGHT
    width = max(_CLOSED_NARROWEST, ceil(needed / 8) * 8)
    rect = Rect(0, 0, width, _CLOSED_HEIGHT)
    key, badge = Key(fire.name), Point(width - BADGE_INSET, _CLOSED_HEIGHT / 2)
    placed = Box(key, Role.FIRE, rect, name, "", fire_in_words(fire, resolved), badge=badge)
    labels = (
        Label(facts, Point(column, 25), Emphasis.QUIET, "start", DETAIL_SIZE),
        Label(depth, Point(width - _RIGHT, 25), Emphasis.ACCENT, "end", ACCENT_SIZE),
    )
    entry, exit_ = ends(width, _CLOSED_HEIGHT, direction)
    return Module(key, -1, Role.FIRE, False, rect, (placed,), (), labels, entry, exit_, _TOGGLE)


def open_fire(fire: Fire, resolved: ResolvedLayer, direction: Direction) -> Module:
    """A frame with squeeze, the two expands side by side, the concat, and the bypass around them."""
    steps = {step.operation.part: step for step in resolved.operations}
    header = _header(fire, resolved)
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
    labels = (*_header_labels(header, plan.width), *_captions(fire, boxes[3], shape, plan, direction))
    return Module(
        Key(fire.name), -1, Role.FIRE, True, Rect(0, 0, plan.width, plan.height), tuple(boxes),
        _lines(fire, steps, plan), labels, plan.entry, plan.exit, _TOGGLE,
        Point(plan.width - BADGE_INSET, _BASELINE - 5),
    )  # fmt: skip


def _shown_name(fire: Fire) -> str:
    return isolated(elide(displayed(fire.name), HEADER_SIZE, True, _NAME_WIDEST))


def _channels(fire: Fire) -> str:
    return f"{amount(fire.e1x1)} + {amount(fire.e3x3)} = {amount(fire.e1x1 + fire.e3x3)}"


def _header(fire: Fire, resolved: ResolvedLayer) -> tuple[str, str, str]:
    """Name, squeeze and expand numbers, and what the module costs."""
    numbers = f"s1x1 {amount(fire.s1x1)}   e1x1 {amount(fire.e1x1)}   e3x3 {amount(fire.e3x3)}"
    return _shown_name(fire), numbers, f"depth +{resolved.depth.value} · {resolved.parameters.value:,} params"


def _measures(
    fire: Fire, steps: dict[str, ResolvedOperation], direction: Direction, header: tuple[str, str, str]
) -> Measures:
    widths = {part: box_width(_title(steps[part]), _detail(fire, steps[part])) for part in _PARTS if part in steps}
    around = widths.pop("bypass1x1", 0.0)
    name, numbers, costs = header
    needed = text_width(name, HEADER_SIZE, True) + text_width(numbers, DETAIL_SIZE)
    needed += text_width(costs, ACCENT_SIZE, True) + _NAME_LEFT + _RIGHT + 2 * _GAP
    texts = [text_width(amount(each), TITLE_SIZE, True) for each in (fire.e1x1, fire.e3x3)]
    down = direction is Direction.DOWN
    caption = text_width(f"{_channels(fire)} channels", TITLE_SIZE, True)
    return Measures(
        box=max(widths.values()),
        around=around,
        shares=_share_lengths(fire, _BAR_LENGTH[direction], [width + 16 for width in texts] if down else [24, 24]),
        bar=BAR if down else max(40.0, ceil(max(texts)) + 12.0),
        caption=ceil(caption / 8) * 8,
        header=ceil(needed / 8) * 8,
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
    return f"{_PARTS[step.operation.part][1]} · {amount(step.operation.filters)} filters"


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


def _header_labels(header: tuple[str, str, str], width: float) -> tuple[Label, ...]:
    name, numbers, costs = header
    column = _NAME_LEFT + text_width(name, HEADER_SIZE, True) + _GAP
    return (
        Label(name, Point(_NAME_LEFT, _BASELINE), Emphasis.STRONG, "start", HEADER_SIZE),
        Label(numbers, Point(column, _BASELINE), Emphasis.QUIET, "start", DETAIL_SIZE),
        Label(costs, Point(width - _RIGHT, _BASELINE), Emphasis.ACCENT, "end", ACCENT_SIZE),
    )


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
    return tuple(labels)


def _lines(fire: Fire, steps: dict[str, ResolvedOperation], plan: FirePlan) -> tuple[Line, ...]:
    def key(part: str) -> Key:
        return Key(fire.name, part)

    def line(source: str, target: str, role: Role, way: Way, channels: int, arrow: bool = True) -> Line:
        return Line(key(source), key(target), role, way, line_width(channels), arrow)

    incoming = steps["squeeze1x1"].inputs[0].channels
    channels = steps["concat"].shape.channels
    lines = [line("", "squeeze1x1", Role.FIRE, plan.enter, incoming)]
    for part, count, fork, join in zip(
        ("expand1x1", "expand3x3"), (fire.e1x1, fire.e3x3), plan.fork, plan.join, strict=True
    ):
        lines.append(line("squeeze1x1", part, Role.SQUEEZE, fork, fire.s1x1))
        lines.append(line(part, "concat", _PARTS[part][0], join, count))
    if plan.to_add:
        lines.append(line("concat", "add", Role.FIRE, plan.to_add, channels))
        around = [""] if len(plan.bypass) == 1 else ["", "bypass1x1"]
        for source, target, way in zip(around, [*around[1:], "add"], plan.bypass, strict=True):
            lines.append(line(source, target, Role.BYPASS, way, channels if source else incoming))
    lines.append(line("add" if plan.to_add else "concat", "", Role.FIRE, plan.leave, channels, False))
    return tuple(lines)
