"""The one class of errors that a person can cause, and the place it points at."""

from __future__ import annotations

import datetime
import re
import unicodedata
from dataclasses import dataclass, replace

_LONGEST_QUOTE = 40
_LONGEST_CELL = 60
_LONGEST_FILE = 400


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is wrong: a file and line, a table row and column, or parts of these."""

    file: str | None = None
    line: int | None = None
    row: str | None = None
    column: str | None = None

    def __str__(self) -> str:
        """One line, whatever the file and the row are named."""
        where = _cut_within(_one_line(self.file or ""), _LONGEST_FILE)
        if self.line is not None:
            where = f"{where}:{self.line}" if where else f"line {self.line}"
        cell = " ".join(_cut(_one_line(part), _LONGEST_CELL) for part in (self.row, self.column) if part)
        return ": ".join(part for part in (where, cell) if part)


class SqueezevizError(Exception):
    """A mistake a person can make: one sentence that says what is wrong and what to do, and its place.

    Whatever else is raised is a bug and shows its traceback.
    """

    def __init__(self, message: str, place: Place | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.place = place or Place()

    def __str__(self) -> str:
        """The place, then the sentence, which need not name the column again where it begins with it."""
        said = self.place.column is not None and self.message.startswith(f"{self.place.column} ")
        place = str(replace(self.place, column=None) if said else self.place)
        return f"{place}: {self.message}" if place else self.message

    def at(
        self,
        *,
        file: str | None = None,
        line: int | None = None,
        row: str | None = None,
        column: str | None = None,
    ) -> SqueezevizError:
        """The same error with what is known of its place filled in; what stands already is kept."""
        here = self.place
        place = replace(
            here,
            file=here.file if here.file is not None else file,
            line=here.line if here.line is not None else line,
            row=here.row if here.row is not None else row,
            column=here.column if here.column is not None else column,
        )
        return SqueezevizError(self.message, place)


def shown(value: object) -> str:
    """A value that cannot stand where it does, as an error quotes it: one line, never long.

    Python refuses to write out whole numbers of more than 4,300 digits; hexadecimal ones reach us from TOML.
    """
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
        case _:
            return _cut(repr(value), _LONGEST_QUOTE)


def brief(name: str) -> str:
    """A name as part of a sentence: one line, never long."""
    return _cut(_one_line(name), _LONGEST_QUOTE)


def breaks_a_line(character: str) -> bool:
    """Whether it is a control character, half a character, or something that ends a line."""
    return unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") or character in "\ufffe\uffff"


def _one_line(text: str) -> str:
    if text.isprintable():
        return text
    spelt = _ESCAPED_BYTES.sub(_as_utf8, text)
    return "".join(repr(each)[1:-1] if breaks_a_line(each) else each for each in spelt)


_ESCAPED_BYTES = re.compile("[\udc80-\udcff]+")
"""What Python makes of a file name's bytes where the locale's encoding has no character for them."""


def _as_utf8(escaped: re.Match[str]) -> str:
    """The characters that the bytes spell in UTF-8; as they stand where they spell none."""
    try:
        return escaped[0].encode(errors="surrogateescape").decode()
    except UnicodeDecodeError:
        return escaped[0]


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _cut_within(path: str, longest: int) -> str:
    """A path with both its ends, as the last part says most."""
    half = longest // 2
    return path if len(path) <= longest else f"{path[: half - 1]}…{path[-half:]}"
