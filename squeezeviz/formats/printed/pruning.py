"""Printed parameters after pruning: kept weights and all biases, rounded up (exact in Table 1, but for fire8)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import ceil
from typing import NamedTuple

from squeezeviz.core.layers import Bypass, Conv, Fire
from squeezeviz.core.resolve import ResolvedLayer, ResolvedNetwork, ResolvedOperation
from squeezeviz.formats.csv_cells import Kept, listed, quoted
from squeezeviz.formats.csv_columns import KEPT, CsvColumn
from squeezeviz.formats.csv_rows import CsvRow
from squeezeviz.formats.printed.cells import PrintedCells


class _Part(NamedTuple):
    """A convolution with the share of its weights that is printed as kept."""

    step: ResolvedOperation
    column: CsvColumn
    kept: Kept

    @property
    def biases(self) -> int:
        return self.step.operation.filters if self.step.operation.bias else 0

    @property
    def weights(self) -> int:
        return self.step.parameters.value - self.biases


_FIRE_PARTS = ("squeeze1x1", "expand1x1", "expand3x3")


def notes_on_pruning(
    network: ResolvedNetwork, rows: Sequence[CsvRow], total: CsvRow | None, cells: PrintedCells, misprinted: set[str]
) -> Iterator[str]:
    """Notes on shares that stand at the wrong filter, and on counts after pruning that do not follow from them.

    Rows in `misprinted` have a note already on the counts that these follow from.
    """
    counts = []
    for layer, row in zip(network.layers, rows, strict=False):
        parts = list(_parts(layer, row, cells))
        yield from _notes_on_places(layer, row, parts)
        count = cells.count(row, CsvColumn.PRUNED)
        counts.append(count)
        if count is not None and parts and layer.name not in misprinted:
            yield from _note_on_count(layer, row, parts, count)
    said = cells.count(total, CsvColumn.PRUNED) if total else None
    summed = sum(count for count in counts if count is not None)
    if said is not None and said != summed:
        yield f"the total prints {said:,} parameters after pruning, but its rows add up to {summed:,}"


def pruned(shares: Sequence[tuple[Fraction, int, int]]) -> int:
    """Parameters after pruning, from each convolution's share of weights kept, its weights and its biases."""
    return ceil(sum(share * weights + biases for share, weights, biases in shares))


def _parts(layer: ResolvedLayer, row: CsvRow, cells: PrintedCells) -> Iterator[_Part]:
    """Each convolution of the layer with its share; none where the shares do not tell of each."""
    shares = {column: kept for column in KEPT if (kept := cells.kept(row, column))}
    if isinstance(layer.layer, Conv) and len(shares) == 1:
        yield from (_Part(layer.operations[0], column, kept) for column, kept in shares.items())
    if isinstance(layer.layer, Fire) and layer.layer.bypass is not Bypass.COMPLEX and len(shares) == len(KEPT):
        for column, name in zip(KEPT, _FIRE_PARTS, strict=True):
            step = layer.part(name)
            assert step is not None
            yield _Part(step, column, shares[column])


def _notes_on_places(layer: ResolvedLayer, row: CsvRow, parts: Sequence[_Part]) -> Iterator[str]:
    for part in parts:
        kernel = part.step.operation.kernel
        if part.kept.kernel not in (None, kernel):
            yield f"{layer.name} prints a sparsity of {quoted(row[part.column])}, but its filters are {kernel}×{kernel}"


def _note_on_count(layer: ResolvedLayer, row: CsvRow, parts: Sequence[_Part], count: int) -> Iterator[str]:
    expected = pruned([(part.kept.share, part.weights, part.biases) for part in parts])
    if count == expected:
        return
    shares = listed([_percent(part.kept.share) for part in parts])
    other = _share_that_gives(parts, count)
    yield (
        f"{layer.name} prints {count:,} parameters after pruning, "
        f"but keeping {shares} of its weights leaves {expected:,}"
        + (f"; {count:,} follows from {_percent(other[1])} in {row.headers[other[0].column]}" if other else "")
    )


def _share_that_gives(parts: Sequence[_Part], count: int) -> tuple[_Part, Fraction] | None:
    """The smallest change of one share, in whole percents, that leads to `count`."""
    found = []
    for changed in parts:
        for percent in range(1, 101):
            share = Fraction(percent, 100)
            shares = [(share if part is changed else part.kept.share, part.weights, part.biases) for part in parts]
            if pruned(shares) == count:
                found.append((abs(share - changed.kept.share), changed, share))
    best = min(found, key=lambda each: each[0], default=None)
    return (best[1], best[2]) if best else None


def _percent(share: Fraction) -> str:
    return f"{float(share * 100):g} %"
