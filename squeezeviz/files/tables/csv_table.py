"""CSV and TSV laid out like the paper's Table 1. What we write reads back to the same table exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import chain, islice

from squeezeviz.files.opened import Read
from squeezeviz.files.tables import csv_cells as cells
from squeezeviz.files.tables.csv_records import (
    MOST_TITLES,
    FoundTable,
    Record,
    count_named,
    delimiter_of,
    records_of,
    stands_apart,
    tables_of,
)
from squeezeviz.files.tables.csv_rows import told
from squeezeviz.files.tables.layer_rows import rows_under
from squeezeviz.files.tables.several_tables import read_tables
from squeezeviz.model.errors import SqueezevizError


def read(text: str, stem: str = "") -> Read:
    """The table in a text of comma-, tab- or semicolon-separated cells, with a note for each number that is wrong.

    A row that names columns begins a table, the first of the text or a further one. `stem` names the network where the
    file does not. SqueezevizError with line, row and column.
    """
    records = records_of(text, delimiter_of(text) or ",")
    first = list(islice(records, MOST_TITLES + 1))
    if not first:
        raise SqueezevizError("there is no row in this file")
    titles = _titles(first)
    made = read_tables(map(_without_remarks, tables_of(chain(first[titles:], records))), stem)
    above = [cell.strip() for _, record in first[:titles] for cell in record if cell.strip()]
    note = (f"left out, as it stands above the columns' names: {cells.quoted(', '.join(above))}",) if above else ()
    return made._replace(notes=note + made.notes)


def _titles(first: Sequence[Record]) -> int:
    """How many rows stand above the one that names the columns; none where there is no such row."""
    named = (place for place, (_, headers) in enumerate(first) if count_named(headers) > 1)
    return next(named, 0)


def _without_remarks(table: FoundTable) -> FoundTable:
    """The table without what stands below it behind a blank row and is no layer, such as a source or other figures."""
    rows = list(table.rows)
    if len(rows[0][1]) > _MOST_COLUMNS:
        return table
    notes = []
    while (end := _last_gap(rows)) is not None and not any(map(partial(_may_be_layer, rows[0]), rows[end:])):
        line, cells_of_row = rows[end]
        said = cells.quoted(", ".join(cell.strip() for cell in cells_of_row if cell.strip()))
        notes.append(f"line {line}: {said} stands below the table and is no layer, so left out")
        del rows[end:]
    return replace(table, rows=tuple(rows), notes=tuple(notes[::-1]))


_MOST_COLUMNS = 200


def _last_gap(rows: Sequence[Record]) -> int | None:
    """The first row after the last blank one, where layers may stand before it; None without any."""
    return next((end for end in range(len(rows) - 1, 1, -1) if stands_apart(rows[end - 1], rows[end])), None)


def _may_be_layer(header: Record, record: Record) -> bool:
    try:
        told(rows_under(header, [record]).rows[0])
    except SqueezevizError:
        return False
    return True
