"""How the values of the table's columns are written and read, type by type: in the window's cells and in a file's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from squeezeviz.model.errors import Place, SqueezevizError, quoted
from squeezeviz.model.layers import Bypass
from squeezeviz.model.shares import printed_kept, printed_share, read_kept, share_text
from squeezeviz.model.whole_numbers import printed_bits, printed_count, read_bits, whole
from squeezeviz.model.wording import readable_bytes, short_field_text, size_text


def read_bypass(typed: str, place: Place | None = None) -> Bypass:
    """A kind of bypass by its name or the beginning of it; SqueezevizError where it is none of the three."""
    begun = typed.strip().lower()
    found = [kind for kind in Bypass if begun and kind.startswith(begun)]
    if not found:
        raise SqueezevizError(f"a bypass is none, simple or complex, not {quoted(typed)}", place)
    return found[0]


def _printed_bypass(cell: str, what: str) -> Bypass:
    if cell.casefold() not in list(Bypass):
        raise SqueezevizError(f"{what} must be none, simple or complex, not {quoted(cell)}")
    return Bypass(cell.casefold())


def _printed_flag(cell: str, what: str) -> bool:
    word = cell.casefold()
    if word in ("true", "yes", "1", "1.0"):
        return True
    if word in ("false", "no", "0", "0.0"):
        return False
    raise SqueezevizError(f"{what} must be true or false, not {quoted(cell)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CellType:
    """How the values of a column are written and read.

    `show` writes one for people, `write` for a CSV file. `read` takes what was typed, with the place for its error;
    `read_printed` takes a file's cell, with what its error calls it. Both raise SqueezevizError. `looks` is a pattern
    that such cells fit, for columns whose headings are not known.
    """

    show: Callable[[Any], str] = str
    write: Callable[[Any], str | int | float] = lambda value: value
    read: Callable[[str, Place | None], Any] | None = None
    read_printed: Callable[[str, str], Any] | None = None
    looks: str = ".*"
    is_number: bool = False
    """Whether it stands at the right."""
    choices: tuple[str, ...] = ()


TEXT = CellType()
NAME = CellType(read=lambda typed, _: typed)
SIZE = CellType(show=size_text, looks=r"[0-9 ]+[xX×].*")
WINDOW = CellType(looks=r"(?![0-9]+\s*$).*")
DEPTH = CellType(show="{:,}".format, looks=r"[0-9]{1,3}", is_number=True)
COUNT = CellType(
    show="{:,}".format, looks=r"[0-9][0-9,.' \u00a0\u2009\u202f]*(?:\(total\))?", is_number=True
)  # fmt: skip
BYTES = CellType(show=lambda count: readable_bytes(count) if count else "0", is_number=True)
WHOLE = CellType(read=whole, read_printed=printed_count, looks=r"(?!none|simple|complex)[^%]*", is_number=True)
KEPT = CellType(
    show=share_text,
    read=read_kept,
    read_printed=lambda cell, what: printed_kept(cell, what).share,
    looks=r".*%.*",
    is_number=True,
)
BITS = CellType(read=read_bits, read_printed=printed_bits, looks=r"[0-9]+\s*bits?|[0-9]{1,2}", is_number=True)
BYPASS = CellType(
    write=str, read=read_bypass, read_printed=_printed_bypass, looks="none|simple|complex", choices=tuple(Bypass)
)
FLAG = CellType(write=lambda value: "true" if value else "false", read_printed=_printed_flag)
SHARE = CellType(show=share_text, read_printed=printed_share)
FIELD = CellType(show=short_field_text)
MEASURED = CellType(is_number=True)
