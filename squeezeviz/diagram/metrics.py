"""How wide a line of text will be, and what of it fits: an estimate from the bundled font, without Qt."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice

from squeezeviz.diagram.inter import PARTS_OF_EM, REGULAR, SEMIBOLD

ELLIPSIS = "…"
UNKNOWN_EM = 0.62
WIDE_EM = 1.3
"""Fallback fonts draw emoji wider than their em."""

LONGEST_CLUSTER = 8
"""A base character with more marks than this is cut: nobody can read it, and it would cover its neighbours."""

_JOINER = "\u200d"
_FORMAT_CATEGORIES = ("Mn", "Me", "Cf")
_BIDI_CONTROLS = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"))
_SEPARATORS = {0x2028: " ", 0x2029: " ", 0x0085: " "}
_RIGHT_TO_LEFT = ("R", "AL", "AN")


def _advances(ranges: dict[int, str]) -> dict[str, float]:
    return {
        chr(first + place): int(widths[2 * place : 2 * place + 2], 16) / PARTS_OF_EM
        for first, widths in ranges.items()
        for place in range(len(widths) // 2)
    }


_ADVANCES = {False: _advances(REGULAR), True: _advances(SEMIBOLD)}


@lru_cache(maxsize=8192)
def text_width(text: str, size: float, bold: bool = False) -> float:
    """The width of one line of `text` in units, where the font's em is `size` units."""
    advances = _ADVANCES[bold]
    return size * sum(advances[each] if each in advances else _other_advance(each) for each in text)


@lru_cache(maxsize=8192)
def elide(text: str, size: float, bold: bool, width: float) -> str:
    """`text` where it fits `width` units, else its beginning and its end around an ellipsis.

    Letters stay with their marks, and joined emoji together. Costs what is shown, however long the text is.
    """
    kept = _cut(_clusters(text), size, bold, width)
    if len(kept) == len(text):
        return text
    room = max(0.0, width - text_width(ELLIPSIS, size, bold))
    head = _cut(_clusters(text), size, bold, room * 0.6).rstrip()
    # Clusters of the end are found from a start that is far enough before what can be shown.
    end = text[-(LONGEST_CLUSTER * (int(room / size * 4) + 8)) :]
    rest = room - text_width(head, size, bold)
    tail = _cut_from_end(list(_clusters(end)), size, bold, rest).lstrip()
    return f"{head}{ELLIPSIS}{tail}"


def displayed(name: str) -> str:
    """A name as one line that cannot turn the text around it: no separators, right-to-left text isolated."""
    line = name.translate(_BIDI_CONTROLS).translate(_SEPARATORS)
    return line


def isolated(text: str) -> str:
    """`text`, if it runs right to left, between marks that keep the line around it in order."""
    if any(unicodedata.bidirectional(each) in _RIGHT_TO_LEFT for each in text):
        return f"\u2068{text}\u2069"
    return text


def _clusters(text: str) -> Iterable[str]:
    """Characters with the marks and joined characters that belong to them, in order."""
    cluster = ""
    for character in text:
        joins = unicodedata.combining(character) or unicodedata.category(character) in _FORMAT_CATEGORIES
        belongs = joins or cluster.endswith(_JOINER) or "\U0001f3fb" <= character <= "\U0001f3ff"
        if cluster and not belongs:
            yield cluster
            cluster = ""
        cluster += character
    if cluster:
        yield cluster


def _cut(clusters: Iterable[str], size: float, bold: bool, width: float) -> str:
    kept, used = [], 0.0
    for cluster in clusters:
        shown = cluster[:LONGEST_CLUSTER]
        used += _cluster_width(shown, size, bold)
        if used > width:
            break
        kept.append(shown)
    return "".join(kept)


def _cut_from_end(clusters: list[str], size: float, bold: bool, width: float) -> str:
    kept, used = [], 0.0
    for cluster in islice(reversed(clusters), len(clusters)):
        shown = cluster[:LONGEST_CLUSTER]
        used += _cluster_width(shown, size, bold)
        if used > width:
            break
        kept.append(shown)
    return "".join(reversed(kept))


def _cluster_width(cluster: str, size: float, bold: bool) -> float:
    return size * sum(_ADVANCES[bold].get(each) or _other_advance(each) for each in cluster)


@lru_cache(maxsize=4096)
def _other_advance(character: str) -> float:
    """The width in ems of a character that the font may lack."""
    if unicodedata.combining(character) or unicodedata.category(character) in _FORMAT_CATEGORIES:
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return WIDE_EM if unicodedata.category(character) == "So" else 1.0
    return UNKNOWN_EM
