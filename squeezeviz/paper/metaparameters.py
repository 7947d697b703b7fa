"""The metaparameters of a SqueezeNet (paper, Section 5): a few numbers that determine the filters of all Fire modules.

`rewritten` makes a table follow them. `followed` finds the ones that a table follows, and where it deviates.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TypeVar

from squeezeviz.model.errors import Place, SqueezevizError, shown
from squeezeviz.model.layers import LARGEST, LONGEST_NAME, Bypass, Conv, Fire, Layer, MaxPool, contents, renamed
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.table import LayerTable
from squeezeviz.paper.metaparameters_fit import FireFilters, exact_fit, expand_filters, fire_filters, majority_fit

MOST_FIRES = 2_000
"""The most Fire modules that the metaparameters may ask for. A file may hold more."""
_ROOM_FOR_NUMBER = 12


def _check(what: str, value: int, lowest: int, why: str) -> None:
    """Two expand counts of the largest size add up to twice that size."""
    if not lowest <= value <= 2 * LARGEST:
        limit = f"at least {lowest}" if value < lowest else "at most 2·10^12"
        reason = f": {why}" if value < lowest else ""
        raise SqueezevizError(f"{what} must be {limit}{reason}, not {shown(value)}", Place(column=what))


@dataclass(frozen=True, slots=True)
class Metaparameters:
    """The metaparameters of Section 5, and the number of Fire modules.

    The first `freq` modules have `base_e` expand filters, and each further `freq` modules `incr_e` more. `sr` is the
    number of squeeze filters per expand filter; `pct3x3` is the share of expand filters that are 3×3. Raises
    SqueezevizError if a number makes no sense.
    """

    base_e: int
    incr_e: int
    freq: int
    sr: Fraction
    pct3x3: Fraction
    count: int

    def __post_init__(self) -> None:
        _check("base e", self.base_e, 2, "each Fire module has an expand filter of either size")
        _check("incr e", self.incr_e, 0, "Fire modules do not get narrower")
        _check("freq", self.freq, 1, "it counts Fire modules")
        _check("the number of Fire modules", self.count, 1, "there is nothing to rewrite without one")
        if not 0 < self.sr <= LARGEST:
            raise SqueezevizError("SR must be above 0, such as 0.125: every Fire module needs squeeze filters")
        if not 0 < self.pct3x3 < 1:
            raise SqueezevizError(
                "pct 3x3 must be above 0 % and below 100 %: each Fire module has expand filters of both sizes"
            )

    def filters(self, place: int) -> FireFilters:
        """Return the filters of the Fire module at index `place` (0 is the first)."""
        return fire_filters(expand_filters(self.base_e, self.incr_e, self.freq, place), self.sr, self.pct3x3)


SQUEEZENET = Metaparameters(128, 128, 2, Fraction(1, 8), Fraction(1, 2), 8)
"""The metaparameters of SqueezeNet itself (Section 5)."""


class Deviation(NamedTuple):
    """A number of a Fire row that differs from the formula's. `row` is the index of the layer in the table."""

    row: int
    name: str
    field: str
    expected: int
    actual: int


class Rounding(NamedTuple):
    """A number for which the formula gives `exact`, rounded to `whole` filters in the table."""

    row: int
    name: str
    field: str
    exact: Fraction
    whole: int


@dataclass(frozen=True, slots=True)
class Followed:
    """The metaparameters that a table follows. Rows that deviate are in `deviations` only, not in `roundings`."""

    metaparameters: Metaparameters
    deviations: tuple[Deviation, ...]
    roundings: tuple[Rounding, ...]

    @property
    def deviating(self) -> tuple[str, ...]:
        """The names of the rows that deviate, in order."""
        return tuple(dict.fromkeys(each.name for each in self.deviations))


def rewritten(table: LayerTable, metaparameters: Metaparameters) -> LayerTable:
    """Return the table with all Fire rows as the formula says, and as many of them as `count` says.

    Rows keep their names, bypasses and flags. New Fires come after the last one, or where a SqueezeNet has them;
    surplus ones are removed from the end. Raises SqueezevizError if a number would be too large.
    """
    fires = _fires(table)
    _check_count(metaparameters.count, len(fires))
    layers: list[Layer] = list(table.layers)
    made: dict[Hashable, Layer] = {}
    for (row, fire), filters in zip(fires, _filters(metaparameters), strict=False):
        if (fire.s1x1, fire.e1x1, fire.e3x3) == filters:
            continue  # the same object stays, so that nothing is computed again
        alike = contents(fire), filters
        if alike not in made:
            made[alike] = dataclasses.replace(fire, s1x1=filters.s1x1, e1x1=filters.e1x1, e3x3=filters.e3x3)
        layers[row] = renamed(made[alike], fire.name)
    gone = {row for row, _ in fires[metaparameters.count :]}
    if gone:
        layers = [layer for row, layer in enumerate(layers) if row not in gone]
    elif metaparameters.count > len(fires):
        at = fires[-1][0] + 1 if fires else _first_place(table)
        layers[at:at] = _further(table, fires, metaparameters)
    return dataclasses.replace(table, layers=tuple(layers))


def followed(table: LayerTable, like: Metaparameters | None = None) -> Followed | None:
    """Return the metaparameters that most Fire rows of the table follow, or None if it has no Fire.

    Several metaparameters may give the same table, such as any `freq` beyond the last row. Then `like` is returned if
    it is one of them; it is also returned if at least half of the rows follow it. Otherwise the simplest ones are.
    """
    fires = _fires(table)
    if not fires:
        return None
    rows = tuple([FireFilters(fire.s1x1, fire.e1x1, fire.e3x3) for _, fire in fires])
    wanted = dataclasses.replace(like, count=len(rows)) if like else None
    found, deviations, roundings = _judged(rows, wanted)

    def named(each: _Judged) -> _Judged:
        row, fire = fires[each.row]
        return each._replace(row=row, name=fire.name)

    return Followed(found, tuple(map(named, deviations)), tuple(map(named, roundings)))


_Judged = TypeVar("_Judged", Deviation, Rounding)


@lru_cache(maxsize=4)
def _judged(
    rows: tuple[FireFilters, ...], like: Metaparameters | None
) -> tuple[Metaparameters, tuple[Deviation, ...], tuple[Rounding, ...]]:
    """Return what the rows follow, what deviates and what is rounded. Rows are counted among the Fires here, and have
    no names."""
    found = _chosen(rows, like)
    wrong = [
        Deviation(place, "", field, should, does)
        for place, (expected, actual) in enumerate(zip(_filters(found), rows, strict=True))
        for field, should, does in zip(FireFilters._fields, expected, actual, strict=True)
        if should != does
    ]
    deviating = {each.row for each in wrong}
    return found, tuple(wrong), tuple([each for each in _uneven(found) if each.row not in deviating])


def _chosen(rows: tuple[FireFilters, ...], like: Metaparameters | None) -> Metaparameters:
    kept = _followers(rows, like) if like else 0
    if like and kept == len(rows):
        return like
    exact = exact_fit(rows)
    if not exact and like and kept and 2 * kept >= len(rows):
        return like
    return Metaparameters(*(exact or majority_fit(rows)), len(rows))


def _followers(rows: tuple[FireFilters, ...], metaparameters: Metaparameters) -> int:
    return sum([should == actual for should, actual in zip(_filters(metaparameters), rows, strict=True)])


@lru_cache(maxsize=16)
def _filters(metaparameters: Metaparameters) -> tuple[FireFilters, ...]:
    base_e, incr_e, freq, sr, pct3x3, count = dataclasses.astuple(metaparameters)
    expands = [expand_filters(base_e, incr_e, freq, place) for place in range(count)]
    filters = {expand: fire_filters(expand, sr, pct3x3) for expand in set(expands)}
    return tuple([filters[expand] for expand in expands])


@lru_cache(maxsize=16)
def _uneven(metaparameters: Metaparameters) -> tuple[Rounding, ...]:
    """Return the numbers for which the formula gives a fraction."""
    found: list[Rounding] = []
    for place, filters in enumerate(_filters(metaparameters)):
        shares = (("s1x1", metaparameters.sr, filters.s1x1), ("e3x3", metaparameters.pct3x3, filters.e3x3))
        for field, share, whole in shares:
            if filters.expand * share.numerator != whole * share.denominator:
                found.append(Rounding(place, "", field, filters.expand * share, whole))
    return tuple(found)


def _fires(table: LayerTable) -> list[tuple[int, Fire]]:
    return [(row, layer) for row, layer in enumerate(table.layers) if isinstance(layer, Fire)]


def _further(table: LayerTable, fires: list[tuple[int, Fire]], metaparameters: Metaparameters) -> list[Layer]:
    """Return the missing Fires: like the last one but without a bypass, with its name counted on."""
    stem = re.sub(r"[0-9]+$", "", fires[-1][1].name) if fires else ""
    pattern = dataclasses.replace(fires[-1][1], bypass=Bypass.NONE) if fires else Fire("fire", 1, 1, 1)
    names = _free_names(table, stem[: LONGEST_NAME - _ROOM_FOR_NUMBER] or "fire")
    return [
        dataclasses.replace(pattern, name=next(names), **metaparameters.filters(place)._asdict())
        for place in range(len(fires), metaparameters.count)
    ]


def _free_names(table: LayerTable, stem: str) -> Iterator[str]:
    used = {layer.name for layer in table.layers}
    number = int(table.free_name(stem).removeprefix(stem))
    while True:
        if f"{stem}{number}" not in used:
            yield f"{stem}{number}"
        number += 1


def _first_place(table: LayerTable) -> int:
    """Return the index at which a table without Fires gets them: after its last max pool, else its first
    convolution, else 0."""
    pools = [row for row, layer in enumerate(table.layers) if isinstance(layer, MaxPool)]
    convs = [row for row, layer in enumerate(table.layers) if isinstance(layer, Conv)]
    return next(iter(pools[-1:] + convs[:1]), -1) + 1


def _check_count(count: int, present: int) -> None:
    if count > max(MOST_FIRES, present):
        raise SqueezevizError(f"there may be at most {MOST_FIRES:,} Fire modules, not {shown(count)}")
