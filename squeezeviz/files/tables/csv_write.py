"""A layer table as CSV or TSV, laid out like the paper's Table 1."""

from __future__ import annotations

import csv
import io
from dataclasses import fields

from squeezeviz.analysis.columns import KEPT_COLUMNS
from squeezeviz.analysis.live import LivePass, MeasuredLayer, MeasuredOperation
from squeezeviz.analysis.live_json import timing_json
from squeezeviz.analysis.resolve import ResolvedLayer, ResolvedNetwork, ResolvedOperation, resolve
from squeezeviz.files.tables.csv_cells import guarded
from squeezeviz.files.tables.csv_columns import KEPT, MEASURED, CsvColumn
from squeezeviz.model.layers import AvgPool, Conv, Fire, GlobalAvgPool, Layer, MaxPool, is_compressed
from squeezeviz.model.shapes import MapShape
from squeezeviz.model.shares import printed_kept
from squeezeviz.model.table import LayerTable

Cells = dict[CsvColumn, str | int | float]


def write(table: LayerTable, delimiter: str = ",") -> str:
    """The table as CSV; further columns carry what Table 1 cannot say. Reading it gives the same table exactly."""
    return _written(_rows(resolve(table)), [column for column in CsvColumn if column not in MEASURED], delimiter)


def write_measured(network: ResolvedNetwork, measured: LivePass, delimiter: str = ",") -> str:
    """The same with the time of each layer in milliseconds, and whether all was measured as predicted.

    Of repeated passes times are medians, and the distance of their quartiles stands after them.
    """
    rows = _rows(network)
    for row, layer, seen in zip(rows[1:], network.layers, measured.layers, strict=False):
        row[CsvColumn.TIME] = round(seen.time_ms, 6)
        row[CsvColumn.AGREES] = _word(agrees(layer, seen, measured.input_shape[0]))
    rows[-1][CsvColumn.TIME] = round(measured.time_ms, 6)
    if measured.repeats == 1:
        return _written(rows, [column for column in CsvColumn if column is not CsvColumn.SPREAD], delimiter)
    timed: list[tuple[Cells, MeasuredLayer | LivePass]] = [(rows[-1], measured)]
    timed += zip(rows[1:], measured.layers, strict=False)
    for cells, each in timed:
        cells[CsvColumn.SPREAD] = round(timing_json(each)["time_ms_iqr"], 6)
    return _written(rows, list(CsvColumn), delimiter)


def _written(rows: list[Cells], columns: list[CsvColumn], delimiter: str) -> str:
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([row.get(column, "") for column in columns] for row in rows)
    return file.getvalue()


def _rows(network: ResolvedNetwork) -> list[Cells]:
    """The input, each layer, the total. A layer that is not reached has no computed cells."""
    image, compressed = network.table.input, network.table.is_compressed
    first: Cells = {
        CsvColumn.NAME: "input image",
        CsvColumn.OUTPUT: f"{image.height}x{image.width}x{image.channels}",
        CsvColumn.TYPE: "input",
        CsvColumn.NETWORK: guarded(network.table.name),
    }
    layers = [_said(layer) for layer in network.table.layers]
    for cells, resolved in zip(layers, network.layers, strict=False):
        cells |= _computed(resolved)
        if compressed and isinstance(resolved.layer, Conv | Fire):
            cells[CsvColumn.PRUNED] = resolved.after_pruning.value
    last: Cells = {CsvColumn.NAME: "total", CsvColumn.TYPE: "total"}
    if network.runs:
        last[CsvColumn.DEPTH] = network.depth.value
        last[CsvColumn.PARAMETERS] = network.parameters.value
        last[CsvColumn.MACS] = network.macs.value
        if compressed:
            last[CsvColumn.PRUNED] = network.after_pruning.value
    return [first, *layers, last]


def _said(layer: Layer) -> Cells:
    """What the table itself holds of a layer."""
    cells: Cells = {CsvColumn.NAME: guarded(layer.name), CsvColumn.TYPE: layer.type}
    match layer:
        case Conv():
            cells[CsvColumn.WINDOW] = f"{_window(layer)} (x{layer.filters})"
        case MaxPool() | AvgPool():
            cells[CsvColumn.WINDOW] = _window(layer)
    columns = {str(column): column for column in CsvColumn} | {"p": CsvColumn.P, "bypass_relu": CsvColumn.BYPASS_RELU}
    for field in fields(layer):
        column = columns.get(field.name)
        if column:
            cells[column] = _word(getattr(layer, field.name))
    if is_compressed(layer):
        cells |= _stored(layer)
    return cells


def _stored(layer: Layer) -> Cells:
    """Shares and bits as Table 1 prints them: `100% (7x7)`, `6bit`."""
    assert isinstance(layer, Conv | Fire)
    shares = {
        column: printed_kept(layer, kept).replace("×", "x") for column, kept in zip(KEPT, KEPT_COLUMNS, strict=True)
    }
    return {**shares, CsvColumn.BITS: f"{layer.bits}bit"}


def _window(layer: Conv | MaxPool | AvgPool) -> str:
    return f"{layer.kernel}x{layer.kernel}/{layer.stride}"


def _word(value: str | int | float | bool) -> str | int | float:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str) else value


def _computed(resolved: ResolvedLayer) -> Cells:
    channels, height, width = resolved.output.shape
    cells: Cells = {
        CsvColumn.OUTPUT: f"{height}x{width}x{channels}",
        CsvColumn.DEPTH: resolved.depth.value,
    }
    if isinstance(resolved.layer, GlobalAvgPool):
        cells[CsvColumn.WINDOW] = f"{resolved.input.shape.height}x{resolved.input.shape.width}/1"
    if isinstance(resolved.layer, Conv | Fire):
        cells |= {CsvColumn.PARAMETERS: resolved.parameters.value, CsvColumn.MACS: resolved.macs.value}
    return cells


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
