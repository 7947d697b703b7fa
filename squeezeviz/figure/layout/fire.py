"""A Fire module on the page: opened, with everything that runs inside it, or closed into one box."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil
from typing import NamedTuple

from squeezeviz.analysis.resolve import ResolvedLayer
from squeezeviz.figure.layout.boxes import BADGE_INSET, DETAIL_SIZE, FIRST_BASELINE, TEXT_LEFT, TITLE_SIZE, box_height
from squeezeviz.figure.layout.insides import fire_lines, insides, part_words, sum_box
from squeezeviz.figure.layout.plan import Plan, closed_plan
from squeezeviz.figure.layout.wording import (
    Wording,
    amount,
    counts_text,
    depth_text,
    dotted,
    fire_in_words,
    fire_totals,
    narrow,
    shape_text,
    sum_text,
)  # fmt: skip
from squeezeviz.figure.scene.diagram import Box, Emphasis, Key, Label, Line, Module, Point, Rect, Role
from squeezeviz.figure.theme.look import Look
from squeezeviz.figure.theme.metrics import elide, isolated, text_width
from squeezeviz.model.layers import Fire
from squeezeviz.model.text import plain

HEADER_SIZE = 15.0
ACCENT_SIZE = 12.0
NAME_LEFT = 36.0
_FIGURE_LEFT = 16.0
"""Where no triangle stands before the name."""
_NAME_WIDEST = 200.0
_BASELINE = 27.0
_RIGHT = 34.0
_GAP = 14.0
_CLOSED_HEIGHT = 42.0
_CLOSED_COLUMN = 92.0
_TOGGLE = Rect(10, 9, 24, 24)


def closed_fire(fire: Fire, resolved: ResolvedLayer, look: Look) -> Module:
    """Lay out a closed Fire: one box, `fire3   16 → 64 + 64 = 128   depth +2`, and the bypass around it."""
    words = _Closed.of(fire, resolved, look)
    width, height = words.size()
    around = closed_plan(fire.bypass, width, height, look.direction)
    own = around.boxes[""]
    left, top = own.x, own.y
    key, badge = Key(fire.name), Point(left + width - BADGE_INSET, top + height / 2)
    full = fire_in_words(fire, resolved)
    detail, *more = (*words.quiet, "")
    placed = Box(
        key, Role.FIRE, own, words.name, detail, full,
        badge=badge, more=tuple(filter(None, more)), text_left=words.left,
    )  # fmt: skip
    toggle = Rect(left + _TOGGLE.x, top + _TOGGLE.y, _TOGGLE.width, _TOGGLE.height)
    return Module(
        key, -1, Role.FIRE, False, Rect(0, 0, around.width, around.height),
        (placed, *(_named_box(box, fire.name) for box in _bypass_boxes(resolved, around))),
        tuple(_named_line(line, fire.name) for line in fire_lines(resolved, around)),
        tuple(words.labels(left, top, width)), around.entry, around.exit,
        toggle if look.spacing.canvas else None, full=full,
    )  # fmt: skip


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
    plan, boxes, lines, captions = insides(fire, resolved, look, header.width())
    return Module(
        Key(name), -1, Role.FIRE, True, Rect(0, 0, plan.width, plan.height),
        tuple(_named_box(box, name) for box in boxes),
        tuple(_named_line(line, name) for line in lines),
        (*header.labels(plan.width), *captions), plan.entry, plan.exit, _TOGGLE if look.spacing.canvas else None,
        Point(plan.width - BADGE_INSET, _BASELINE - 5), fire_in_words(fire, resolved),
    )  # fmt: skip


def _named_box(box: Box, name: str) -> Box:
    part = box.key.part
    full = f"{plain(name)}/{part}: {box.full}"
    return Box(Key(name, part), box.role, box.rect, box.title, box.detail, full, box.shares, box.badge, box.more)


def _named_line(line: Line, name: str) -> Line:
    source, target = Key(name, line.source.part), Key(name, line.target.part)
    return Line(source, target, line.role, line.points, line.width, line.arrow, line.full)


def _shown_name(fire: Fire) -> str:
    return isolated(elide(plain(fire.name), HEADER_SIZE, True, _NAME_WIDEST))


class _Closed(NamedTuple):
    """The text of a closed Fire: its name, the filters and the depth beside it, and quiet lines below."""

    name: str
    facts: str
    depth: str
    quiet: tuple[str, ...]
    left: float
    look: Look

    @classmethod
    def of(cls, fire: Fire, resolved: ResolvedLayer, look: Look) -> _Closed:
        annotations, paper = look.annotations, look.spacing.paper
        facts = f"{amount(fire.s1x1)} → {sum_text(fire)}" if annotations.filters else ""
        depth = depth_text(resolved, annotations)
        with_shape = annotations.shapes and (paper or annotations.counts)
        shape = shape_text(resolved.output.shape) if with_shape else ""
        counts = counts_text(resolved, resolved.output.receptive, annotations)
        left = NAME_LEFT if look.spacing.canvas else TEXT_LEFT
        if look.stacked:
            # The shape below says what the sum comes to.
            words = Wording("", narrow(facts.partition(" = ")[0]), shape, "", dotted(depth, counts))
            return cls(_shown_name(fire), "", "", words.stacked(), left, look)
        below = dotted(shape, counts)
        return cls(_shown_name(fire), facts, depth, (below,) if below else (), left, look)

    @property
    def column(self) -> float:
        """How far from the left edge the filters begin."""
        least = 0.0 if self.look.spacing.paper else _CLOSED_COLUMN
        return max(least, self.left + text_width(self.name, TITLE_SIZE, True) + _GAP)

    def size(self) -> tuple[float, float]:
        spacing = self.look.spacing
        beside = [text_width(self.facts, DETAIL_SIZE), text_width(self.depth, ACCENT_SIZE, True)]
        first = self.column - _GAP + sum(width + _GAP for width in beside if width)
        below = max((self.left + text_width(each, DETAIL_SIZE) for each in self.quiet), default=0.0)
        width = max(spacing.closed, ceil((max(first, below) + self.right) / 8) * 8)
        return width, box_height(len(self.quiet)) if self.quiet else _CLOSED_HEIGHT

    @property
    def right(self) -> float:
        return _RIGHT if not self.look.spacing.paper else self.look.spacing.right

    def labels(self, left: float, top: float, width: float) -> Iterator[Label]:
        baseline = top + (FIRST_BASELINE if self.quiet else 25.0)
        if self.facts:
            yield Label(self.facts, Point(left + self.column, baseline), Emphasis.QUIET, "start", DETAIL_SIZE)
        if self.depth:
            yield Label(self.depth, Point(left + width - self.right, baseline), Emphasis.ACCENT, "end", ACCENT_SIZE)


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
        # On paper the boxes below have the numbers.
        shown = numbers if annotations.filters and not paper else ()
        return cls(_shown_name(fire), shown, fire_totals(resolved, annotations), left, right)

    def columns(self) -> list[float]:
        """Return where each number begins, and where the last one ends."""
        columns = [self.left + text_width(self.name, HEADER_SIZE, True) + _GAP]
        for each in self.numbers:
            columns.append(columns[-1] + text_width(each, DETAIL_SIZE) + _GAP)
        return columns

    def width(self) -> float:
        return self.columns()[-1] + text_width(self.costs, ACCENT_SIZE, True) + self.right

    def labels(self, width: float) -> Iterator[Label]:
        yield Label(self.name, Point(self.left, _BASELINE), Emphasis.STRONG, "start", HEADER_SIZE)
        for text, column in zip(self.numbers, self.columns(), strict=False):
            yield Label(text, Point(column, _BASELINE), Emphasis.QUIET, "start", DETAIL_SIZE)
        if self.costs:
            at = Point(width - self.right, _BASELINE)
            yield Label(self.costs, at, Emphasis.ACCENT, "end", ACCENT_SIZE)
