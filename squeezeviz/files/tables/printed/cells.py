"""The computed cells of a table as they are printed. One that cannot be read stops nothing: it gets a note."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from squeezeviz.files.tables import csv_cells
from squeezeviz.files.tables.csv_cells import Size
from squeezeviz.files.tables.csv_columns import CsvColumn
from squeezeviz.files.tables.csv_rows import CsvRow
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.shapes import MapShape

Value = TypeVar("Value")


def is_size(printed: Size | None, shape: MapShape) -> bool:
    """Whether what is printed is that map's size, its channels as far as they are printed."""
    if printed is None or (printed.height, printed.width) != (shape.height, shape.width):
        return False
    return printed.channels in (None, shape.channels)


class PrintedCells:
    """Reads computed cells, None where nothing stands; `unreadable` collects a note for each that cannot be read."""

    def __init__(self) -> None:
        self.unreadable: list[str] = []

    def size(self, row: CsvRow) -> Size | None:
        return self._read(row, CsvColumn.OUTPUT, csv_cells.size)

    def count(self, row: CsvRow, column: CsvColumn) -> int | None:
        return self._read(row, column, csv_cells.count)

    def _read(self, row: CsvRow, column: CsvColumn, reader: Callable[[str, str], Value]) -> Value | None:
        if not row[column]:
            return None
        try:
            return reader(row[column], str(column))
        except SqueezevizError as error:
            self.unreadable.append(f"{row.fail(column, error.message)}; it is not compared")
            return None
