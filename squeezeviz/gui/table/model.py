"""The layer table as a Qt model: the input image, a row for each layer, and the totals."""

from __future__ import annotations

from enum import IntEnum
from html import escape
from typing import Any, NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from squeezeviz.core import cells
from squeezeviz.core.cells import FIRE_COLUMNS, INPUT_ROW, Column
from squeezeviz.core.errors import SqueezevizError
from squeezeviz.core.explain import milliseconds
from squeezeviz.core.resolve import ResolvedNetwork
from squeezeviz.core.table import LayerTable
from squeezeviz.gui.document import Document
from squeezeviz.gui.live_answer import LiveAnswer, Standing

Index = QModelIndex | QPersistentModelIndex

COLUMNS = tuple(Column)
LIVE_COLUMN = len(COLUMNS)
RIGHT_ALIGNED = (Column.DEPTH, *FIRE_COLUMNS, Column.PARAMETERS)

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter

_GREY = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
_WHITE = _GREY | Qt.ItemFlag.ItemIsEditable

_HEADER_TIPS = {
    Column.NAME: "The name of the layer",
    Column.OUTPUT: "Output size: height × width × channels (computed)",
    Column.WINDOW: "Window size / stride, then × filters; pad, no ReLU, no bias and floor may follow",
    Column.DEPTH: "Layers with weights that data passes one after another (computed)",
    Column.S1X1: "Filters of the squeeze, 1×1",
    Column.E1X1: "1×1 filters of the expand",
    Column.E3X3: "3×3 filters of the expand",
    Column.PARAMETERS: "Weights and biases (computed)",
}
_SIGNS = {Standing.MEASURED: "✓", Standing.DIFFERS: "≠"}
_SPOKEN = {
    Standing.MEASURED: "measured",
    Standing.STALE: "from an earlier pass",
    Standing.DIFFERS: "differs from the prediction",
    Standing.UNKNOWN: "",
}


class Role(IntEnum):
    """What the view asks for beyond Qt's roles."""

    EDITABLE = Qt.ItemDataRole.UserRole + 1


class Cell(NamedTuple):
    """All that painting a cell takes. `column` is None for the live one; `live` is how the live one stands."""

    text: str
    column: Column | None
    right: bool
    """Whether the text stands at the right."""
    editable: bool
    total: bool
    problem: bool
    live: Standing


LONG_NAME = 20
"""A name with more characters than this may be cut in its cell, so it stands in the tool tip too."""

TOLD_BY_CELL = 40
"""With more rows than this to tell of, one word for the whole table is quicker."""


class TableModel(QAbstractTableModel):
    """Row 0 is the input image, the last row the totals; a layer's row is one more than its place in the table."""

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._network = document.network
        self._live: LiveAnswer | None = None
        self._cells: dict[tuple[int, int], Cell] = {}
        """Cells looked up since something last changed: painting asks for each several times."""
        document.table_changed.connect(self._show)

    def layer_row(self, index: Index) -> int | None:
        """The place in the table of the layer at `index`; INPUT_ROW for the input; None for the totals."""
        row = index.row() - 1
        return row if index.isValid() and row < len(self._network.table.layers) else None

    def row_of(self, layer_row: int) -> int:
        return layer_row + 1

    def cell(self, index: Index) -> Cell:
        """The cell as it should look."""
        place = index.row(), index.column()
        if place not in self._cells:
            self._cells[place] = self._cell(index)
        return self._cells[place]

    def _cell(self, index: Index) -> Cell:
        section = index.column()
        live = section == LIVE_COLUMN
        return Cell(
            self._text(index),
            None if live else COLUMNS[section],
            self._alignment(section) is _RIGHT,
            self._editable(index),
            self.layer_row(index) is None,
            bool(self._problem(index)),
            self._standing(self.layer_row(index)) if live else Standing.UNKNOWN,
        )

    def check(self, index: Index, typed: str) -> LayerTable:
        """The table with `typed` in the cell; SqueezevizError with the reason where it cannot stand there."""
        row = self.layer_row(index)
        if row is None or index.column() >= LIVE_COLUMN:
            raise SqueezevizError("this cell is computed; change what it follows from")
        return cells.with_text(self._network.table, row, COLUMNS[index.column()], typed)

    def set_live(self, live: LiveAnswer | None) -> None:
        self._live = live
        self._cells.clear()
        if self.rowCount() > TOLD_BY_CELL:
            self.dataChanged.emit(self.index(0, LIVE_COLUMN), self.index(self.rowCount() - 1, LIVE_COLUMN))
            return
        for row in range(self.rowCount()):
            self.dataChanged.emit(self.index(row, LIVE_COLUMN), self.index(row, LIVE_COLUMN))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._network.table.layers) + 2

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS) + 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        return _WHITE if self.cell(index).editable else _GREY

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return "live" if section == LIVE_COLUMN else str(COLUMNS[section])
        if role == Qt.ItemDataRole.ToolTipRole:
            return "Measured in the last live pass" if section == LIVE_COLUMN else _HEADER_TIPS[COLUMNS[section]]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(section)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return self._text(index)
            case Qt.ItemDataRole.TextAlignmentRole:
                return self._alignment(index.column())
            case Role.EDITABLE:
                return self.cell(index).editable
            case Qt.ItemDataRole.ToolTipRole:
                # Without a tag a name might be taken for markup.
                return f"<p>{escape(tip)}</p>" if (tip := self._tip(index)) else ""
            case Qt.ItemDataRole.AccessibleDescriptionRole:
                return self._tip(index)
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(index)
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

    def _edit_text(self, index: Index, typed: str) -> str:
        row = self.layer_row(index)
        assert row is not None
        if row == INPUT_ROW:
            return f"Set the input to {typed.strip()}"
        name, column = self._network.table.layers[row].name, COLUMNS[index.column()]
        if column is Column.NAME:
            return f"Rename {name}"
        return f"Set {name} {column} to {typed.strip()}"

    def _show(self, network: ResolvedNetwork) -> None:
        known = self._network
        self._cells.clear()
        before, after = len(known.table.layers), len(network.table.layers)
        if before == after:
            self._network = network
            self._tell_changes(known, network)
            return
        if after > before:
            self.beginInsertRows(QModelIndex(), before + 1, after)
            self._network, self._cells = network, {}
            self.endInsertRows()
        else:
            self.beginRemoveRows(QModelIndex(), after + 1, before)
            self._network, self._cells = network, {}
            self.endRemoveRows()
        self.dataChanged.emit(self.index(0, 0), self.index(after + 1, LIVE_COLUMN))

    def _tell_changes(self, before: ResolvedNetwork, after: ResolvedNetwork) -> None:
        """Tell of each cell that changed by itself: a view repaints a range of cells as a whole."""
        rows = [0] if before.table.input != after.table.input else []
        rows += [row + 1 for row in range(len(after.table.layers)) if not _same_row(before, after, row)]
        if before.problems != after.problems or len(rows) > TOLD_BY_CELL:
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, LIVE_COLUMN))
            return
        for row in (*rows, self.rowCount() - 1):
            for column in range(LIVE_COLUMN + 1):
                self.dataChanged.emit(self.index(row, column), self.index(row, column))

    def _editable(self, index: Index) -> bool:
        row = self.layer_row(index)
        if row is None or index.column() >= LIVE_COLUMN:
            return False
        return cells.editable(self._network.table, row, COLUMNS[index.column()])

    def _alignment(self, section: int) -> Qt.AlignmentFlag:
        return _RIGHT if section == LIVE_COLUMN or COLUMNS[section] in RIGHT_ALIGNED else _LEFT

    def _text(self, index: Index) -> str:
        row = self.layer_row(index)
        if row is None:
            return self._total(index.column())
        if index.column() < LIVE_COLUMN:
            return cells.text(self._network, row, COLUMNS[index.column()])
        return self._live_text(row)

    def _total(self, section: int) -> str:
        if section == LIVE_COLUMN:
            return self._marked(self._live.total, self._live.measured.time_ms) if self._live else ""
        totals = {
            Column.NAME: "total",
            Column.DEPTH: str(self._network.depth.value),
            Column.PARAMETERS: f"{self._network.parameters.value:,}",
        }
        return totals.get(COLUMNS[section], "")

    def _live_text(self, row: int) -> str:
        if row == INPUT_ROW or self._live is None:
            return ""
        seen = self._live.layer(self._network.table.layers[row].name)
        return self._marked(self._standing(row), seen.time_ms) if seen else ""

    def _marked(self, standing: Standing, time_ms: float) -> str:
        """`✓ 3.2 ms`: agreed and measured; an old time stands alone; the meta device has none to show."""
        return f"{_SIGNS.get(standing, '')} {milliseconds(time_ms) if time_ms else ''}".strip()

    def _standing(self, row: int | None) -> Standing:
        """How the row's live cell stands to the last pass; of None, the totals'."""
        if self._live is None or row == INPUT_ROW:
            return Standing.UNKNOWN
        if row is None:
            return self._live.total
        if row >= len(self._network.layers):
            return Standing.STALE if self._live.layer(self._network.table.layers[row].name) else Standing.UNKNOWN
        return self._live.standing(self._network.layers[row])

    def _problem(self, index: Index) -> str:
        if not self._network.problems:
            return ""
        row = self.layer_row(index)
        return next((each.reason for each in self._network.problems if each.row == row and row is not None), "")

    def _tip(self, index: Index) -> str:
        problem = self._problem(index)
        if problem:
            return problem
        if index.column() == 0 and len(self._text(index)) > LONG_NAME:
            return self._text(index)
        if index.column() == LIVE_COLUMN and self._standing(self.layer_row(index)) is Standing.STALE:
            return "From an earlier pass; this table has not been measured yet"
        return ""

    def _spoken(self, index: Index) -> str:
        row = self.layer_row(index)
        name = "total" if row is None else "input" if row == INPUT_ROW else self._network.table.layers[row].name
        heading = self.headerData(index.column(), Qt.Orientation.Horizontal)
        said = _SPOKEN[self._standing(row)] if index.column() == LIVE_COLUMN else ""
        return f"{name} {heading} {self._text(index) or 'empty'} {said}".strip()


def _same_row(before: ResolvedNetwork, after: ResolvedNetwork, row: int) -> bool:
    """Whether a row shows the same in both: the core gives one object for equal rows."""
    if row < len(before.layers) and row < len(after.layers):
        return before.layers[row] is after.layers[row]
    return (
        row >= len(before.layers) and row >= len(after.layers) and before.table.layers[row] == after.table.layers[row]
    )
