"""A layer table as CSV or TSV, laid out like the paper's Table 1."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from squeezeviz.analysis.columns import FIELD_COLUMNS, FILE_COLUMNS, Column, number, printed_text
from squeezeviz.analysis.live import LivePass, MeasuredLayer, MeasuredOperation
from squeezeviz.analysis.resolve import ResolvedLayer, ResolvedNetwork, ResolvedOperation, resolve
from squeezeviz.analysis.timing import spread_ms
from squeezeviz.files.tables.cell_texts import guarded
from squeezeviz.model.layers import AvgPool, Conv, Fire, GlobalAvgPool, Layer, MaxPool, is_compressed
from squeezeviz.model.shapes import MapShape
from squeezeviz.model.table import LayerTable
from squeezeviz.model.wording import size_text

Cells = dict[Column, str | int | float]

_PREDICTED = tuple(column for column in FILE_COLUMNS if not column.spec.measured)


def write(table: LayerTable, delimiter: str = ",") -> str:
    """The table as CSV; further columns carry what Table 1 cannot say. Reading it gives the same table exactly."""
    return _written(_rows(resolve(table)), _PREDICTED, delimiter)


def write_measured(network: ResolvedNetwork, measured: LivePass, delimiter: str = ",") -> str:
    """The same with the time of each layer in milliseconds, and whether all was measured as predicted.

    Of repeated passes times are medians, and the distance of their quartiles stands after them.
    """
    rows = _rows(network)
    for row, layer, seen in zip(rows[1:], network.layers, measured.layers, strict=False):
        row[Column.TIME] = round(seen.time_ms, 6)
        row[Column.AGREES] = "true" if agrees(layer, seen, measured.input_shape[0]) else "false"
    rows[-1][Column.TIME] = round(measured.time_ms, 6)
    if measured.repeats == 1:
        return _written(rows, [column for column in FILE_COLUMNS if column is not Column.SPREAD], delimiter)
    timed: list[tuple[Cells, MeasuredLayer | LivePass]] = [(rows[-1], measured)]
    timed += zip(rows[1:], measured.layers, strict=False)
    for cells, each in timed:
        cells[Column.SPREAD] = round(spread_ms(each.quartiles_ms), 6)
    return _written(rows, FILE_COLUMNS, delimiter)


def _written(rows: list[Cells], columns: Sequence[Column], delimiter: str) -> str:
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
    writer.writerow([column.spec.file for column in columns])
    writer.writerows([row.get(column, "") for column in columns] for row in rows)
    return file.getvalue()


def _rows(network: ResolvedNetwork) -> list[Cells]:
    """The input, each layer, the total. A layer that is not reached has no computed cells."""
    first: Cells = {
        Column.NAME: "input image",
        Column.OUTPUT: _with_x(size_text(network.table.input)),
        Column.TYPE: "input",
        Column.NETWORK: guarded(network.table.name),
    }
    layers, compressed = [_said(layer) for layer in network.table.layers], network.table.is_compressed
    numbers = [column for column in FILE_COLUMNS if column.spec.number and (compressed or not column.spec.stored)]
    for cells, resolved in zip(layers, network.layers, strict=False):
        weighted = isinstance(resolved.layer, Conv | Fire)
        cells[Column.OUTPUT] = _with_x(size_text(resolved.output.shape))
        if isinstance(resolved.layer, GlobalAvgPool):
            cells[Column.WINDOW] = f"{resolved.input.shape.height}x{resolved.input.shape.width}/1"
        for column in numbers if weighted else [Column.DEPTH]:
            cells[column] = number(resolved, column)
    last: Cells = {Column.NAME: "total", Column.TYPE: "total"}
    if network.runs:
        last |= {column: number(network, column) for column in numbers}
    return [first, *layers, last]


def _said(layer: Layer) -> Cells:
    """What the table itself holds of a layer."""
    cells: Cells = {Column.NAME: guarded(layer.name), Column.TYPE: layer.type}
    match layer:
        case Conv():
            cells[Column.WINDOW] = f"{layer.kernel}x{layer.kernel}/{layer.stride} (x{layer.filters})"
        case MaxPool() | AvgPool():
            cells[Column.WINDOW] = f"{layer.kernel}x{layer.kernel}/{layer.stride}"
    for column in FIELD_COLUMNS:
        field = column.field_of(type(layer))
        if field and not column.spec.stored:
            cells[column] = column.spec.cells.write(getattr(layer, field))
        elif field and is_compressed(layer):
            cells[column] = _with_x(printed_text(layer, column))
    return cells


def _with_x(shown: str) -> str:
    return shown.replace("×", "x")


def comma(table: LayerTable) -> str:
    return write(table, ",")


def tab(table: LayerTable) -> str:
    return write(table, "\t")


def agrees(layer: ResolvedLayer, seen: MeasuredLayer, batch: int) -> bool:
    """Whether a pass with a batch of that size measured the layer and each of its operations as predicted."""
    predicted = [_numbers(batch, layer.output.shape, layer)]
    predicted += [_numbers(batch, step.shape, step) for step in layer.operations]
    found = [_found(seen), *(_found(operation) for operation in seen.operations)]
    return predicted == found


_Numbers = tuple[tuple[int, ...], int, int, int]


def _numbers(batch: int, shape: MapShape, of: ResolvedLayer | ResolvedOperation) -> _Numbers:
    return (batch, *shape), of.depth.value, of.parameters.value, of.macs.value


def _found(seen: MeasuredLayer | MeasuredOperation) -> _Numbers:
    return tuple(seen.output_shape), seen.depth, seen.parameters, seen.macs
