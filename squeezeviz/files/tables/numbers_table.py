"""A network's numbers, predicted or measured, as a table to read: for a terminal, a document or a spreadsheet."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

from squeezeviz.analysis.columns import COLUMNS, INPUT_ROW, Column, text, total_text
from squeezeviz.analysis.live import LivePass, MeasuredLayer
from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.analysis.timing import repeats_note, spread_ms
from squeezeviz.files.tables import csv_write, toml_table
from squeezeviz.files.tables.csv_write import agrees
from squeezeviz.files.tables.document_tables import marked_as_text, read_layer_tables
from squeezeviz.files.tables.grid_text import Grid, as_html, as_latex, as_markdown, as_page, as_terminal_text
from squeezeviz.files.tables.layer_rows import FoundTable
from squeezeviz.files.tables.paper_table import printed_grid
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.layers import Bypass, Fire
from squeezeviz.model.table import LayerTable

_DOCUMENTS: dict[str, Callable[[Grid], str]] = {"markdown": as_markdown, "latex": as_latex, "html": as_html}
_DELIMITERS = {"csv": ",", "tsv": "\t"}

TABLE_FORMATS = ("table", *_DELIMITERS, "toml", *_DOCUMENTS)
"""What `render` writes; of a pass no TOML, which has no place for what was measured."""

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
        return as_terminal_text(_grid(network, measured))
    if table_format not in _DOCUMENTS:
        raise SqueezevizError(f"a table can be {', '.join(TABLE_FORMATS)}, not {table_format!r}")
    return _DOCUMENTS[table_format](document_grid(network, measured))


def document_grid(network: ResolvedNetwork, measured: LivePass | None = None) -> Grid:
    """What a document shows; as it is predicted, it says all that reading it back has to know of each layer."""
    if measured:
        title = f"{network.table.name}, measured on {measured.device.name}"
        notes = (repeats_note(measured),) if measured.repeats > 1 else ()
        return dataclasses.replace(_grid(network, measured), title=title, notes=notes)
    if network.table.is_compressed:
        grid = printed_grid(network, {row: _fire_remarks(network, row) for row in range(len(network.table.layers))})
    else:
        grid = _grid(network, None)
    return with_types(dataclasses.replace(grid, title=network.table.name), network.table)


def _grid(network: ResolvedNetwork, measured: LivePass | None) -> Grid:
    """What a terminal shows; of a compressed network that was not measured also how it is stored."""
    stored = measured is None and network.table.is_compressed
    columns = [column for column in COLUMNS if column.spec.printed and (stored or not column.spec.stored)]
    headers = [column.printed_heading for column in columns] + list(_measured_headers(measured))
    rows = [_row(network, row, columns, measured) for row in range(INPUT_ROW, len(network.table.layers))]
    return Grid(tuple(headers), tuple(rows), _total(network, columns, measured), _TEXT_COLUMNS)


def _measured_headers(measured: LivePass | None) -> tuple[str, ...]:
    time, spread, agrees = (column.printed_heading for column in (Column.TIME, Column.SPREAD, Column.AGREES))
    if measured is None or measured.repeats == 1:
        return (time, agrees) if measured else ()
    return f"{time}, median of {measured.repeats:,}", spread, agrees


def _row(network: ResolvedNetwork, row: int, columns: Sequence[Column], measured: LivePass | None) -> tuple[str, ...]:
    shown = {column: text(network, row, column) for column in columns}
    shown[Column.WINDOW] = shown[Column.WINDOW] or _fire_remarks(network, row)
    if measured is None:
        return tuple(shown.values())
    counted = [Column.OUTPUT, *(column for column in columns if column.spec.number)]
    beside = ("",) * len(_measured_headers(measured))
    if row == INPUT_ROW:
        shown[Column.OUTPUT] = _size(measured.input_shape)
    elif row >= len(measured.layers):
        shown |= dict.fromkeys(counted, "")
    else:
        seen = measured.layers[row]
        as_predicted = row < len(network.layers) and agrees(network.layers[row], seen, measured.input_shape[0])
        shown |= _counts(seen, columns) | {Column.OUTPUT: _size(seen.output_shape)}
        beside = (*_times(seen, measured), "✓" if as_predicted else "✗")
    return (*shown.values(), *beside)


def _counts(seen: MeasuredLayer | LivePass, columns: Sequence[Column]) -> dict[Column, str]:
    """What was measured of the columns of numbers."""
    return {
        column: column.spec.cells.show(getattr(seen, column.spec.number)) for column in columns if column.spec.number
    }


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


def _size(shape: tuple[int, ...]) -> str:
    """Height × width × channels of a batch's shape; a flattened one is 1×1."""
    channels, *sides = shape[1:] if len(shape) > 1 else (0,)
    return "×".join(str(side) for side in (*(sides or (1, 1)), channels))


def _times(seen: MeasuredLayer | LivePass, measured: LivePass) -> tuple[str, ...]:
    """The time, and of repeated passes its spread."""
    spread = spread_ms(seen.quartiles_ms)
    return (f"{seen.time_ms:.3f}", f"{spread:.3f}") if measured.repeats > 1 else (f"{seen.time_ms:.3f}",)


def _total(network: ResolvedNetwork, columns: Sequence[Column], measured: LivePass | None) -> tuple[str, ...]:
    """The totals; empty where the network does not run to its end."""
    if measured:
        counts = _counts(measured, columns)
        return ("total", *(counts.get(column, "") for column in columns[1:]), *_times(measured, measured), "")
    return ("total", *(total_text(network, column) if network.runs else "" for column in columns[1:]))


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
        headers=_with(grid.headers, Column.TYPE.spec.file),
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
