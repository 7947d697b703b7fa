"""CSV and TSV laid out like the paper's Table 1. What we write reads back to the same table exactly."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields
from itertools import chain, islice
from typing import NamedTuple

from squeezeviz.core.errors import Place, SqueezevizError
from squeezeviz.core.layers import Conv, Dropout, Fire, GlobalAvgPool, Layer
from squeezeviz.core.table import InputShape, LayerTable
from squeezeviz.formats import csv_cells as cells
from squeezeviz.formats.csv_apart import Apart, channels_last
from squeezeviz.formats.csv_columns import FIELD_COLUMNS, KEPT, CsvColumn, columns_of, known_column
from squeezeviz.formats.csv_global import with_global_pools
from squeezeviz.formats.csv_lines import LONGEST_ROW, MOST_BLANK_ROWS, MOST_ROWS, Lines, RowTooLongError
from squeezeviz.formats.csv_rows import KEPT_FIELDS, CsvRow, Frame, Kind, fire_remarks, input_of, kind_of, layer_of
from squeezeviz.formats.opened import Read, name_from
from squeezeviz.formats.printed import notes_on_printed

DELIMITERS = (",", "\t", ";")
WIDEST = 16_384
"""Columns. A spreadsheet cannot have more, most of them empty."""

_SEPARATOR_ROW = re.compile(r"\s*\"?sep=([,;\t])\"?[ ,;\t]*\r?\n")
"""The row by which a spreadsheet is told what separates the cells."""


class CsvLayers(NamedTuple):
    """Rows sorted by what they are; `rows` are those of `layers`."""

    image: InputShape | None
    layers: list[Layer]
    rows: list[CsvRow]
    total: CsvRow | None


def read(text: str, stem: str = "") -> Read:
    """The table in a text of comma-, tab- or semicolon-separated cells, with a note for each number that is wrong.

    `stem` names the network where the file does not. SqueezevizError with line, row and column.
    """
    records = _records(text, delimiter_of(text) or ",")
    first = list(islice(records, _MOST_TITLES + 1))
    if not first:
        raise SqueezevizError("there is no row in this file")
    titles = _titles(first)
    made = read_records(first[titles], chain(first[titles + 1 :], records), stem)
    above = [cell.strip() for _, record in first[:titles] for cell in record if cell.strip()]
    note = (f"left out, as it stands above the columns' names: {cells.quoted(', '.join(above))}",) if above else ()
    return made._replace(notes=note + made.notes)


_MOST_TITLES = 8
"""Rows above the one that names the columns, such as spreadsheets have."""


def _titles(first: Sequence[Record]) -> int:
    """How many rows stand above the one that names the columns; none where there is no such row."""
    named = (place for place, (_, headers) in enumerate(first) if _count_named(headers) > 1)
    return next(named, 0)


Record = tuple[int, list[str]]
"""The cells of a row, and the line on which it begins."""


def read_records(
    header: Record, records: Iterable[Record], stem: str, tell: Callable[[CsvRow], Kind] = kind_of
) -> Read:
    """The table in rows of cells, whatever separated them, each a layer of the kind that `tell` says; as `read`."""
    rows, unknown = _rows(header, records)
    rows, notes_on_sizes = channels_last(rows)
    found = layers_in(rows, tell)
    if found.image is None:
        raise rows[0].fail(
            CsvColumn.NAME, "no row gives the input's size; put `input image` with the output size 227x227x3 before it"
        )
    table = with_global_pools(_table(rows, stem, found.image, found.layers, found.rows), found.rows)
    notes = notes_on_cells(rows, unknown, found.rows, table.layers)
    return Read(table, (*notes_on_sizes, *notes, *notes_on_printed(table, found.rows, found.total)))


def layers_in(rows: Sequence[CsvRow], tell: Callable[[CsvRow], Kind] = kind_of) -> CsvLayers:
    """The input, the layers and the total in rows, each of the kind that `tell` says it is."""
    image: InputShape | None = None
    layers: list[Layer] = []
    layer_rows: list[CsvRow] = []
    total: CsvRow | None = None
    for row in rows:
        kind = tell(row)
        if total is not None:
            raise row.fail(CsvColumn.NAME, "this row follows the total; move it before the total or delete it")
        if kind is Frame.TOTAL:
            total = row
        elif kind is Frame.INPUT:
            if image is not None or layers:
                raise row.fail(CsvColumn.NAME, "the input can stand only once, in the first row")
            image = input_of(row)
        else:
            assert not isinstance(kind, Frame)
            layers.append(layer_of(row, kind))
            layer_rows.append(row)
    return CsvLayers(image, layers, layer_rows, total)


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
        return max(
            (_count_named(headers) for _, headers in islice(_records(text, delimiter), _MOST_TITLES + 1)), default=0
        )
    except SqueezevizError:
        return 0


def _count_named(headers: Sequence[str]) -> int:
    """How many columns a row names; 0 where it does not name that of the names."""
    found = {known_column(header) for header in headers[:WIDEST]} - {None}
    return len(found) if CsvColumn.NAME in found else 0


def _rows(header: Record, records: Iterable[Record]) -> tuple[list[CsvRow], list[str]]:
    """The rows below the header, and the headers that name no known column."""
    header_line, headers = header
    if len(headers) > WIDEST:
        reason = f"the first row has {len(headers):,} cells; a layer table has {len(CsvColumn)}"
        raise SqueezevizError(reason, Place(line=header_line))
    apart = Apart(headers)
    headers = apart.headers(headers)
    columns, unknown = columns_of(headers, header_line)
    names = {column: headers[index].strip() for column, index in columns.items()}
    name = columns[CsvColumn.NAME]
    rows: list[CsvRow] = []
    for line, record in records:
        if len(rows) == MOST_ROWS:
            raise SqueezevizError(f"it goes on after {MOST_ROWS:,} rows, more than are read", Place(line=line))
        rows.append(row_of(line, with_total_named(apart.record(record), name), columns, names, len(headers)))
    if not rows:
        raise SqueezevizError("there is no row below the header", Place(line=header_line))
    return rows, unknown


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not blank, with the line on which it begins."""
    said = _SEPARATOR_ROW.match(text)
    file = io.StringIO(text, newline="")
    before = said[0].count("\n") if said else 0
    for _ in range(before):
        file.readline()
    lines = Lines(file)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    blank = 0
    while True:
        line = before + reader.line_num + 1
        lines.begin_row()
        try:
            record = next(reader, None)
        except RowTooLongError:
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


_SAID_TOTAL = re.compile(r"\s*\(total\)\s*", re.IGNORECASE)


def with_total_named(record: Sequence[str], name: int) -> Sequence[str]:
    """The paper's last row has no name, but says `1,248,424 (total)`."""
    if (name < len(record) and record[name].strip()) or not any(map(_SAID_TOTAL.search, record)):
        return record
    cells_of_row = [_SAID_TOTAL.sub("", cell) for cell in record]
    cells_of_row += [""] * (name + 1 - len(cells_of_row))
    cells_of_row[name] = "total"
    return cells_of_row


def row_of(
    line: int, record: Sequence[str], columns: dict[CsvColumn, int], headers: dict[CsvColumn, str], width: int
) -> CsvRow:
    """The cells of one row, `width` at most; SqueezevizError where it has more, or no name."""
    name = cells.unguarded(record[columns[CsvColumn.NAME]] if columns[CsvColumn.NAME] < len(record) else "")
    extra = next((cell for cell in record[width:] if cell.strip()), None)
    if extra is not None:
        raise SqueezevizError(
            f"the row has more cells than the {width} columns: {cells.quoted(extra.strip())} is too many "
            "(a comma within a cell of a CSV file needs double quotes around the cell)",
            Place(line=line, row=name),
        )
    values = {
        column: record[index] if column is CsvColumn.NETWORK else cells.clean(record[index])
        for column, index in columns.items()
        if index < len(record)
    }
    row = CsvRow(line, name, values, headers)
    if not name:
        raise row.fail(CsvColumn.NAME, "the row has no name")
    return row


def _table(
    rows: Sequence[CsvRow], stem: str, image: InputShape, layers: list[Layer], layer_rows: list[CsvRow]
) -> LayerTable:
    named = next((row for row in rows if row[CsvColumn.NETWORK].strip()), None)
    name = cells.unguarded(named[CsvColumn.NETWORK]) if named else name_from(stem)
    try:
        return LayerTable(name, image, tuple(layers))
    except SqueezevizError as error:
        same = [row for row in layer_rows if row.name == error.place.row]
        row, column = (same[-1], CsvColumn.NAME) if same else (named or rows[0], CsvColumn.NETWORK)
        raise row.fail(column, error.message) from None


_FIELDS = {str(column): column for column in FIELD_COLUMNS} | {
    "bypass_relu": CsvColumn.BYPASS_RELU,
    "p": CsvColumn.P,
    "kernel": CsvColumn.WINDOW,
    "bits": CsvColumn.BITS,
    **{field: column for column, field in KEPT_FIELDS.items()},
}


def notes_on_cells(
    rows: Sequence[CsvRow], unknown: Sequence[str], layer_rows: Sequence[CsvRow], layers: Sequence[Layer]
) -> Iterator[str]:
    """Whatever stands in the rows and is left out, as no layer holds it; `unknown` are headers that name nothing."""
    if unknown:
        yield f"not known, so left out: {', '.join(cells.quoted(header) for header in unknown)}"
    for row, layer in zip(layer_rows, layers, strict=True):
        yield from _notes_on_idle(row, layer)


def _notes_on_idle(row: CsvRow, layer: Layer) -> Iterator[str]:
    """Cells that are filled though a layer of that kind has no such number."""
    used = {_FIELDS[field.name] for field in fields(layer) if field.name in _FIELDS}
    if isinstance(layer, Dropout | GlobalAvgPool):
        used.add(CsvColumn.WINDOW)
    if isinstance(layer, Conv):
        used.update(KEPT)
    if isinstance(layer, Fire) and fire_remarks(row[CsvColumn.WINDOW]):
        used.add(CsvColumn.WINDOW)
    for column in (CsvColumn.WINDOW, *FIELD_COLUMNS):
        if column not in used and row[column].casefold() not in _NOTHING:
            yield f"{row.place(column)}: {cells.quoted(row[column])} says nothing of a {layer.type} layer, so left out"
    if isinstance(layer, Dropout):
        yield from _notes_on_two_shares(row)


def _notes_on_two_shares(row: CsvRow) -> Iterator[str]:
    """A dropout's share has a column of its own, which goes before the filter column where both are filled."""
    taken, other = row[CsvColumn.P], row[CsvColumn.WINDOW]
    if taken and other and not _same_share(taken, other):
        reason = f"{row.headers[CsvColumn.P]} says {cells.quoted(taken)}"
        yield f"{row.place(CsvColumn.WINDOW)}: {cells.quoted(other)} is left out, as {reason}"


def _same_share(one: str, other: str) -> bool:
    try:
        return cells.share(one, "") == cells.share(other, "")
    except SqueezevizError:
        return False


_NOTHING = ("", "0", "0.0", "false", "none", "no")
