"""The layer table's view: its cells under keys and mouse, what the window asks of them, and what is drawn over them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPointF,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemDelegate, QAbstractItemView, QHeaderView, QWidget

from squeezeviz.analysis.columns import COLUMNS, INPUT_ROW, Column
from squeezeviz.figure.writers.painter import paint_ground
from squeezeviz.gui.table.columns import ColumnChooser, FrozenTable, Headings, Index
from squeezeviz.gui.table.delegate import ROW_HEIGHT, TWO_LINES, CellDelegate
from squeezeviz.gui.table.model import LIVE_COLUMN, Role, TableModel
from squeezeviz.gui.table.row_header import RowHeader
from squeezeviz.gui.table.selecting import CellSelection, Place, Rect
from squeezeviz.gui.widgets.first_paint import Late
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.style import Style
from squeezeviz.model.errors import SqueezevizError

if TYPE_CHECKING:
    from squeezeviz.files.clipboard.blocks import Block
    from squeezeviz.gui.widgets.edge_scroll import EdgeScroll

MEASURED_ROWS = 40
"""So many rows, those in view first, say how wide a column is: all of a usual network, not all of a thousand."""
LINE = 2
KNOB = 7
"""Pixels: how thick the lines over the cells are, and how wide the knob is at the head of the insertion line."""

_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
_CLEARING = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
_REVERTS = QAbstractItemDelegate.EndEditHint.RevertModelCache


@guarded
class TableView(FrozenTable):
    """Typing replaces, F2 and Enter edit, Tab and Enter move on; Shift and the mouse stretch the selection.

    A text that cannot stand keeps its editor open, whatever is pressed elsewhere in the table.
    """

    refused = Signal(str)
    menu_requested = Signal(object)
    """Where on the screen the context menu of the selected rows should open."""
    clear_requested = Signal()
    """Del or Backspace was pressed while no editor was open."""
    cells_selected = Signal(object, object, object, object)
    """The place of the current row's layer in the table, INPUT_ROW, or None for the totals; the current cell's column;
    the places of all layers in whose rows something is selected (list[int]); and its columns."""
    row_toggled = Signal(object)
    """The place of a layer that should be selected beside the others, or no longer."""
    rows_dragged = Signal(object, object)
    """The places of the layers in the table (list[int]), and the place before which they go."""

    def __init__(self, model: TableModel, style: Style) -> None:
        super().__init__()
        self._table = model
        self._delegate = CellDelegate(style, self.font(), self)
        self._selection = CellSelection(self, model)
        self._rows = RowHeader(self, model, self._selection, style)
        self._scroll = Late(self._edge_scroll)
        self._outlines = list[QRect]()
        self._told: tuple[object, ...] = ()
        """What `cells_selected` said last."""
        self._dragging = False
        self._set_colours(style)
        self._set_up()
        self.columns = ColumnChooser(self)
        self._delegate.moved_on.connect(self._move_on)
        self._rows.rows_dragged.connect(self.rows_dragged)
        self._rows.row_toggled.connect(self.row_toggled)
        self._rows.menu_requested.connect(self.menu_requested)
        model.rowsInserted.connect(self._rows_changed)
        model.rowsRemoved.connect(self._rows_changed)
        model.rowsMoved.connect(self._mark_current_row)
        model.dataChanged.connect(self.columns.fit_soon)
        model.compared.connect(self._set_compared)

    def _set_up(self) -> None:
        self.setObjectName("layer_table")
        self.setAccessibleName("Layer table")
        self.setAccessibleDescription("One row for each layer. White cells can be edited, grey ones are computed.")
        ground = QWidget()  # of a viewport of Qt's own PySide would look for the class, which takes long
        ground.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # all of it is painted, so nothing below need be
        self.setViewport(ground)
        self.setHorizontalHeader(Headings(self))
        self.setModel(self._table)
        self.setItemDelegate(self._delegate)
        self.setVerticalHeader(self._rows)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.AnyKeyPressed)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setFrameShape(QAbstractItemView.Shape.NoFrame)
        self._rows.setMinimumSectionSize(20)
        self._rows.setDefaultSectionSize(ROW_HEIGHT)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        header = self.horizontalHeader()
        # With the table's own, each heading asks every cell of its column at each paint whether all are selected.
        header.setSelectionModel(QItemSelectionModel(self._table, header))
        header.setSectionsClickable(True)
        header.setMinimumSectionSize(36)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        header.setResizeContentsPrecision(MEASURED_ROWS)

    def set_style(self, style: Style) -> None:
        self.ensurePolished()
        self._delegate.set_style(style, self.font())
        self._rows.set_style(style)
        self._set_colours(style)

    def _set_colours(self, style: Style) -> None:
        self._accent, self._quiet, self._ground = QColor(style.accent), QColor(style.quiet), QColor(style.card)
        self._edge = QColor(style.border)

    # What the window asks. A layer's row is its place in the table.

    def select_row(self, layer_row: int | None) -> None:
        """Make the layer's row current, in the column that is current now; None for the totals."""
        row = self._table.rowCount() - 1 if layer_row is None else self._table.row_of(layer_row)
        if row != self.currentIndex().row():
            self._selection.choose(self._in_row(row))

    def select_cell(self, layer_row: int, column: Column) -> None:
        """Make that cell of a layer's row current, or, where its column is hidden, leave the current column."""
        section = COLUMNS.index(column)
        if self.isColumnHidden(section):
            self.select_row(layer_row)
        else:
            self._selection.choose(self._table.index(self._table.row_of(layer_row), section))

    def edit_input(self) -> None:
        """Let a person type the input's size."""
        self.select_cell(INPUT_ROW, Column.OUTPUT)
        self.setFocus()
        self.edit(self.currentIndex())

    def select_layers(self, rows: Sequence[int], current: int | None) -> None:
        """Select the rows of these layers, whole ones where they are several, and make `current` the current one.

        Cells that are selected stay so where they are in these very rows. Of no layers nothing is selected, unless
        `current` is INPUT_ROW or None, for the totals.
        """
        row = self._table.rowCount() - 1 if current is None else self._table.row_of(current)
        same = row == self.currentIndex().row()
        if not rows and current is not None and current >= 0:
            self.selectionModel().setCurrentIndex(self._in_row(row), QItemSelectionModel.SelectionFlag.Clear)
        elif same and self.selected_layers() == list(rows) and self.selectionModel().isSelected(self.currentIndex()):
            return
        elif len(rows) > 1:
            self._selection.select_each(map(self._table.row_of, rows), row)
        else:
            self._selection.choose(self._in_row(row))

    def _in_row(self, row: int) -> QModelIndex:
        """The cell of a row in the column that is current now."""
        return self._table.index(row, max(0, self.currentIndex().column()))

    def selected_layers(self) -> list[int]:
        """The places of the layers in whose rows something is selected, in order."""
        return self._selection.layers()

    def selected_block(self) -> Block | None:
        """The selected cells; None where there are none."""
        from squeezeviz.files.clipboard.blocks import Block

        rect = self._selection.rect()
        if rect is None:
            return None
        first, found = self._table.row_of(0), self._selection.rows()
        rows = range(rect.top - first, rect.bottom - first + 1)
        apart = len(found) < len(rows)
        columns = self.displayed_columns()[rect.left : rect.right + 1]
        return Block(tuple(row - first for row in found) if apart else rows, columns)

    def displayed_columns(self, first: Column = Column.NAME) -> tuple[Column, ...]:
        """The columns that are shown, from `first` to the right."""
        return tuple(COLUMNS[section] for section in self._selection.shown() if section >= COLUMNS.index(first))

    def select_block(self, rows: Sequence[int], columns: tuple[Column, ...]) -> None:
        """Select these cells, as far as they are shown; unless they are selected, the first becomes current."""
        block, shown = self.selected_block(), self.displayed_columns()
        if block is not None and (list(block.rows), block.columns) == (list(rows), columns):
            return
        places = [shown.index(column) for column in columns if column in shown]
        if rows and places:
            first = Place(self._table.row_of(rows[0]), places[0])
            last = Place(min(self._table.row_of(rows[-1]), self._table.rowCount() - 1), places[-1])
            self._selection.select(Rect.between(first, last), first)
            self.scrollTo(self._selection.index(first))

    def wanted_width(self) -> int:
        """What the table needs, in pixels, to show all its columns."""
        shown = self._selection.shown()
        widths = (self.columns.wanted(each) if each == LIVE_COLUMN else self.columnWidth(each) for each in shown)
        return sum(widths) + self._rows.sizeHint().width()

    def begin_edit(self, index: Index) -> None:
        """Go to a cell and open its editor; a text that cannot stand where it was typed has to be mended first."""
        is_open = self._delegate.editor is not None and index == self.currentIndex()
        if not self._mend_first() and not is_open:
            self.setCurrentIndex(index)
            self.edit(index)

    def setColumnHidden(self, column: int, hide: bool) -> None:
        super().setColumnHidden(column, hide)
        self._selection.forget_columns()

    # Keys and mouse

    def selectAll(self) -> None:
        self._selection.all()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._is_ours(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier == Qt.KeyboardModifier.NoModifier
        if event.key() == Qt.Key.Key_Escape and self._rows.cancel():
            return
        if event.key() in _CLEARING and plain:
            self.clear_requested.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
            if self.currentIndex().data(Role.EDITABLE):
                self.begin_edit(self.currentIndex())
            else:
                self._move_on((Qt.Key.Key_Return, False))
        elif event.key() == Qt.Key.Key_F2 and plain:
            self._edit_or_refuse(self.currentIndex(), "")
        elif not self._selection.press(event):
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Typing on a cell that takes no text says why, where Qt would look for a row that begins so."""
        self._edit_or_refuse(self.currentIndex(), search)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if event.button() is not Qt.MouseButton.LeftButton or not index.isValid() or self._mend_first():
            return
        self._dragging = True
        self.setAutoScroll(False)  # what is pressed stays under the pointer
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._selection.stretch_to(self._selection.place_at(event.position().toPoint()))
        else:
            self._selection.choose(index)
        self.setAutoScroll(True)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        if self._dragging:
            self._selection.stretch_to(self._selection.place_at(point))
            self._scroll().follow(point)
        else:
            self._rows.set_hovered(self.rowAt(point.y()))

    def _edge_scroll(self) -> EdgeScroll:
        from squeezeviz.gui.widgets.edge_scroll import EdgeScroll

        return EdgeScroll(self, lambda point: self._selection.stretch_to(self._selection.place_at(point)))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragging = False
        self._scroll.tell(lambda scroll: scroll.stop())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if event.button() is Qt.MouseButton.LeftButton and index.isValid() and not self._mend_first():
            self._selection.choose(index)
            self._edit_or_refuse(index, "")

    def leaveEvent(self, event: QEvent) -> None:
        self._rows.set_hovered(-1)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() is QContextMenuEvent.Reason.Mouse:
            index = self.indexAt(event.pos())
            if index.isValid() and not self.selectionModel().isSelected(index):
                self._selection.choose(index)
            self.menu_requested.emit(event.globalPos())
        else:
            corner = self.visualRect(self.currentIndex()).bottomLeft()
            self.menu_requested.emit(self.viewport().mapToGlobal(corner))

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Scroll; of an open editor, what comes beneath the names is not seen."""
        super().scrollContentsBy(dx, dy)
        editor = self._delegate.editor
        if editor is None or not dx:
            return
        if not self.currentIndex().column():
            editor.move(self.visualRect(self.currentIndex()).left(), editor.y())
        elif (hidden := self.frozen - editor.x()) > 0:
            editor.setMask(QRegion(hidden, 0, max(editor.width() - hidden, 1), editor.height()))
        else:
            editor.clearMask()

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        reason = self._delegate.reason() if editor is self._delegate.editor and hint is not _REVERTS else ""
        self._delegate.editor = None  # what is typed in it no longer has to be mended
        super().closeEditor(editor, hint)
        if reason:
            self.refused.emit(f"Not taken: {reason}")

    def _is_ours(self, event: QKeyEvent) -> bool:
        """Whether a key is for the cells even where it is a shortcut elsewhere in the window."""
        if event.modifiers() not in _PLAIN:
            return False
        if event.key() in _CLEARING or (event.key() == Qt.Key.Key_Escape and self._rows.insertion is not None):
            return True
        typed = event.text()
        return bool(typed) and typed.isprintable() and bool(self.currentIndex().data(Role.EDITABLE))

    def _edit_or_refuse(self, index: Index, typed: str) -> None:
        """Open the editor; on a cell that takes no text, say why."""
        if index.data(Role.EDITABLE):
            self.begin_edit(index)
            return
        try:
            self._table.check(index, typed)
        except SqueezevizError as error:
            self.refused.emit(error.message)

    def _mend_first(self) -> bool:
        """Give the keyboard back to an editor whose text cannot stand, and say why; whether there is one."""
        editor, reason = self._delegate.editor, self._delegate.reason()
        if editor is None or not reason:
            return False
        editor.refuse(reason)
        editor.setFocus()
        return True

    def _move_on(self, ended: tuple[Qt.Key, bool]) -> None:
        """Enter goes down the column, Tab along the row, each to the next cell that can be edited."""
        key, back = ended
        self.setFocus()
        self._selection.next_cell(sideways=key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab), back=back)

    # What changes, and how it is drawn

    def paintEvent(self, event: QPaintEvent) -> None:
        current = self.currentIndex()
        self._delegate.chosen = self._selection.extent()
        self._delegate.focused = (current.row(), current.column()) if self.hasFocus() else None
        outlines = self._selection_outlines()
        with QPainter(self.viewport()) as painter:
            paint_ground(painter, event.rect(), self._ground)
            self._paint_cells(painter, event.region())
            if self._delegate.chosen[1].start and self.frozen:
                painter.setClipRect(self.viewport().rect().adjusted(self.frozen, 0, 0, 0))
            painter.setPen(QPen(self._accent if self.hasFocus() else self._quiet, LINE))
            for outline in outlines:
                painter.drawRect(outline.adjusted(1, 1, -1, -1))
            painter.setClipping(False)
            if self._rows.insertion is not None:
                self._paint_insertion(painter, self._rows.insertion)

    def _paint_cells(self, painter: QPainter, region: QRegion) -> None:
        """Paint the cells that a region touches, each once; the first column over what is scrolled beneath it."""
        columns = [
            (each, self.columnViewportPosition(each), self.columnWidth(each)) for each in self._selection.shown()
        ]
        if not (frozen := self.frozen):
            self._paint_columns(painter, region, columns)
            return
        over, (first, *_) = QRegion(0, 0, frozen, self.viewport().height()), columns
        for part, its in ((region.subtracted(over), columns[1:]), (region.intersected(over), [(first[0], 0, frozen)])):
            painter.setClipRegion(part)
            self._paint_columns(painter, part, its)
        painter.fillRect(frozen - 1, 0, 1, self.viewport().height(), self._edge)
        painter.setClipping(False)

    def _paint_columns(self, painter: QPainter, region: QRegion, columns: Sequence[tuple[int, int, int]]) -> None:
        """Paint the cells that a region touches in columns, given by section, left edge and width."""
        painted: set[tuple[int, int]] = set()
        for area in region:  # type: ignore[attr-defined]
            first, last = self.rowAt(area.top()), self.rowAt(area.bottom())
            end = last + 1 if last >= 0 else self._table.rowCount()
            for row in range(first, end) if first >= 0 else ():
                top, height = self.rowViewportPosition(row), self.rowHeight(row)
                for section, left, width in columns:
                    if left <= area.right() and area.left() < left + width and (row, section) not in painted:
                        painted.add((row, section))
                        cell = self._table.cell_at(row, section)
                        self._delegate.paint_cell(painter, QRect(left, top, width, height), cell, row, section)

    def _paint_insertion(self, painter: QPainter, row: int) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._accent, LINE))
        y = max(float(LINE), self.rowViewportPosition(row) - 0.5)
        painter.drawLine(QPointF(0, y), QPointF(self.viewport().width(), y))
        painter.setBrush(self._accent)
        painter.drawEllipse(QPointF(KNOB / 2 + 1, y), KNOB / 2, KNOB / 2)

    def _selection_outlines(self) -> list[QRect]:
        """The edges of the selected blocks of cells, in the viewport's pixels; none of a single cell."""
        rects = self._selection.rects()
        if not rects or (len(rects) == 1 and rects[0].single):
            return []
        return [
            self.visualRect(self._selection.index(Place(rect.top, rect.left))).united(
                self.visualRect(self._selection.index(Place(rect.bottom, rect.right)))
            )
            for rect in rects
        ]

    # Qt paints the whole table again when the keyboard comes or goes; only the selection looks different.

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, bool(self.currentIndex().data(Role.EDITABLE)))
        self._repaint_selection()
        self._mend_first()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._repaint_selection()

    def _repaint_selection(self) -> None:
        self.update(self.currentIndex())
        self._update(self._selection_outlines())

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        outlines = self._selection_outlines()
        if self._outlines != outlines:
            # Cells that stay selected lose or gain an edge.
            self._update([*self._outlines, *outlines])
            self._outlines = outlines
        self._tell_selected()

    def _update(self, areas: Iterable[QRect]) -> None:
        """Paint areas of the viewport again, which is asked for only then: PySide takes long to find its class."""
        area = QRect()
        for each in areas:
            area = area.united(each)
        if not area.isEmpty():
            self.viewport().update(area)

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        self._mark_current_row()
        self._tell_selected()

    def _tell_selected(self) -> None:
        """Say what is selected, once the current cell is among it: Qt goes there before it selects, or after."""
        current, rect = self.currentIndex(), self._selection.rect()
        if rect is None:
            self._told = ()
        elif current.isValid() and self.selectionModel().isSelected(current):
            row, column = self._table.layer_row(current), COLUMNS[current.column()]
            columns = self.displayed_columns()[rect.left : rect.right + 1]
            told = row, column, self.selected_layers(), columns
            if told != self._told:
                self._told = told
                self.cells_selected.emit(*told)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_current_cell()

    def _show_current_cell(self) -> None:
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())

    def _set_compared(self, compared: bool) -> None:
        """Make room for a second line in every row, or take it back."""
        self._rows.setDefaultSectionSize(TWO_LINES if compared else ROW_HEIGHT)
        self.columns.fit()
        self._show_current_cell()

    def _rows_changed(self) -> None:
        """Rows came or went: a selection that is torn by that would only mislead."""
        if self.currentIndex().isValid():
            self._selection.choose(self.currentIndex())
        self._mark_current_row()
        self.viewport().update()

    def _mark_current_row(self) -> None:
        """Tint the row of the current cell, and no other."""
        row = self.currentIndex().row()
        before, self._delegate.current_row = self._delegate.current_row, row
        if row != before and self.isVisible():  # all of it is painted when it is shown
            for each in (before, row):
                room = QRect(0, self.rowViewportPosition(each), self.viewport().width(), self.rowHeight(each))
                self.viewport().update(room)
