"""Boxes of one operation each: how large they are, and the modules of the rows that are a single box."""

from __future__ import annotations

from functools import lru_cache
from math import ceil

from squeezeviz.analysis.resolve import ResolvedLayer, ResolvedOperation
from squeezeviz.figure.layout.wording import Wording, layer_wording, shape_text
from squeezeviz.figure.scene.diagram import (
    EMPTY_KEY,
    ENTRY_KEY,
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
    Size,
    StripPlace,
)
from squeezeviz.figure.theme.look import FIGURE, Look
from squeezeviz.figure.theme.metrics import elide, isolated, text_width
from squeezeviz.model.layers import Conv, Dropout, Layer, Softmax
from squeezeviz.model.problems import Problem, Trouble
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.shapes import MapShape
from squeezeviz.model.table import InputShape
from squeezeviz.model.text import plain

TITLE_SIZE = 13.0
DETAIL_SIZE = 11.5
NARROWEST_SINGLE = FIGURE.single
"""A little wider than the parts of a Fire, so that most boxes are equally wide."""
WIDEST = 336.0
TEXT_LEFT = 18.0
"""From the box's edge to its text, past the role's bar."""
BADGE_INSET = 17.0
"""From the box's right edge to the middle of its badge."""
FIRST_BASELINE = 19.5
LINE = 16.0
"""From one quiet line of a box to the next."""
SIDE_GAP = 16.0
"""Between boxes side by side."""
ADD = Size(24.0, 24.0)
"""The sum at the end of a bypass."""
NOTHING_YET = "nothing to draw yet"
_STEP = 8.0

NO_STRIP = Size(0.0, 0.0)
STRIP_INSET = 8.0
"""From feature maps to the box's edges, and to the texts beside them."""
PART_BAR = 4.0
"""Below the feature maps of a concat, for the colours of its parts."""


class Lines(NamedTuple):
    """The text of a box: its title and the quiet lines below."""

    title: str
    quiet: tuple[str, ...]

    @classmethod
    def of(cls, wording: Wording, title: str, look: Look) -> Lines:
        """Return the lines of a row or a part. `title` contains the facts, unless each has a line of its own."""
        if look.stacked:
            return cls(title, wording.stacked())
        return cls(title, tuple(filter(None, (wording.detail, wording.counts))))

    @property
    def height(self) -> float:
        return box_height(len(self.quiet))


def box_height(quiet: int) -> float:
    """Return the height of a box with `quiet` lines below its title."""
    return 30.0 + LINE * quiet


def box_width(lines: Lines, narrowest: float, right: float = FIGURE.right) -> float:
    """Return the width that the texts and a badge need, a multiple of eight units from `narrowest` to `WIDEST`."""
    text = max(text_width(lines.title, TITLE_SIZE, True), *(text_width(each, DETAIL_SIZE) for each in lines.quiet), 0.0)
    needed = ceil((TEXT_LEFT + text + right) / _STEP) * _STEP
    return max(narrowest, min(WIDEST, needed))


def strip_size(shape: MapShape, look: Look) -> Size:
    """Return the room for maps of that shape: none where none are wanted, or where each is a single value."""
    strip = look.spacing.strip
    if strip is None or shape.height == shape.width == 1:
        return NO_STRIP
    return Size(strip.width(shape.channels), strip.side)


def output_strip(step: ResolvedOperation, look: Look) -> Size:
    """Return the room for the maps of an operation; of a concat also for the colours of its parts below them."""
    strip = NO_STRIP if look.spacing.strip is None else strip_size(step.shape, look)
    if strip is NO_STRIP or step.operation.part != "concat":
        return strip
    return Size(strip.width, strip.height + PART_BAR)


def with_strip(width: float, height: float, strip: Size, look: Look) -> Size:
    """Return the size of a box whose texts need `width` × `height`, with its feature maps.

    They stand beside the texts, or where the network runs to the right below them.
    """
    if strip is NO_STRIP:
        return Size(width, height)
    if look.down:
        return Size(width + strip_beside(strip, look), max(height, strip.height + 2 * STRIP_INSET))
    return with_strip_below(width, height, strip)


def with_strip_below(width: float, height: float, strip: Size) -> Size:
    """Return the size of a box whose feature maps stand below its texts."""
    if strip is NO_STRIP:
        return Size(width, height)
    return Size(max(width, TEXT_LEFT + strip.width + STRIP_INSET), height + strip.height + STRIP_INSET)


def strip_beside(strip: Size, look: Look) -> float:
    """Return the room that feature maps take beside the texts of a box."""
    return strip.width + STRIP_INSET if look.down and strip is not NO_STRIP else 0.0


def placed_strip(rect: Rect, strip: Size, of: Key, *, beside: bool) -> StripPlace | None:
    """Place feature maps in a box: at its right edge, or below its texts."""
    if strip is NO_STRIP:
        return None
    if beside:
        left, top = rect.x + rect.width - STRIP_INSET - strip.width, rect.y + (rect.height - strip.height) / 2
    else:
        left, top = rect.x + TEXT_LEFT, rect.y + rect.height - STRIP_INSET - strip.height
    return StripPlace(Rect(left, top, *strip), of)


def box(
    key: Key,
    role: Role,
    rect: Rect,
    lines: Lines,
    full: str,
    right: float = FIGURE.right,
    strip: StripPlace | None = None,
    beside: float = 0.0,
) -> Box:
    """Make a box, with its texts shortened to fit, `beside` its feature maps."""
    room = rect.width - TEXT_LEFT - right - beside
    detail, *more = (*(elide(each, DETAIL_SIZE, False, room) for each in lines.quiet), "")
    made = Box(
        key, role, rect, elide(lines.title, TITLE_SIZE, True, room), detail, full,
        more=tuple(filter(None, more)), strip=strip,
    )  # fmt: skip
    return with_badge(made, beside)


def with_badge(made: Box, beside: float) -> Box:
    """Return a box with the place of its badge, at the right edge of its texts' room."""
    rect = made.text_rect
    return made._replace(badge=Point(rect.x + rect.width - beside - BADGE_INSET, rect.y + rect.height / 2))


def named(name: str, after: str, room: float) -> str:
    """Return a title that begins with a name, which is shortened where both do not fit into `room`."""
    left = max(48.0, room - text_width(after, TITLE_SIZE, True))
    return isolated(elide(plain(name), TITLE_SIZE, True, left)) + after


@lru_cache(maxsize=256)
def input_module(shape: InputShape, look: Look) -> Module:
    size = " × ".join(str(side) for side in (shape.channels, shape.height, shape.width))
    wording = Wording("input image", "", size if look.annotations.shapes else "", f"input image: {size}")
    pictures = 1 + shape.channels if shape.channels > 1 else 1  # what the network sees, and each of its channels
    strip = strip_size(shape.maps._replace(channels=pictures), look)
    return _single(INPUT_KEY, Role.INPUT, wording, look, strip=strip)._replace(channels=shape.channels)


def entry_module(before: ResolvedLayer, look: Look) -> Module:
    """Make the box at which a figure of some rows begins: the layer whose output flows in, and its shape."""
    size = shape_text(before.output.shape)
    wording = Wording(before.name, "", size if look.annotations.shapes else "", f"from {before.name}: {size}")
    strip = output_strip(before.operations[-1], look)
    return _single(ENTRY_KEY, Role.INPUT, wording, look, "from ", strip, Key(before.name))


def layer_module(resolved: ResolvedLayer, look: Look) -> Module:
    """Make the box of a row that is one operation, with its ReLU."""
    wording = layer_wording(resolved, look.annotations)
    strip = strip_size(resolved.output.shape, look)
    made = _single(Key(resolved.name), role_of(resolved.layer), wording, look, strip=strip)
    return made._replace(channels=resolved.output.shape.channels)


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
    """Make the dashed box at which a graph stops. It says which row cannot run and why, or that there is no row."""
    key = Key(problem.name) if problem.row is not None else Key("", "problem")
    key = EMPTY_KEY if problem.trouble is Trouble.EMPTY else key
    room = WIDEST - 2 * TEXT_LEFT
    lines = wrapped_lines(problem.reason, room, 4)
    rect = Rect(0, 0, WIDEST, 34.0 + 16 * len(lines))
    title = NOTHING_YET if key == EMPTY_KEY else named(problem.name or "this table", " cannot run", room)
    placed = Box(key, Role.PROBLEM, rect, title, "", str(problem))
    labels = tuple(
        Label(line, Point(TEXT_LEFT, 38 + 16 * place), Emphasis.QUIET, "start", DETAIL_SIZE)
        for place, line in enumerate(lines)
    )
    return Module(
        key, -1, Role.PROBLEM, False, rect, (placed,), (), labels, direction.start(rect), direction.end(rect),
        full=str(problem),
    )  # fmt: skip


def _single(
    key: Key,
    role: Role,
    wording: Wording,
    look: Look,
    before: str = "",
    strip: Size = NO_STRIP,
    of: Key | None = None,
) -> Module:
    """Make a module that is one box. Its feature maps are its own, unless they are those `of` another."""
    spacing = look.spacing
    room = WIDEST - TEXT_LEFT - spacing.right
    facts = f" · {wording.facts}" if wording.facts and not look.stacked else ""
    lines = Lines.of(wording, before + named(wording.name, facts, room - text_width(before, TITLE_SIZE, True)), look)
    beside = strip_beside(strip, look)
    size = with_strip(box_width(lines, spacing.single - beside, spacing.right), lines.height, strip, look)
    rect = Rect(0, 0, *size)
    entry, exit_ = look.direction.start(rect), look.direction.end(rect)
    place = placed_strip(rect, strip, of or key, beside=look.down)
    placed = box(key, role, rect, lines, wording.full, spacing.right, place, beside)
    return Module(key, -1, role, False, rect, (placed,), (), (), entry, exit_, full=wording.full)


def wrapped_lines(text: str, room: float, most: int, size: float = DETAIL_SIZE) -> list[str]:
    """Break `text` into at most `most` lines; the last one is shortened where the text does not end."""
    lines: list[str] = []
    words = plain(text).split(" ")
    while words and len(lines) < most - 1:
        line = words.pop(0)
        while words and text_width(f"{line} {words[0]}", size) <= room:
            line += f" {words.pop(0)}"
        lines.append(elide(line, size, False, room))
    if words:
        lines.append(elide(" ".join(words), size, False, room))
    return lines
