"""The layer table as a Qt model: the input image, a row for each layer, and the totals."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from squeezeviz.analysis.columns import COLUMNS, INPUT_ROW, Column, with_text
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.gui.document import Document
from squeezeviz.gui.selection import equal_ends
from squeezeviz.gui.table.contents import Cell, Contents
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.model.cell_types import read_bypass
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.table import LayerTable
from squeezeviz.model.text import tip_text

if TYPE_CHECKING:
    from squeezeviz.analysis.difference import Difference
    from squeezeviz.gui.live.answer import LiveAnswer

Index = QModelIndex | QPersistentModelIndex
Cells = dict[tuple[int, int], Cell]
"""Cells by their row in the model and their section."""

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter

_GREY = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
_WHITE = _GREY | Qt.ItemFlag.ItemIsEditable


LIVE_COLUMN = COLUMNS.index(Column.LIVE)
"""The last one."""


class Role(IntEnum):
    """What the view asks for beyond Qt's roles."""

    EDITABLE = Qt.ItemDataRole.UserRole + 1


MOST_BY_CELL = 40
"""With more rows than this that changed, one signal for the whole table is quicker."""


@guarded
class TableModel(QAbstractTableModel):
    """Row 0 is the input image, the last row the totals; a layer's row is one more than its place in the table."""

    compared = Signal(bool)
    """It changed whether a baseline that differs is shown beside the table."""

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._contents = Contents(document.network)
        self._noted: Difference | None = None
        """The difference shown last; an edit takes it from the contents until the next one comes."""
        self._cells: Cells = {}
        """Cells looked up, and that look so still: painting asks for each several times."""

    @property
    def network(self) -> ResolvedNetwork:
        return self._contents.network

    def layer_row(self, index: Index) -> int | None:
        """The place in the table of the layer at `index`; INPUT_ROW for the input; None for the totals."""
        row = index.row() - 1
        return row if index.isValid() and row < len(self.network.table.layers) else None

    def row_of(self, layer_row: int) -> int:
        return layer_row + 1

    def cell(self, index: Index) -> Cell:
        return self.cell_at(index.row(), index.column())

    def cell_at(self, row: int, section: int) -> Cell:
        """The cell in a row of the model, the input image's being 0, and a section."""
        cell = self._cells.get((row, section))
        if cell is None:
            layer = row - 1 if row <= len(self.network.table.layers) else None
            cell = self._cells[row, section] = self._contents.cell(layer, COLUMNS[section])
        return cell

    def live_text(self, layer_row: int) -> str:
        """What the live column shows of a layer, INPUT_ROW, or, behind the last layer, the totals."""
        return self._contents.text(layer_row if layer_row < len(self.network.table.layers) else None, Column.LIVE)

    def check(self, index: Index, typed: str) -> LayerTable:
        """The table with `typed` in the cell; SqueezevizError with the reason where it cannot stand there."""
        row, column = self._place(index)
        if column is Column.LIVE:
            raise SqueezevizError("a live pass measures this cell; change the layer, and it is measured anew")
        if row is None:
            raise SqueezevizError("this cell is computed; change what it follows from")
        return with_text(self.network.table, row, column, typed)

    def set_live(self, live: LiveAnswer | None) -> None:
        before, now = self._contents, self._contents._replace(live=live)
        self._hold({place: cell for place, cell in self._cells.items() if place[1] != LIVE_COLUMN}, live=live)
        rows: Sequence[int] = range(self.rowCount())
        if len(rows) <= MOST_BY_CELL:
            layers = [*range(INPUT_ROW, len(rows) - 2), None]
            asked = rows[-1:] if live is not None and live.is_of_pass(before.live) else rows
            rows = [row for row in asked if before.live_cell(layers[row]) != now.live_cell(layers[row])]
        self._announce(rows, [LIVE_COLUMN])

    def set_heat(self, heat: Mapping[int, float] | None) -> None:
        """Underline each layer's name by what it costs, as a part of the costliest; None underlines nothing.

        Keys are places in the table. The bar stands under the name because a cost's own column may be hidden.
        """
        before, now = self._contents.heat, heat or {}
        if now == before:
            return
        self._hold(heat=now)
        changed = [self.row_of(row) for row in before.keys() | now.keys() if before.get(row) != now.get(row)]
        self._announce([row for row in changed if row < self.rowCount()], [0])

    def set_difference(self, difference: Difference | None) -> None:
        """Show in every cell how it differs from a baseline; None shows the table alone.

        A difference that is of another table than the one shown is not shown: the right one is on its way.
        """
        fits = difference is not None and difference.is_of(self.network)
        now = difference if difference and fits and not difference.nothing else None
        before, self._noted = self._noted, now
        if before is None and now is None:
            return
        self._hold(difference=now)
        rows: Collection[int] = range(self.rowCount())
        if before and now and len(before.rows) == len(now.rows):
            changed = (row for row, note in enumerate(now.rows) if note != before.rows[row])
            rows = [0, *map(self.row_of, changed), self.rowCount() - 1]  # input and totals may always differ
        self._announce(rows)
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
                return self._contents.text(*self._place(index))
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(COLUMNS[index.column()])
            case Role.EDITABLE:
                return self.cell(index).editable
            case Qt.ItemDataRole.ToolTipRole:
                return tip_text(self._tip(*self._place(index)))
            case Qt.ItemDataRole.AccessibleDescriptionRole:
                return self._tip(*self._place(index))
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._contents.spoken(*self._place(index))
        return None

    def _tip(self, row: int | None, column: Column) -> str:
        tip, weights = self._contents.tip(row, column), self._document.weights
        if tip or row is None or weights is None or not weights.stored:
            return tip
        from squeezeviz.explain.weights import of_a_cell  # not sooner: a table alone has no weights

        return of_a_cell(self.network, row, column, weights)

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
        row, column = self._place(index)
        assert row is not None
        if row == INPUT_ROW:
            return f"Set the input to {typed.strip()}"
        name = self.network.table.layers[row].name
        if column is Column.NAME:
            return f"Rename {name}"
        said = read_bypass(typed) if column is Column.BYPASS else typed.strip()
        return f"Set {name} {column} to {said}"

    def show_network(self, network: ResolvedNetwork) -> None:
        """Show another network, and announce to the views what changed."""
        before, cells = self._contents, self._cells
        change = row_change(*([layer.name for layer in each.table.layers] for each in (before.network, network)))
        if change is None:
            self._hold(network=network, difference=None)
            self._announce_changes(before, cells)
            return
        nowhere = QModelIndex()
        first, last, to = self.row_of(change.first), self.row_of(change.last), self.row_of(change.to)
        match change.kind:
            case "inserted":
                self.beginInsertRows(nowhere, first, last)
                self._hold(network=network, difference=None)
                self.endInsertRows()
            case "removed":
                self.beginRemoveRows(nowhere, first, last)
                self._hold(network=network, difference=None)
                self.endRemoveRows()
            case "moved":
                self.beginMoveRows(nowhere, first, last, nowhere, to)
                self._hold(network=network, difference=None)
                self.endMoveRows()
        self._announce_all()

    def _hold(self, kept: Cells | None = None, **changes: Any) -> None:
        """Show other contents, in which the cells that are `kept` look as they did."""
        self._contents = self._contents._replace(**changes)
        self._cells = kept or {}

    def _announce_changes(self, before: Contents, cells: Cells) -> None:
        """Announce each cell that changed by itself: a view repaints a range of cells as a whole.

        `cells` were looked up of the contents `before`. Those of rows that are the same are kept.
        """
        old, new = before.network, self.network
        rows = [INPUT_ROW] if old.table.input != new.table.input else []
        rows += [row for row in range(len(new.table.layers)) if not _same_row(old, new, row)]
        if old.problems != new.problems or len(rows) > MOST_BY_CELL:
            self._announce_all()
            return
        changed_rows = {self.rowCount() - 1, *map(self.row_of, rows)}
        if before.difference is None:
            self._cells = {place: cell for place, cell in cells.items() if place[0] not in changed_rows}
        for row in (*rows, None):
            at = self.rowCount() - 1 if row is None else self.row_of(row)
            if row is not None and row >= 0 and type(old.table.layers[row]) is not type(new.table.layers[row]):
                self._announce([at])  # other cells can be typed into
                continue
            sections = range(len(COLUMNS))
            self._announce([at], [each for each in sections if self._looks_other(before, cells, row, at, each)])

    def _looks_other(self, before: Contents, cells: Cells, row: int | None, at: int, section: int) -> bool:
        column, after = COLUMNS[section], self._contents
        if column is Column.LIVE:
            return before.live_cell(row) != after.live_cell(row)
        if row is None and not column.spec.number:
            return False
        seen = cells.get((at, section))
        if seen is None:
            return before.text(row, column) != after.text(row, column)
        return seen.text != self.cell_at(at, section).text

    def _announce(self, rows: Collection[int], sections: Sequence[int] | None = None) -> None:
        """Announce that these rows look different, as a whole or in single sections."""
        spans = [(0, LIVE_COLUMN)] if sections is None else [(each, each) for each in sections]
        if len(rows) > MOST_BY_CELL:
            self._announce_all(spans[0][0], spans[-1][1])
            return
        for row in rows:
            for first, last in spans:
                self.dataChanged.emit(self.index(row, first), self.index(row, last))

    def _announce_all(self, first: int = 0, last: int = LIVE_COLUMN) -> None:
        self.dataChanged.emit(self.index(0, first), self.index(self.rowCount() - 1, last))

    def _place(self, index: Index) -> tuple[int | None, Column]:
        return self.layer_row(index), COLUMNS[index.column()]


def _alignment(column: Column) -> Qt.AlignmentFlag:
    return _RIGHT if column.spec.cells.is_number else _LEFT


def _same_row(before: ResolvedNetwork, after: ResolvedNetwork, row: int) -> bool:
    """Whether a row shows the same in both: `resolve` gives one object for equal rows."""
    if row < len(before.layers) and row < len(after.layers):
        return before.layers[row] is after.layers[row]
    return (
        row >= len(before.layers) and row >= len(after.layers) and before.table.layers[row] == after.table.layers[row]
    )


class RowChange(NamedTuple):
    """Rows `first` to `last` are new in the new table, or went from the old one, or went before what stood at `to`."""

    kind: Literal["inserted", "removed", "moved"]
    first: int
    last: int
    to: int = 0


def row_change(before: Sequence[str], after: Sequence[str]) -> RowChange | None:
    """The one step that best tells how rows of these names became those; None where every row kept its place.

    Rows that were replaced as well count as changed in place.
    """
    head, tail = equal_ends(before, after)
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    if len(new) > len(old):
        return RowChange("inserted", head + len(old), head + len(new) - 1)
    if len(old) > len(new):
        return RowChange("removed", head + len(new), head + len(old) - 1)
    turn = old.index(new[0]) if old and new[0] in old else 0
    if turn and list(new) == [*old[turn:], *old[:turn]]:
        return RowChange("moved", head, head + turn - 1, head + len(old))
    return None
