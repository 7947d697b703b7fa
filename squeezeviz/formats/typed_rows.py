"""A column that says what each row is, where a table's other cells would be read as something else."""

from __future__ import annotations

import dataclasses

from squeezeviz.core.errors import SqueezevizError
from squeezeviz.core.table import LayerTable
from squeezeviz.formats.csv_columns import CsvColumn
from squeezeviz.formats.csv_records import FoundTable
from squeezeviz.formats.markup.found import marked_as_text, read_found
from squeezeviz.formats.table_text import Grid


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
        read = read_found([FoundTable(tuple(enumerate(rows, 1)))], "")
    except SqueezevizError:
        return False
    return not read.notes and [layer.type for layer in read.table.layers] == [layer.type for layer in table.layers]
