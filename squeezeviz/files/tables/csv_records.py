"""The rows of cells in a CSV or TSV text, and the tables that they make."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import islice

from squeezeviz.files.tables.csv_columns import CsvColumn, known_column
from squeezeviz.model.errors import Place, SqueezevizError

Record = tuple[int, list[str]]
"""The cells of a row, and the line on which it begins."""


@dataclass(frozen=True, slots=True)
class FoundTable:
    """A table of a document: its rows from the head on, and notes on what was left out of it.

    `title` is what the document calls it, empty where it does not.
    """

    rows: tuple[Record, ...]
    notes: tuple[str, ...] = ()
    title: str = ""

    @property
    def line(self) -> int:
        """The line on which it begins."""
        return self.rows[0][0] if self.rows else 0


DELIMITERS = (",", "\t", ";")
WIDEST = 16_384
"""Columns. A spreadsheet cannot have more, most of them empty."""

LONGEST_ROW = 1_000_000
"""Characters. Twenty-five cells with the longest names that there may be have a quarter of that."""
MOST_ROWS = 10_000
"""Of 1,000 Fire modules there are about 1,200."""
MOST_BLANK_ROWS = 200_000

_SEPARATOR_ROW = re.compile(r"\s*\"?sep=([,;\t])\"?[ ,;\t]*\r?\n")
"""The row by which a spreadsheet is told what separates the cells."""


def delimiter_of(text: str) -> str | None:
    """What separates the cells, going by how many columns the first row names; None where it names none."""
    said = _SEPARATOR_ROW.match(text)
    if said:
        return said[1]
    start = text[: 2 * LONGEST_ROW]
    known = {delimiter: _named_columns(start, delimiter) for delimiter in DELIMITERS}
    best = max(known, key=lambda delimiter: known[delimiter])
    return best if known[best] > 1 else None


def _named_columns(text: str, delimiter: str) -> int:
    try:
        first = islice(records_of(text, delimiter), MOST_TITLES + 1)
        return max((count_named(headers) for _, headers in first), default=0)
    except SqueezevizError:
        return 0


MOST_TITLES = 8
"""Rows above the one that names the columns, such as spreadsheets have."""


def count_named(headers: Sequence[str]) -> int:
    """How many columns a row names; 0 where it does not name that of the names."""
    found = {known_column(header) for header in headers[:WIDEST]} - {None}
    return len(found) if CsvColumn.NAME in found else 0


def tables_of(records: Iterable[Record]) -> Iterator[FoundTable]:
    """The rows as tables, each from a row on that names columns; the first with what stands above that, if any does.

    A single cell above such a row, with a blank row before it, is the title of the table that begins there.
    SqueezevizError where there are too many rows.
    """
    table: list[Record] = []
    title = ""
    for count, record in enumerate(records):
        if count > MOST_ROWS:
            raise SqueezevizError(f"it goes on after {MOST_ROWS:,} rows, more than are read", Place(line=record[0]))
        if table and count_named(record[1]) > 1:
            following = _taken_title(table)
            yield FoundTable(tuple(table), title=title)
            table, title = [], following
        table.append(record)
    if table:
        yield FoundTable(tuple(table), title=title)


def _taken_title(table: list[Record]) -> str:
    """The title of the next table, taken off the end of the one before it; empty where it has none."""
    if len(table) < 3:
        return ""
    filled = [cell.strip() for cell in table[-1][1] if cell.strip()]
    if len(filled) != 1 or not stands_apart(table[-2], table[-1]):
        return ""
    table.pop()
    return filled[0]


def stands_apart(above: Record, record: Record) -> bool:
    """Whether blank rows stand between two rows that follow one another."""
    height = 1 + sum(cell.count("\n") for cell in above[1])
    return record[0] - above[0] > height


class _RowTooLongError(Exception):
    """A row goes on for longer than any layer table's."""


class _Lines:
    """The lines of a text for Python's CSV parser, which would put a row of any length together."""

    def __init__(self, file: StringIO) -> None:
        self._file = file
        self._length = 0

    def begin_row(self) -> None:
        """Say that a new row begins."""
        self._length = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._file)
        self._length += len(line)
        if self._length > LONGEST_ROW:
            raise _RowTooLongError
        return line


def records_of(text: str, delimiter: str) -> Iterator[Record]:
    """Each row that is not blank, with the line on which it begins. SqueezevizError with the line where it is none."""
    said = _SEPARATOR_ROW.match(text)
    file = io.StringIO(text, newline="")
    before = said[0].count("\n") if said else 0
    for _ in range(before):
        file.readline()
    lines = _Lines(file)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    blank = 0
    while True:
        line = before + reader.line_num + 1
        lines.begin_row()
        try:
            record = next(reader, None)
        except _RowTooLongError:
            raise SqueezevizError(
                f"the row that begins here has more than {LONGEST_ROW:,} characters, more than any of a layer table; "
                "a quote mark may be missing in it",
                Place(line=line),
            ) from None
        except csv.Error as error:
            raise SqueezevizError(_reason(error), Place(line=line)) from None
        if record is None:
            return
        if "".join(record).strip():
            yield line, record
        else:
            blank += 1
            if blank > MOST_BLANK_ROWS:
                raise SqueezevizError(f"it has more than {MOST_BLANK_ROWS:,} blank rows; delete them", Place(line=line))


def _reason(error: csv.Error) -> str:
    if "field larger than" in str(error):
        return (
            f"a cell that begins in this row has more than {csv.field_size_limit():,} characters; "
            "a quote mark may be missing at its end"
        )
    return f"its cells cannot be told apart: {error}"
