"""The layer table as a Qt model: the input image, a row for each layer, and the totals."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from squeezeviz.analysis.columns import COLUMNS, INPUT_ROW, Column, with_text
from squeezeviz.analysis.difference import Difference
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.gui.document import Document
from squeezeviz.gui.live.answer import LiveAnswer
from squeezeviz.gui.table.contents import Cell, Contents
from squeezeviz.gui.widgets.escaped_text import tip_text
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.model.cell_types import read_bypass
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.table import LayerTable

Index = QModelIndex | QPersistentModelIndex

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter

_GREY = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
_WHITE = _GREY | Qt.ItemFlag.ItemIsEditable


LIVE_COLUMN = COLUMNS.index(Column.LIVE)
"""The last one."""


class Role(IntEnum):
    """What the view asks for beyond Qt's roles."""

    EDITABLE = Qt.ItemDataRole.UserRole + 1


TOLD_BY_CELL = 40
"""With more rows than this to tell of, one word for the whole table is quicker."""


@guarded
class TableModel(QAbstractTableModel):
    """Row 0 is the input image, the last row the totals; a layer's row is one more than its place in the table."""

    compared = Signal(bool)
    """Whether a baseline that differs is shown beside the table: told when that changes."""

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._contents = Contents(document.network)
        self._noted: Difference | None = None
        """The difference shown last; an edit takes it from the contents until the next one comes."""
        self._cells: dict[tuple[int, int], Cell] = {}
        """Cells looked up since something last changed: painting asks for each several times."""

    @property
    def network(self) -> ResolvedNetwork:
        """The network that is shown."""
        return self._contents.network

    def layer_row(self, index: Index) -> int | None:
        """The place in the table of the layer at `index`; INPUT_ROW for the input; None for the totals."""
        row = index.row() - 1
        return row if index.isValid() and row < len(self.network.table.layers) else None

    def row_of(self, layer_row: int) -> int:
        return layer_row + 1

    def cell(self, index: Index) -> Cell:
        """The cell as it should look."""
        place = index.row(), index.column()
        if place not in self._cells:
            self._cells[place] = self._contents.cell(self.layer_row(index), COLUMNS[place[1]])
        return self._cells[place]

    def check(self, index: Index, typed: str) -> LayerTable:
        """The table with `typed` in the cell; SqueezevizError with the reason where it cannot stand there."""
        row, column = self.layer_row(index), COLUMNS[index.column()]
        if row is None:
            raise SqueezevizError("this cell is computed; change what it follows from")
        return with_text(self.network.table, row, column, typed)

    def set_live(self, live: LiveAnswer | None) -> None:
        self._contents = dataclasses.replace(self._contents, live=live)
        self._cells.clear()
        if self.rowCount() > TOLD_BY_CELL:
            self.dataChanged.emit(self.index(0, LIVE_COLUMN), self.index(self.rowCount() - 1, LIVE_COLUMN))
            return
        self._tell((row, LIVE_COLUMN) for row in range(self.rowCount()))

    def set_heat(self, heat: Mapping[int, float] | None) -> None:
        """Underline each layer's name by what it costs, as a part of the costliest; None underlines nothing.

        Keys are places in the table. The bar stands under the name because a cost's own column may be hidden.
        """
        before, now = self._contents.heat, heat or {}
        if now == before:
            return
        self._contents = dataclasses.replace(self._contents, heat=now)
        self._cells.clear()
        self._tell_rows([self.row_of(row) for row in before.keys() | now.keys() if before.get(row) != now.get(row)])

    def set_difference(self, difference: Difference | None) -> None:
        """Show in every cell how it differs from a baseline; None shows the table alone.

        A difference that is of another table than the one shown is not shown: the right one is on its way.
        """
        fits = difference is not None and difference.present.table == self.network.table
        now = difference if difference and fits and not difference.nothing else None
        before, self._noted = self._noted, now
        if before is None and now is None:
            return
        self._contents = dataclasses.replace(self._contents, difference=now)
        self._cells.clear()
        self._tell_notes(before, now)
        if (before is None) != (now is None):
            self.compared.emit(now is not None)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.network.table.layers) + 2

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS)

    def flags(self, index: Index) -> Qt.ItemFlag:
        return _WHITE if self.cell(index).editable else _GREY

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return self._row_heading(section, role)
        column = COLUMNS[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return str(column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.spec.about
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self.cell(index).text
            case Qt.ItemDataRole.EditRole:
                return self._contents.text(self.layer_row(index), COLUMNS[index.column()])
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(COLUMNS[index.column()])
            case Role.EDITABLE:
                return self.cell(index).editable
            case Qt.ItemDataRole.ToolTipRole:
                return tip_text(self._tip(index))
            case Qt.ItemDataRole.AccessibleDescriptionRole:
                return self._tip(index)
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._contents.spoken(self.layer_row(index), COLUMNS[index.column()])
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole:
            return False
        try:
            table = self.check(index, str(value))
        except SqueezevizError:
            return False
        self._document.edit(self._edit_text(index, str(value)), table)
        return True

    def _row_heading(self, section: int, role: int) -> str | None:
        row = self.layer_row(self.index(section, 0))
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._contents.name(row)
        if role == Qt.ItemDataRole.ToolTipRole and row is not None and row != INPUT_ROW:
            return tip_text(f"Drag to move {self._contents.name(row)}")
        return None

    def _edit_text(self, index: Index, typed: str) -> str:
        row, column = self.layer_row(index), COLUMNS[index.column()]
        assert row is not None
        if row == INPUT_ROW:
            return f"Set the input to {typed.strip()}"
        name = self.network.table.layers[row].name
        if column is Column.NAME:
            return f"Rename {name}"
        said = read_bypass(typed) if column is Column.BYPASS else typed.strip()
        return f"Set {name} {column} to {said}"

    def show_network(self, network: ResolvedNetwork) -> None:
        """Show another network, and tell the views of what changed."""
        known = self._contents
        change = row_change(*([layer.name for layer in each.table.layers] for each in (known.network, network)))
        self._cells.clear()
        if change is None:
            self._hold(network)
            self._tell_changes(known, self._contents)
            return
        match change:
            case Inserted(first, last):
                self.beginInsertRows(QModelIndex(), self.row_of(first), self.row_of(last))
                self._hold(network)
                self.endInsertRows()
            case Removed(first, last):
                self.beginRemoveRows(QModelIndex(), self.row_of(first), self.row_of(last))
                self._hold(network)
                self.endRemoveRows()
            case Moved(first, last, to):
                nowhere = QModelIndex()
                self.beginMoveRows(nowhere, self.row_of(first), self.row_of(last), nowhere, self.row_of(to))
                self._hold(network)
                self.endMoveRows()
        self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, LIVE_COLUMN))

    def _hold(self, network: ResolvedNetwork) -> None:
        """Show another network; the difference of the one before says nothing about it."""
        self._contents = dataclasses.replace(self._contents, network=network, difference=None)
        self._cells.clear()

    def _tell_changes(self, before: Contents, after: Contents) -> None:
        """Tell of each cell that changed by itself: a view repaints a range of cells as a whole."""
        old, new = before.network, after.network
        rows = [INPUT_ROW] if old.table.input != new.table.input else []
        rows += [row for row in range(len(new.table.layers)) if not _same_row(old, new, row)]
        if old.problems != new.problems or len(rows) > TOLD_BY_CELL:
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, LIVE_COLUMN))
            return
        self._tell(
            (self.rowCount() - 1 if row is None else self.row_of(row), section)
            for row in (*rows, None)
            for section in range(LIVE_COLUMN + 1)
            if _may_look_other(before, after, row, section)
        )

    def _tell_notes(self, before: Difference | None, now: Difference | None) -> None:
        """Tell of the rows whose difference to the baseline changed; input and totals may always have."""
        if before is None or now is None or len(before.rows) != len(now.rows):
            rows = list(range(self.rowCount()))
        else:
            changed = [row for row, note in enumerate(now.rows) if note != before.rows[row]]
            rows = [0, *(self.row_of(row) for row in changed), self.rowCount() - 1]
        if len(rows) > TOLD_BY_CELL:
            rows = []
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, LIVE_COLUMN))
        for row in rows:
            self.dataChanged.emit(self.index(row, 0), self.index(row, LIVE_COLUMN))

    def _tell_rows(self, rows: list[int]) -> None:
        """Tell that the names of these rows look different."""
        if len(rows) > TOLD_BY_CELL:
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, 0))
            return
        self._tell((row, 0) for row in rows if row < self.rowCount())

    def _tell(self, places: Iterable[tuple[int, int]]) -> None:
        for row, section in places:
            index = self.index(row, section)
            self.dataChanged.emit(index, index)

    def _tip(self, index: Index) -> str:
        return self._contents.tip(self.layer_row(index), COLUMNS[index.column()])


def _alignment(column: Column) -> Qt.AlignmentFlag:
    return _RIGHT if column.spec.cells.is_number else _LEFT


def _may_look_other(before: Contents, after: Contents, row: int | None, section: int) -> bool:
    column = COLUMNS[section]
    return (
        column is Column.LIVE
        or before.text(row, column) != after.text(row, column)
        or before.editable(row, column) != after.editable(row, column)
    )


def _same_row(before: ResolvedNetwork, after: ResolvedNetwork, row: int) -> bool:
    """Whether a row shows the same in both: `resolve` gives one object for equal rows."""
    if row < len(before.layers) and row < len(after.layers):
        return before.layers[row] is after.layers[row]
    return (
        row >= len(before.layers) and row >= len(after.layers) and before.table.layers[row] == after.table.layers[row]
    )


@dataclass(frozen=True, slots=True)
class Inserted:
    """Rows `first` to `last` of the new table are new."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Removed:
    """Rows `first` to `last` of the old table are gone."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Moved:
    """Rows `first` to `last` went before what stood at `to`; all three are places in the old table."""

    first: int
    last: int
    to: int


def row_change(before: Sequence[str], after: Sequence[str]) -> Inserted | Removed | Moved | None:
    """The one step that best tells how rows of these names became those; None where every row kept its place.

    Rows that were replaced as well count as changed in place.
    """
    shorter = min(len(before), len(after))
    head = next((row for row in range(shorter) if before[row] != after[row]), shorter)
    tail = next((row for row in range(shorter - head) if before[-1 - row] != after[-1 - row]), shorter - head)
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    if len(new) > len(old):
        return Inserted(head + len(old), head + len(new) - 1)
    if len(old) > len(new):
        return Removed(head + len(new), head + len(old) - 1)
    turn = old.index(new[0]) if old and new[0] in old else 0
    if turn and list(new) == [*old[turn:], *old[:turn]]:
        return Moved(head, head + turn - 1, head + len(old))
    return None
