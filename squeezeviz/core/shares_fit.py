"""From rounded filters back to the shares they were made with: SR, and the share of 3×3 filters.

A row's filters leave each share an interval: s1x1 = 16 of 128 says 15.5/128 ≤ SR < 16.5/128. Where the intervals
of several rows overlap lie the shares that all of them follow.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from itertools import accumulate
from math import ceil, inf
from typing import NamedTuple

from squeezeviz.core.fire_filters import FireFilters

_TELLING = 64
"""So many different kinds of row have a vote, the commonest ones."""
_PLAIN = 1000
"""A share that has three decimals at most, such as 0.125, is taken as it is."""


class Shares(NamedTuple):
    sr: Fraction
    pct3x3: Fraction


class _Span(NamedTuple):
    """The shares from `low` up to, but without, `high` that make a row's filters; above 0 in any case."""

    low: Fraction
    high: Fraction
    exact: Fraction


def common_shares(rows: Iterable[FireFilters]) -> Shares | None:
    """The simplest shares that all the rows follow; None where there are none."""
    kinds = set(rows)
    squeezes = _overlap([_squeeze_span(row) for row in kinds])
    threes = _overlap([_three_span(row) for row in kinds])
    return Shares(_simplest(*squeezes), _simplest(*threes)) if squeezes and threes else None


def best_shares(rows: Iterable[FireFilters]) -> tuple[Shares, int]:
    """The shares that most of the rows follow, and how many do; there is at least one row."""
    kinds = Counter(rows).most_common(_TELLING)
    threes = [(_three_span(row), count) for row, count in kinds]
    squeezes = [(_squeeze_span(row), count) for row, count in kinds]
    best: tuple[int, Shares] | None = None
    for reached, within in _crowded(threes):
        if best and reached <= best[0]:
            break
        count, also = _crowded([squeezes[place] for place in within])[0]
        both = [within[place] for place in also]
        if best is None or count > best[0]:
            best = count, _shared([squeezes[place][0] for place in both], [threes[place][0] for place in both])
    assert best is not None
    return best[1], best[0]


def _shared(squeezes: list[_Span], threes: list[_Span]) -> Shares:
    sr, pct = _overlap(squeezes), _overlap(threes)
    assert sr and pct
    return Shares(_simplest(*sr), _simplest(*pct))


def _squeeze_span(row: FireFilters) -> _Span:
    return _span(row.s1x1, row.expand, inf)


def _three_span(row: FireFilters) -> _Span:
    return _span(row.e3x3, row.expand, row.expand - 1)


def _span(part: int, whole: int, most: float) -> _Span:
    """What rounds to `part` of `whole`; 1 is also what less becomes, and `most` what more becomes."""
    low = Fraction(2 * part - 1, 2 * whole) if part > 1 else Fraction(0)
    high = Fraction(2 * part + 1, 2 * whole) if part < most else Fraction(1)
    return _Span(low, high, Fraction(part, whole))


def _overlap(spans: list[_Span]) -> tuple[Fraction, Fraction, Fraction | None] | None:
    """Where all spans overlap, and the share that is exact in all of them where there is one; None without overlap."""
    low, high = max([span.low for span in spans]), min([span.high for span in spans])
    exact = spans[0].exact if all(span.exact == spans[0].exact for span in spans) else None
    return (low, high, exact) if low < high else None


def _crowded(spans: list[tuple[_Span, int]]) -> list[tuple[int, list[int]]]:
    """Which spans overlap somewhere, as their places, after how many rows they speak for; most first."""
    edges = sorted({span.low for span, _ in spans})
    found = []
    for edge in edges:
        within = [place for place, (span, _) in enumerate(spans) if span.low <= edge < span.high]
        found.append((sum([spans[place][1] for place in within]), within))
    return sorted(found, key=lambda each: -each[0])


def _simplest(low: Fraction, high: Fraction, exact: Fraction | None) -> Fraction:
    """Of the shares from `low` to below `high` a plain exact one, else the one of fewest decimals near the middle."""
    if exact is not None and (exact * _PLAIN).denominator == 1:
        return exact
    middle = (low + high) / 2
    for digits in accumulate([10] * 40, lambda power, ten: power * ten, initial=1):
        first = max(ceil(low * digits), 1)
        last = ceil(high * digits) - 1
        if first <= last:
            nearest = min(max(ceil(middle * digits - Fraction(1, 2)), first), last)
            return Fraction(nearest, digits)
    raise AssertionError("shares of filters up to 10^12 need no 40 decimals")
