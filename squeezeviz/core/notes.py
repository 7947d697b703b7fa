"""What is said beside a table: facts, and what should be looked at."""

from __future__ import annotations


class Fact(str):
    """A note that only tells what is so. Any other note tells what was assumed, left out or may go wrong."""

    __slots__ = ()
