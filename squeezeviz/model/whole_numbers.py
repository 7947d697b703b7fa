"""Whole numbers as people and spreadsheets write them. Nothing is guessed: each other writing has its reason."""

from __future__ import annotations

import re
import unicodedata

from squeezeviz.model.errors import Place, SqueezevizError, brief

_GROUPED = re.compile("[1-9][0-9]{0,2}(?:([,\u202f\u2009\u00a0'’ ])[0-9]{3})(?:\\1[0-9]{3})*")


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
_DECIMAL = re.compile(r"[0-9.,\u202f\u2009\u00a0'’ ]*[.,][0-9]*")
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


def quoted(typed: str) -> str:
    return f"“{brief(typed)}”"
