"""The words of a module seen from afar: as large as can be read, shorter where they have less room, or left out.

What stands at the same place in modules of a kind is shortened alike, as far as the one with the least room needs it.

Everything here is in pixels from the module's corner, but for the module itself, which is in diagram units.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from squeezeviz.figure.layout.fire import badge_beside
from squeezeviz.figure.layout.wording import narrow
from squeezeviz.figure.scene.diagram import Box, Module, Point, Rect, Role
from squeezeviz.figure.scene.primitives import LEFT_OF_ANCHOR, Group, Leaf, Rectangle, Shape, Text, flattened
from squeezeviz.figure.theme.metrics import elide, isolated, text_width
from squeezeviz.figure.theme.theme import Theme
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.text import plain

if TYPE_CHECKING:
    from squeezeviz.figure.drawing.heat import Paint

LEAST = 9.0
"""Pixels of the em: smaller words cannot be read with ease."""
AS_DRAWN_FROM = LEAST / 11.5
"""The smallest zoom at which every word of the diagram is large enough as it is."""
_ASCENT, _DESCENT = 0.76, 0.22
"""Of the em: how far letters reach over the baseline and below."""
_MIDDLE = 0.36
"""Of the em: from the middle of a line to its baseline."""
_INSET = 3.0
_BETWEEN = 2.0
"""Between two words, at the least."""
_BADGE, _TRIANGLE = 9.0, 6.0
"""Units that a badge, and the triangle before a Fire's name, reach to each side."""
_BADGE_OUTSIDE = (Role.CONCAT, Role.SUM)
_BADGE_AWAY = 24.0
"""Pixels from words to the middle of a badge that belongs to them, at the most."""
_PARTS = (Role.SQUEEZE, Role.EXPAND1X1, Role.EXPAND3X3, Role.BYPASS)
_TOLD_APART = 6
"""Letters of a name that was cut, with its ellipsis: fewer are those of many layers."""
_LINE, _LOWEST = 13.0, 10.5
_RADIUS = 4.0
_BAR = 15.0
"""Of a tile: from one line to the next, its corners, and how high the concat's two parts are."""


Slot = tuple[object, ...]
"""Where a word stands in modules of a kind; the two expands are one place."""
Limits = Mapping[Slot, int]
"""By its place, of a word's wordings the longest to be shown, counted from the shortest (0); -1: none is shown.

Where the whole text is shown, there is no limit."""
NO_LIMITS: Limits = MappingProxyType({})


class _Word(NamedTuple):
    """A text of the diagram, where it stands as it is drawn (in units), and what of it may be left out."""

    text: Text
    box: Box | None
    room: Rect
    slot: Slot

    @property
    def weight(self) -> int:
        """Names come first, then sums and what is accented, and last the quiet words."""
        return ("start", "middle", "end").index(self.text.anchor) if self.text.bold else 3


def readable(
    module: Module, drawn: Iterable[tuple[float, float, Leaf]], zoom: float, limits: Limits = NO_LIMITS
) -> Group:
    """Set the words among the `drawn` parts of a module so that each can be read at `zoom`, and none lies on another.

    Raises nothing: a word that does not fit, whole or shortened as the `limits` ask for, is left out.
    """
    found = [(word, text) for word, text in _set(module, drawn, zoom, limits) if text is not None]
    return Group(0, 0, tuple(_centred(found, zoom)))


def limits_of(module: Module, drawn: Iterable[tuple[float, float, Leaf]], zoom: float) -> Limits:
    """How far a module has to shorten its words at `zoom`. A name that has to be cut is no limit for others."""
    limits: dict[Slot, int] = {}
    for word, text in _set(module, drawn, zoom, NO_LIMITS):
        wordings = list(_wordings(word))
        if text is None and not _is_name(word):
            limits[word.slot] = -1
        elif text is not None and text.text != wordings[0] and text.text in wordings:
            shown = len(wordings) - 1 - wordings.index(text.text)
            limits[word.slot] = min(shown, limits.get(word.slot, shown))
    return limits


def least(limits: Iterable[Limits]) -> Limits:
    """The limits that hold for several modules, so that they say things alike."""
    found: dict[Slot, int] = {}
    for each in limits:
        for slot, longest in each.items():
            found[slot] = min(longest, found.get(slot, longest))
    return found


def badges_beside(module: Module, shown: Group, zoom: float) -> Module:
    """The module with the badges of concat and sum beside these where the words next to them are not `shown`."""
    texts = [text for _, _, text in flattened(shown) if isinstance(text, Text)]
    boxes = tuple(
        box._replace(badge=badge_beside(box.role, box.rect, box.badge))
        if box.badge and box.role in _BADGE_OUTSIDE and not any(_is_next_to(box.badge, text, zoom) for text in texts)
        else box
        for box in module.boxes
    )
    return module if boxes == module.boxes else module._replace(boxes=boxes)


def _is_next_to(badge: Point, text: Text, zoom: float) -> bool:
    """Whether a badge, which is in units, stands before or after a text in its line."""
    covered, at = _covered(text), badge.x * zoom
    gap = max(covered.x - at, at - covered.x - covered.width)
    return covered.y < badge.y * zoom < covered.y + covered.height and 0 <= gap <= _BADGE_AWAY


def _set(
    module: Module, drawn: Iterable[tuple[float, float, Leaf]], zoom: float, limits: Limits
) -> Iterator[tuple[_Word, Text | None]]:
    """Yield the words among the drawn parts, what matters most first, each as it is set; None: it is left out."""
    words = _words(module, drawn)
    boxes = [_scaled(box.rect, zoom) for box in module.boxes]
    marks = [_around(badge, zoom, _BADGE) for badge in (module.badge, *(box.badge for box in module.boxes)) if badge]
    taken = [*marks, *([_around(module.toggle.middle, zoom, _TRIANGLE)] if module.toggle else ())]
    for word in sorted(words, key=lambda word: word.weight):
        blocked = taken if word.box is not None else [*taken, *boxes]
        found = _fitting(word, zoom, blocked, limits.get(word.slot))
        if found is not None:
            taken.append(_covered(found))
        yield word, found


def _words(module: Module, drawn: Iterable[tuple[float, float, Leaf]]) -> list[_Word]:
    words: list[_Word] = []
    counted: dict[Slot, int] = {}
    for x, y, primitive in drawn:
        if isinstance(primitive, Text):
            text = primitive._replace(x=x + primitive.x, y=y + primitive.y)
            box, room = _room(text, module)
            role = None if box is None else Role.EXPAND1X1 if box.role is Role.EXPAND3X3 else box.role
            of = None if box is None or role is box.role else box.role
            slot = module.role, module.opened, role, text.anchor, text.bold
            place = counted[*slot, of] = counted.get((*slot, of), 0) + 1
            words.append(_Word(text, box, room, (*slot, 0 if box is not None and box.shares else place)))
    return words


def _room(text: Text, module: Module) -> tuple[Box | None, Rect]:
    """Find the room of a text: the part of a concat, or the box, or the module that it stands in; and that box."""
    x, y = text.x, text.y - _MIDDLE * text.size
    for box in module.boxes:
        share = next((share.rect for share in box.shares if share.rect.contains(x, y)), None)
        if share is not None:
            return box, share
        if box.rect.contains(x, y):
            return box, box.rect
    return None, Rect(0, 0, module.rect.width, module.rect.height)


def _fitting(word: _Word, zoom: float, taken: Sequence[Rect], longest: int | None) -> Text | None:
    """The longest of its wordings, but not above `longest`, that fits its room beside what is `taken`."""
    text, room = word.text, _scaled(word.room, zoom)
    size = max(LEAST, text.size * zoom)
    digits = text.text.replace(",", "").isdigit()  # they do not reach below the line
    lowest = room.y + room.height - (1 if digits else 1 + _DESCENT * size)
    baseline = min(max(text.y * zoom, room.y + _ASCENT * size + 1), lowest)
    if baseline < room.y + _ASCENT * size:
        return None
    made = text._replace(x=text.x * zoom, y=baseline, size=size)
    wordings = list(_wordings(word))
    for wording in wordings if longest is None else wordings[max(0, len(wordings) - 1 - longest) :]:
        found = made._replace(text=wording)
        if _is_free(_covered(found), room, taken):
            return found
    if _is_name(word):
        free = min((each.x for each in taken if _beside(each, made)), default=room.x + room.width - _INSET)
        cut = _cut(wordings[-1], size, free - _BETWEEN - made.x)
        found = made._replace(text=cut)
        if len(cut) > 2 and _is_free(_covered(found), room, taken):
            return found
    return None


def _cut(text: str, size: float, width: float) -> str:
    """Shorten a bold text about one ellipsis: one that it has already gets wider."""
    start, ellipsis, end = text.partition("…")
    if not ellipsis:
        return elide(text, size, True, width)
    while start and text_width(f"{start}…{end}", size, True) > width:
        start, end = (start[:-1], end) if len(start) >= len(end) else (start, end[1:])
    return f"{start}…{end}"


def _is_part(word: _Word) -> bool:
    return word.box is not None and word.box.role in _PARTS


def _is_name(word: _Word) -> bool:
    """Whether a word begins with the name of a layer, which may be cut."""
    return word.text.bold and word.text.anchor == "start" and not _is_part(word)


def _wordings(word: _Word) -> Iterator[str]:
    """Yield the text and shorter ones that say what matters most: of a part its filters, else what comes first."""
    text = word.text.text
    yield text
    pieces = text.split(" · ")
    if _is_part(word) and word.text.bold:
        yield text.partition(" ")[2]
        yield pieces[-1]
        return
    for count in range(len(pieces) - 1, 0, -1):
        yield " · ".join(pieces[:count])
    if pieces[0].endswith(" channels"):
        yield pieces[0].removesuffix(" channels")
    elif " → " in pieces[0]:
        yield narrow(pieces[0]).replace(" = ", "=")
        yield pieces[0].partition(" → ")[2]
        yield f"{pieces[0].rpartition(' = ')[2]} ch"
    elif not word.text.bold and " × " in pieces[0]:
        yield f"{pieces[0].partition(' × ')[0]} ch"


def _is_free(wanted: Rect, room: Rect, taken: Sequence[Rect]) -> bool:
    inside = room.x + _INSET <= wanted.x and wanted.x + wanted.width <= room.x + room.width - _INSET
    return inside and not any(_overlap(wanted, each) for each in taken)


def _overlap(one: Rect, other: Rect) -> bool:
    return (
        one.x < other.x + other.width + _BETWEEN
        and other.x < one.x + one.width + _BETWEEN
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


def _beside(rect: Rect, text: Text) -> bool:
    """Whether a rectangle stands in the line of a text, after where it begins."""
    covered = _covered(text)
    return rect.x > text.x and rect.y < covered.y + covered.height and covered.y < rect.y + rect.height


def _covered(text: Text) -> Rect:
    """What a text covers."""
    width = text_width(text.text, text.size, text.bold)
    left = text.x - LEFT_OF_ANCHOR[text.anchor] * width
    return Rect(left, text.y - _ASCENT * text.size, width, (_ASCENT + _DESCENT) * text.size)


def _centred(found: list[tuple[_Word, Text]], zoom: float) -> Iterator[Text]:
    """Yield the texts; what is left of a box's lines stands in its middle."""
    for word, text in found:
        lines = {other.text.y for other, _ in found if other.box is word.box and other.room == word.room}
        if word.box is None or len(lines) > 1:
            yield text
        else:
            middle = _scaled(word.room, zoom).middle
            yield text._replace(y=middle.y + _MIDDLE * text.size)


def _scaled(rect: Rect, zoom: float) -> Rect:
    return Rect(rect.x * zoom, rect.y * zoom, rect.width * zoom, rect.height * zoom)


def _around(middle: Point, zoom: float, reach: float) -> Rect:
    return _scaled(Rect(middle.x - reach, middle.y - reach, 2 * reach, 2 * reach), zoom)


# From farther off a module is a tile.


def tile(module: Module, theme: Theme, zoom: float, paint: Paint | None = None) -> Group | None:
    """A module as one tile: its name, its channels and the parts of a Fire, as far as there is room to read them.

    `paint` is its ground where it is coloured by what it costs. None where not even the name's beginning can be read:
    there colour alone tells.
    """
    width, height = module.rect.width * zoom, module.rect.height * zoom
    bar = 4.0
    whole = plain(module.key.layer or "input")
    name = elide(whole, LEAST + 1, True, width - 2 * _INSET - bar)
    if height < _LOWEST or (name != whole and len(name) < _TOLD_APART):
        return None
    ink, fire = paint.ink if paint else theme.text, module.role is Role.FIRE
    fill = paint.fill if paint else theme.frame_fill if fire else theme.box_fill
    left, top = bar + _INSET, (height - _LINE) / 2 if height < 2 * _LINE else 1.0
    lines = [Text(left, top + _LINE - _INSET, isolated(name), LEAST + 1, ink, True)]
    channels = f"{module.channels:,} ch" if module.channels else ""
    if height >= 2 * _LINE and text_width(channels, LEAST, False) <= width - left - _INSET:
        lines.append(Text(left, top + 2 * _LINE - _INSET, channels, LEAST, ink))
    role = Rectangle(2, 2, bar - 1, height - 4, Shape(fill=theme.roles[module.role]), 1)
    edge = theme.frame_outline if fire and paint is None else theme.box_outline
    ground = Rectangle(0, 0, width, height, Shape(fill, edge), _RADIUS)
    return Group(0, 0, (ground, role, *lines, *_shares(module, theme, Rect(left, 0, width - left - _INSET, height))))


def _shares(module: Module, theme: Theme, room: Rect) -> Iterator[Leaf]:
    """Yield the two parts of a Fire's concat at the foot of its tile, where they have room."""
    shares = next((box.shares for box in module.boxes if box.shares), ())
    texts = [f"{share.channels:,}" for share in shares]
    needed = [text_width(each, LEAST, True) + 2 * _INSET for each in texts]
    if not shares or room.height < 2 * _LINE + _BAR + _INSET or sum(needed) + 1 > room.width:
        return
    top, left = room.height - _BAR - _INSET, room.x
    spare = (room.width - 1 - sum(needed)) / 2
    for share, text, least in zip(shares, texts, needed, strict=True):
        width = least + spare
        yield Rectangle(left, top, width, _BAR, Shape(fill=theme.shares[share.role]), 2)
        middle = Point(left + width / 2, top + _BAR / 2 + _MIDDLE * LEAST)
        yield Text(*middle, text, LEAST, theme.share_text, True, "middle")
        left += width + 1
