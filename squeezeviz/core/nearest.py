"""What a person may have meant by a word that is not there."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_ALIKE = 0.6
_LONGEST = 200
"""Longer words are not compared: no one types them."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that is most like `word`: but for its case, as its beginning, or letter by letter."""
    folded, words = word.casefold(), {each.casefold(): each for each in known}
    if folded in words or not folded or len(folded) > _LONGEST:
        return words.get(folded)
    begun = [each for each in words if len(folded) > 1 and each.startswith(folded)]
    near = begun if len(begun) == 1 else difflib.get_close_matches(folded, words, 1, _ALIKE)
    return words[near[0]] if near else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The end of a sentence that says so, or nothing."""
    near = nearest(word, known)
    return "" if near is None else f"; did you mean {near}?"
