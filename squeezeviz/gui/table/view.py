"""The layer table's view: what the window asks of it, over the cells and their gestures."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QWidget

from squeezeviz.analysis.columns import COLUMNS, Column
from squeezeviz.files.clipboard.blocks import Block
from squeezeviz.gui.table.cells_view import CellsView
from squeezeviz.gui.table.column_chooser import ColumnChooser
from squeezeviz.gui.table.delegate import ROW_HEIGHT, TWO_LINES
from squeezeviz.gui.table.model import LIVE_COLUMN, TableModel
from squeezeviz.gui.table.navigation import Place, Rect
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.style import Style

MEASURED_ROWS = 40
"""So many rows, those in view first, say how wide a column is: all of a usual network, not all of a thousand."""


@guarded
class TableView(CellsView):
    """The layer table: its rows and blocks by their places in the table, and the columns that are shown."""

    cell_selected = Signal(object, object)
    """The place of the current row's layer in the table, INPUT_ROW, or None for the totals; and the current cell's
    column, None for the live one."""
    rows_dragged = Signal(object, object)
    """The places of the layers in the table (list[int]), and the place before which they go."""
    state_changed = Signal()
    """A person chose other columns or another width."""

    def __init__(self, model: TableModel, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(model, style, parent)
        self.setObjectName("layer_table")
        self.setAccessibleName("Layer table")
        self.setAccessibleDescription("One row for each layer. White cells can be edited, grey ones are computed.")
        self._set_up()
        self._chooser = ColumnChooser(self)
        self._chooser.changed.connect(self.state_changed)
        self._rows.rows_dragged.connect(self.rows_dragged)
        self._rows.menu_requested.connect(self.menu_requested)
        self.selectionModel().currentChanged.connect(self._current_cell_changed)
        model.rowsInserted.connect(self._rows_changed)
        model.rowsRemoved.connect(self._rows_changed)
        model.rowsMoved.connect(self._mark_current_row)
        model.dataChanged.connect(self._chooser.fit_soon)
        model.compared.connect(self._set_compared)

    def select_row(self, layer_row: int | None) -> None:
        """Make the layer's row current, in the column that is current now."""
        row = self._table.rowCount() - 1 if layer_row is None else self._table.row_of(layer_row)
        if row != self.currentIndex().row():
            self._selection.choose(self._table.index(row, max(0, self.currentIndex().column())))

    def select_cell(self, layer_row: int, column: Column) -> None:
        """Make that cell of a layer's row current, or, where its column is hidden, leave the current column."""
        section = COLUMNS.index(column)
        if self.isColumnHidden(section):
            self.select_row(layer_row)
        else:
            self._selection.choose(self._table.index(self._table.row_of(layer_row), section))

    def select_layers(self, rows: list[int]) -> None:
        """Select whole rows, from the first of these layers, which becomes current, to the last."""
        if rows:
            self._selection.select_rows(self._table.row_of(rows[0]), self._table.row_of(rows[-1]))

    def selected_layers(self) -> list[int]:
        """The places of the layers in whose rows something is selected, in order."""
        rect = self._selection.rect()
        rows = range(rect.top, rect.bottom + 1) if rect else range(0)
        layers = (self._table.layer_row(self._table.index(row, 0)) for row in rows)
        return [row for row in layers if row is not None and row >= 0]

    def selected_block(self) -> Block | None:
        """The selected cells; None where there are none."""
        rect = self._selection.rect()
        if rect is None:
            return None
        first = self._table.row_of(0)
        rows = range(rect.top - first, rect.bottom - first + 1)
        return Block(rows, self.displayed_columns()[rect.left : rect.right + 1])

    def displayed_columns(self, first: Column = Column.NAME) -> tuple[Column, ...]:
        """The columns that are shown, from `first` to the right."""
        return tuple(COLUMNS[section] for section in self._selection.shown() if section >= COLUMNS.index(first))

    def select_block(self, rows: range, columns: tuple[Column, ...]) -> None:
        """Select these cells, as far as they are shown; the first becomes current."""
        shown = self.displayed_columns()
        places = [shown.index(column) for column in columns if column in shown]
        if rows and places:
            first = Place(self._table.row_of(rows[0]), places[0])
            last = Place(min(self._table.row_of(rows[-1]), self._table.rowCount() - 1), places[-1])
            self._selection.select(Rect.between(first, last), first)
            self.scrollTo(self._selection.index(first))

    def column_actions(self) -> list[QAction]:
        """What a menu offers on columns: one entry to show or hide each, and what sets them back."""
        return self._chooser.actions()

    def state(self) -> dict[str, Any]:  # type: ignore[override]
        """The columns and widths that a person chose, as plain data."""
        return self._chooser.state()

    def restore_state(self, state: object) -> None:
        """Bring back what `state` gave; what is odd in it is left out."""
        self._chooser.restore(state)

    def fit_columns(self) -> None:
        """Make every column as wide as what it shows, but for very long names and widths chosen by hand."""
        self._chooser.fit()

    def wanted_width(self) -> int:
        """What the table needs, in pixels, to show all its columns."""
        shown = self._selection.shown()
        widths = (self._chooser.wanted(each) if each == LIVE_COLUMN else self.columnWidth(each) for each in shown)
        return sum(widths) + self._rows.sizeHint().width()

    def _set_up(self) -> None:
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setFrameShape(QAbstractItemView.Shape.NoFrame)
        self._rows.setMinimumSectionSize(20)
        self._rows.setDefaultSectionSize(ROW_HEIGHT)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(36)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        header.setResizeContentsPrecision(MEASURED_ROWS)

    def _set_compared(self, compared: bool) -> None:
        """Make room for a second line in every row, or take it back."""
        self._rows.setDefaultSectionSize(TWO_LINES if compared else ROW_HEIGHT)
        self._chooser.fit()
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())

    def _current_cell_changed(self, current: QModelIndex, previous: QModelIndex) -> None:
        if current.isValid():
            self.cell_selected.emit(self._table.layer_row(current), COLUMNS[current.column()])

    def _rows_changed(self) -> None:
        """Rows came or went: a selection that is torn by that would only mislead."""
        if self.currentIndex().isValid():
            self._selection.choose(self.currentIndex())
        self._mark_current_row()
        self.viewport().update()
