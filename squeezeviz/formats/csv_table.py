"""CSV and TSV laid out like the paper's Table 1. What we write reads back to the same table exactly."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, islice

from squeezeviz.core.errors import SqueezevizError
from squeezeviz.formats import csv_cells as cells
from squeezeviz.formats.csv_records import (
    MOST_TITLES,
    Record,
    count_named,
    delimiter_of,
    records_of,
    tables_of,
)
from squeezeviz.formats.opened import Read
from squeezeviz.formats.several_tables import read_tables


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
    made = read_tables(tables_of(chain(first[titles:], records)), stem)
    above = [cell.strip() for _, record in first[:titles] for cell in record if cell.strip()]
    note = (f"left out, as it stands above the columns' names: {cells.quoted(', '.join(above))}",) if above else ()
    return made._replace(notes=note + made.notes)


def _titles(first: Sequence[Record]) -> int:
    """How many rows stand above the one that names the columns; none where there is no such row."""
    named = (place for place, (_, headers) in enumerate(first) if count_named(headers) > 1)
    return next(named, 0)
