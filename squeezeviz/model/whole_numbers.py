"""Whole numbers as people type them and as tables print them. Nothing is guessed: each other writing has its reason."""

from __future__ import annotations

import re
import unicodedata

from squeezeviz.model.errors import Place, SqueezevizError, quoted

_GAPS = "\u00a0\u2009\u202f"
"""No-break and thin spaces, which spreadsheets and papers put between digits."""

_GROUPED = re.compile(f"[1-9][0-9]{{0,2}}(?:([,{_GAPS}'’ ])[0-9]{{3}})(?:\\1[0-9]{{3}})*")


def whole(typed: str, place: Place | None = None) -> int:
    """A whole number as typed: plain digits, or grouped in threes by commas, apostrophes or spaces of any width.

    SqueezevizError says why anything else is none.
    """
    plain = typed.strip()
    if _GROUPED.fullmatch(plain):
        plain = re.sub("[^0-9]", "", plain)
    if re.fullmatch(r"[0-9]{1,4000}", plain):
        return int(plain)
    raise SqueezevizError(f"a whole number is needed, {_why_not(plain)}", place)


_ERROR_VALUE = re.compile(r"#[A-Z0-9/_]+[!?]?|Err:[0-9]{3}", re.IGNORECASE)
_NEGATIVE = re.compile("[-−–‐‑﹣－].*[0-9].*|\\([0-9.,]+\\)")
_POINT_OR_GROUP = re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+")
_DECIMAL = re.compile(rf"[0-9.,{_GAPS}'’ ]*[.,][0-9]*")
_SCIENTIFIC = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]+|[0-9]+\s*\^\s*[0-9]+")


def _why_not(typed: str) -> str:
    """The rest of the sentence that refuses `typed`."""
    foreign = _foreign_digits(typed)
    reasons = (
        (not typed, "such as 64; this is empty"),
        (_ERROR_VALUE.fullmatch(typed), f"such as 64; {quoted(typed)} is an error of the spreadsheet it comes from"),
        (typed.startswith("="), f"such as 64; {quoted(typed)} is a formula, and none is computed here"),
        (foreign, f"but {quoted(typed)} has {foreign}; write it with the digits 0 to 9"),
        (_NEGATIVE.fullmatch(typed), f"and it must be from 1, but {quoted(typed)} is negative"),
        (
            _POINT_OR_GROUP.fullmatch(typed),
            f"and {quoted(typed)} may be {typed.replace('.', '')} or a decimal fraction; write it without the point",
        ),
        (_DECIMAL.fullmatch(typed) and typed[0].isdigit(), f"and {quoted(typed)} has decimals; write it without them"),
        (_SCIENTIFIC.fullmatch(typed), f"written out in digits, not as {quoted(typed)}"),
        (re.fullmatch(r"[0-9]{4001,}", typed), f"up to 10^12, and this one has {len(typed):,} digits"),
    )
    return next((reason for holds, reason in reasons if holds), f"such as 64, not {quoted(typed)}{_stray(typed)}")


def _foreign_digits(typed: str) -> str:
    """What digits other than 0 to 9 are called: `fullwidth digits (U+FF11)`; empty where there are none."""
    found = next((each for each in typed if each.isnumeric() and not each.isascii()), None)
    if found is None:
        return ""
    script = unicodedata.name(found, "").lower().partition(" digit ")
    called = f"{script[0]} digits" if script[1] else script[0] or "foreign digits"
    return f"{called.replace('fullwidth', 'full-width')} (U+{ord(found):04X})"


def _stray(typed: str) -> str:
    """What stands around the digits, where they are a number but for that: `; delete “x”`."""
    around = re.fullmatch(r"([^0-9%]{0,9})([0-9]+)([^0-9%]{0,9})", typed)
    if not around or bool(around[1]) == bool(around[3]):
        return ""
    return f"; delete {quoted((around[1] or around[3]).strip())}"


_BITS = re.compile(r"\s*-?\s*bits?$", re.IGNORECASE)


def read_bits(typed: str, place: Place | None = None) -> int:
    """`6`, `6bit` or `6 bits`."""
    return whole(_BITS.sub("", typed.strip()), place)


_PRINTED_GROUPS = re.compile(rf"[0-9]{{1,3}}(?:([,.' {_GAPS}])[0-9]{{3}})(?:\1[0-9]{{3}})*")
_NOUGHTS_OR_GROUP = re.compile(r"[1-9][0-9]{0,2}\.000")


def printed_whole(cell: str, what: str) -> int:
    """A whole number as a file's cell has it, in plain digits; `16.0`, as tables computed elsewhere write it, is 16.

    Three noughts after a point are refused, as half the world groups thousands so. SqueezevizError says what `what`
    must be.
    """
    if _NOUGHTS_OR_GROUP.fullmatch(cell):
        either = f"{cell[:-4]} or {cell[:-4]},000"
        raise SqueezevizError(f"{what} must be a whole number, and {quoted(cell)} may mean {either}; write it plainly")
    match = re.fullmatch(r"([0-9]{1,40})(?:\.0{1,20}|,0{1,2})?", cell)
    if match:
        return int(match[1])
    raise SqueezevizError(f"{what} must be a whole number, not {quoted(cell)}{on_foreign_digits(cell)}")


def printed_count(cell: str, what: str) -> int:
    """The same, or grouped in threes, as counts of filters and parameters are."""
    grouped = _PRINTED_GROUPS.fullmatch(cell)
    if grouped and (grouped[1] != "." or cell.count(".") > 1):
        return int(re.sub(r"[^0-9]", "", cell))
    return printed_whole(cell, what)


def printed_bits(cell: str, what: str) -> int:
    """`6bit`, `6 bits` or `6`."""
    return printed_whole(_BITS.sub("", spaced(cell)), what)


def on_foreign_digits(cell: str) -> str:
    """The end of a sentence that names the first digit which is none of 0 to 9; empty without any."""
    foreign = next((character for character in cell if character.isnumeric() and not character.isascii()), None)
    return f" (U+{ord(foreign):04X} is none of the digits 0-9)" if foreign else ""


def spaced(cell: str) -> str:
    """The cell with plain spaces between its words, and none around them."""
    return re.sub(rf"[{_GAPS}]", " ", cell).strip()


def ungrouped(cell: str) -> str:
    """The cell without no-break and thin spaces between digits in threes."""
    return re.sub(rf"(?<=[0-9])[{_GAPS}](?=[0-9]{{3}}(?![0-9]))", "", cell)
