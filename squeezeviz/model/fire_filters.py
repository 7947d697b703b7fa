"""The paper's formula for the filters of a Fire module (Section 5), in whole numbers.

e_i = base_e + incr_e·⌊i/freq⌋; e3x3 = e_i·pct3x3; e1x1 = e_i·(1 − pct3x3); s1x1 = SR·e_i.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple


class FireFilters(NamedTuple):
    """The numbers of squeeze and expand filters of a Fire module."""

    s1x1: int
    e1x1: int
    e3x3: int

    @property
    def expand(self) -> int:
        """The number of expand filters of both sizes, e_i."""
        return self.e1x1 + self.e3x3


def expand_filters(base_e: int, incr_e: int, freq: int, place: int) -> int:
    """Return e_i, the number of expand filters of the Fire module at index `place` (0 is the first)."""
    return base_e + incr_e * (place // freq)


def fire_filters(expand: int, sr: Fraction, pct3x3: Fraction) -> FireFilters:
    """Return the filters of a module with `expand` (at least 2) expand filters.

    e3x3 and s1x1 are rounded to whole filters, halves up; e1x1 is the rest. Each is at least 1.
    """
    e3x3 = min(max(_rounded(expand, pct3x3), 1), expand - 1)
    return FireFilters(max(_rounded(expand, sr), 1), expand - e3x3, e3x3)


def _rounded(whole: int, share: Fraction) -> int:
    """Return `whole · share`, rounded to a whole number, halves up."""
    numerator, denominator = share.numerator, share.denominator
    return (2 * whole * numerator + denominator) // (2 * denominator)
