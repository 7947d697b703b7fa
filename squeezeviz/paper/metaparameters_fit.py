"""The formula of the paper's Section 5 for the filters of Fire modules, and the metaparameters that given ones follow.

e_i = base_e + incr_e·⌊i/freq⌋; e3x3 = e_i·pct3x3; e1x1 = e_i·(1 − pct3x3); s1x1 = SR·e_i.

Rows that were edited by hand are outvoted: the metaparameters that most rows follow completely win. Each row restricts
a share to an interval: s1x1 = 16 of 128 means 15.5/128 ≤ SR < 16.5/128. Shares that lie in the intervals of several
rows are followed by all of these rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from itertools import accumulate, groupby, pairwise
from math import ceil

from squeezeviz.model.records import NamedTuple

_PAPER_INCR, _PAPER_FREQ = 128, 2
_FEW = 32
"""Up to this many Fires, every `freq` is tried; beyond, only those that the rows suggest."""
_LIKELIEST = 8
"""How many of the most frequent values, differences or lengths are tried."""


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


_FEW = 32
"""Up to this many Fires, every `freq` is tried; beyond, only those that the rows suggest."""
_LIKELIEST = 8
"""How many of the most frequent values, differences or lengths are tried."""


class Fit(NamedTuple):
    """The metaparameters of Section 5, without the number of Fire modules."""

    base_e: int
    incr_e: int
    freq: int
    sr: Fraction
    pct3x3: Fraction


class _Steps(NamedTuple):
    """How the number of expand filters grows from module to module."""

    base_e: int
    incr_e: int
    freq: int

    def at(self, place: int) -> int:
        return expand_filters(*self, place)


def exact_fit(rows: tuple[FireFilters, ...]) -> Fit | None:
    """Return the simplest metaparameters that all rows (at least one) follow, or None if there are none."""
    steps = _read_off(rows)
    if any(row.expand != steps.at(place) for place, row in enumerate(rows)):
        return None
    shares = common_shares(rows)
    return Fit(*steps, *shares) if shares else None


def majority_fit(rows: tuple[FireFilters, ...]) -> Fit:
    """Return the metaparameters that most of the rows (at least one) follow."""
    best: tuple[int, Fit] | None = None
    for steps, reached in _candidates([row.expand for row in rows]):
        if best and (reached <= best[0] or 2 * reached <= len(rows)):
            break
        following = [row for place, row in enumerate(rows) if row.expand == steps.at(place)]
        shares, agreed = best_shares(following)
        if best is None or agreed > best[0]:
            best = agreed, Fit(*steps, *shares)
    assert best is not None
    return best[1]


def _read_off(rows: tuple[FireFilters, ...]) -> _Steps:
    """Return the steps of rows that all follow some. What the rows leave open is taken from the paper."""
    base = rows[0].expand
    freq = next((place for place, row in enumerate(rows) if row.expand != base), 0)
    if freq:
        return _Steps(base, max(rows[freq].expand - base, 0), freq)
    return _Steps(base, 0 if len(rows) > _PAPER_FREQ else _PAPER_INCR, _PAPER_FREQ)


def _candidates(expands: list[int]) -> list[tuple[_Steps, int]]:
    """Return steps with the number of rows that have their expand filters: most rows first, then the simplest steps."""
    found: list[tuple[_Steps, int]] = []
    for freq in _frequencies(expands):
        for incr in _increments(expands, freq):
            bases = Counter([expand - incr * (place // freq) for place, expand in enumerate(expands)])
            known = [(count, base) for base, count in bases.items() if base > 1]
            if known:
                count, base = max(known, key=lambda each: each[0])
                found.append((_Steps(base, incr, freq), count))
    return sorted(found, key=lambda each: (-each[1], each[0].freq != _PAPER_FREQ, each[0].freq, each[0].incr_e))


def _frequencies(expands: list[int]) -> list[int]:
    if len(expands) <= _FEW:
        return list(range(1, len(expands) + 1))
    runs = Counter([len(list(run)) for _, run in groupby(expands)])
    firsts = sorted([expands.index(value) for value in _commonest(expands)])
    gaps = {later - earlier for earlier, later in pairwise(firsts)}
    return sorted({1, 2, len(expands)} | set(_commonest(runs)) | gaps)


def _increments(expands: list[int], freq: int) -> list[int]:
    """Return what may be added after every `freq` rows, judging by rows one and two steps apart."""
    groups = [_commonest(expands[start : start + freq]) for start in range(0, len(expands), freq)]
    if len(groups) == 1:
        return [_PAPER_INCR]
    votes = Counter(_differences(groups, 1))
    votes.update(_differences(groups, 2))
    votes[0] += 1
    return _commonest(votes)


def _differences(groups: list[list[int]], distance: int) -> Iterable[int]:
    for earlier, later in zip(groups, groups[distance:], strict=False):
        for one in earlier:
            yield from [(other - one) // distance for other in later if other >= one and (other - one) % distance == 0]


def _commonest(counted: list[int] | Counter[int]) -> list[int]:
    """Return the likeliest of the values. In a long network nearly all of its groups hold one alone."""
    alone = set(counted)
    return list(alone) if len(alone) == 1 else [value for value, _ in Counter(counted).most_common(_LIKELIEST)]


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
