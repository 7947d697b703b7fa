"""What the weights of a convolution say: how they can be stored, and how their values lie."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from squeezeviz.analysis.compression import KEPT_FIELDS
from squeezeviz.analysis.weights import MOST_CODES, StoredWeights
from squeezeviz.model.errors import Note, Severity, brief
from squeezeviz.model.layers import Layer, uncompressed
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.text import counted, some
from squeezeviz.model.wording import percent

PRUNED_FROM = 0.05
"""The share of zeros from which on a convolution is taken to be pruned. Training leaves hardly any, rounding to a
codebook of 8 bits one or two in a hundred."""
_TIMES = 3
"""How many weights there are for each value of a codebook, at least: of few weights all values may differ."""


def is_pruned(stored: StoredWeights) -> bool:
    return 0 < stored.nonzero <= (1 - PRUNED_FROM) * stored.weights


def codes(stored: StoredWeights) -> int:
    """The values of a convolution's codebook, zero included unless pruning leaves it out; 0 where it has none."""
    count = stored.values + (stored.nonzero < stored.weights and not is_pruned(stored))
    return count if stored.values and count <= MOST_CODES else 0


Fields = Mapping[str, float | int]
"""What `dataclasses.replace` takes: shares of weights kept, and bits."""


def storage_of(found: Sequence[StoredWeights]) -> dict[str, Fields]:
    """The shares kept and bits of each row, by its name, as its weights say them; empty where they are dense float32.

    Once a convolution is pruned, the shares of all are those of their weights that are not zero.
    """
    by_row = defaultdict(list)
    for each in found:
        by_row[each.row].append(each)
    pruned = any(is_pruned(each) for each in found)
    fields: dict[str, Fields] = {}
    for row, parts in by_row.items():
        told = [each for each in parts if pruned and _field(each) and 0 < each.nonzero < each.weights]
        kept = {_field(each): _share(each, len(told)) for each in told}
        bits = _bits(parts)
        if kept or bits:
            fields[row] = kept | ({"bits": bits} if bits else {})
    return fields


def _field(stored: StoredWeights) -> str:
    """The field of a row that has the share; empty for a bypass, of which a table has none."""
    return KEPT_FIELDS.get(stored.part, "") if stored.part else "kept"


def _share(stored: StoredWeights, parts: int) -> float:
    """The share of weights that are not zero, with as few decimals as give their count back.

    It is rounded down, so that less than one weight is missing in a row of so many shares: what is left after pruning
    is rounded up.
    """
    scale = 100
    while (stored.nonzero * scale % stored.weights) * parts >= scale:
        scale *= 10
    return stored.nonzero * scale // stored.weights / scale


def _bits(parts: Sequence[StoredWeights]) -> int:
    """How many bits hold the codes of each convolution of a row; 0 where not all have a plain codebook."""
    counts = [codes(each) for each in parts]
    if not all(counts) or max(counts) < 2 or sum(each.nonzero for each in parts) < _TIMES * sum(counts):
        return 0
    return (max(counts) - 1).bit_length()


_Row = TypeVar("_Row", bound=Layer)


def stored_as(rows: Iterable[_Row], fields: Mapping[str, Fields]) -> tuple[_Row, ...]:
    """The rows, with what is said of how each is stored."""
    return tuple(_with(row, fields[row.name]) if row.name in fields else row for row in rows)


def rows_said(rows: Sequence[Layer], found: Sequence[StoredWeights]) -> frozenset[str]:
    """The rows whose shares kept and bits are just those that their weights say, so that weights alone hold them."""
    fields = storage_of(found)
    said = zip(rows, stored_as(map(uncompressed, rows), fields), strict=True)
    return frozenset(row.name for row, as_measured in said if row.name in fields and row == as_measured)


def _with(row: _Row, fields: Any) -> _Row:
    return dataclasses.replace(row, **fields)


def notes_on_storage(found: Sequence[StoredWeights], fields: Mapping[str, Fields]) -> list[Note]:
    """What was measured of a file's weights, for a person; nothing of dense ones."""
    if not fields:
        return []
    count, nonzero = sum(each.weights for each in found), sum(each.nonzero for each in found)
    pruned = any(is_pruned(each) for each in found)
    widths = sorted({int(each["bits"]) for each in fields.values() if "bits" in each})
    said = []
    if pruned:
        said.append(f"{nonzero:,} of its {count:,} weights are not zero ({percent(nonzero, count)})")
    if widths:
        most = max(codes(each) for each in found)
        said.append(f"in a convolution they take {most} values at most, which {_written(widths)} hold")
    filled = " and ".join([*(["shares kept"] if pruned else []), *(["bits"] if widths else [])])
    notes = [Note(f"measured from the file: {'; '.join(said)}; the table has these {filled}", Severity.INFO)]
    bypasses = [each.row for each in found if is_pruned(each) and not _field(each)]
    if bypasses:
        rows = some(list(map(brief, bypasses)), 2)
        notes.append(Note(f"the bypass of {rows} is pruned too, for which a table has no share: it counts as dense"))
    return notes


def _written(widths: Sequence[int]) -> str:
    return counted(widths[0], "bit") if len(widths) == 1 else f"{widths[0]} to {widths[-1]} bits"


BINS = 64


class Histogram(NamedTuple):
    """How many values lie in each of `BINS` equal intervals from `low` to `high`, both included."""

    low: float
    high: float
    counts: tuple[int, ...]


class WeightStatistics(NamedTuple):
    """How the weights of a convolution lie, whose operation is named as in a live pass.

    `zeros` of them are zero, all take `distinct` values, and `infinite` are no finite numbers; what follows is that of
    the others, None where there are none. `std` is that of all of them, without Bessel's correction.
    """

    operation: str
    weights: int
    zeros: int
    distinct: int
    infinite: int
    minimum: float | None
    maximum: float | None
    mean: float | None
    std: float | None
    histogram: Histogram

    @property
    def share_of_zeros(self) -> float:
        return self.zeros / self.weights

    @property
    def zero_bin(self) -> int:
        """The interval of the histogram that holds zero; -1 where none of the weights is zero."""
        low, high, counts = self.histogram
        if not self.zeros:
            return -1
        near = min(int(-low / (high - low) * BINS), BINS - 1) if high > low else 0
        # Zero may lie on the border of two.
        return next((at for at in (near, near - 1, near + 1) if 0 <= at < BINS and counts[at] >= self.zeros), near)


def statistics_json(found: Iterable[WeightStatistics]) -> list[dict[str, object]]:
    """The statistics as JSON takes them, in the file's order."""
    return [
        {
            "name": each.operation,
            "weights": each.weights,
            "zeros": each.zeros,
            "distinct": each.distinct,
            "not_finite": each.infinite,
            "min": each.minimum,
            "max": each.maximum,
            "mean": each.mean,
            "std": each.std,
            "histogram": {
                "low": each.minimum,
                "high": each.maximum,
                "counts": list(each.histogram.counts),
            },
        }
        for each in found
    ]
