"""Reads the layer tables among the tables of a LaTeX or Markdown document, as a CSV file's rows are read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import zip_longest

from squeezeviz.analysis.columns import Column
from squeezeviz.files.opened import Read
from squeezeviz.files.tables.cell_rows import CellRow, Frame, Kind, kind_of, told
from squeezeviz.files.tables.cell_texts import known_column, unguarded
from squeezeviz.files.tables.layer_rows import MOST_COLUMNS, MOST_TABLES, FoundTable, Record, count_named, read_rows
from squeezeviz.files.tables.several_tables import one_network
from squeezeviz.model.errors import Note, Place, SqueezevizError, quoted
from squeezeviz.model.layers import Layer
from squeezeviz.model.text import with_article


def read_layer_tables(tables: Iterable[FoundTable], stem: str, hidden: int = 0) -> Read:
    """Read the network that a document's layer tables describe, with notes on all that is assumed in it.

    `hidden` is the line on which the first table begins that may be hidden, 0 where there is none. SqueezevizError with
    line, row and column, and where none of them is a layer table.
    """
    headed, notes = one_network(_layer_tables(tables, hidden), told)
    assumed: list[Note] = []

    def kind_rule(row: CellRow) -> Kind:
        try:
            return kind_of(row)
        except SqueezevizError:
            kind = told(row)
            assumed.append(_assumption(row, kind))
            return kind

    read = read_rows(headed, stem, kind_rule)
    return read._replace(notes=(*notes, *assumed, *read.notes))


def cells_of_layer_tables(tables: Iterable[FoundTable]) -> list[list[str]]:
    """The cells of the layer tables, the head of each in one row; else those of the first table of any kind."""
    found = list(tables)
    try:
        return [cells for table in _layer_tables(found) for _, cells in table.rows]
    except SqueezevizError:
        return [cells for _, cells in found[0].rows] if found else []


def marked_as_text(cell: str) -> str:
    """A cell as a CSV file would write it, so that its first quote mark and its outer spaces stay."""
    return cell if unguarded(cell) == cell else f"'{cell}"


def _assumption(row: CellRow, kind: Kind) -> Note:
    assert not isinstance(kind, Frame)
    window = quoted(row[Column.WINDOW])
    taken = with_article(_in_words(kind))
    return Note(f"line {row.line}: nothing but {window} says what {row.name} is; it is taken for {taken}")


def _in_words(kind: type[Layer]) -> str:
    return {"maxpool": "max pool", "global_avgpool": "global average pool"}.get(kind.type, kind.type)


def _layer_tables(tables: Iterable[FoundTable], hidden: int = 0) -> list[FoundTable]:
    """The tables, one at least, whose head names columns of a layer table, that of the layers' names among them."""
    found: list[FoundTable] = []
    seen = 0
    try:
        for table in tables:
            seen += 1
            if seen > MOST_TABLES:
                raise SqueezevizError(f"there are more than {MOST_TABLES:,} tables in it", Place(line=table.line))
            headed = _with_one_head(table)
            if headed.rows and len(headed.rows[0][1]) <= MOST_COLUMNS and count_named(headed.rows[0][1]) > 1:
                found.append(headed)
    except SqueezevizError as error:
        if not found:
            raise
        found[-1] = replace(found[-1], notes=(*found[-1].notes, Note(f"what follows is not read: {error}")))
    if hidden and not seen:
        raise SqueezevizError(
            "the only table of this file is commented out, or nothing in it is printed; "
            "take away what hides it, or open another file",
            Place(line=hidden),
        )
    if not found:
        there = "there is no table in this file" if not seen else "no table in this file is a layer table"
        raise SqueezevizError(f"{there}: its head would name columns such as layer, output size, filter/stride, s1x1")
    return found


def _with_one_head(table: FoundTable) -> FoundTable:
    """Join a head of two or three rows into one, and leave out rows that repeat it."""
    rows = table.rows
    height = 1
    while height < min(3, len(rows) - 1) and _goes_on(rows[:height], rows[height]):
        height += 1
    heads = [cells for _, cells in rows[:height]]
    joined = list(map(_joined, zip_longest(*heads, fillvalue="")))
    body = tuple(row for row in rows[height:] if row[1] not in heads)
    return replace(table, rows=(*((rows[0][0], joined) for _ in rows[:1]), *body))


def _goes_on(above: tuple[Record, ...], row: Record) -> bool:
    """Whether a row belongs to the head above it: each of its cells names a column, alone or with the cells above."""
    cells = row[1]
    if len(cells) > MOST_COLUMNS or not any(cells):
        return False
    heads = [each for _, each in above]
    for index, cell in enumerate(cells):
        stacked = [each[index] if index < len(each) else "" for each in heads]
        ways = (cell, " ".join(filter(None, [*stacked, cell])))
        if cell and Column.NAME in map(known_column, stacked) and known_column(ways[1]) is not Column.NAME:
            return False  # a layer, which may be called as a column is: dropout
        if cell and all(known_column(way) is None for way in ways):
            return False
    return True


def _joined(stacked: Sequence[str]) -> str:
    """All words of a head from above to below, or one of its cells where that alone names a column."""
    whole = " ".join(filter(None, stacked))
    ways = [whole, *reversed(stacked)]
    return next((way for way in ways if way and known_column(way) is not None), whole)


class PrintedCell:
    """What a cell prints, written piece by piece, so that digits which are not printed as one number never become one.

    What stands between two digits but prints nothing, such as a mark that raises the second, is kept as text.
    """

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._last = ""
        self._marks: list[str] = []
        self._before_space = 0
        self._macros = False
        self._is_closed = False

    def write(self, text: str) -> None:
        """Write text that is printed as it is."""
        bare = text.strip(_BLANKS)
        if text and text[0] in _BLANKS:
            self._before_space = len(self._marks)
        if bare:
            self._pieces += self._marks_before(bare[0])
            self._forget()
            self._last = bare[-1]
        self._pieces.append(text)

    def write_mark(self, mark: str) -> None:
        """Write a mark, which stays only between two numbers."""
        if mark == "{" and not self._is_closed:
            mark = "}"
        if mark == "}":
            self._is_closed = True
        self._marks.append(mark)

    def write_unknown_macro(self, macro: str) -> None:
        """Write a macro that is not known; its name stays after a number, and before anything but a letter."""
        self._marks.append(f"\\{macro} ")
        self._macros = True

    @property
    def text(self) -> str:
        """All that the cell prints, with its spaces."""
        return "".join((*self._pieces, *self._marks_before("")))

    def _marks_before(self, following: str) -> list[str]:
        lapsed, standing = self._marks[: self._before_space], self._marks[self._before_space :]
        marks = [mark for mark in lapsed if mark not in _LAPSING] + standing
        after_number = bool(self._last) and self._last in _NUMBERS
        if self._macros and (after_number or (following and not following.isalpha())):
            return marks
        if not marks or not after_number or not following or following not in _NUMBERS:
            return []
        is_number = self._last.isdecimal() and following.isdecimal()
        return marks if is_number or any(mark in _STRONG for mark in marks) else []

    def _forget(self) -> None:
        self._marks = []
        self._before_space = 0
        self._macros = self._is_closed = False


_BLANKS = " \t\r\n\0\u00a0\u2009\u202f"
_NUMBERS = "0123456789.,"
_LAPSING = ("}", "<b>", "`", "$")
"""Marks that say nothing where a space stands too."""
_STRONG = ("^", "_")
"""Marks that change a number even where a point or a comma stands beside them."""
