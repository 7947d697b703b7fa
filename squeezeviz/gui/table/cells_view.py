"""The cells of the layer table under keys and mouse: selecting, typing, and what is drawn over them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QItemSelection, QModelIndex, QPersistentModelIndex, QPointF, QRect, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemDelegate, QAbstractItemView, QTableView, QWidget

from squeezeviz.analysis.columns import COLUMNS
from squeezeviz.gui.table.delegate import CellDelegate
from squeezeviz.gui.table.edge_scroll import EdgeScroll
from squeezeviz.gui.table.model import Role, TableModel
from squeezeviz.gui.table.navigation import Place
from squeezeviz.gui.table.row_header import RowHeader
from squeezeviz.gui.table.selecting import CellSelection
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.style import Style
from squeezeviz.model.errors import SqueezevizError

Index = QModelIndex | QPersistentModelIndex

_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
_CLEARING = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
_REVERTS = QAbstractItemDelegate.EndEditHint.RevertModelCache


@guarded
class CellsView(QTableView):
    """Typing replaces, F2 and Enter edit, Tab and Enter move on; Shift and the mouse stretch the selection.

    A text that cannot stand keeps its editor open, whatever is pressed elsewhere in the table.
    """

    refused = Signal(str)
    menu_requested = Signal(object)
    """Where on the screen the context menu of the selected rows should open."""
    clear_requested = Signal()
    """Del or Backspace, no editor open."""

    def __init__(self, model: TableModel, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table = model
        self._delegate = CellDelegate(style, self.font(), self)
        self._selection = CellSelection(self, model)
        self._rows = RowHeader(self, model, self._selection, style)
        self._overlay = Overlay(self, self._selection, style)
        self._outline = QRect()
        self._scroll = EdgeScroll(self, lambda point: self._selection.stretch_to(self._selection.place_at(point)))
        self._dragging = False
        self.setModel(model)
        self.setItemDelegate(self._delegate)
        self.setVerticalHeader(self._rows)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.AnyKeyPressed)
        self.setTabKeyNavigation(False)
        self._delegate.moved_on.connect(self._move_on)

    def set_style(self, style: Style) -> None:
        self.ensurePolished()
        self._delegate.set_style(style, self.font())
        self._rows.set_style(style)
        self._overlay.set_style(style)
        self.viewport().update()

    def selectAll(self) -> None:
        self._selection.all()

    def begin_edit(self, index: Index) -> None:
        """Go to a cell and open its editor; a text that cannot stand where it was typed has to be mended first."""
        is_open = self._delegate.editor is not None and index == self.currentIndex()
        if not self._mend_first() and not is_open:
            self.setCurrentIndex(index)
            self.edit(index)

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
            self._scroll.follow(point)
        else:
            self._rows.set_hovered(self.rowAt(point.y()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragging = False
        self._scroll.stop()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if event.button() is Qt.MouseButton.LeftButton and index.isValid() and not self._mend_first():
            self._selection.choose(index)
            self._edit_or_refuse(index, "")

    def leaveEvent(self, event: QEvent) -> None:
        self._rows.set_hovered(-1)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        with QPainter(self.viewport()) as painter:
            self._overlay.paint(painter, self._rows.insertion)

    # Qt paints the whole table again when the keyboard comes or goes; only the selection looks different.

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, bool(self.currentIndex().data(Role.EDITABLE)))
        self._repaint_selection()
        self._mend_first()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._repaint_selection()

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        reason = self._delegate.reason() if editor is self._delegate.editor and hint is not _REVERTS else ""
        self._delegate.let_go()
        super().closeEditor(editor, hint)
        if reason:
            self.refused.emit(f"Not taken: {reason}")

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        self._rows.viewport().update()
        outline = self._overlay.outline()
        if self._outline != outline:
            # Cells that stay selected lose or gain an edge.
            self.viewport().update(self._outline.united(outline))
            self._outline = outline

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        self._mark_current_row()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() is QContextMenuEvent.Reason.Mouse:
            index = self.indexAt(event.pos())
            if index.isValid() and not self.selectionModel().isSelected(index):
                self._selection.choose(index)
            self.menu_requested.emit(event.globalPos())
        else:
            corner = self.visualRect(self.currentIndex()).bottomLeft()
            self.menu_requested.emit(self.viewport().mapToGlobal(corner))

    def _mark_current_row(self) -> None:
        """Tint the row of the current cell, and no other."""
        row = self.currentIndex().row()
        before, self._delegate.current_row = self._delegate.current_row, row
        if row != before:
            for each in (before, row):
                for section in range(len(COLUMNS)):
                    self.update(self._table.index(each, section))

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
        editor = self._delegate.unfinished
        if editor is None:
            return False
        editor.refuse(self._delegate.reason())
        editor.setFocus()
        return True

    def _move_on(self, ended: tuple[Qt.Key, bool]) -> None:
        """Enter goes down the column, Tab along the row, each to the next cell that can be edited."""
        key, back = ended
        self.setFocus()
        self._selection.next_cell(sideways=key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab), back=back)

    def _repaint_selection(self) -> None:
        self.viewport().update(self._overlay.outline().united(self.visualRect(self.currentIndex())))


LINE = 2
KNOB = 7
"""Pixels: how thick the lines are, and how wide the knob is at the head of the insertion line."""


class Overlay:
    """The selection's outline and the insertion line, in the viewport's pixels."""

    def __init__(self, view: QTableView, selection: CellSelection, style: Style) -> None:
        self._view = view
        self._selection = selection
        self.set_style(style)

    def set_style(self, style: Style) -> None:
        self._accent, self._quiet = QColor(style.accent), QColor(style.quiet)

    def outline(self) -> QRect:
        """The edge of a selection of several cells; empty of one cell or none."""
        rect = self._selection.rect()
        if rect is None or rect.single:
            return QRect()
        first = self._view.visualRect(self._selection.index(Place(rect.top, rect.left)))
        last = self._view.visualRect(self._selection.index(Place(rect.bottom, rect.right)))
        return first.united(last)

    def paint(self, painter: QPainter, insertion: int | None) -> None:
        outline = self.outline()
        if not outline.isEmpty():
            painter.setPen(QPen(self._accent if self._view.hasFocus() else self._quiet, LINE))
            painter.drawRect(outline.adjusted(1, 1, -1, -1))
        if insertion is not None:
            self._paint_insertion(painter, insertion)

    def _paint_insertion(self, painter: QPainter, row: int) -> None:
        top = self._view.rowViewportPosition(row)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._accent, LINE))
        y = max(float(LINE), top - 0.5)
        painter.drawLine(QPointF(0, y), QPointF(self._view.viewport().width(), y))
        painter.setBrush(self._accent)
        painter.drawEllipse(QPointF(KNOB / 2 + 1, y), KNOB / 2, KNOB / 2)
