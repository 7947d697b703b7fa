"""Reads rows of cells under a head that names columns as a layer table, whichever format they stood in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace

from squeezeviz.analysis.columns import FIELD_COLUMNS, FILE_COLUMNS, KEPT_COLUMNS, Column
from squeezeviz.analysis.resolve import resolve
from squeezeviz.files.opened import Read, name_from
from squeezeviz.files.tables import cell_texts as cells
from squeezeviz.files.tables.cell_rows import (
    INPUT_NAMES,
    CellRow,
    Frame,
    Kind,
    fire_remarks,
    input_of,
    kind_of,
    layer_of,
    with_global_pools,
)
from squeezeviz.files.tables.cell_texts import SplitWindow, columns_of, foreign_columns, known_column
from squeezeviz.files.tables.printed_numbers import PrintedCells, is_size, notes_on_printed
from squeezeviz.model.errors import Note, Place, SqueezevizError, quoted
from squeezeviz.model.layers import Conv, Dropout, Fire, GlobalAvgPool, Layer
from squeezeviz.model.reading import printed_share
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.model.text import with_article

Record = tuple[int, list[str]]
"""The cells of a row, and the line on which it begins."""

WIDEST = 16_384
"""Columns. A spreadsheet cannot have more, most of them empty."""
MOST_COLUMNS = 200
"""That have a name; one that we write has 25."""
MOST_ROWS = 10_000
"""Of 1,000 Fire modules there are about 1,200."""
LONGEST_CELL = 131_072
"""Characters, as Python's CSV parser takes."""
MOST_TABLES = 2_000
"""In one file, of layers or of anything else."""


@dataclass(frozen=True, slots=True)
class FoundTable:
    """A table as it stands in a file: its rows from the head on, and notes on what was left out of it.

    `title` is what the file calls it, empty where it does not.
    """

    rows: tuple[Record, ...]
    notes: tuple[Note, ...] = ()
    title: str = ""

    @property
    def line(self) -> int:
        """The line on which it begins."""
        return self.rows[0][0] if self.rows else 0


def count_named(headers: Sequence[str]) -> int:
    """How many columns of a layer table a row names; 0 where the column of the layers' names is not among them."""
    found = {known_column(header) for header in headers[:WIDEST] if header} - {None}
    return len(found) if Column.NAME in found else 0


KindRule = Callable[[CellRow], Kind]
"""Says what kind of layer a row is; SqueezevizError where it cannot."""


class FoundLayers(NamedTuple):
    """What rows describe: the input, the layers with the row of each, and the row of the total."""

    image: InputShape | None
    layers: list[Layer]
    rows: list[CellRow]
    total: CellRow | None


class HeadedRows(NamedTuple):
    """The rows below a head, and the words of the head that name no column."""

    rows: list[CellRow]
    unknown: list[str]


def read_rows(headed: HeadedRows, stem: str, kind_rule: KindRule = kind_of) -> Read:
    """Read the table in rows, each of the kind that `kind_rule` gives.

    `stem` names the network where the rows do not. SqueezevizError with line, row and column.
    """
    if not _may_be_channels_first(headed.rows):
        return _read(headed, stem, kind_rule)
    other = HeadedRows(turned(headed.rows), headed.unknown)
    if not is_channels_first(headed.rows):
        made = _read(headed, stem, kind_rule)
        if _count_agreeing(_read(other, stem, kind_rule).table, other.rows) <= _count_agreeing(made.table, headed.rows):
            return made
    made = _read(other, stem, kind_rule)
    size = _input_size(headed.rows)
    note = f"sizes are read as channels×height×width, which the input's, {size}, must be"
    return made._replace(notes=(Note(note), *made.notes))


def is_channels_first(rows: Sequence[CellRow]) -> bool:
    """Whether sizes are as PyTorch has them, 3x224x224, going by the input, which is square and has 1 or 3 channels.

    A table with types may be one of ours.
    """
    return not any(row[Column.TYPE] for row in rows) and _may_be_channels_first(rows)


def _may_be_channels_first(rows: Sequence[CellRow]) -> bool:
    try:
        size = cells.size(_input_size(rows), "")
    except SqueezevizError:
        return False
    return size.height in (1, 3) and size.width == size.channels and size.width > _MOST_CHANNELS


def _input_size(rows: Sequence[CellRow]) -> str:
    return next((row[Column.OUTPUT] for row in rows if row.name.casefold() in INPUT_NAMES), "")


def turned(rows: Sequence[CellRow]) -> list[CellRow]:
    """Turn sizes whose channels come first. Square maps show which those are: their last two numbers are equal."""
    return [replace(row, values={**row.values, Column.OUTPUT: _turned(row[Column.OUTPUT])}) for row in rows]


_MOST_CHANNELS = 4


def _turned(shown: str) -> str:
    first, *sides = cells.sides_of(shown)
    return "x".join([*sides, first]) if len(sides) == 2 and sides[0] == sides[1] else shown


def _count_agreeing(table: LayerTable, rows: Sequence[CellRow]) -> int:
    """Count the layers whose printed size is the one that they have."""
    sizes = {row.name: PrintedCells().size(row) for row in rows}
    return sum(is_size(sizes.get(layer.name), layer.output.shape) for layer in resolve(table).layers)


def _read(headed: HeadedRows, stem: str, kind_rule: KindRule) -> Read:
    rows = headed.rows
    found = layers_in(rows, kind_rule)
    if found.image is None:
        raise rows[0].fail(
            Column.NAME, "no row gives the input's size; put `input image` with the output size 227x227x3 before it"
        )
    table = with_global_pools(_table(rows, stem, found.image, found.layers, found.rows), found.rows)
    notes = notes_on_cells(rows, headed.unknown, found.rows, table.layers)
    return Read(table, (*notes, *notes_on_printed(table, found.rows, found.total)))


def layers_in(rows: Sequence[CellRow], kind_rule: KindRule = kind_of) -> FoundLayers:
    """Read the input, the layers and the total in rows, each of the kind that `kind_rule` gives."""
    image: InputShape | None = None
    layers: list[Layer] = []
    layer_rows: list[CellRow] = []
    total: CellRow | None = None
    for row in rows:
        kind = kind_rule(row)
        if total is not None:
            raise row.fail(Column.NAME, "this row follows the total; move it before the total or delete it")
        if kind is Frame.TOTAL:
            total = row
        elif kind is Frame.INPUT:
            if image is not None or layers:
                raise row.fail(Column.NAME, "the input can stand only once, in the first row")
            image = input_of(row)
        else:
            assert not isinstance(kind, Frame)
            layers.append(layer_of(row, kind))
            layer_rows.append(row)
    return FoundLayers(image, layers, layer_rows, total)


def rows_under(header: Record, records: Iterable[Record]) -> HeadedRows:
    """Give the rows below a header the cells that Table 1 would have. SqueezevizError with the line."""
    header_line, headers = header
    if len(headers) > WIDEST:
        reason = f"the first row has {len(headers):,} cells; a layer table has {len(FILE_COLUMNS)}"
        raise SqueezevizError(reason, Place(line=header_line))
    split = SplitWindow(headers)
    headers = split.headers(headers)
    columns, unknown = columns_of(headers, header_line)
    names = {column: headers[index].strip() for column, index in columns.items()}
    name, foreign = columns[Column.NAME], foreign_columns(headers)
    rows: list[CellRow] = []
    for line, record in records:
        if len(rows) == MOST_ROWS:
            raise SqueezevizError(f"it goes on after {MOST_ROWS:,} rows, more than are read", Place(line=line))
        for index, kind in foreign:
            said = cells.clean(record[index]) if index < len(record) else ""
            if not kind.allowed.fullmatch(said):
                row = record[name].strip() if name < len(record) else ""
                place = Place(line=line, row=row or None, column=headers[index].strip())
                raise SqueezevizError(kind.reason.replace("{}", quoted(said)), place)
        rows.append(_row_of(line, _with_total_named(split.record(record), name), columns, names, len(headers)))
    if not rows:
        raise SqueezevizError("there is no row below the header", Place(line=header_line))
    return HeadedRows(rows, unknown)


_SAID_TOTAL = re.compile(r"\(total\)", re.IGNORECASE)


def _with_total_named(record: Sequence[str], name: int) -> Sequence[str]:
    """Name the paper's last row, which has no name, but says `1,248,424 (total)`."""
    if (name < len(record) and record[name].strip()) or not any(map(_SAID_TOTAL.search, record)):
        return record
    cells_of_row = [_SAID_TOTAL.sub("", cell) for cell in record]
    cells_of_row += [""] * (name + 1 - len(cells_of_row))
    cells_of_row[name] = "total"
    return cells_of_row


def refuse_long_cell(length: int, line: int) -> None:
    if length > LONGEST_CELL:
        raise SqueezevizError(f"a cell of this row has more than {LONGEST_CELL:,} characters", Place(line=line))


def _row_of(
    line: int, record: Sequence[str], columns: dict[Column, int], headers: dict[Column, str], width: int
) -> CellRow:
    """Read the cells of one row. SqueezevizError where it has more than `width` of them, or no name."""
    name = cells.unguarded(record[columns[Column.NAME]] if columns[Column.NAME] < len(record) else "")
    extra = next((cell for cell in record[width:] if cell.strip()), None)
    if extra is not None:
        raise SqueezevizError(
            f"the row has more cells than the {width} columns: {quoted(extra.strip())} is too many "
            "(a comma within a cell of a CSV file needs double quotes around the cell)",
            Place(line=line, row=name),
        )
    there = [record[index] for index in columns.values() if index < len(record)]
    refuse_long_cell(max(map(len, there), default=0), line)
    values = {
        column: record[index] if column is Column.NETWORK else _clean(record[index], column)
        for column, index in columns.items()
        if index < len(record)
    }
    row = CellRow(line, name, values, headers)
    if not name:
        raise row.fail(Column.NAME, "the row has no name")
    return row


def _clean(cell: str, column: Column) -> str:
    cleaned = cells.clean(cell)
    return cells.bare_size(cleaned) if column is Column.OUTPUT else cleaned


def _table(
    rows: Sequence[CellRow], stem: str, image: InputShape, layers: list[Layer], layer_rows: list[CellRow]
) -> LayerTable:
    named = next((row for row in rows if row[Column.NETWORK].strip()), None)
    name = cells.unguarded(named[Column.NETWORK]) if named else name_from(stem)
    try:
        return LayerTable(name, image, tuple(layers))
    except SqueezevizError as error:
        same = [row for row in layer_rows if row.name == error.place.row]
        row, column = (same[-1], Column.NAME) if same else (named or rows[0], Column.NETWORK)
        raise row.fail(column, error.message) from None


_FIELDS = {field: column for column in FIELD_COLUMNS for field in column.spec.fields} | {"kernel": Column.WINDOW}


def notes_on_cells(
    rows: Sequence[CellRow], unknown: Sequence[str], layer_rows: Sequence[CellRow], layers: Sequence[Layer]
) -> Iterator[Note]:
    """Yield a note on each cell that is left out as no layer holds it; `unknown` are headers that name no column."""
    if unknown:
        yield Note(f"not known, so left out: {', '.join(quoted(header) for header in unknown)}")
    for row, layer in zip(layer_rows, layers, strict=True):
        yield from _notes_on_idle(row, layer)
        if not row[Column.TYPE] and _SEVERAL.fullmatch(row.name[:_LONGEST_NAME]):
            yield Note(f"line {row.line}: {quoted(row.name)} is read as one layer; if it is several, give each a row")
        if isinstance(layer, Conv) and _NOT_PLAIN.search(row.name[:_LONGEST_NAME]):
            yield Note(
                f"line {row.line}: {quoted(row.name)} is read as a plain convolution; "
                "squeezeviz has none that is transposed, depthwise, grouped or dilated"
            )


_NOT_PLAIN = re.compile(
    r"deconv|transpose|up[ _-]?conv|conv[0-9_ ]*t\b|(?:\b|_)dw[ _-]?(?:sep)?[ _-]?conv|conv[0-9_ -]*(?:dw|sep)(?![a-z])"
    r"|depth[ _-]?wise|separable|sep[ _-]?conv|dilat|[aà] ?trous|(?:\b|_)(?:groups?|g)[ _=:]*0*(?:[2-9]|1[0-9])"
    r"|(?<![a-z])(?:d ?[=:]|rate[ =:]) ?0*(?:[2-9]|1[0-9])|[0-9][ _-]groups?\b|grouped|group[ _-]?conv|gconv",
    re.IGNORECASE,
)
"""What a convolution is called that is none of ours: `deconv2`, `dwconv2`, `conv2 group 2`, `conv2 (dilation 2)`."""

_SEVERAL = re.compile(
    r"(?:fire|conv(?:olution)?|pool|module|block|layer|stage)s?[ _]*[0-9]+\s*(?:-|–|—|to|,|&|and|\.{2,3}|…|/)\s*"
    r"(?:(?:fire|conv(?:olution)?|pool|module|block|layer|stage)[ _]*)?[0-9]+"
    r"|[0-9]{1,2}\s*[x×*]\s*[a-z].*|.*\S\s*\(\s*[x×*]\s*[0-9]{1,2}\s*\)|.*\S\s[x×*][0-9]{1,2}",
    re.IGNORECASE,
)
"""What a row is called that stands for several layers: `fire2-3`, `fire2, fire3`, `2× fire4`, `fire4 (×2)`."""

_LONGEST_NAME = 100


def _notes_on_idle(row: CellRow, layer: Layer) -> Iterator[Note]:
    """Yield a note on each cell that is filled though a layer of that kind has no such number."""
    used: set[Column] = {_FIELDS[field.name] for field in fields(layer) if field.name in _FIELDS}
    if isinstance(layer, Dropout | GlobalAvgPool):
        used.add(Column.WINDOW)
    if isinstance(layer, Conv):
        used.update(KEPT_COLUMNS)
    if isinstance(layer, Fire) and fire_remarks(row[Column.WINDOW]):
        used.add(Column.WINDOW)
    for column in (Column.WINDOW, *FIELD_COLUMNS):
        if column not in used and row[column].casefold() not in _NOTHING:
            said = f"{row.place(column)}: {quoted(row[column])}"
            yield Note(f"{said} says nothing of {with_article(layer.type)} layer, so left out")
    if isinstance(layer, Dropout):
        yield from _notes_on_two_shares(row)


def _notes_on_two_shares(row: CellRow) -> Iterator[Note]:
    """Yield a note where the filter column says another share than the column of a dropout's share, which counts."""
    taken, other = row[Column.P], row[Column.WINDOW]
    if taken and other and not _same_share(taken, other):
        reason = f"{row.headers[Column.P]} says {quoted(taken)}"
        yield Note(f"{row.place(Column.WINDOW)}: {quoted(other)} is left out, as {reason}")


def _same_share(one: str, other: str) -> bool:
    try:
        return printed_share(one, "") == printed_share(other, "")
    except SqueezevizError:
        return False


_NOTHING = ("", "0", "0.0", "false", "none", "no")
