"""A Fire module on the page: opened, with everything that runs inside it, or closed into one box.

The contents of an open one know no name: modules with the same numbers share them, and they are laid out once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from math import ceil

from squeezeviz.analysis.resolve import ResolvedLayer, ResolvedOperation
from squeezeviz.figure.layout.boxes import (
    BADGE_INSET,
    DETAIL_SIZE,
    FIRST_BASELINE,
    NO_STRIP,
    SIDE_GAP,
    STRIP_INSET,
    TEXT_LEFT,
    TITLE_SIZE,
    Lines,
    box,
    box_height,
    box_width,
    output_strip,
    placed_strip,
    strip_beside,
    with_badge,
    with_strip,
    with_strip_below,
)
from squeezeviz.figure.layout.plan import BAR, Measures, Plan, closed_plan, open_plan
from squeezeviz.figure.layout.wording import (
    Wording,
    amount,
    channels_text,
    counts_text,
    depth_text,
    detail_text,
    dotted,
    filters_text,
    fire_in_words,
    fire_totals,
    flow_text,
    narrow,
    shape_text,
    sum_text,
    unnamed_fire_in_words,
)
from squeezeviz.figure.scene.diagram import (
    Box,
    Emphasis,
    Key,
    Label,
    Line,
    Module,
    Point,
    Rect,
    Role,
    Share,
    Size,
    StripPlace,
)
from squeezeviz.figure.scene.primitives import line_width
from squeezeviz.figure.theme.look import USUAL, Annotations, Look
from squeezeviz.figure.theme.metrics import elide, isolated, text_width
from squeezeviz.model.layers import Fire
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.shapes import MapShape
from squeezeviz.model.text import plain
from squeezeviz.model.wording import remark

HEADER_SIZE = 15.0
ACCENT_SIZE = 12.0
NAME_LEFT = 36.0
_FIGURE_LEFT = 16.0
"""Where no triangle stands before the name."""
_NAME_WIDEST = 200.0
_BADGE_BESIDE = 12.0
"""Units from a concat or a sum back to the middle of a badge beside it."""
_BASELINE = 27.0
_RIGHT = 34.0
_GAP = 14.0
_CLOSED_HEIGHT = 42.0
_CLOSED_COLUMN = 92.0
_TOGGLE = Rect(10, 9, 24, 24)
_UNDER = (8.0, 28.0, 46.0)
"""Under the concat's bar, for none, one and both of its captions."""
_WORD, _WORD_GAP = "concat", 12.0
"""The word beside the concat's bar, and how far from it."""
_BAR_LENGTH = 192.0
"""Where the network runs down."""

PARTS = {
    "squeeze1x1": (Role.SQUEEZE, "squeeze 1×1"),
    "expand1x1": (Role.EXPAND1X1, "expand 1×1"),
    "expand3x3": (Role.EXPAND3X3, "expand 3×3"),
    "bypass1x1": (Role.BYPASS, "bypass 1×1"),
}


def closed_fire(fire: Fire, resolved: ResolvedLayer, look: Look) -> Module:
    """Lay out a closed Fire: one box, `fire3   16 → 64 + 64 = 128   depth +2`, and the bypass around it."""
    name, shown = _shown_name(fire), _Fire(fire, resolved, look)
    module = _closed_at(shown, _closed_column(name, look))
    box = module.boxes[0]
    key, full = Key(fire.name), f"{plain(fire.name)}: {module.full}"
    strip = box.strip and StripPlace(box.strip.rect, Key(fire.name, "concat"))
    own = Box(key, box.role, box.rect, name, box.detail, full, box.shares, box.badge, box.more, box.text_left, strip)
    boxes = (own, *_named_boxes(module.boxes[1:], fire.name)) if len(module.boxes) > 1 else (own,)
    return Module(
        key, -1, module.role, False, module.rect, boxes, module.lines, module.labels, module.entry, module.exit,
        module.toggle, full=full, channels=module.channels,
    )  # fmt: skip


@lru_cache(maxsize=32)
def _closed_at(shown: _Fire, column: float) -> Module:
    """Lay out a closed Fire whose filters begin at `column`, after a name that is yet to be written."""
    words = _closed_words(shown)
    module = _closed(shown, *words.size(column))
    return module._replace(labels=tuple(words.labels(module.boxes[0], column)))


@lru_cache(maxsize=32)
def _closed(shown: _Fire, width: float, height: float) -> Module:
    """Lay out a closed Fire whose box is so large: all but its name, and what stands beside that."""
    fire, resolved, look = shown.fire, shown.resolved, shown.look
    words = _closed_words(shown)
    around = closed_plan(fire.bypass, width, height, look.direction)
    own = around.boxes[""]
    detail, *more = (*words.quiet, "")
    strip = placed_strip(own, words.strip, Key("", "concat"), beside=look.down)
    placed = Box(
        Key(""), Role.FIRE, own, "", detail, "",
        more=tuple(filter(None, more)), text_left=words.left, strip=strip,
    )  # fmt: skip
    placed = with_badge(placed, strip_beside(words.strip, look))
    toggle = Rect(own.x + _TOGGLE.x, words.top(placed) + _TOGGLE.y, _TOGGLE.width, _TOGGLE.height)
    return Module(
        Key(""), -1, Role.FIRE, False, Rect(0, 0, around.width, around.height),
        (placed, *_bypass_boxes(resolved, around)), tuple(_lines(shown, around)), (), around.entry, around.exit,
        toggle if look.spacing.canvas else None,
        full=words.full, channels=resolved.output.shape.channels,
    )  # fmt: skip


def _closed_left(look: Look) -> float:
    return NAME_LEFT if look.spacing.canvas else TEXT_LEFT


def _closed_column(name: str, look: Look) -> float:
    """How far from the left edge of a closed Fire its filters begin, after its name."""
    least = 0.0 if look.spacing.paper else _CLOSED_COLUMN
    return max(least, _closed_left(look) + text_width(name, TITLE_SIZE, True) + _GAP)


def _bypass_boxes(resolved: ResolvedLayer, plan: Plan) -> Iterator[Box]:
    """Yield the boxes of a closed Fire's bypass: its convolution and its sum. Keys name the part only."""
    step = resolved.part("bypass1x1")
    if step is not None:
        yield Box(Key("", "bypass1x1"), Role.BYPASS, plan.boxes["bypass1x1"], "1×1", "", part_words(step))
    if "add" in plan.boxes:
        yield sum_box(plan.boxes["add"], resolved.output.shape)


def open_fire(fire: Fire, resolved: ResolvedLayer, look: Look) -> Module:
    """Lay out an open Fire: a frame with squeeze, the two expands side by side, the concat, and the bypass."""
    name, header = fire.name, _Header.of(fire, resolved, look)
    columns = header.columns()
    least = ceil(header.width(columns) / 8) * 8
    plan, boxes, lines, captions = _insides(_Fire(fire, resolved, look), least)
    return Module(
        Key(name), -1, Role.FIRE, True, Rect(0, 0, plan.width, plan.height),
        _named_boxes(boxes, name), lines, (*header.labels(plan.width, columns), *captions),
        plan.entry, plan.exit, _TOGGLE if look.spacing.canvas else None,
        Point(plan.width - BADGE_INSET, _BASELINE - 5), fire_in_words(fire, resolved), resolved.output.shape.channels,
    )  # fmt: skip


def _named_boxes(boxes: Iterable[Box], name: str) -> tuple[Box, ...]:
    shown = plain(name)
    return tuple([
        Box(Key(name, box.key.part), box.role, box.rect, box.title, box.detail, f"{shown}/{box.key.part}: {box.full}",
            box.shares, box.badge, box.more,
            strip=box.strip and StripPlace(box.strip.rect, Key(name, box.strip.of.part)))
        for box in boxes
    ])  # fmt: skip


def _shown_name(fire: Fire) -> str:
    return isolated(elide(plain(fire.name), HEADER_SIZE, True, _NAME_WIDEST))


@lru_cache(maxsize=32)
def _closed_words(shown: _Fire) -> _Closed:
    return _Closed.of(shown)


class _Closed(NamedTuple):
    """The text of a closed Fire: the filters and the depth beside its name, and quiet lines below."""

    facts: str
    depth: str
    quiet: tuple[str, ...]
    left: float
    look: Look
    strip: Size
    full: str
    """The module in words, but for its name."""
    beside: float
    """How much room the texts beside the name take, from where the filters begin."""
    below: float
    """How far the quiet lines reach."""

    @classmethod
    def of(cls, shown: _Fire) -> _Closed:
        fire, resolved, look = shown.fire, shown.resolved, shown.look
        annotations, paper = look.annotations, look.spacing.paper
        facts = f"{amount(fire.s1x1)} → {sum_text(fire)}" if annotations.filters else ""
        depth = depth_text(resolved, annotations)
        with_shape = annotations.shapes and (paper or annotations.counts)
        shape = shape_text(resolved.output.shape) if with_shape else ""
        counts = counts_text(resolved, resolved.output.receptive, annotations)
        left = _closed_left(look)
        strip = output_strip(shown.steps["concat"], look)
        if look.stacked:
            # The shape below says what the sum comes to.
            words = Wording("", narrow(facts.partition(" = ")[0]), shape, "", dotted(depth, counts))
            facts, depth, quiet = "", "", words.stacked()
        else:
            line = dotted(shape, counts)
            quiet = (line,) if line else ()
        widths = text_width(facts, DETAIL_SIZE), text_width(depth, ACCENT_SIZE, True)
        beside = sum([width + _GAP for width in widths if width])
        below = max((left + text_width(each, DETAIL_SIZE) for each in quiet), default=0.0)
        return cls(facts, depth, quiet, left, look, strip, unnamed_fire_in_words(fire, resolved), beside, below)

    def size(self, column: float) -> tuple[float, float]:
        """Return the size of its box where the filters begin at `column`."""
        spacing = self.look.spacing
        first = column - _GAP + self.beside
        least = spacing.closed - strip_beside(self.strip, self.look)
        width = max(least, ceil((max(first, self.below) + self.right) / 8) * 8)
        return with_strip(width, self.height, self.strip, self.look)

    @property
    def height(self) -> float:
        """The height of its texts."""
        return box_height(len(self.quiet)) if self.quiet else _CLOSED_HEIGHT

    @property
    def right(self) -> float:
        """The room at the right edge of its texts."""
        return _RIGHT if not self.look.spacing.paper else self.look.spacing.right

    def top(self, box: Box) -> float:
        """Where the texts begin in their box."""
        return box.rect.y + (box.text_rect.height - self.height) / 2

    def labels(self, box: Box, column: float) -> Iterator[Label]:
        """Yield what stands beside the name in their box, where the filters begin at `column`."""
        left, width = box.rect.x, box.rect.width
        baseline = self.top(box) + (FIRST_BASELINE if self.quiet else 25.0)
        if self.facts:
            yield Label(self.facts, Point(left + column, baseline), Emphasis.QUIET, "start", DETAIL_SIZE)
        if self.depth:
            end = left + width - strip_beside(self.strip, self.look) - self.right
            yield Label(self.depth, Point(end, baseline), Emphasis.ACCENT, "end", ACCENT_SIZE)


class _Header(NamedTuple):
    """The text at the top of the frame: the name, the three numbers, and what the module costs."""

    name: str
    numbers: tuple[str, ...]
    costs: str
    left: float
    right: float

    @classmethod
    def of(cls, fire: Fire, resolved: ResolvedLayer, look: Look) -> _Header:
        annotations, paper = look.annotations, look.spacing.paper
        numbers = tuple(f"{field} {amount(getattr(fire, field))}" for field in ("s1x1", "e1x1", "e3x3"))
        left = NAME_LEFT if look.spacing.canvas else _FIGURE_LEFT
        right = look.spacing.right + 2 if paper else _RIGHT
        # On paper, and where things stand close, the boxes below have the numbers.
        shown = numbers if annotations.filters and not paper and not look.close else ()
        return cls(_shown_name(fire), shown, fire_totals(resolved, annotations), left, right)

    def columns(self) -> list[float]:
        """Return where each number begins, and where the last one ends."""
        columns = [self.left + text_width(self.name, HEADER_SIZE, True) + _GAP]
        for each in self.numbers:
            columns.append(columns[-1] + text_width(each, DETAIL_SIZE) + _GAP)
        return columns

    def width(self, columns: list[float]) -> float:
        return columns[-1] + text_width(self.costs, ACCENT_SIZE, True) + self.right

    def labels(self, width: float, columns: list[float]) -> Iterator[Label]:
        yield Label(self.name, Point(self.left, _BASELINE), Emphasis.STRONG, "start", HEADER_SIZE)
        for text, column in zip(self.numbers, columns, strict=False):
            yield Label(text, Point(column, _BASELINE), Emphasis.QUIET, "start", DETAIL_SIZE)
        if self.costs:
            at = Point(width - self.right, _BASELINE)
            yield Label(self.costs, at, Emphasis.ACCENT, "end", ACCENT_SIZE)


class Insides(NamedTuple):
    """The placed contents of an opened Fire. Keys name the part only; `full` texts leave the part's name out."""

    plan: Plan
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    labels: tuple[Label, ...]


class _Fire:
    """A Fire module to lay out. Two are equal if they differ in the module's name alone."""

    def __init__(self, fire: Fire, resolved: ResolvedLayer, look: Look) -> None:
        self.fire, self.resolved, self.look = fire, resolved, look
        numbers = fire.s1x1, fire.e1x1, fire.e3x3, fire.bypass, fire.relu, fire.bypass_relu, fire.bias
        seen = resolved.input.receptive if look.annotations.field else None
        self._decisive = numbers, resolved.input.shape, seen, look
        self._hash = hash(self._decisive)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Fire) and self._decisive == other._decisive

    @cached_property
    def steps(self) -> dict[str, ResolvedOperation]:
        """Its operations by their parts."""
        return {step.operation.part: step for step in self.resolved.operations}


class _Texts(NamedTuple):
    """The texts of an open Fire: its parts' lines, the lines under its concat, and the sizes that they need."""

    parts: dict[str, Lines]
    captions: tuple[str, str]
    measures: Measures


@lru_cache(maxsize=8)
def _texts(shown: _Fire) -> _Texts:
    fire, look = shown.fire, shown.look
    steps = shown.steps
    parts = {part: _part_lines(fire, steps[part], look) for part in PARTS if part in steps}
    captions = _concat_captions(fire, steps["concat"].shape, look)
    return _Texts(parts, captions, _measures(shown, parts, captions))


@lru_cache(maxsize=8)
def _insides(shown: _Fire, header: float) -> Insides:
    """Place the contents of a frame that is at least as wide as its `header`."""
    look = shown.look
    parts, captions, measures = _texts(shown)
    plan, steps = open_plan(measures._replace(header=header)), shown.steps
    shape, boxes = steps["concat"].shape, []
    for part, rect in plan.boxes.items():
        if part in parts:
            boxes.append(_part(steps[part], rect, parts[part], look))
        elif part == "concat":
            boxes.append(_concat(shown, plan, captions, shape_text(shape)))
        else:
            boxes.append(_sum(rect, shape, look))
    return Insides(plan, tuple(boxes), tuple(_lines(shown, plan)), _captions(shown, plan, captions))


def _part_lines(fire: Fire, step: ResolvedOperation, look: Look) -> Lines:
    """Return the text of a convolution's box."""
    title, count = PARTS[step.operation.part][1], step.operation.filters
    counts = counts_text(step, step.receptive, look.annotations)
    filters = amount(count) if look.close else filters_text(count)
    facts = filters if look.annotations.filters else ""
    detail = part_detail(fire, step, look.annotations)
    if look.spacing.paper and look.down:
        return Lines(title, tuple(filter(None, (facts, detail, counts))))
    return Lines.of(Wording(title, facts, detail, "", counts), dotted(title, "" if look.stacked else facts), look)


def _concat_captions(fire: Fire, shape: MapShape, look: Look) -> tuple[str, str]:
    """Return the two lines under the concat: its channels as a sum, and its shape; empty where not wanted."""
    channels = channels_text(fire) if look.annotations.filters else ""
    return channels, shape_text(shape) if look.annotations.shapes and not (channels and look.close) else ""


def _measures(shown: _Fire, lines: dict[str, Lines], captions: tuple[str, str]) -> Measures:
    fire, look = shown.fire, shown.look
    spacing = look.spacing
    # The texts of all parts take as much height, so that their maps stand on one line.
    high, widths, height = max(each.height for each in lines.values()), dict[str, float](), 0.0
    for part, each in lines.items():
        strip = output_strip(shown.steps[part], look)
        widths[part], needed = with_strip_below(box_width(each, spacing.part, spacing.right), high, strip)
        height = max(height, needed)
    around, under = widths.pop("bypass1x1", 0.0), output_strip(shown.steps["concat"], look)
    texts = [text_width(amount(each), TITLE_SIZE, True) for each in (fire.e1x1, fire.e3x3)]
    # Where the network runs right the caption stands below the bar, and so below the expands.
    length = _BAR_LENGTH if look.down else 2 * height + SIDE_GAP
    caption = max(text_width(captions[0], TITLE_SIZE, True), text_width(captions[1], DETAIL_SIZE), under.width)
    return Measures(
        box=Size(max(widths.values()), height),
        around=around,
        shares=_share_lengths(fire, length, [width + 16 for width in texts] if look.down else [24, 24]),
        bar=BAR if look.down else max(40.0, ceil(max(texts)) + 12.0),
        caption=ceil(caption / 8) * 8,
        under=_UNDER[sum(map(bool, captions))] + _strip_room(under),
        beside=ceil(_WORD_GAP + text_width(_WORD, DETAIL_SIZE)) + 6.0 if look.annotations.kinds else 0.0,
        bypass=fire.bypass,
        direction=look.direction,
        close=look.close,
    )


def _strip_room(strip: Size) -> float:
    """Return how far feature maps move the captions under a concat down."""
    return 0.0 if strip is NO_STRIP else STRIP_INSET + strip.height


def _share_lengths(fire: Fire, length: float, least: list[float]) -> tuple[float, float]:
    """Divide the concat in proportion to its channels, as far as both parts can be read."""
    length = max(length, sum(least))
    first = length * fire.e1x1 / (fire.e1x1 + fire.e3x3)
    first = round(min(max(first, least[0]), length - least[1]))
    return first, length - first


def part_title(step: ResolvedOperation) -> str:
    return f"{PARTS[step.operation.part][1]} · {filters_text(step.operation.filters)}"


def part_detail(fire: Fire, step: ResolvedOperation, annotations: Annotations = USUAL) -> str:
    relu = fire.relu and (fire.bypass_relu or step.operation.part != "bypass1x1")
    return detail_text(shape_text(step.shape), "ReLU" if relu else "", annotations)


def part_words(step: ResolvedOperation) -> str:
    """Describe a convolution in full, but for its name."""
    kernel = step.operation.kernel
    return (
        f"convolution {kernel}×{kernel}, {filters_text(step.operation.filters)}; "
        f"output {shape_text(step.shape)}; {step.parameters.value:,} parameters"
    )


def sum_box(rect: Rect, shape: MapShape, badge: Point | None = None) -> Box:
    full = f"adds the module's input, value by value; output {shape_text(shape)}"
    return Box(Key("", "add"), Role.SUM, rect, "add", shape_text(shape), full, badge=badge)


def _part(step: ResolvedOperation, rect: Rect, lines: Lines, look: Look) -> Box:
    key, role = Key("", step.operation.part), PARTS[step.operation.part][0]
    strip = placed_strip(rect, output_strip(step, look), key, beside=False)
    return box(key, role, rect, lines, part_words(step), look.spacing.right, strip)


def _concat(shown: _Fire, plan: Plan, captions: tuple[str, str], shape: str) -> Box:
    fire, look, rect = shown.fire, shown.look, plan.boxes["concat"]
    shares = tuple(
        Share(role, channels, place, amount(channels) if look.annotations.filters else "")
        for role, channels, place in zip(
            (Role.EXPAND1X1, Role.EXPAND3X3), (fire.e1x1, fire.e3x3), plan.shares, strict=True
        )
    )
    full = f"{channels_text(fire)}; output {shape}"
    key, strip = Key("", "concat"), output_strip(shown.steps["concat"], look)
    badge = _concat_badge(rect, captions, _strip_room(strip))
    middle, below = rect.x + rect.width / 2, rect.y + rect.height + STRIP_INSET
    maps = None if strip is NO_STRIP else StripPlace(Rect(middle - strip.width / 2, below, *strip), key)
    return Box(key, Role.CONCAT, rect, "concat", captions[1], full, shares, badge, strip=maps)


def _concat_badge(rect: Rect, captions: tuple[str, str], lower: float) -> Point:
    """Return the badge's place: after the last line under the concat, or beside the bar where there is no line.

    The lines stand `lower` by the room of feature maps.
    """
    last, size, bold = (captions[1], DETAIL_SIZE, False) if captions[1] else (captions[0], TITLE_SIZE, True)
    if not last:
        return badge_beside(Role.CONCAT, rect, rect.middle)
    beside = rect.x + rect.width / 2 + text_width(last, size, bold) / 2 + 14
    return Point(beside, rect.y + rect.height + lower + (35 if all(captions) else 17))


def badge_beside(role: Role, rect: Rect, at: Point) -> Point:
    """Return the place of the badge `at` a concat or a sum where the words between or before them are left out."""
    if role is Role.CONCAT:
        return Point(rect.x - _BADGE_BESIDE, rect.y + rect.height / 2)
    return Point(max(at.x, rect.x - _BADGE_BESIDE), at.y)


def _sum(rect: Rect, shape: MapShape, look: Look) -> Box:
    middle = rect.middle
    at = Point(middle.x - 58, middle.y) if look.down else Point(middle.x + 22, middle.y + 24)
    return sum_box(rect, shape, at if look.annotations.kinds else badge_beside(Role.SUM, rect, at))


def _captions(shown: _Fire, plan: Plan, under: tuple[str, str]) -> tuple[Label, ...]:
    """Set the words at the concat, the sum and a simple bypass."""
    look = shown.look
    rect, add, down, labels = plan.boxes["concat"], plan.boxes.get("add"), look.down, list[Label]()
    below = rect.y + rect.height + _strip_room(output_strip(shown.steps["concat"], look))
    middle = rect.x + rect.width / 2
    channels, shape = under
    if look.annotations.kinds:
        beside = Point(rect.x + rect.width + _WORD_GAP, rect.y + rect.height / 2 + 4)
        word = beside if down else Point(middle, rect.y - 8)
        labels.append(Label(_WORD, word, Emphasis.QUIET, "start" if down else "middle", DETAIL_SIZE))
    if channels:
        labels.append(Label(channels, Point(middle, below + 21), Emphasis.STRONG, "middle", TITLE_SIZE))
    if shape:
        at = Point(middle, below + (39 if channels else 20))
        labels.append(Label(shape, at, Emphasis.QUIET, "middle", DETAIL_SIZE))
    if add and look.annotations.kinds:
        x, y = add.middle
        at = Point(x - 22, y + 4) if down else Point(x, y + 28)
        labels.append(Label("add", at, Emphasis.QUIET, "end" if down else "middle", DETAIL_SIZE))
        if "bypass1x1" not in plan.boxes:
            labels.append(_bypass_word(plan, down))
    return tuple(labels)


def _bypass_word(plan: Plan, down: bool) -> Label:
    """Name the arc of a simple bypass, inside of the corner where it turns."""
    _, _, way = plan.ways[0]
    right, top = max(point.x for point in way), min(point.y for point in way)
    if down:
        return Label("bypass", Point(right - 12, top + 22), Emphasis.QUIET, "end", DETAIL_SIZE)
    return Label("bypass", Point(min(point.x for point in way) + 14, top + 20), Emphasis.QUIET, "start", DETAIL_SIZE)


def _lines(shown: _Fire, plan: Plan) -> Iterator[Line]:
    """Yield the lines from part to part, wider where more channels flow."""
    for source, target, points in plan.ways:
        role, width, full = _flow(shown, source, target)
        yield Line(Key("", source), Key("", target), role, points, width, bool(target), full)


def _flow(shown: _Fire, source: str, target: str) -> tuple[Role, float, str]:
    """Return the role and the width of a line, and what flows along it, in words."""
    shape = shown.steps[source].shape if source else shown.resolved.input.shape
    bypass = "bypass1x1" in (source, target) or (source, target) == ("", "add")
    role = Role.BYPASS if bypass else PARTS[source][0] if source in PARTS else Role.FIRE
    # A remark on the module's input would name the layer before, which these lines do not know.
    into = shown.steps.get(target) if source or target == "add" else None
    full = flow_text(shape, remark(into.operation, into.channels, source) if into else "")
    return role, line_width(shape.channels), full
