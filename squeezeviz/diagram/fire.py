"""A Fire module on the page: opened, with everything that runs inside it, or closed into one box."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil
from typing import NamedTuple

from squeezeviz.core.layers import Fire
from squeezeviz.core.resolve import ResolvedLayer
from squeezeviz.diagram.boxes import BADGE_INSET, DETAIL_SIZE, TITLE_SIZE
from squeezeviz.diagram.closed import closed_boxes, closed_lines, closed_plan
from squeezeviz.diagram.insides import insides
from squeezeviz.diagram.metrics import displayed, elide, isolated, text_width
from squeezeviz.diagram.model import Box, Direction, Emphasis, Key, Label, Line, Module, Point, Rect, Role
from squeezeviz.diagram.wording import amount, fire_in_words, sum_text

HEADER_SIZE = 15.0
ACCENT_SIZE = 12.0
NAME_LEFT = 36.0
_NAME_WIDEST = 200.0
_BASELINE = 27.0
HEADER_HEIGHT = 42.0
"""Of an open Fire, from its top edge to under its name."""
_RIGHT = 34.0
_GAP = 14.0
_CLOSED_HEIGHT = 42.0
_CLOSED_NARROWEST = 352.0
_CLOSED_COLUMN = 92.0
_TOGGLE = Rect(10, 9, 24, 24)


def closed_fire(fire: Fire, resolved: ResolvedLayer, direction: Direction) -> Module:
    """One box, `fire3   16 → 64 + 64 = 128   depth +2`, and what of a bypass runs around it."""
    name = _shown_name(fire)
    facts = f"{amount(fire.s1x1)} → {sum_text(fire)}"
    depth = f"depth +{resolved.depth.value}"
    column = max(_CLOSED_COLUMN, NAME_LEFT + text_width(name, TITLE_SIZE, True) + _GAP)
    needed = column + text_width(facts, DETAIL_SIZE) + _GAP + text_width(depth, ACCENT_SIZE, True) + _RIGHT
    width = max(_CLOSED_NARROWEST, ceil(needed / 8) * 8)
    around = closed_plan(fire.bypass, width, _CLOSED_HEIGHT, direction)
    left, top, _, _ = around.box
    key, badge = Key(fire.name), Point(left + width - BADGE_INSET, top + _CLOSED_HEIGHT / 2)
    full = fire_in_words(fire, resolved)
    placed = Box(key, Role.FIRE, around.box, name, "", full, badge=badge)
    labels = (
        Label(facts, Point(left + column, top + 25), Emphasis.QUIET, "start", DETAIL_SIZE),
        Label(depth, Point(left + width - _RIGHT, top + 25), Emphasis.ACCENT, "end", ACCENT_SIZE),
    )
    toggle = Rect(left + _TOGGLE.x, top + _TOGGLE.y, _TOGGLE.width, _TOGGLE.height)
    return Module(
        key, -1, Role.FIRE, False, Rect(0, 0, around.width, around.height),
        (placed, *(_named_box(box, fire.name) for box in closed_boxes(fire, resolved, around))),
        tuple(_named_line(line, fire.name) for line in closed_lines(resolved, around)),
        labels, around.entry, around.exit, toggle, full=full,
    )  # fmt: skip


def open_fire(fire: Fire, resolved: ResolvedLayer, direction: Direction) -> Module:
    """A frame with squeeze, the two expands side by side, the concat, and the bypass around them."""
    name, header = fire.name, _Header.of(fire, resolved)
    plan, boxes, lines, captions = insides(fire, resolved, direction, header.width())
    return Module(
        Key(name), -1, Role.FIRE, True, Rect(0, 0, plan.width, plan.height),
        tuple(_named_box(box, name) for box in boxes),
        tuple(_named_line(line, name) for line in lines),
        (*header.labels(plan.width), *captions),
        plan.entry, plan.exit, _TOGGLE, Point(plan.width - BADGE_INSET, _BASELINE - 5), fire_in_words(fire, resolved),
    )  # fmt: skip


def _named_box(box: Box, name: str) -> Box:
    part = box.key.part
    full = f"{name}/{part}: {box.full}"
    return Box(Key(name, part), box.role, box.rect, box.title, box.detail, full, box.shares, box.badge)


def _named_line(line: Line, name: str) -> Line:
    source, target = Key(name, line.source.part), Key(name, line.target.part)
    return Line(source, target, line.role, line.points, line.width, line.arrow, line.full)


def _shown_name(fire: Fire) -> str:
    return isolated(elide(displayed(fire.name), HEADER_SIZE, True, _NAME_WIDEST))


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
