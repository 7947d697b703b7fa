"""Whether a grid of text holds whole layers, and which of its columns says what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from squeezeviz.analysis.columns import COLUMNS, FIRE_COLUMNS, TABLE1_COLUMNS, Column
from squeezeviz.files.clipboard.blocks import Columns
from squeezeviz.files.clipboard.grid import Grid
from squeezeviz.files.tables.cell_rows import CellRow, Frame, Kind, told
from squeezeviz.files.tables.column_names import columns_of, known_column
from squeezeviz.files.tables.csv_table import tables_of
from squeezeviz.files.tables.layer_rows import row_of, with_total_named
from squeezeviz.files.tables.several_tables import one_network
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.layers import AvgPool, Conv, Dropout, Fire, MaxPool

Layout = Sequence[Column]


@dataclass(frozen=True, slots=True)
class LayerText:
    """Rows of text with what each cell stands for. A row's `line` is its place in the grid, from 1."""

    rows: list[CellRow]
    columns: dict[Column, int]
    headers: dict[Column, str]
    unknown: list[str]
    """Headers that name no column."""
    notes: tuple[str, ...] = ()
    """On tables that are joined or left out, where there are several; their rows are those of the grid, from 1."""

    def column_number(self, header: str | None) -> int | None:
        """Which column of the grid, from 1, bears the header."""
        return next((self.columns[column] + 1 for column, each in self.headers.items() if each == header), None)


def has_header(grid: Grid) -> bool:
    """Whether the first row names columns: the layers' names and at least one more."""
    found = {known_column(cell) for cell in grid.rows[0]} - {None}
    return Column.NAME in found and len(found) > 1


def under_header(grid: Grid) -> LayerText:
    """The rows below the first, which names columns; a further row that does begins another table."""
    columns, _ = columns_of(list(grid.rows[0]), 1)
    headers = {column: grid.rows[0][index].strip() for column, index in columns.items()}
    filled = [(line, list(record)) for line, record in enumerate(grid.rows, 1) if any(map(str.strip, record))]
    tables = list(tables_of(filled))
    if len(tables[0].rows) < 2:
        raise SqueezevizError("only column names are pasted; copy the rows below them too")
    headed, notes = one_network(tables, told, "row")
    return LayerText(headed.rows, columns, headers, headed.unknown, notes)


def without_header(grid: Grid, displayed: Columns) -> LayerText:
    """The rows under the columns that they look to be of: those displayed, all of ours, or Table 1's.

    SqueezevizError where there are more columns than any of these has.
    """
    grid = grid.trimmed
    layouts = [layout for layout in _layouts(displayed) if len(layout) >= grid.width]
    if not layouts:
        raise SqueezevizError(f"it is not clear what the {grid.width:,} columns hold; copy their headers as well")
    layout = next((each for each in layouts if _looks_like(grid, each)), layouts[0])
    columns = {column: index for index, column in enumerate(layout[: grid.width]) if column.spec.file}
    headers = {column: str(column) for column in columns}
    return LayerText(_rows(grid, columns, headers), columns, headers, [])


def are_layers(text: LayerText) -> bool:
    """Whether each row tells by more than its name what kind of layer it is, and one at least is a layer."""
    try:
        kinds = [told(row) for row in text.rows]
    except SqueezevizError:
        return False
    enough = all(_says_enough(row, kind) for row, kind in zip(text.rows, kinds, strict=True))
    return enough and not all(isinstance(kind, Frame) for kind in kinds)


def _says_enough(row: CellRow, kind: Kind) -> bool:
    if kind is Fire:
        return any(row[column] for column in FIRE_COLUMNS)
    if kind in (Conv, MaxPool, AvgPool, Dropout):
        return bool(row[Column.WINDOW] or row[Column.P])
    return True


def _rows(grid: Grid, columns: dict[Column, int], headers: dict[Column, str]) -> list[CellRow]:
    rows = []
    for line, record in enumerate(grid.rows, 1):
        if any(cell.strip() for cell in record):
            rows.append(row_of(line, with_total_named(record, columns[Column.NAME]), columns, headers, grid.width))
    return rows


def _layouts(displayed: Columns) -> list[Layout]:
    short = TABLE1_COLUMNS[: TABLE1_COLUMNS.index(Column.E3X3) + 1]
    return [
        displayed if displayed and displayed[0] is Column.NAME else COLUMNS,
        COLUMNS,
        TABLE1_COLUMNS,
        [*short, Column.PARAMETERS, Column.PRUNED],
        [*short, Column.BITS, Column.PARAMETERS, Column.PRUNED],
    ]


def _looks_like(grid: Grid, layout: Layout) -> bool:
    patterns = [re.compile(column.spec.cells.looks, re.IGNORECASE | re.DOTALL) for column in layout]
    return all(
        not cell.strip() or pattern.fullmatch(cell.strip())
        for row in grid.rows
        for cell, pattern in zip(row, patterns, strict=False)
    )
