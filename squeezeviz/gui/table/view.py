"""The layer table's keys and selection."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QGuiApplication, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from squeezeviz.gui.style import Style
from squeezeviz.gui.table.delegate import CellDelegate
from squeezeviz.gui.table.model import LIVE_COLUMN, Role, TableModel

Index = QModelIndex | QPersistentModelIndex


WIDEST_NAME = 200
FIT_AFTER_MS = 60
LIVE_WIDTH = 76
"""Pixels; room for a time before there is one, so that nothing moves when it comes."""


class TableView(QTableView):
    """The layer table. Typing replaces, F2 and Enter edit, Tab and Enter move on, Ctrl+C copies as TSV."""

    row_selected = Signal(object)
    """The place of the current row's layer in the table, INPUT_ROW, or None for the totals."""
    refused = Signal(str)
    menu_requested = Signal(object)
    """Where on the screen the context menu of the current row should open."""

    def __init__(self, model: TableModel, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("layer_table")
        self.setAccessibleName("Layer table")
        self.setAccessibleDescription("One row for each layer. White cells can be edited, grey ones are computed.")
        self.setModel(model)
        self._table = model
        self._delegate = CellDelegate(style, self.font(), self)
        self.setItemDelegate(self._delegate)
        self._delegate.refused.connect(self.refused)
        self._delegate.moved_on.connect(self._move_on)
        self._set_up()
        self.selectionModel().currentChanged.connect(self._current_changed)
        model.rowsInserted.connect(self._rows_changed)
        model.rowsRemoved.connect(self._rows_changed)
        self._by_hand: set[int] = set()
        self._fitting = QTimer(self)
        self._fitting.setSingleShot(True)
        self._fitting.setInterval(FIT_AFTER_MS)
        self._fitting.timeout.connect(self.fit_columns)
        model.dataChanged.connect(self._fit_soon)
        self.horizontalHeader().sectionResized.connect(self._resized)

    def set_style(self, style: Style) -> None:
        self.ensurePolished()
        self._delegate.set_style(style, self.font())
        self.viewport().update()

    def select_row(self, layer_row: int | None) -> None:
        """Make the layer's row current, in the column that is current now."""
        row = self._table.rowCount() - 1 if layer_row is None else self._table.row_of(layer_row)
        if row != self.currentIndex().row():
            self._choose(self._table.index(row, max(0, self.currentIndex().column())))

    def selected_layers(self) -> list[int]:
        """The places of the layers in whose rows something is selected, in order."""
        rows = {self._table.layer_row(index) for index in self.selectionModel().selectedIndexes()}
        return sorted(row for row in rows if row is not None and row >= 0)

    def copied_text(self) -> str:
        """The selected cells, a line for each row, tabs between the columns."""
        indexes = self.selectionModel().selectedIndexes()
        if not indexes:
            return ""
        rows = sorted({index.row() for index in indexes})
        columns = sorted({index.column() for index in indexes})
        chosen = {(index.row(), index.column()): str(index.data() or "") for index in indexes}
        return "\n".join("\t".join(chosen.get((row, column), "") for column in columns) for row in rows)

    def copy(self) -> None:
        """Put the selected cells on the clipboard."""
        QGuiApplication.clipboard().setText(self.copied_text())

    def fit_columns(self) -> None:
        """Make every column as wide as what it shows, but for very long names."""
        for column in range(LIVE_COLUMN):
            if column not in self._by_hand:
                wanted = max(self.sizeHintForColumn(column), self.horizontalHeader().sectionSizeHint(column))
                self.setColumnWidth(column, min(wanted, WIDEST_NAME) if column == 0 else wanted)
        if LIVE_COLUMN not in self._by_hand:
            self.setColumnWidth(LIVE_COLUMN, self.live_width())

    def _fit_soon(self) -> None:
        """Fit the columns once what changed has been painted; of many changes, the last counts."""
        if not self._fitting.isActive():
            self._fitting.start()

    def _resized(self, column: int, before: int, after: int) -> None:
        """A width that a person chose is kept."""
        if QGuiApplication.mouseButtons() & Qt.MouseButton.LeftButton and self.horizontalHeader().underMouse():
            self._by_hand.add(column)

    def _choose(self, index: QModelIndex) -> None:
        """Make one cell current, and it alone selected."""
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _rows_changed(self) -> None:
        """Rows came or went: a selection of what stood elsewhere before would only mislead."""
        if self.currentIndex().isValid():
            self._choose(self.currentIndex())
        self.viewport().update()

    def live_width(self) -> int:
        """What the last column needs: it is stretched to fill the table."""
        return max(LIVE_WIDTH, self.sizeHintForColumn(LIVE_COLUMN))

    def event(self, event: QEvent) -> bool:
        # A letter typed on a cell begins an edit, even where it is a shortcut elsewhere in the window.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
            if plain and event.text().isprintable() and event.text() and self.currentIndex().data(Role.EDITABLE):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            if self.currentIndex().data(Role.EDITABLE):
                self.edit(self.currentIndex())
            else:
                self._move_on((Qt.Key.Key_Return, False))
        else:
            super().keyPressEvent(event)

    # Qt paints the whole table again when the keyboard comes or goes; only the current cell looks different.

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, bool(self.currentIndex().data(Role.EDITABLE)))
        self.update(self.currentIndex())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update(self.currentIndex())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() is QContextMenuEvent.Reason.Mouse:
            index = self.indexAt(event.pos())
            if index.isValid():
                self.setCurrentIndex(index)
            self.menu_requested.emit(event.globalPos())
        else:
            corner = self.visualRect(self.currentIndex()).bottomLeft()
            self.menu_requested.emit(self.viewport().mapToGlobal(corner))

    def _set_up(self) -> None:
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.DoubleClicked | triggers.EditKeyPressed | triggers.AnyKeyPressed)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(26)
        self.verticalHeader().setMinimumSectionSize(20)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(36)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        header.setResizeContentsPrecision(0)

    def _current_changed(self, current: QModelIndex, previous: QModelIndex) -> None:
        self._delegate.current_row = current.row() if current.isValid() else -1
        if current.row() != previous.row():
            self._repaint_row(previous.row())
            self._repaint_row(current.row())
        if current.isValid() and current.row() != previous.row():
            self.row_selected.emit(self._table.layer_row(current))

    def _repaint_row(self, row: int) -> None:
        for column in range(LIVE_COLUMN + 1):
            self.update(self._table.index(row, column))

    def _move_on(self, ended: tuple[Qt.Key, bool]) -> None:
        """Enter goes down the column, Tab along the row, each to the next cell that can be edited."""
        key, back = ended
        index = self.currentIndex()
        sideways = key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
        target = self._next_along(index, back=back) if sideways else self._next_down(index, back=back)
        self.setFocus()
        if target is not None:
            self.setCurrentIndex(target)

    def _next_along(self, index: QModelIndex, *, back: bool) -> QModelIndex | None:
        columns = LIVE_COLUMN + 1
        cell = index.row() * columns + index.column()
        end = -1 if back else self._table.rowCount() * columns
        for other in range(cell + (-1 if back else 1), end, -1 if back else 1):
            found = self._table.index(other // columns, other % columns)
            if found.data(Role.EDITABLE):
                return found
        return None

    def _next_down(self, index: QModelIndex, *, back: bool) -> QModelIndex | None:
        step = -1 if back else 1
        for row in range(index.row() + step, -1 if back else self._table.rowCount(), step):
            found = self._table.index(row, index.column())
            if found.data(Role.EDITABLE):
                return found
        return None
