"""The statistics of weights as a table for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from squeezeviz.analysis.weight_statistics import PRUNED_FROM, WeightStatistics
from squeezeviz.files.tables.grid_text import aligned
from squeezeviz.model.text import plain
from squeezeviz.model.wording import percent

_HEADERS = ("convolution", "weights", "zeros", "distinct values", "min", "max", "mean", "std")


def statistics_text(found: Sequence[WeightStatistics]) -> str:
    """Return a line for each convolution and one for all of them, under a line of headings.

    How many weights are not finite is a last column, where any are. Where convolutions are pruned, a last line names
    the one with the largest share of zeros.
    """
    rows: list[tuple[str, ...]] = [_HEADERS, *map(_row, found)]
    count, zeros = sum(each.weights for each in found), sum(each.zeros for each in found)
    rows.append(("total", f"{count:,}", percent(zeros, count), "", "", "", "", ""))
    if infinite := sum(each.infinite for each in found):
        said = ("not finite", *(f"{each.infinite:,}" for each in found), f"{infinite:,}")
        rows = [(*row, cell) for row, cell in zip(rows, said, strict=True)]
    return "\n".join([*aligned(rows, 1), *_most_zeros(found)]) + "\n"


def _most_zeros(found: Sequence[WeightStatistics]) -> list[str]:
    most = max(found, key=lambda each: each.share_of_zeros, default=None)
    if most is None or most.share_of_zeros < PRUNED_FROM:
        return []
    return [f"most zeros: {plain(most.operation)}, {percent(most.zeros, most.weights)}"]


def _row(each: WeightStatistics) -> tuple[str, ...]:
    measured = (each.minimum, each.maximum, each.mean, each.std)
    numbers = ("—" if number is None else f"{number:.4g}" for number in measured)
    zeros = percent(each.zeros, each.weights) if each.zeros else "0"
    return plain(each.operation), f"{each.weights:,}", zeros, f"{each.distinct:,}", *numbers
