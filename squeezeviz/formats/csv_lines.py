"""How much of a CSV text is read: its rows, and the lines that one row may have."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO

LONGEST_ROW = 1_000_000
"""Characters. Twenty-five cells with the longest names that there may be have a quarter of that."""
MOST_ROWS = 10_000
"""Of 1,000 Fire modules there are about 1,200."""
MOST_BLANK_ROWS = 200_000


class RowTooLongError(Exception):
    """A row goes on for longer than any layer table's."""


class Lines:
    """The lines of a text for Python's CSV parser, which would put a row of any length together."""

    def __init__(self, file: StringIO) -> None:
        self._file = file
        self._length = 0

    def begin_row(self) -> None:
        """Say that a new row begins."""
        self._length = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._file)
        self._length += len(line)
        if self._length > LONGEST_ROW:
            raise RowTooLongError
        return line
