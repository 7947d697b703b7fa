"""Finding the metaparameters that most of some Fire modules follow, from their filters (paper, Section 5).

Rows that were edited by hand are outvoted: the metaparameters that most rows follow completely win.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from itertools import groupby, pairwise
from typing import NamedTuple

from squeezeviz.model.fire_filters import FireFilters, expand_filters
from squeezeviz.paper.shares_fit import best_shares, common_shares

_PAPER_INCR, _PAPER_FREQ = 128, 2
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
    firsts = sorted([expands.index(value) for value in _commonest(Counter(expands))])
    gaps = {later - earlier for earlier, later in pairwise(firsts)}
    return sorted({1, 2, len(expands)} | set(_commonest(runs)) | gaps)


def _increments(expands: list[int], freq: int) -> list[int]:
    """Return what may be added after every `freq` rows, judging by rows one and two steps apart."""
    groups = [_commonest(Counter(expands[start : start + freq])) for start in range(0, len(expands), freq)]
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


def _commonest(counted: Counter[int]) -> list[int]:
    return [value for value, _ in counted.most_common(_LIKELIEST)]
