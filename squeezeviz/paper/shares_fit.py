"""Finding the shares from which rounded numbers of filters were computed: SR, and the share of 3×3 filters.

Each row restricts a share to an interval: s1x1 = 16 of 128 means 15.5/128 ≤ SR < 16.5/128. Shares that lie in the
intervals of several rows are followed by all of these rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from itertools import accumulate
from math import ceil
from typing import NamedTuple

from squeezeviz.model.fire_filters import FireFilters

_TRIED = 32
"""How many of the places where most intervals overlap are examined."""
_PLAIN = 10_000
"""A share with at most four decimals, such as 0.0625, is used without rounding."""


class Shares(NamedTuple):
    sr: Fraction
    pct3x3: Fraction


class _Span(NamedTuple):
    """The shares that round to `part` filters of `whole`: from `low` up to, but not including, `high`.

    The ends are rounded to floats, because thousands of them are compared. Equal ends become equal floats.
    """

    part: int
    whole: int
    low: float
    high: float


def common_shares(rows: Iterable[FireFilters]) -> Shares | None:
    """Return the simplest shares that all the rows follow, or None if there are none."""
    kinds = set(rows)
    squeezes, threes = [_squeeze_span(row) for row in kinds], [_three_span(row) for row in kinds]
    if _overlap(squeezes) and _overlap(threes):
        return Shares(_simplest(squeezes), _simplest(threes))
    return None


def best_shares(rows: Iterable[FireFilters]) -> tuple[Shares, int]:
    """Return the shares that most of the rows (at least one) follow, and how many rows do."""
    kinds = Counter(rows)
    counts = list(kinds.values())
    squeezes, threes = [_squeeze_span(row) for row in kinds], [_three_span(row) for row in kinds]
    best: tuple[int, Shares] | None = None
    for reached, edge in _crowds(threes, counts)[:_TRIED]:
        if best and reached <= best[0]:
            break
        within = _at(edge, threes)
        count, also = _crowds([squeezes[place] for place in within], [counts[place] for place in within])[0]
        both = [place for place in within if squeezes[place].low <= also < squeezes[place].high]
        if best is None or count > best[0]:
            sr = _simplest([squeezes[place] for place in both])
            best = count, Shares(sr, _simplest([threes[place] for place in both]))
    assert best is not None
    return best[1], best[0]


def _squeeze_span(row: FireFilters) -> _Span:
    return _span(row.s1x1, row.expand, limited=False)


def _three_span(row: FireFilters) -> _Span:
    return _span(row.e3x3, row.expand, limited=row.e1x1 == 1)


def _span(part: int, whole: int, *, limited: bool) -> _Span:
    """Return the shares that round to `part` of `whole`.

    Every lower share gives at least 1 filter too. With `limited`, every higher share gives `part` too.
    """
    low = (2 * part - 1) / (2 * whole) if part > 1 else 0.0
    return _Span(part, whole, low, 1.0 if limited else (2 * part + 1) / (2 * whole))


def _overlap(spans: list[_Span]) -> bool:
    return max([span.low for span in spans]) < min([span.high for span in spans])


def _crowds(spans: list[_Span], counts: list[int]) -> list[tuple[int, float]]:
    """Return how many intervals overlap from each lower end on, up to the next end; most first."""
    ends = [(span.high, -count) for span, count in zip(spans, counts, strict=True)]
    ends += [(span.low, count) for span, count in zip(spans, counts, strict=True)]
    reached: dict[float, int] = {}
    overlapping = 0
    for end, count in sorted(ends):  # at the same place, intervals that end come first
        overlapping += count
        reached[end] = overlapping
    return sorted([(count, end) for end, count in reached.items()], key=lambda each: (-each[0], each[1]))


def _at(share: float, spans: list[_Span]) -> list[int]:
    return [place for place, span in enumerate(spans) if span.low <= share < span.high]


def _simplest(spans: list[_Span]) -> Fraction:
    """Return a share that lies in all spans: a simple one that needs no rounding, else the one with the fewest
    decimals near the middle."""
    part, whole, *_ = spans[0]
    exact = Fraction(part, whole)
    if (exact * _PLAIN).denominator == 1 and all(span.part * whole == part * span.whole for span in spans):
        return exact
    lowest, highest = max(spans, key=lambda span: span.low), min(spans, key=lambda span: span.high)
    low = Fraction(2 * lowest.part - 1, 2 * lowest.whole) if lowest.low else Fraction(0)
    high = Fraction(1) if highest.high == 1 else Fraction(2 * highest.part + 1, 2 * highest.whole)
    middle = (low + high) / 2
    for digits in accumulate([10] * 40, lambda power, ten: power * ten, initial=1):
        first, last = max(ceil(low * digits), 1), ceil(high * digits) - 1
        if first <= last:
            return Fraction(min(max(ceil(middle * digits - Fraction(1, 2)), first), last), digits)
    raise AssertionError("shares of filters up to 10^12 need no 40 decimals")
