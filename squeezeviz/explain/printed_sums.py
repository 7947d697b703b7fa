"""A sum as it is printed: with as many digits as it takes for the printed parts to add up to the printed total."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from squeezeviz.model.records import NamedTuple

SIGNIFICANT = 6
"""The digits of the largest part that are printed, if the parts add up with them."""

MOST_FURTHER = 2
"""Further digits that are tried before what is lost by rounding gets a line of its own; float32 has no more."""


class PrintedSum(NamedTuple):
    """The parts and their total, all with the same number of `decimals`. `rounding` is what the parts lack as they are
    printed, empty if that is nothing."""

    parts: tuple[str, ...]
    rounding: str
    total: str
    decimals: int


def printed_sum(parts: Sequence[float], total: float) -> PrintedSum:
    """Return finite numbers and their sum, each rounded on its own: no part is bent to make the others fit."""
    first = _decimals([*parts, total])
    for decimals in (*range(first, first + MOST_FURTHER + 1), first):
        rounded = [_units(part, decimals) for part in parts]
        missing = _units(total, decimals) - sum(rounded)
        if not missing:
            break
    rounding = _text(missing, decimals, plus="+") if missing else ""
    shown = tuple(_text(part, decimals, plus="+") for part in rounded)
    return PrintedSum(shown, rounding, printed(total, decimals), decimals)


def printed(number: float, decimals: int) -> str:
    """Return `1,234.5600`, with a minus sign if it is negative as it is printed."""
    return _text(_units(number, decimals), decimals)


def _decimals(numbers: Sequence[float]) -> int:
    largest = max(map(abs, numbers))
    return max(0, SIGNIFICANT - 1 - math.floor(math.log10(largest))) if largest else SIGNIFICANT - 2


def _units(number: float, decimals: int) -> int:
    """Return the number in units of its last printed digit."""
    return round(Fraction(number) * Fraction(10) ** decimals)


def _text(units: int, decimals: int, plus: str = "") -> str:
    whole, part = divmod(abs(units), 10**decimals)
    sign = "−" if units < 0 else plus if units else ""
    return f"{sign}{whole:,}.{part:0{decimals}}" if decimals else f"{sign}{whole:,}"
