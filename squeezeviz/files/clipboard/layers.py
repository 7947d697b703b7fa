"""Whole layers pasted: which text holds them, built into an empty table or inserted after a row."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence

from squeezeviz.analysis.columns import COLUMNS, FIRE_COLUMNS, TABLE1_COLUMNS, Column
from squeezeviz.files.clipboard.blocks import Block, Columns, Pasted
from squeezeviz.files.clipboard.grid import Grid
from squeezeviz.files.tables.cell_rows import CellRow, Frame, Kind, told, with_global_pools
from squeezeviz.files.tables.csv_table import tables_of
from squeezeviz.files.tables.layer_rows import HeadedRows, Record, layers_in, notes_on_cells, rows_under
from squeezeviz.files.tables.printed_numbers import notes_on_printed
from squeezeviz.files.tables.several_tables import one_network
from squeezeviz.model.errors import Note, Place, SqueezevizError, brief
from squeezeviz.model.layers import AvgPool, Conv, Dropout, Fire, Layer, MaxPool
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.model.text import listed
from squeezeviz.model.wording import size_text


class LayerText(NamedTuple):
    """Rows of text, each with its place in the grid, from 1, as its line.

    `headers` say what the grid's columns hold; `notes` speak of tables that are joined or left out.
    """

    headed: HeadedRows
    headers: Sequence[str]
    notes: tuple[Note, ...] = ()


def under_header(grid: Grid) -> LayerText:
    """The rows below the first, which names columns; a further row that does begins another table."""
    tables = list(tables_of(_filled(grid)))
    if len(tables[0].rows) < 2:
        raise SqueezevizError("only column names are pasted; copy the rows below them too")
    headed, notes = one_network(tables, told, "row")
    return LayerText(headed, [header.strip() for header in grid.rows[0]], notes)


def without_header(grid: Grid, displayed: Columns) -> LayerText:
    """The rows under the columns that they look to be of: those displayed, all of ours, or Table 1's.

    SqueezevizError where there are more columns than any of these has.
    """
    grid = grid.trimmed
    layouts = [layout for layout in _layouts(displayed) if len(layout) >= grid.width]
    if not layouts:
        raise SqueezevizError(f"it is not clear what the {grid.width:,} columns hold; copy their headers as well")
    layout = next((each for each in layouts if _looks_like(grid, each)), layouts[0])
    headers = [str(column) if column.spec.file else "" for column in layout]
    return LayerText(rows_under((0, headers), _filled(grid)), headers)


def _filled(grid: Grid) -> list[Record]:
    return [(line, list(record)) for line, record in enumerate(grid.rows, 1) if any(map(str.strip, record))]


def _layouts(displayed: Columns) -> list[Sequence[Column]]:
    short = TABLE1_COLUMNS[: TABLE1_COLUMNS.index(Column.E3X3) + 1]
    return [
        displayed if displayed[:1] == (Column.NAME,) and len(displayed) > 1 else COLUMNS,
        COLUMNS,
        TABLE1_COLUMNS,
        [*short, Column.PARAMETERS, Column.PRUNED],
        [*short, Column.BITS, Column.PARAMETERS, Column.PRUNED],
    ]


def _looks_like(grid: Grid, layout: Sequence[Column]) -> bool:
    patterns = [re.compile(column.spec.cells.looks, re.IGNORECASE | re.DOTALL) for column in layout]
    return all(
        not cell.strip() or pattern.fullmatch(cell.strip())
        for row in grid.rows
        for cell, pattern in zip(row, patterns, strict=False)
    )


def are_layers(text: LayerText) -> bool:
    """Whether each row tells by more than its name what kind of layer it is, and one at least is a layer."""
    try:
        kinds = [told(row) for row in text.headed.rows]
    except SqueezevizError:
        return False
    enough = all(map(_says_enough, text.headed.rows, kinds))
    return enough and not all(isinstance(kind, Frame) for kind in kinds)


def _says_enough(row: CellRow, kind: Kind) -> bool:
    if kind is Fire:
        return any(row[column] for column in FIRE_COLUMNS)
    if kind in (Conv, MaxPool, AvgPool, Dropout):
        return bool(row[Column.WINDOW] or row[Column.P])
    return True


def inserted_text(table: LayerTable, text: LayerText, block: Block, displayed: Columns) -> Pasted:
    """The table with the layers that the text's rows describe after the block's last row.

    SqueezevizError names the first cell that cannot be read.
    """
    try:
        found = layers_in(text.headed.rows, told)
    except SqueezevizError as error:
        raise _placed(error, text.headers) from None
    if not found.layers and (found.image is None or table.layers):
        raise SqueezevizError("no row of what is pasted is a layer")
    pasted = inserted(table, found.layers, found.image, block, displayed)
    grown = with_global_pools(pasted.table, found.rows, max(pasted.rows[0], 0))
    notes = [*notes_on_cells(text.headed.rows, text.headed.unknown, found.rows, found.layers)]
    if not table.layers and found.image is not None:
        notes += notes_on_printed(grown, found.rows, found.total)
    remarks = (*pasted.remarks, *(f"of what is pasted, {note}" for note in text.notes), *map(str, notes))
    return dataclasses.replace(pasted, table=grown, remarks=remarks)


def _placed(error: SqueezevizError, headers: Sequence[str]) -> SqueezevizError:
    """The error with its cell named by where it stands in what is pasted."""
    column, line = error.place.column, error.place.line
    across = f", column {headers.index(column) + 1}" if column in headers else ""
    where = f" (row {line:,}{across} of what is pasted)" if line else ""
    return SqueezevizError(error.message + where, Place(row=error.place.row, column=column))


def inserted(
    table: LayerTable, layers: Sequence[Layer], image: InputShape | None, block: Block, displayed: Columns
) -> Pasted:
    """The table with `layers` after the block's last row, under free names; `image` is taken into an empty table."""
    names = table.free_names([layer.name for layer in layers])
    renamed = [dataclasses.replace(layer, name=name) for layer, name in zip(layers, names, strict=True)]
    at = min(block.rows[-1] + 1, len(table.layers))
    rows = (*table.layers[:at], *renamed, *table.layers[at:])
    taken = image if image is not None and not table.layers else table.input
    count = len(layers)
    text = f"Paste {count:,} rows" if count != 1 else f"Paste {brief(names[0])}"
    return Pasted(
        dataclasses.replace(table, input=taken, layers=rows),
        text if count else f"Set the input to {taken}",
        range(at, at + count) if count else range(-1, 0),
        displayed if displayed and displayed[0] is Column.NAME else COLUMNS,
        (*_on_names(layers, names), *_on_input(table, image)),
    )


def _on_names(layers: Sequence[Layer], names: Sequence[str]) -> Iterator[str]:
    changed = [(layer.name, name) for layer, name in zip(layers, names, strict=True) if layer.name != name]
    if changed:
        taken = listed([brief(before) for before, _ in changed], 4)
        verb, ones = ("is", "the new one is") if len(changed) == 1 else ("are", "the new ones are")
        yield f"{taken} {verb} taken, so {ones} named {listed([brief(name) for _, name in changed], 4)}"


def _on_input(table: LayerTable, image: InputShape | None) -> Iterator[str]:
    if table.layers and image is not None and image != table.input:
        yield f"the input stays {size_text(table.input)}: a pasted one is taken only into an empty table"
