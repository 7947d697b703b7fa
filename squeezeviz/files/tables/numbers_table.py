"""A network's numbers, predicted or measured, as a table to read: for a terminal, a document or a spreadsheet.

A document shows a compressed network as the paper prints Table 1: its thirteen columns, its writing, and notes on what
differs.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from squeezeviz.analysis.columns import COLUMNS, INPUT_ROW, TABLE1_COLUMNS, Column, printed_text, text, total_text
from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.files.tables import grid_text
from squeezeviz.files.tables.formats import TABLE_FORMATS
from squeezeviz.files.tables.grid_text import PrintedTable
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.layers import Bypass, Conv, Dropout, Fire
from squeezeviz.model.table import LayerTable

if TYPE_CHECKING:
    from squeezeviz.analysis.live import LivePass, MeasuredLayer

_TEXT_COLUMNS = 3
"""How many columns, from the left, hold text; the others hold numbers and stand to the right."""


def render(network: ResolvedNetwork, table_format: str, measured: LivePass | None = None) -> str:
    """The table in one of `TABLE_FORMATS` but JSON, as text that ends with a line break.

    With `measured`, sizes, depths, counts and times are those that the pass measured, and a ✓ stands where they are
    what was predicted, a ✗ where not. A layer that cannot be reached has empty cells. A table that is compressed shows
    what pruning keeps and bits; in a document it has the columns of the paper's Table 1.
    """
    ways = {each.id: each for each in TABLE_FORMATS if each.id != "json"}
    way = ways.get(table_format)
    if way is None or (measured and not way.measured):
        raise SqueezevizError(f"a table can be {', '.join(ways)}, not {table_format!r}")
    if way.delimiter:
        from squeezeviz.files.tables import csv_table  # like the others below: not sooner, a terminal needs none
    if way.delimiter and measured:
        return csv_table.write_measured(network, measured, way.delimiter)
    if way.delimiter:
        return csv_table.write(network.table, way.delimiter)
    if not way.printer:
        from squeezeviz.files.tables import toml_table

        return toml_table.write(network.table)
    grid = document_grid(network, measured) if way.is_document else _grid(network, measured)
    printed: str = getattr(grid_text, way.printer)(grid)
    return printed


def document_grid(network: ResolvedNetwork, measured: LivePass | None = None) -> PrintedTable:
    """What a document shows; as it is predicted, it says all that reading it back has to know of each layer."""
    from squeezeviz.files.presets import name_as_edited  # not sooner: a terminal needs no title

    name = name_as_edited(network.table)
    if measured:
        from squeezeviz.analysis.timing import repeats_note

        title = f"{name}, measured on {measured.where}"
        notes = (repeats_note(measured),) if measured.repeats > 1 else ()
        return dataclasses.replace(_grid(network, measured), title=title, notes=notes)
    grid = _table_1(network) if network.table.is_compressed else _grid(network, None)
    return _with_types(dataclasses.replace(grid, title=name), network.table)


def _grid(network: ResolvedNetwork, measured: LivePass | None) -> PrintedTable:
    """What a terminal shows; of a compressed network that was not measured also how it is stored."""
    stored = measured is None and network.table.is_compressed
    columns = [column for column in COLUMNS if column.spec.printed and (stored or not column.spec.stored)]
    headers = [column.printed_heading for column in columns] + list(_measured_headers(measured))
    rows = [_row(network, row, columns, measured) for row in range(INPUT_ROW, len(network.table.layers))]
    return PrintedTable(tuple(headers), tuple(rows), _total(network, columns, measured), _TEXT_COLUMNS)


def _measured_headers(measured: LivePass | None) -> tuple[str, ...]:
    time, spread, agrees = (column.printed_heading for column in (Column.TIME, Column.SPREAD, Column.AGREES))
    if measured is None:
        return ()
    from squeezeviz.analysis.arithmetic import EXACT

    if measured.arithmetic != EXACT and measured.time_ms:
        time = f"{time}, {measured.arithmetic}"
    if measured.repeats == 1:
        return time, agrees
    return f"{time}, median of {measured.repeats:,}", spread, agrees


def _row(network: ResolvedNetwork, row: int, columns: Sequence[Column], measured: LivePass | None) -> tuple[str, ...]:
    shown = {column: _cell(network, row, column) for column in columns}
    if measured is None:
        return tuple(shown.values())
    beside = ("",) * len(_measured_headers(measured))
    if row == INPUT_ROW:
        shown[Column.OUTPUT] = _size(measured.input_shape)
    elif row >= len(measured.layers):
        shown |= {column: "" for column in columns if column is Column.OUTPUT or column.spec.number}
    else:
        from squeezeviz.analysis.live import layer_differences

        seen = measured.layers[row]
        is_known = row < len(network.layers)
        as_predicted = is_known and not layer_differences(network.layers[row], seen, measured.input_shape[0])
        shown |= _counts(seen, columns) | {Column.OUTPUT: _size(seen.output_shape)}
        beside = (*_times(seen, measured), "✓" if as_predicted else "✗")
    return (*shown.values(), *beside)


def _cell(network: ResolvedNetwork, row: int, column: Column) -> str:
    """What the window shows; what is special about a Fire module stands where another layer has its window."""
    shown = text(network, row, column)
    layer = network.table.layers[row] if row != INPUT_ROW else None
    if column is not Column.WINDOW or not isinstance(layer, Fire):
        return shown
    words = [f"{layer.bypass} bypass"] if layer.bypass is not Bypass.NONE else []
    words += ["without ReLU"] if layer.bypass is Bypass.COMPLEX and not layer.bypass_relu else []
    words += ["no ReLU"] if not layer.relu else []
    words += ["no bias"] if not layer.bias else []
    return " ".join(words)


def _counts(seen: MeasuredLayer | LivePass, columns: Sequence[Column]) -> dict[Column, str]:
    """What was measured of the columns of numbers."""
    return {
        column: column.spec.cells.show(getattr(seen, column.spec.number)) for column in columns if column.spec.number
    }


def _size(shape: tuple[int, ...]) -> str:
    """Height × width × channels of a batch's shape; a flattened one is 1×1."""
    channels, *sides = shape[1:] if len(shape) > 1 else (0,)
    return "×".join(str(side) for side in (*(sides or (1, 1)), channels))


def _times(seen: MeasuredLayer | LivePass, measured: LivePass) -> tuple[str, ...]:
    """The time, and of repeated passes its spread; empty where the device does no arithmetic, which takes none."""
    from squeezeviz.analysis.timing import spread_ms

    times = (seen.time_ms, spread_ms(seen.quartiles_ms)) if measured.repeats > 1 else (seen.time_ms,)
    return tuple(f"{each:.3f}" if measured.time_ms else "" for each in times)


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
    return grid_text.as_page(document_grid(resolve(table)))


def _table_1(network: ResolvedNetwork) -> PrintedTable:
    """The table as the paper prints it. Computed cells are empty where a row is not reached, and so are its totals."""
    image = ("input image", *(_cell(network, INPUT_ROW, column) for column in TABLE1_COLUMNS[1:]))
    rows = [
        tuple(_paper_cell(network, row, column) for column in TABLE1_COLUMNS)
        for row in range(len(network.table.layers))
    ]
    counts = {column: total_text(network, column) for column in _COUNTS_TOTALLED if network.runs}
    total = ("total", *(counts.get(column, "") for column in TABLE1_COLUMNS[1:]))
    headers = tuple(column.spec.file for column in TABLE1_COLUMNS)
    return PrintedTable(headers, (image, *rows), total, _TEXT_COLUMNS, tuple(_notes_on_paper(network)))


_COUNTS_TOTALLED = (Column.PARAMETERS, Column.PRUNED)
"""What has a total in Table 1, and no number in a row without weights."""


def _paper_cell(network: ResolvedNetwork, row: int, column: Column) -> str:
    layer = network.table.layers[row]
    if column.spec.stored and column.spec.fields:
        return printed_text(layer, column)
    if column in _COUNTS_TOTALLED and not isinstance(layer, Conv | Fire):
        return ""
    shown = _cell(network, row, column)
    if column is Column.WINDOW and isinstance(layer, Conv):
        filters = f"×{layer.filters}"
        return shown.replace(f" {filters}", f" ({filters})", 1)
    return shown


_TOLD = ("remark-input", "remark-maxpool8", "remark-conv10-kept", "remark-fire8-kept")
"""What readers of Table 1 stumble over in the cells that are printed here."""


def _notes_on_paper(network: ResolvedNetwork) -> Iterator[str]:
    """Where Table 1 itself is shown: what is printed otherwise, and why."""
    from squeezeviz.paper.check import check
    from squeezeviz.paper.verdicts import Standing

    found = check(network, None)
    if found is None or any(verdict.standing is Standing.DIFFERS for verdict in found.verdicts):
        return
    names = {layer.name for layer in network.table.layers}
    for verdict in found.verdicts:
        if verdict.key in _TOLD:
            begun = verdict.text if verdict.text.split()[0] in names else verdict.text[:1].upper() + verdict.text[1:]
            yield f"{begun}. {verdict.why}"
    for layer in network.table.layers:
        if isinstance(layer, Dropout):
            yield f"Table 1 has no row for {layer.name}, which Section 4 of the paper describes."


def _with_types(grid: PrintedTable, table: LayerTable) -> PrintedTable:
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


def _tells(grid: PrintedTable, table: LayerTable) -> bool:
    """Whether each row, read back, is a layer of its kind, and nothing had to be assumed."""
    from squeezeviz.files.tables.document_tables import marked_as_text, read_layer_tables
    from squeezeviz.files.tables.layer_rows import FoundTable

    rows = [[marked_as_text(cell) for cell in row] for row in (grid.headers, *grid.rows, grid.total)]
    try:
        read = read_layer_tables([FoundTable(tuple(enumerate(rows, 1)))], "")
    except SqueezevizError:
        return False
    return not read.notes and [layer.type for layer in read.table.layers] == [layer.type for layer in table.layers]
