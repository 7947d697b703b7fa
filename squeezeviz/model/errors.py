"""The error class for everything that a person can cause, the place that an error points at, and notes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Any

from squeezeviz.model.records import NamedTuple
from squeezeviz.model.text import plain, plain_path

LONGEST_MESSAGE = 1000
_LONGEST_QUOTE = 40
_LONGEST_CELL = 60
LONGEST_FILE = 400


class Place(NamedTuple):
    """Where an error or a problem is: a file and line, a table row and column, or some of these."""

    file: str | None = None
    line: int | None = None
    row: str | None = None
    column: str | None = None

    def __str__(self) -> str:
        """Return the place as one line, whatever the file and the row are named."""
        where = plain_path(self.file or "", LONGEST_FILE)
        if self.line is not None:
            where = f"{where}:{self.line}" if where else f"line {self.line}"
        cell = " ".join(plain(part, _LONGEST_CELL) for part in (self.row, self.column) if part)
        return ": ".join(part for part in (where, cell) if part)


class SqueezevizError(Exception):
    """A mistake that a person can make, as one plain sentence that says what is wrong and what to do, with its place.

    Every other exception is a bug and shows its traceback.
    """

    def __init__(self, message: str, place: Place | None = None) -> None:
        self.message = plain(message, LONGEST_MESSAGE)
        super().__init__(self.message)
        self.place = place or Place()

    def __str__(self) -> str:
        """Return the place and the sentence. A column that already begins the sentence is not repeated."""
        sentence_names_column = self.place.column is not None and self.message.startswith(f"{self.place.column} ")
        place = str(self.place._replace(column=None) if sentence_names_column else self.place)
        return f"{place}: {self.message}" if place else self.message

    def at(
        self,
        *,
        file: str | None = None,
        line: int | None = None,
        row: str | None = None,
        column: str | None = None,
    ) -> SqueezevizError:
        """Return the same error with the missing parts of its place filled in. Parts that it already has stay."""
        given: dict[str, Any] = {"file": file, "line": line, "row": row, "column": column}
        missing = {part: value for part, value in given.items() if getattr(self.place, part) is None}
        return SqueezevizError(self.message, self.place._replace(**missing))


@contextmanager
def errors_at(**place: Any) -> Iterator[None]:
    """Give each SqueezevizError that is raised within the missing parts of its place, which `at` takes."""
    try:
        yield
    except SqueezevizError as error:
        # The very error: a new one would hold this one's frames, and with them all that was read, until collected.
        error.place = error.at(**place).place
        raise


def shown(value: object) -> str:
    """Return a value as error messages quote it: on one line and shortened.

    Python refuses to print whole numbers of more than 4,300 digits; TOML can give us such numbers in hexadecimal.
    """
    import datetime

    match value:
        case bool():
            return "true" if value else "false"
        case int() if abs(value) >= 10**_LONGEST_QUOTE:
            return f"a number of about {round(value.bit_length() * 0.30103):,} digits"
        case list() | tuple():
            return "a list"
        case dict():
            return "a table"
        case datetime.date() | datetime.time():
            return value.isoformat()
        case str():
            quote = '"' if "'" in value and '"' not in value else "'"
            return f"{quote}{plain(value, _LONGEST_QUOTE - 2)}{quote}"
        case _:
            return plain(repr(value), _LONGEST_QUOTE)


def brief(name: str) -> str:
    """Return a name as it appears within a sentence: on one line and shortened."""
    return plain(name, _LONGEST_QUOTE)


def quoted(text: str) -> str:
    """Text that a person or a file brought, as a message quotes it: one line, never long."""
    return f"“{brief(text)}”"


class Severity(StrEnum):
    """Whether a note only informs, or warns: something was assumed, was left out, or may go wrong."""

    INFO = "info"
    WARNING = "warning"


class Note(NamedTuple):
    """A sentence about a file that was read."""

    text: str
    severity: Severity = Severity.WARNING

    def __str__(self) -> str:
        return self.text

    def as_line(self) -> Note:
        """Return the note on one line without control characters, whatever names it speaks of."""
        return self._replace(text=plain(self.text, LONGEST_MESSAGE))
