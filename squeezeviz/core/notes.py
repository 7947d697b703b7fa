"""What is said beside a table: facts, and what should be looked at."""

from __future__ import annotations

from squeezeviz.core.errors import LONGEST_MESSAGE
from squeezeviz.core.text import plain


class Fact(str):
    """A note that only tells what is so. Any other note tells what was assumed, left out or may go wrong."""

    __slots__ = ()


def plain_note(note: str) -> str:
    """The note as a plain line, and a fact where it was one."""
    shown = plain(note, LONGEST_MESSAGE)
    return Fact(shown) if isinstance(note, Fact) else shown
