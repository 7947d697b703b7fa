"""Boxes of one operation each: how large they are, and the rows of the table that are one box."""

from __future__ import annotations

from functools import lru_cache
from math import ceil

from squeezeviz.core.layers import Conv, Dropout, Layer, Softmax
from squeezeviz.core.problems import Problem
from squeezeviz.core.resolve import ResolvedLayer
from squeezeviz.core.table import InputShape
from squeezeviz.diagram.metrics import displayed, elide, isolated, text_width
from squeezeviz.diagram.model import (
    INPUT_KEY,
    Box,
    Direction,
    Emphasis,
    Key,
    Label,
    Module,
    Point,
    Rect,
    Role,
)
from squeezeviz.diagram.wording import Wording, layer_wording

TITLE_SIZE = 13.0
DETAIL_SIZE = 11.5
HEIGHT = 46.0
NARROWEST = 192.0
"""Of a part of a Fire; boxes that stand alone are a little wider, so that most are equally wide."""
NARROWEST_ALONE = 240.0
WIDEST = 336.0
TEXT_LEFT = 18.0
"""From the box's edge to its text, past the role's bar."""
BADGE_INSET = 17.0
"""From the box's right edge to the middle of its badge."""
_RIGHT = 32.0
_STEP = 8.0


def box_width(title: str, detail: str, narrowest: float = NARROWEST) -> float:
    """The width, on an eight-unit grid, that holds the texts and a badge, up to the widest."""
    text = max(text_width(title, TITLE_SIZE, True), text_width(detail, DETAIL_SIZE))
    needed = ceil((TEXT_LEFT + text + _RIGHT) / _STEP) * _STEP
    return min(WIDEST, max(narrowest, needed))


def box(key: Key, role: Role, rect: Rect, title: str, detail: str, full: str) -> Box:
    """A box with its texts cut to what it holds."""
    room = rect.width - TEXT_LEFT - _RIGHT
    return Box(
        key, role, rect, elide(title, TITLE_SIZE, True, room), elide(detail, DETAIL_SIZE, False, room), full,
        badge=Point(rect.x + rect.width - BADGE_INSET, rect.y + rect.height / 2),
    )  # fmt: skip


def named(name: str, after: str, room: float) -> str:
    """A title that begins with a name, which is shortened where both do not fit into `room`."""
    left = max(48.0, room - text_width(after, TITLE_SIZE, True))
    return isolated(elide(displayed(name), TITLE_SIZE, True, left)) + after


@lru_cache(maxsize=256)
def input_module(shape: InputShape, direction: Direction) -> Module:
    size = " × ".join(str(side) for side in (shape.channels, shape.height, shape.width))
    wording = Wording("input image", "", size, f"input image: {size}")
    return _single(INPUT_KEY, Role.INPUT, wording, direction)


def layer_module(resolved: ResolvedLayer, direction: Direction) -> Module:
    """A row of the table that is one operation (with its ReLU) as one box."""
    return _single(Key(resolved.name), role_of(resolved.layer), layer_wording(resolved), direction)


def role_of(layer: Layer) -> Role:
    match layer:
        case Conv():
            return Role.CONV
        case Dropout():
            return Role.DROPOUT
        case Softmax():
            return Role.SOFTMAX
        case _:
            return Role.POOL


def problem_module(problem: Problem, direction: Direction) -> Module:
    """The dashed box at the end of a graph that stops: which row cannot run, and why."""
    what = problem.name or "this table"
    key = Key(problem.name) if problem.row is not None else Key("", "problem")
    room = WIDEST - 2 * TEXT_LEFT
    lines = _wrapped(problem.reason, room, 4)
    rect = Rect(0, 0, WIDEST, 34.0 + 16 * len(lines))
    title = named(what, " cannot run", room)
    placed = Box(key, Role.PROBLEM, rect, title, "", str(problem))
    labels = tuple(
        Label(line, Point(TEXT_LEFT, 38 + 16 * place), Emphasis.QUIET, "start", DETAIL_SIZE)
        for place, line in enumerate(lines)
    )
    entry, exit_ = ends(rect.width, rect.height, direction)
    return Module(key, -1, Role.PROBLEM, False, rect, (placed,), (), labels, entry, exit_, full=str(problem))


def ends(width: float, height: float, direction: Direction) -> tuple[Point, Point]:
    """Where data enters and leaves a box that stands on the spine."""
    if direction is Direction.DOWN:
        return Point(width / 2, 0), Point(width / 2, height)
    return Point(0, height / 2), Point(width, height / 2)


def _single(key: Key, role: Role, wording: Wording, direction: Direction) -> Module:
    room = WIDEST - TEXT_LEFT - _RIGHT
    title = named(wording.name, f" · {wording.facts}" if wording.facts else "", room)
    rect = Rect(0, 0, box_width(title, wording.detail, NARROWEST_ALONE), HEIGHT)
    entry, exit_ = ends(rect.width, rect.height, direction)
    placed = box(key, role, rect, title, wording.detail, wording.full)
    return Module(key, -1, role, False, rect, (placed,), (), (), entry, exit_, full=wording.full)


def _wrapped(text: str, room: float, most: int) -> list[str]:
    """`text` in at most `most` lines, the last one cut where it does not end."""
    lines: list[str] = []
    words = displayed(text).split(" ")
    while words and len(lines) < most - 1:
        line = words.pop(0)
        while words and text_width(f"{line} {words[0]}", DETAIL_SIZE) <= room:
            line += f" {words.pop(0)}"
        lines.append(elide(line, DETAIL_SIZE, False, room))
    if words:
        lines.append(elide(" ".join(words), DETAIL_SIZE, False, room))
    return lines
