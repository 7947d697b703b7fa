"""Shares as a person reads and types them: `0.125`, `12.5 %`, `1/8`."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

from squeezeviz.core.errors import Place, SqueezevizError, brief

_DECIMALS = 4
_NUMBER = r"[0-9]{1,20}(?:\.[0-9]{0,20})?|\.[0-9]{1,20}"
_TYPED = re.compile(rf"({_NUMBER})\s*(%?)")
_RATIO = re.compile(r"([0-9]{1,20})\s*/\s*([0-9]{1,20})")


def read_ratio(typed: str) -> Fraction:
    """`0.125`, `12.5 %` or `1/8`, exactly; SqueezevizError for anything else."""
    number, percent = _read(typed, "0.125, 12.5 % or 1/8")
    return number / 100 if percent else number


def read_percentage(typed: str) -> Fraction:
    """`12.5 %`, `12.5`, `0.125` or `1/8`: a bare number from 1 up is in percent, a smaller one a share of 1."""
    number, percent = _read(typed, "12.5 %, 0.125 or 1/8")
    return number / 100 if percent or (number >= 1 and "/" not in typed) else number


def ratio_text(ratio: Fraction) -> str:
    """`0.125`; four decimals at most."""
    return _decimal(ratio)


def percentage_text(share: Fraction) -> str:
    """`12.5 %`; four decimals at most."""
    return f"{_decimal(share * 100)} %"


def _read(typed: str, examples: str) -> tuple[Fraction, bool]:
    text = typed.strip()
    if match := _TYPED.fullmatch(text):
        return Fraction(Decimal(match[1])), bool(match[2])
    match = _RATIO.fullmatch(text)
    if match and int(match[2]):
        return Fraction(int(match[1]), int(match[2])), False
    raise SqueezevizError(f"it is written like {examples}, not “{brief(typed)}”", Place())


def _decimal(number: Fraction) -> str:
    scaled = round(number * 10**_DECIMALS)
    if not scaled and number:
        return f"{float(number):.1e}"
    return f"{Decimal(scaled).scaleb(-_DECIMALS).normalize():,f}"
