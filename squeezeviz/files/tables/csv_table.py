"""CSV and TSV laid out like the paper's Table 1. What squeezeviz writes reads back to the same table exactly."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain, islice

from squeezeviz.analysis.columns import FIELD_COLUMNS, FILE_COLUMNS, Column, number, printed_text
from squeezeviz.analysis.live import LivePass, MeasuredLayer, layer_differences
from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.analysis.timing import spread_ms
from squeezeviz.files.opened import Read
from squeezeviz.files.tables.cell_rows import told
from squeezeviz.files.tables.cell_texts import guarded
from squeezeviz.files.tables.layer_rows import (
    MOST_COLUMNS,
    MOST_ROWS,
    MOST_TABLES,
    FoundTable,
    Record,
    count_named,
    rows_under,
)
from squeezeviz.files.tables.several_tables import read_tables
from squeezeviz.model.errors import Note, Place, SqueezevizError, quoted
from squeezeviz.model.layers import AvgPool, Conv, Fire, GlobalAvgPool, Layer, MaxPool, is_compressed
from squeezeviz.model.table import LayerTable
from squeezeviz.model.wording import size_text


def read(text: str, stem: str = "") -> Read:
    """Read the table in comma-, tab- or semicolon-separated cells, with a note on each number that is wrong.

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
    note = (Note(f"left out, as it stands above the columns' names: {quoted(', '.join(above))}"),) if above else ()
    return made._replace(notes=note + made.notes)


def _titles(first: Sequence[Record]) -> int:
    """Count the rows above the one that names the columns; 0 where there is no such row."""
    named = (place for place, (_, headers) in enumerate(first) if count_named(headers) > 1)
    return next(named, 0)


def _without_remarks(table: FoundTable) -> FoundTable:
    """Leave out what stands below the table behind a blank row and is no layer, such as a source or other figures."""
    rows = list(table.rows)
    if len(rows[0][1]) > MOST_COLUMNS:
        return table
    notes = []
    while (end := _last_gap(rows)) is not None and not any(map(partial(_may_be_layer, rows[0]), rows[end:])):
        line, cells_of_row = rows[end]
        said = quoted(", ".join(cell.strip() for cell in cells_of_row if cell.strip()))
        notes.append(Note(f"line {line}: {said} stands below the table and is no layer, so left out"))
        del rows[end:]
    return replace(table, rows=tuple(rows), notes=tuple(notes[::-1]))


def _last_gap(rows: Sequence[Record]) -> int | None:
    """The index of the first row after the last blank one, where layers may stand before it; None without any."""
    return next((end for end in range(len(rows) - 1, 1, -1) if stands_apart(rows[end - 1], rows[end])), None)


def _may_be_layer(header: Record, record: Record) -> bool:
    try:
        told(rows_under(header, [record]).rows[0])
    except SqueezevizError:
        return False
    return True


DELIMITERS = (",", "\t", ";")
LONGEST_ROW = 1_000_000
"""Characters. Twenty-five cells with the longest names that there may be have a quarter of that."""
MOST_BLANK_ROWS = 200_000

_SEPARATOR_ROW = re.compile(r"\s*\"?sep=([,;\t])\"?[ ,;\t]*\r?\n")
"""The row by which a spreadsheet is told what separates the cells."""


def delimiter_of(text: str) -> str | None:
    """The delimiter with which the first rows name most columns; None where they name none."""
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


def tables_of(records: Iterable[Record]) -> Iterator[FoundTable]:
    """Split rows into tables. A row that names columns begins one; what stands above the first such row belongs to it.

    A single cell above such a row, with a blank row before it, is the title of the table that begins there.
    SqueezevizError where there are too many rows.
    """
    table: list[Record] = []
    title = ""
    tables = 1
    for count, record in enumerate(records):
        if count > MOST_ROWS:
            raise SqueezevizError(f"it goes on after {MOST_ROWS:,} rows, more than are read", Place(line=record[0]))
        if table and len(list(filter(None, record[1]))) <= MOST_COLUMNS and count_named(record[1]) > 1:
            tables += 1
            if tables > MOST_TABLES:
                raise SqueezevizError(f"there are more than {MOST_TABLES:,} tables in it", Place(line=record[0]))
            following = _taken_title(table)
            yield FoundTable(tuple(table), title=title)
            table, title = [], following
        table.append(record)
    if table:
        yield FoundTable(tuple(table), title=title)


def _taken_title(table: list[Record]) -> str:
    """Take the title of the next table off the end of the one before it; empty where it has none."""
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


def records_of(text: str, delimiter: str) -> Iterator[Record]:
    """Yield each row that is not blank, and the line where it begins. SqueezevizError with the line of a broken row."""
    separator = _SEPARATOR_ROW.match(text)
    before = separator[0].count("\n") if separator else 0
    file = io.StringIO(text, newline="")
    for _ in range(before):
        file.readline()
    length = blank = 0

    def lines() -> Iterator[str]:
        """The lines for Python's CSV parser, which would put a row of any length together."""
        nonlocal length
        for each in file:
            length += len(each)
            if length > LONGEST_ROW:
                raise SqueezevizError(
                    f"the row that begins here has more than {LONGEST_ROW:,} characters, more than any of a layer "
                    "table; a quote mark may be missing in it"
                )
            yield each

    reader = csv.reader(lines(), delimiter=delimiter, strict=True)
    while True:
        line = before + reader.line_num + 1
        length = 0
        try:
            record = next(reader, None)
        except SqueezevizError as error:
            raise error.at(line=line) from None
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
    return f"this row is no valid CSV: {error}"


Cells = dict[Column, str | int | float]

_PREDICTED = tuple(column for column in FILE_COLUMNS if not column.spec.measured)


def write(table: LayerTable, delimiter: str = ",") -> str:
    """The table as CSV; further columns carry what Table 1 cannot say. Reading it gives the same table exactly."""
    return _written(_rows(resolve(table)), _PREDICTED, delimiter)


def write_measured(network: ResolvedNetwork, measured: LivePass, delimiter: str = ",") -> str:
    """The same with the time of each layer in milliseconds, and whether all was measured as predicted.

    Of repeated passes times are medians, and the distance of their quartiles stands after them.
    """
    rows = _rows(network)
    for row, layer, seen in zip(rows[1:], network.layers, measured.layers, strict=False):
        row[Column.TIME] = round(seen.time_ms, 6)
        row[Column.AGREES] = "false" if layer_differences(layer, seen, measured.input_shape[0]) else "true"
    rows[-1][Column.TIME] = round(measured.time_ms, 6)
    if measured.repeats == 1:
        return _written(rows, [column for column in FILE_COLUMNS if column is not Column.SPREAD], delimiter)
    timed: list[tuple[Cells, MeasuredLayer | LivePass]] = [(rows[-1], measured)]
    timed += zip(rows[1:], measured.layers, strict=False)
    for cells, each in timed:
        cells[Column.SPREAD] = round(spread_ms(each.quartiles_ms), 6)
    return _written(rows, FILE_COLUMNS, delimiter)


def _written(rows: list[Cells], columns: Sequence[Column], delimiter: str) -> str:
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
    writer.writerow([column.spec.file for column in columns])
    writer.writerows([row.get(column, "") for column in columns] for row in rows)
    return file.getvalue()


def _rows(network: ResolvedNetwork) -> list[Cells]:
    """The input, each layer, the total. A layer that is not reached has no computed cells."""
    first: Cells = {
        Column.NAME: "input image",
        Column.OUTPUT: _with_x(size_text(network.table.input)),
        Column.TYPE: "input",
        Column.NETWORK: guarded(network.table.name),
    }
    layers, compressed = [_said(layer) for layer in network.table.layers], network.table.is_compressed
    numbers = [column for column in FILE_COLUMNS if column.spec.number and (compressed or not column.spec.stored)]
    for cells, resolved in zip(layers, network.layers, strict=False):
        weighted = isinstance(resolved.layer, Conv | Fire)
        cells[Column.OUTPUT] = _with_x(size_text(resolved.output.shape))
        if isinstance(resolved.layer, GlobalAvgPool):
            cells[Column.WINDOW] = f"{resolved.input.shape.height}x{resolved.input.shape.width}/1"
        for column in numbers if weighted else [Column.DEPTH]:
            cells[column] = number(resolved, column)
    last: Cells = {Column.NAME: "total", Column.TYPE: "total"}
    if network.runs:
        last |= {column: number(network, column) for column in numbers}
    return [first, *layers, last]


def _said(layer: Layer) -> Cells:
    """What the table itself holds of a layer."""
    cells: Cells = {Column.NAME: guarded(layer.name), Column.TYPE: layer.type}
    match layer:
        case Conv():
            cells[Column.WINDOW] = f"{layer.kernel}x{layer.kernel}/{layer.stride} (x{layer.filters})"
        case MaxPool() | AvgPool():
            cells[Column.WINDOW] = f"{layer.kernel}x{layer.kernel}/{layer.stride}"
    for column in FIELD_COLUMNS:
        field = column.field_of(type(layer))
        if field and not column.spec.stored:
            cells[column] = column.spec.cells.write(getattr(layer, field))
        elif field and is_compressed(layer):
            cells[column] = _with_x(printed_text(layer, column))
    return cells


def _with_x(shown: str) -> str:
    return shown.replace("×", "x")


def comma(table: LayerTable) -> str:
    return write(table, ",")


def tab(table: LayerTable) -> str:
    return write(table, "\t")
