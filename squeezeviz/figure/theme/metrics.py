"""How wide a line of text will be, how much of it fits, and how far a drawing with its texts reaches.

Text is measured with the widths of the bundled font's letters, without Qt.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import count
from math import fsum

from squeezeviz.figure.scene.diagram import Rect
from squeezeviz.figure.scene.primitives import (
    LEFT_OF_ANCHOR,
    Circle,
    Curve,
    Group,
    Leaf,
    Pixels,
    Polygon,
    Rectangle,
    Text,
    flattened,
)
from squeezeviz.model.resources import RESOURCES

PARTS_OF_EM = 160

ELLIPSIS = "…"
UNKNOWN_EM = 1.1
"""Of a script that the font lacks: rather too much than too little, so that nothing leaves its box."""
WIDE_EM = 1.3
"""Fallback fonts draw emoji wider than their em."""

LONGEST_CLUSTER = 12
"""A base character with more marks than this is cut: nobody can read it, and it would cover its neighbours."""

_JOINER = "\u200d"
_MARKS = ("Mn", "Me", "Cf")
_SKIN_TONES = frozenset(map(chr, range(0x1F3FB, 0x1F400)))
_FLAG_LETTERS = frozenset(map(chr, range(0x1F1E6, 0x1F200)))
_OTHER_SCRIPTS = (
    (0x0590, 0x05FF, 0.7),  # Hebrew
    (0x0600, 0x077F, 0.85),  # Arabic, Syriac
    (0xFDF0, 0xFDFC, 3.0),  # whole words in one character
    (0xFDFD, 0xFDFD, 9.0),  # a whole sentence
    (0x12000, 0x1254F, 3.5),  # cuneiform
)
"""First and last character, and the width in ems that fonts commonly give them."""

_ASCENT, _DESCENT = 0.78, 0.25
"""Of letters and digits, in ems."""

_HEAD_SHARE = 0.6
_SHORT = 100
_RIGHT_TO_LEFT = ("R", "AL", "AN")


def _advances(weight: str) -> dict[str, float]:
    """Return the width in ems of every character that the bundled font has been measured for."""
    text = (RESOURCES / "fonts" / "Inter-advances.txt").read_text("utf-8")
    ems = [parts / PARTS_OF_EM for parts in range(256)]
    advances: dict[str, float] = {}
    for line in text.splitlines():
        if line.startswith(weight):
            _, first, widths = line.split()
            advances.update(
                zip(map(chr, count(int(first, 16))), map(ems.__getitem__, bytes.fromhex(widths)), strict=False)
            )
    return advances


_ADVANCES = {False: _advances("regular"), True: _advances("semibold")}
_SIMPLE = frozenset(_ADVANCES[False])
"""Characters that stand for themselves, without marks."""


@lru_cache(maxsize=128)
def text_width(text: str, size: float, bold: bool = False) -> float:
    """Return the width of one line of `text` in units, where the font's em is `size` units.

    The sum is the nearest one: that of Python's `sum` is not the same from 3.12 on.
    """
    advances = _ADVANCES[bold]
    try:
        return size * fsum(map(advances.__getitem__, text))
    except KeyError:  # of a script that the font lacks
        return size * fsum(advances[each] if each in advances else _other_advance(each) for each in text)


def is_known(text: str) -> bool:
    """Return whether the font has every character of `text`, so that its width is no estimate."""
    return _SIMPLE.issuperset(text)


@lru_cache(maxsize=64)
def elide(text: str, size: float, bold: bool, width: float) -> str:
    """Return `text` where it fits `width` units, else its beginning and its end around an ellipsis.

    Letters stay with their marks, and joined emoji together. Costs what is shown, however long the text is.
    """
    if len(text) < _SHORT and _SIMPLE.issuperset(text) and text_width(text, size, bold) <= width:
        return text
    whole, fits = _fitting(_clusters(text), size, bold, width)
    if fits:
        return "".join(whole)
    room = max(0.0, width - text_width(ELLIPSIS, size, bold))
    head, _ = _fitting(_clusters(text), size, bold, room * _HEAD_SHARE)
    rest = room - text_width("".join(head), size, bold)
    # The end is looked for in no more of the text than can be shown; the first cluster there may be half a one.
    window = text[-LONGEST_CLUSTER * (int(4 * room / size) + 8) :]
    tail, _ = _fitting(reversed(list(_clusters(window))[1:]), size, bold, rest)
    return f"{''.join(head).rstrip()}{ELLIPSIS}{''.join(reversed(tail)).lstrip()}"


def isolated(text: str) -> str:
    """Put `text` that runs right to left between marks that keep the line around it in order."""
    if not text.isascii() and any(unicodedata.bidirectional(each) in _RIGHT_TO_LEFT for each in text):
        return f"\u2068{text}\u2069"
    return text


def _clusters(text: str) -> Iterable[str]:
    """Yield characters together with the marks and joined characters that belong to them."""
    cluster = ""
    for character in text:
        if cluster and not _belongs(character, cluster):
            yield cluster
            cluster = ""
        cluster += character
    if cluster:
        yield cluster


def _belongs(character: str, cluster: str) -> bool:
    """Return whether a character belongs to the cluster before it: marks, skin tones, what is joined, half a flag."""
    if character in _SIMPLE and not cluster.endswith(_JOINER):
        return False
    if character in _SKIN_TONES or cluster.endswith(_JOINER) or _is_mark(character):
        return True
    return character in _FLAG_LETTERS and len(cluster) == 1 and cluster in _FLAG_LETTERS


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) in _MARKS


def _fitting(clusters: Iterable[str], size: float, bold: bool, width: float) -> tuple[list[str], bool]:
    """Return as many of the clusters as fit `width` units, and whether these are all."""
    fitting: list[str] = []
    used = 0.0
    for cluster in clusters:
        shown = cluster[:LONGEST_CLUSTER]
        used += text_width(shown, size, bold)  # joined emoji are one picture only where a font has it
        if used > width:
            return fitting, False
        fitting.append(shown)
    return fitting, True


@lru_cache(maxsize=4096)
def _other_advance(character: str) -> float:
    """Estimate the width in ems of a character that the font may lack."""
    if _is_mark(character):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return WIDE_EM if unicodedata.category(character) == "So" else 1.05
    scripts = (width for first, last, width in _OTHER_SCRIPTS if first <= ord(character) <= last)
    return next(scripts, UNKNOWN_EM)


def extent(group: Group) -> Rect:
    """Return the smallest rectangle around everything in the group, outlines included; empty for an empty group."""
    rects = [_touched(*each) for each in flattened(group)]
    if not rects:
        return Rect(0, 0, 0, 0)
    left, top = min(rect.x for rect in rects), min(rect.y for rect in rects)
    right, bottom = max(rect.x + rect.width for rect in rects), max(rect.y + rect.height for rect in rects)
    return Rect(left, top, right - left, bottom - top)


def texts(group: Group) -> Iterator[Text]:
    """Yield every text in the group that is not blank."""
    for _, _, each in flattened(group):
        if isinstance(each, Text) and each.text.strip():
            yield each


def _touched(x: float, y: float, primitive: Leaf) -> Rect:
    match primitive:
        case Text(text=text, size=size):
            width = text_width(text, size, primitive.bold)
            left = x + primitive.x - LEFT_OF_ANCHOR[primitive.anchor] * width
            return Rect(left, y + primitive.y - _ASCENT * size, width, (_ASCENT + _DESCENT) * size)
        case Pixels():
            return Rect(x + primitive.x, y + primitive.y, primitive.width, primitive.height)
        case Rectangle():
            left, top, width, height = primitive.x, primitive.y, primitive.width, primitive.height
        case Circle(centre_x, centre_y, radius):
            left, top, width, height = centre_x - radius, centre_y - radius, 2 * radius, 2 * radius
        case Curve(points) | Polygon(points):
            # A Bézier lies within its points.
            left, top = min(point.x for point in points), min(point.y for point in points)
            width, height = max(point.x for point in points) - left, max(point.y for point in points) - top
    edge = primitive.shape.stroke_width / 2 if primitive.shape.stroke is not None else 0.0
    return Rect(x + left - edge, y + top - edge, width + 2 * edge, height + 2 * edge)
