"""How well some loosely typed letters fit a title: by its beginning, by those of its words, by its letters."""

from __future__ import annotations

from enum import IntEnum

from squeezeviz.model.finding import folded
from squeezeviz.model.records import NamedTuple

_APART = str.maketrans({**dict.fromkeys("-_/⁄\\().,:;›>…'\"[]{}", " "), "*": "x"})
"""Signs that part words; and a sign for "times", which × is shown as too. A ½ is written with a stroke of its own."""
LONGEST = 200
"""Characters of a title that are looked at, and of what is typed."""


class Fit(IntEnum):
    """In which way a title fits, the best first."""

    WHOLE = 0
    BEGINNING = 1
    WORDS = 2
    """Each typed word begins a word of the title, in the title's order."""
    WITHIN = 3
    CONTEXT = 4
    """Each typed word begins a word of the title or of what stands beside it, in any order."""
    LETTERS = 5
    """The typed letters stand in the title in their order, with others between them."""


class Match(NamedTuple):
    """`jumps` counts what was passed over between the letters: the fewer the better, among equal fits."""

    fit: Fit
    jumps: int = 0


def spaced_words(text: str) -> str:
    """A text as it is compared: its words in lower case, a space before each of them; signs between them part them."""
    shown = text[:LONGEST]
    if not (shown.isascii() and shown.isalnum()):
        shown = folded(shown).translate(_APART)
    return "".join(f" {word}" for word in shown.casefold().split())


class Typed:
    """What was typed, to be compared with many titles."""

    def __init__(self, text: str) -> None:
        self._spaced = spaced_words(text)
        self._phrase = self._spaced[1:]
        self._starts = [f" {word}" for word in self._phrase.split()]
        self._letters = self._phrase.replace(" ", "")

    def __bool__(self) -> bool:
        return bool(self._letters)

    def match(self, title: str, beside: str) -> Match | None:
        """How it fits a title, beside which such as the name of its menu stands, both as `spaced_words`; None where it
        does not. Whatever fits a longer text fits one that it begins with, too."""
        if title.startswith(self._spaced):
            return Match(Fit.WHOLE if len(title) == len(self._spaced) else Fit.BEGINNING)
        there = _stand_in(self._letters, title)
        if there and _in_order(self._starts, title):
            return Match(Fit.WORDS)
        if there and self._phrase in title:
            return Match(Fit.WITHIN)
        if all(start in title or start in beside for start in self._starts):
            return Match(Fit.CONTEXT)
        return Match(Fit.LETTERS, _jumps(self._letters, title)) if there else None


def _stand_in(letters: str, spaced: str) -> bool:
    at = 0
    for letter in letters:
        at = spaced.find(letter, at) + 1
        if not at:
            return False
    return True


def _in_order(starts: list[str], spaced: str) -> bool:
    at = 0
    for start in starts:
        at = spaced.find(start, at)
        if at < 0:
            return False
        at += 1
    return True


def _jumps(letters: str, spaced: str) -> int:
    """How many times the letters leave off in the text, where they rather begin a later word than stand within one;
    what goes on within a word counts twice."""
    at, jumps = 0, 0
    for letter in letters:
        if not spaced.startswith(letter, at):
            start = spaced.find(f" {letter}", at)
            at = start + 1 if start >= 0 else spaced.find(letter, at)
            if at < 0:
                return 2 * len(letters)  # they are there, but not in that way
            jumps += 1 if start >= 0 else 2
        at += 1
    return jumps
