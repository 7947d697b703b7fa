"""A network's numbers, predicted or measured, as a table to read: for a terminal, a document or a spreadsheet."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

from squeezeviz.analysis import columns as cells
from squeezeviz.analysis.columns import INPUT_ROW, Column
from squeezeviz.analysis.live import LivePass, MeasuredLayer
from squeezeviz.analysis.live_json import timing_json
from squeezeviz.analysis.memory import readable_bytes
from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.analysis.timing import repeats_note
from squeezeviz.files.tables import csv_write, toml_table
from squeezeviz.files.tables.csv_columns import CsvColumn
from squeezeviz.files.tables.csv_write import agrees
from squeezeviz.files.tables.document_tables import marked_as_text, read_layer_tables
from squeezeviz.files.tables.layer_rows import FoundTable
from squeezeviz.files.tables.printed_table import printed_grid
from squeezeviz.files.tables.table_text import Grid, as_html, as_latex, as_markdown, as_page, as_terminal_text
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.layers import Bypass, Fire
from squeezeviz.model.table import LayerTable

_DOCUMENTS: dict[str, Callable[[Grid], str]] = {"markdown": as_markdown, "latex": as_latex, "html": as_html}
_DELIMITERS = {"csv": ",", "tsv": "\t"}

TABLE_FORMATS = ("table", *_DELIMITERS, "toml", *_DOCUMENTS)
"""What `render` writes; of a pass no TOML, which has no place for what was measured."""

_HEADERS = ("layer", "output size", "filter/stride", "depth", "s1x1", "e1x1", "e3x3", "parameters", "multiply-adds")
_MEASURED_HEADERS = ("time ms", "measured")
_TEXT_COLUMNS = 3
"""How many columns, from the left, hold text; the others hold numbers and stand to the right."""


def render(network: ResolvedNetwork, table_format: str, measured: LivePass | None = None) -> str:
    """The table as text that ends with a line break.

    With `measured`, sizes, depths, counts and times are those that the pass measured, and a ✓ stands where they are
    what was predicted, a ✗ where not. A layer that cannot be reached has empty cells. A table that is compressed shows
    what pruning keeps and bits; in a document it has the columns of the paper's Table 1.
    """
    if table_format in _DELIMITERS:
        delimiter = _DELIMITERS[table_format]
        return (
            csv_write.write_measured(network, measured, delimiter)
            if measured
            else csv_write.write(network.table, delimiter)
        )
    if table_format == "toml" and measured is None:
        return toml_table.write(network.table)
    if table_format == "table":
        return as_terminal_text(_terminal_grid(network, measured))
    if table_format not in _DOCUMENTS:
        raise SqueezevizError(f"a table can be {', '.join(TABLE_FORMATS)}, not {table_format!r}")
    return _DOCUMENTS[table_format](document_grid(network, measured))


def document_grid(network: ResolvedNetwork, measured: LivePass | None = None) -> Grid:
    """What a document shows; as it is predicted, it says all that reading it back has to know of each layer."""
    if measured:
        title = f"{network.table.name}, measured on {measured.device.name}"
        notes = (repeats_note(measured),) if measured.repeats > 1 else ()
        return dataclasses.replace(_grid(network, measured), title=title, notes=notes)
    grid = _grid(network, None)
    if network.table.is_compressed:
        grid = printed_grid(network, {row: _fire_remarks(network, row) for row in range(len(network.table.layers))})
    return with_types(dataclasses.replace(grid, title=network.table.name), network.table)


def _terminal_grid(network: ResolvedNetwork, measured: LivePass | None) -> Grid:
    grid = _grid(network, measured)
    return _with_stored(network, grid) if measured is None and network.table.is_compressed else grid


_STORED_AT = len(_HEADERS) - 2
_STORED = (*cells.KEPT_COLUMNS, Column.BITS)
_AFTER = (Column.PRUNED, Column.SIZE)


def _with_stored(network: ResolvedNetwork, grid: Grid) -> Grid:
    """The grid with columns for shares and bits before the parameters, and what they lead to after them."""
    totals = [f"{network.after_pruning.value:,}", readable_bytes(network.size.value)] if network.runs else ["", ""]
    rows = [
        _widened(cells_of_row, *([cells.text(network, row, column) for column in part] for part in (_STORED, _AFTER)))
        for row, cells_of_row in enumerate(grid.rows, INPUT_ROW)
    ]
    return Grid(
        _widened(grid.headers, list(map(str, _STORED)), list(map(str, _AFTER))),
        tuple(rows),
        _widened(grid.total, [""] * len(_STORED), totals),
        grid.text_columns,
    )


def _widened(row: tuple[str, ...], stored: list[str], after: list[str]) -> tuple[str, ...]:
    return (*row[:_STORED_AT], *stored, row[_STORED_AT], *after, *row[_STORED_AT + 1 :])


@dataclass(frozen=True, slots=True)
class _Numbers:
    """The computed cells of one layer."""

    output: str
    depth: str
    parameters: str
    macs: str
    measured: tuple[str, ...] = ()


def _grid(network: ResolvedNetwork, measured: LivePass | None) -> Grid:
    headers = _HEADERS + _measured_headers(measured)
    rows = [_row(network, INPUT_ROW, _input_numbers(network, measured))]
    for row in range(len(network.table.layers)):
        numbers = _measured(network, row, measured) if measured else _predicted(network, row)
        rows.append(_row(network, row, numbers))
    return Grid(headers, tuple(rows), _total(network, measured), _TEXT_COLUMNS)


def _measured_headers(measured: LivePass | None) -> tuple[str, ...]:
    if measured is None or measured.repeats == 1:
        return _MEASURED_HEADERS if measured else ()
    time, agreed = _MEASURED_HEADERS
    return f"{time}, median of {measured.repeats:,}", "IQR ms", agreed


def _row(network: ResolvedNetwork, row: int, numbers: _Numbers) -> tuple[str, ...]:
    fire = [cells.text(network, row, column) for column in cells.FIRE_COLUMNS]
    window = cells.text(network, row, Column.WINDOW) or _fire_remarks(network, row)
    name = cells.text(network, row, Column.NAME)
    return (
        name, numbers.output, window, numbers.depth, *fire, numbers.parameters, numbers.macs, *numbers.measured
    )  # fmt: skip


def _fire_remarks(network: ResolvedNetwork, row: int) -> str:
    """What is special about a Fire module stands where another layer has its window."""
    layer = network.table.layers[row] if row != INPUT_ROW else None
    if not isinstance(layer, Fire):
        return ""
    words = [f"{layer.bypass} bypass"] if layer.bypass is not Bypass.NONE else []
    words += ["without ReLU"] if layer.bypass is Bypass.COMPLEX and not layer.bypass_relu else []
    words += ["no ReLU"] if not layer.relu else []
    words += ["no bias"] if not layer.bias else []
    return " ".join(words)


def _input_numbers(network: ResolvedNetwork, measured: LivePass | None) -> _Numbers:
    if measured is None:
        return _Numbers(cells.text(network, INPUT_ROW, Column.OUTPUT), "", "", "")
    return _Numbers(_size(measured.input_shape), "", "", "", ("",) * len(_measured_headers(measured)))


def _predicted(network: ResolvedNetwork, row: int) -> _Numbers:
    if row >= len(network.layers):
        return _Numbers("", "", "", "")
    layer = network.layers[row]
    return _Numbers(
        cells.text(network, row, Column.OUTPUT),
        cells.text(network, row, Column.DEPTH),
        cells.text(network, row, Column.PARAMETERS),
        f"{layer.macs.value:,}",
    )


def _measured(network: ResolvedNetwork, row: int, measured: LivePass) -> _Numbers:
    if row >= len(measured.layers):
        return _Numbers("", "", "", "", ("",) * len(_measured_headers(measured)))
    seen = measured.layers[row]
    as_predicted = row < len(network.layers) and agrees(network.layers[row], seen, measured.input_shape[0])
    return _Numbers(
        _size(seen.output_shape),
        str(seen.depth),
        f"{seen.parameters:,}",
        f"{seen.macs:,}",
        (*_times(seen, measured), "✓" if as_predicted else "✗"),
    )


def _size(shape: tuple[int, ...]) -> str:
    """Height × width × channels of a batch's shape; a flattened one is 1×1."""
    channels, *sides = shape[1:] if len(shape) > 1 else (0,)
    return "×".join(str(side) for side in (*(sides or (1, 1)), channels))


def _times(seen: MeasuredLayer | LivePass, measured: LivePass) -> tuple[str, ...]:
    """The time, and of repeated passes its spread."""
    spread = timing_json(seen)["time_ms_iqr"]
    return (f"{seen.time_ms:.3f}", f"{spread:.3f}") if measured.repeats > 1 else (f"{seen.time_ms:.3f}",)


def _total(network: ResolvedNetwork, measured: LivePass | None) -> tuple[str, ...]:
    """The totals; empty where the network does not run to its end."""
    blank = ("",) * (_TEXT_COLUMNS - 1)
    if measured:
        counts = (measured.depth, measured.parameters, measured.macs)
        times: tuple[str, ...] = (*_times(measured, measured), "")
    else:
        counts = (network.depth.value, network.parameters.value, network.macs.value)
        times = ()
    depth, parameters, macs = (f"{count:,}" if network.runs or measured else "" for count in counts)
    return ("total", *blank, depth, "", "", "", parameters, macs, *times)


def markdown(table: LayerTable) -> str:
    return render(resolve(table), "markdown")


def latex(table: LayerTable) -> str:
    return render(resolve(table), "latex")


def html(table: LayerTable) -> str:
    """The table as a web page of its own."""
    return as_page(document_grid(resolve(table)))


def with_types(grid: Grid, table: LayerTable) -> Grid:
    """The grid of a table, with a column of types behind the names where it would not be read back without one."""
    if _tells(grid, table):
        return grid
    types = ["input", *(layer.type for layer in table.layers)]
    return dataclasses.replace(
        grid,
        headers=_with(grid.headers, str(CsvColumn.TYPE)),
        rows=tuple(_with(row, kind) for row, kind in zip(grid.rows, types, strict=True)),
        total=_with(grid.total, "total"),
        text_columns=grid.text_columns + 1,
    )


def _with(row: tuple[str, ...], kind: str) -> tuple[str, ...]:
    return (row[0], kind, *row[1:])


def _tells(grid: Grid, table: LayerTable) -> bool:
    """Whether each row, read back, is a layer of its kind, and nothing had to be assumed."""
    rows = [[marked_as_text(cell) for cell in row] for row in (grid.headers, *grid.rows, grid.total)]
    try:
        read = read_layer_tables([FoundTable(tuple(enumerate(rows, 1)))], "")
    except SqueezevizError:
        return False
    return not read.notes and [layer.type for layer in read.table.layers] == [layer.type for layer in table.layers]
