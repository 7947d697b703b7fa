"""Printed parameters after pruning: kept weights and all biases, rounded up (exact in Table 1, but for fire8)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from squeezeviz.analysis.resolve import ResolvedLayer, ResolvedNetwork, resolve
from squeezeviz.files.tables import csv_cells
from squeezeviz.files.tables.csv_cells import listed, quoted
from squeezeviz.files.tables.csv_columns import KEPT, CsvColumn
from squeezeviz.files.tables.csv_rows import KEPT_FIELDS, CsvRow
from squeezeviz.files.tables.printed.cells import PrintedCells
from squeezeviz.model.layers import Conv, Fire
from squeezeviz.model.shares import share_text
from squeezeviz.model.table import InputShape, LayerTable

_FIRE_KERNELS = dict(zip(KEPT, (1, 1, 3), strict=True))


def notes_on_pruning(
    network: ResolvedNetwork, rows: Sequence[CsvRow], total: CsvRow | None, cells: PrintedCells, misprinted: set[str]
) -> Iterator[str]:
    """Notes on shares that stand at the wrong filter, and on counts after pruning that do not follow from the shares.

    Rows in `misprinted` have a note already on the counts that these follow from.
    """
    counts = []
    for layer, row in zip(network.layers, rows, strict=False):
        fields = _fields(layer, row)
        yield from _notes_on_places(layer, row, fields)
        count = cells.count(row, CsvColumn.PRUNED)
        counts.append(count)
        if count is not None and fields and layer.name not in misprinted:
            yield from _note_on_count(layer, row, fields, count)
    said = cells.count(total, CsvColumn.PRUNED) if total else None
    summed = sum(count for count in counts if count is not None)
    if said is not None and said != summed:
        yield f"the total prints {said:,} parameters after pruning, but its rows add up to {summed:,}"


def _fields(layer: ResolvedLayer, row: CsvRow) -> dict[CsvColumn, str]:
    """The layer's field that each filled sparsity cell was read into; none where the row has no share at all."""
    filled = [column for column in KEPT if row[column]]
    match layer.layer:
        case Conv():
            return dict.fromkeys(filled, "kept")
        case Fire():
            return {column: KEPT_FIELDS[column] for column in filled}
        case _:
            return {}


def _notes_on_places(layer: ResolvedLayer, row: CsvRow, fields: dict[CsvColumn, str]) -> Iterator[str]:
    for column in fields:
        kernel = layer.layer.kernel if isinstance(layer.layer, Conv) else _FIRE_KERNELS[column]
        said = csv_cells.kept(row[column], str(column)).kernel
        if said not in (None, kernel):
            yield f"{layer.name} prints a sparsity of {quoted(row[column])}, but its filters are {kernel}×{kernel}"


def _note_on_count(layer: ResolvedLayer, row: CsvRow, fields: dict[CsvColumn, str], count: int) -> Iterator[str]:
    expected = layer.after_pruning.value
    if count == expected:
        return
    shares = listed([_percent(getattr(layer.layer, field)) for field in dict.fromkeys(fields.values())])
    other = _share_that_gives(layer, fields, count)
    yield (
        f"{layer.name} prints {count:,} parameters after pruning, "
        f"but keeping {shares} of its weights leaves {expected:,}"
        + (f"; {count:,} follows from {_percent(other[1])} in {row.headers[other[0]]}" if other else "")
    )


def _share_that_gives(layer: ResolvedLayer, fields: dict[CsvColumn, str], count: int) -> tuple[CsvColumn, float] | None:
    """The smallest change of one share, in whole percents, that leads to `count`."""
    table = LayerTable("-", InputShape(*layer.input.shape), (layer.layer,))
    found = []
    for column, field in fields.items():
        for percent in range(1, 101):
            share = percent / 100
            if resolve(table.with_field(0, field, share)).after_pruning.value == count:
                found.append((abs(share - getattr(layer.layer, field)), column, share))
    best = min(found, key=lambda each: each[0], default=None)
    return (best[1], best[2]) if best else None


def _percent(share: float) -> str:
    return share_text(share).replace("%", " %")
