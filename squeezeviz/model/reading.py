"""Reading numbers as people type them and as tables print them. Nothing is guessed: what is refused is told why.

Functions named `read_…` take what was typed, and the place for their error. Those named `printed_…` take a cell of a
file, and the name by which their error calls it. All raise SqueezevizError.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from squeezeviz.model.errors import Place, SqueezevizError, quoted
from squeezeviz.model.records import NamedTuple

if TYPE_CHECKING:
    from fractions import Fraction

_GAPS = "\u00a0\u2009\u202f"
"""No-break and thin spaces, which spreadsheets and papers put between digits."""

_GROUPED = f"[1-9][0-9]{{0,2}}(?:([,{_GAPS}'’ ])[0-9]{{3}})(?:\\1[0-9]{{3}})*"


def whole(typed: str, place: Place | None = None) -> int:
    """Read a whole number: plain digits, or groups of three with commas, apostrophes or spaces of any width."""
    plain = typed.strip()
    if re.fullmatch(_GROUPED, plain):
        plain = re.sub("[^0-9]", "", plain)
    if re.fullmatch(r"[0-9]{1,4000}", plain):
        return int(plain)
    raise SqueezevizError(f"a whole number is needed, {_why_not(plain)}", place)


_ERROR_VALUE = r"(?i)#[A-Z0-9/_]+[!?]?|Err:[0-9]{3}"
_NEGATIVE = "[-−–‐‑﹣－].*[0-9].*|\\([0-9.,]+\\)"
_POINT_OR_GROUP = r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+"
_DECIMAL = rf"[0-9.,{_GAPS}'’ ]*[.,][0-9]*"
_SCIENTIFIC = r"[+-]?[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]+|[0-9]+\s*\^\s*[0-9]+"


def _why_not(typed: str) -> str:
    """Return the rest of the sentence that refuses `typed`."""
    foreign = _foreign_digits(typed)
    reasons = (
        (not typed, "such as 64; this is empty"),
        (
            re.fullmatch(_ERROR_VALUE, typed),
            f"such as 64; {quoted(typed)} is an error of the spreadsheet it comes from",
        ),
        (typed.startswith("="), f"such as 64; {quoted(typed)} is a formula, and none is computed here"),
        (foreign, f"but {quoted(typed)} has {foreign}; write it with the digits 0 to 9"),
        (re.fullmatch(_NEGATIVE, typed), f"and it must be from 1, but {quoted(typed)} is negative"),
        (
            re.fullmatch(_POINT_OR_GROUP, typed),
            f"and {quoted(typed)} may be {typed.replace('.', '')} or a decimal fraction; write it without the point",
        ),
        (
            re.fullmatch(_DECIMAL, typed) and typed[0].isdigit(),
            f"and {quoted(typed)} has decimals; write it without them",
        ),
        (re.fullmatch(_SCIENTIFIC, typed), f"written out in digits, not as {quoted(typed)}"),
        (re.fullmatch(r"[0-9]{4001,}", typed), f"up to 10^12, and this one has {len(typed):,} digits"),
    )
    return next((reason for holds, reason in reasons if holds), f"such as 64, not {quoted(typed)}{_stray(typed)}")


def _foreign_digits(typed: str) -> str:
    """Return the name of digits other than 0 to 9, such as `full-width digits (U+FF11)`, or an empty text."""
    found = next((each for each in typed if each.isnumeric() and not each.isascii()), None)
    if found is None:
        return ""
    script = unicodedata.name(found, "").lower().partition(" digit ")
    called = f"{script[0]} digits" if script[1] else script[0] or "foreign digits"
    return f"{called.replace('fullwidth', 'full-width')} (U+{ord(found):04X})"


def _stray(typed: str) -> str:
    """Return `; delete “x”` if only an `x` before or after the digits keeps them from being a number."""
    around = re.fullmatch(r"([^0-9%]{0,9})([0-9]+)([^0-9%]{0,9})", typed)
    if not around or bool(around[1]) == bool(around[3]):
        return ""
    return f"; delete {quoted((around[1] or around[3]).strip())}"


_BITS = r"(?i)\s*-?\s*bits?$"


def read_bits(typed: str, place: Place | None = None) -> int:
    """`6`, `6bit` or `6 bits`."""
    return whole(re.sub(_BITS, "", typed.strip()), place)


_PRINTED_GROUPS = rf"[0-9]{{1,3}}(?:([,.' {_GAPS}])[0-9]{{3}})(?:\1[0-9]{{3}})*"
_NOUGHTS_OR_GROUP = r"[1-9][0-9]{0,2}\.000"


def printed_whole(cell: str, what: str) -> int:
    """Read a whole number in plain digits. `16.0`, as computed tables have it, is 16.

    A point and three zeros are refused, because in many countries they mean thousands.
    """
    if re.fullmatch(_NOUGHTS_OR_GROUP, cell):
        either = f"{cell[:-4]} or {cell[:-4]},000"
        raise SqueezevizError(f"{what} must be a whole number, and {quoted(cell)} may mean {either}; write it plainly")
    match = re.fullmatch(r"([0-9]{1,40})(?:\.0{1,20}|,0{1,2})?", cell)
    if match:
        return int(match[1])
    raise SqueezevizError(f"{what} must be a whole number, not {quoted(cell)}{on_foreign_digits(cell)}")


def printed_count(cell: str, what: str) -> int:
    """Read a whole number that may have groups of three digits, as counts of filters and parameters have."""
    grouped = re.fullmatch(_PRINTED_GROUPS, cell)
    if grouped and (grouped[1] != "." or cell.count(".") > 1):
        return int(re.sub(r"[^0-9]", "", cell))
    return printed_whole(cell, what)


def printed_bits(cell: str, what: str) -> int:
    """`6bit`, `6 bits` or `6`."""
    return printed_whole(re.sub(_BITS, "", spaced(cell)), what)


def on_foreign_digits(cell: str) -> str:
    """Return the end of a sentence that names the first digit other than 0 to 9, or an empty text."""
    foreign = next((character for character in cell if character.isnumeric() and not character.isascii()), None)
    return f" (U+{ord(foreign):04X} is none of the digits 0-9)" if foreign else ""


def spaced(cell: str) -> str:
    """Return the cell with plain spaces between its words, and none around them."""
    return re.sub(rf"[{_GAPS}]", " ", cell).strip()


def ungrouped(cell: str) -> str:
    """Return the cell without no-break and thin spaces before groups of three digits."""
    return re.sub(rf"(?<=[0-9])[{_GAPS}](?=[0-9]{{3}}(?![0-9]))", "", cell)


_NUMBER = r"[0-9]{1,20}(?:\.[0-9]{0,20})?|\.[0-9]{1,20}"
_TYPED = rf"({_NUMBER})\s*(%?)"
_RATIO = r"([0-9]{1,20})\s*/\s*([0-9]{1,20})"


def read_ratio(typed: str) -> Fraction:
    """Read `0.125`, `12.5 %` or `1/8` as an exact number."""
    number, percent = _read(typed, "0.125, 12.5 % or 1/8")
    return number / 100 if percent else number


def read_percentage(typed: str) -> Fraction:
    """Read `12.5 %`, `12.5`, `0.125` or `1/8`. A bare number from 1 is in percent, a smaller one is a share of 1."""
    number, percent = _read(typed, "12.5 %, 0.125 or 1/8")
    return number / 100 if percent or (number >= 1 and "/" not in typed) else number


def _read(typed: str, examples: str) -> tuple[Fraction, bool]:
    from decimal import Decimal  # not sooner: no cell of a table holds one
    from fractions import Fraction

    text = typed.strip()
    if match := re.fullmatch(_TYPED, text):
        return Fraction(Decimal(match[1])), bool(match[2])
    match = re.fullmatch(_RATIO, text)
    if match and int(match[2]):
        return Fraction(int(match[1]), int(match[2])), False
    raise SqueezevizError(f"it is written like {examples}, not {quoted(typed)}", Place())


_SHARE = r"([0-9]{1,20}(?:\.[0-9]{1,400})?(?:[eE]-?[0-9]{1,3})?)\s*(%?)"
_FILTER_SIZE = r"\s*\(\s*([0-9]{1,9})\s*[xX×]\s*([0-9]{1,9})\s*\)$"


def read_share(typed: str, place: Place | None = None) -> float:
    """Read `50%` or `0.5`. It is read as a decimal number, so that 0.07 and 7% are the same."""
    share = _share(typed.strip())
    if share is None:
        raise SqueezevizError(f"a share is written like 50% or 0.5, not {quoted(typed)}", place)
    return share


def read_kept(typed: str, place: Place | None = None) -> float:
    """Read `33%`, `0.33` or `100% (7×7)`. The size in brackets is the layer's own and is ignored."""
    share = read_share(re.sub(_FILTER_SIZE, "", typed), place)
    if not 0 < share <= 1:
        raise SqueezevizError(
            "this is the share of weights kept, above 0% and up to 100%, written like 33% or 0.33, "
            f"not {quoted(typed)}",
            place,
        )
    return share


class Kept(NamedTuple):
    """A printed share of weights kept, and the filter size in brackets after it."""

    share: float
    kernel: int | None


def printed_kept(cell: str, what: str) -> Kept:
    """Read `33%`, `0.33` or `100% (7x7)`."""
    shown = spaced(cell)
    size = re.search(_FILTER_SIZE, shown)
    share = _share(_with_point(shown[: size.start()] if size else shown))
    if share is None or not 0 < share <= 1:
        raise SqueezevizError(
            f"{what} must be the share of weights kept, above 0% and up to 100%, such as 33%, not {quoted(cell)}"
            + on_foreign_digits(cell)
        )
    return Kept(share, int(size[1]) if size and size[1] == size[2] else None)


def printed_share(cell: str, what: str) -> float:
    """Read `0.5` or `50%`."""
    share = _share(_with_point(spaced(cell)))
    if share is None:
        raise SqueezevizError(f"{what} must be a share such as 0.5 or 50%, not {quoted(cell)}{on_foreign_digits(cell)}")
    return share


def _share(text: str) -> float | None:
    from decimal import Decimal  # not sooner: what a window opens on has been read

    match = re.fullmatch(_SHARE, text)
    return float(Decimal(match[1]).scaleb(-2 if match[2] else 0)) if match else None


def _with_point(cell: str) -> str:
    """Return the cell with a point for a decimal comma. No share has thousands, so the comma is not ambiguous."""
    return re.sub(r"\A([0-9]{1,2}),([0-9]+\s*%?)\Z", r"\1.\2", cell)
