"""The slim header at the left of the rows: a grip selects a row, and drags what is selected to another place."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHeaderView, QTableView

from squeezeviz.figure.writers.painter import fill, saved
from squeezeviz.gui.table.model import TableModel
from squeezeviz.gui.table.selecting import CellSelection, stay
from squeezeviz.gui.widgets.first_paint import Late
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.style import Style

WIDTH = 20
DOT, APART = 2.0, 4.0
"""Pixels: how wide a grip's dots are, and how far from one to the next."""

if TYPE_CHECKING:
    from squeezeviz.gui.widgets.edge_scroll import EdgeScroll


@guarded
class RowHeader(QHeaderView):
    """A click selects a row, with Ctrl one more, with Shift all up to it; a drag moves the selected layers."""

    rows_dragged = Signal(object, object)
    """The places of the layers in the table, and the place before which they go."""
    row_toggled = Signal(object)
    """The place of a layer in the table that should be selected beside the others, or no longer."""
    menu_requested = Signal(object)
    """Where on the screen the context menu of the selected rows should open."""

    def __init__(self, view: QTableView, model: TableModel, selection: CellSelection, style: Style) -> None:
        super().__init__(Qt.Orientation.Vertical, view)
        self._view = view
        self._model = model
        self._selection = selection
        self._hovered = -1
        self._chosen_rows: Collection[int] = range(0)
        """Those that were selected when the header was last painted."""
        self._pressed: QPoint | None = None
        self._network = model.network
        """The network that was shown when the mouse was pressed: a drag does not outlive it."""
        self._stretches = False
        self._target: int | None = None
        self._scroll = Late(self._edge_scroll)
        self.set_style(style)
        self.setAccessibleName("Rows")
        self.setAccessibleDescription("Press to select a row, drag to move the selected layers")
        self.setMouseTracking(True)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    @property
    def insertion(self) -> int | None:
        """While layers are dragged, the row of the model before which they would go; else None."""
        return None if self._outlived else self._target

    def set_style(self, style: Style) -> None:
        self._ground, self._chosen, self._total = (
            QColor(colour) for colour in (style.computed, style.selected, style.total)
        )
        self._dots, self._grid = QColor(style.quiet), QColor(style.grid)

    def set_hovered(self, row: int) -> None:
        """The pointer is over that row, here or in the cells beside it; -1 for none."""
        if row != self._hovered:
            before, self._hovered = self._hovered, row
            for each in (before, row):
                self._update(each)

    def cancel(self) -> bool:
        """Give up a drag; whether there was one."""
        dragged = self._target is not None
        self._end()
        return dragged

    def sizeHint(self) -> QSize:
        # Not Qt's own, which asks the model for the headings of two hundred rows.
        return QSize(WIDTH, self.defaultSectionSize())

    def paintEvent(self, event: QPaintEvent) -> None:
        self._chosen_rows = self._selection.extent()[0]
        super().paintEvent(event)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        chosen = section in self._chosen_rows
        last = section == self._model.rowCount() - 1
        fill(painter, rect, self._chosen if chosen else self._total if last else self._ground)
        painter.setPen(self._grid)
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        if self._has_grip(section) and (chosen or section == self._hovered):
            self._paint_grip(painter, QRectF(rect))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = self.logicalIndexAt(event.position().toPoint())
        if event.button() is not Qt.MouseButton.LeftButton or row < 0:
            return
        self._view.setFocus()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if self._has_grip(row):
                self.row_toggled.emit(row - self._model.row_of(0))
            return
        self._pressed, self._network = event.position().toPoint(), self._model.network
        self._stretches = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if self._stretches:
            self._selection.select_rows(self._selection.current.row, row)
        elif row not in self._selection.extent()[0] or len(self._selection.extent()[0]) == 1:
            self._selection.select_rows(row, row)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._outlived:
            self._end()
        point = event.position().toPoint()
        if self._pressed is None:
            self.set_hovered(self.logicalIndexAt(point))
            grip = self._has_grip(self.logicalIndexAt(point))
            self.setCursor(Qt.CursorShape.OpenHandCursor if grip else Qt.CursorShape.ArrowCursor)
        elif self._stretches:
            self._selection.select_rows(self._selection.current.row, self._selection.place_at(point).row)
            self._scroll().follow(QPoint(0, point.y()))
        elif self._target is not None or self._is_dragged(point.y() - self._pressed.y()):
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self._follow(point.y())
            self._scroll().follow(QPoint(0, point.y()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._outlived:
            self._end()
        if event.button() is not Qt.MouseButton.LeftButton or self._pressed is None:
            return
        row, target, layers = self.logicalIndexAt(self._pressed), self._target, self._selection.layers()
        dragged = target is not None
        chosen = not dragged and not self._stretches
        self._end()
        if chosen and row >= 0:
            self._selection.select_rows(row, row)
        if target is not None and not stay(layers, target - 1):
            self.rows_dragged.emit(layers, target - 1)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.set_hovered(-1)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        row = self.logicalIndexAt(event.pos())
        if row >= 0 and row not in self._selection.extent()[0]:
            self._selection.select_rows(row, row)
        # A table does not open a menu for its headers.
        event.accept()
        self.menu_requested.emit(event.globalPos())

    def _edge_scroll(self) -> EdgeScroll:
        from squeezeviz.gui.widgets.edge_scroll import SCROLL_MARGIN, EdgeScroll

        return EdgeScroll(self._view, lambda pointer: self._follow(pointer.y()), margin=SCROLL_MARGIN)

    def _is_dragged(self, by: int) -> bool:
        """Whether the pointer has gone far enough since the press."""
        from squeezeviz.gui.widgets.edge_scroll import DRAG_FROM

        return abs(by) >= DRAG_FROM

    def _follow(self, y: int) -> None:
        """The drag is at that height: find the gap between two layers that is nearest."""
        if self._pressed is None or self._outlived or not self._selection.layers():
            return
        inside = min(max(y, 0), self.viewport().height() - 1)
        row = self.logicalIndexAt(QPoint(0, inside))
        row = self._model.rowCount() if row < 0 else row
        if 0 <= row < self._model.rowCount():
            middle = self.sectionViewportPosition(row) + self.sectionSize(row) // 2
            row += inside > middle
        target = min(max(row, self._model.row_of(0)), self._model.rowCount() - 1)
        if target != self._target:
            self._target = target
            self._view.viewport().update()
            self.viewport().update()

    def _end(self) -> None:
        self._scroll.tell(lambda scroll: scroll.stop())
        self._pressed, self._target = None, None
        self.unsetCursor()
        self._view.viewport().update()
        self.viewport().update()

    @property
    def _outlived(self) -> bool:
        """Whether the table changed since the press, by undo or otherwise: its rows and what is selected are others."""
        return self._pressed is not None and self._network is not self._model.network

    def _has_grip(self, section: int) -> bool:
        return self._model.row_of(0) <= section < self._model.rowCount() - 1

    def _update(self, row: int) -> None:
        if row >= 0:
            self.updateSection(row)

    def _paint_grip(self, painter: QPainter, rect: QRectF) -> None:
        with saved(painter):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._dots)
            for across in (-0.5, 0.5):
                for down in (-1, 0, 1):
                    centre = rect.center()
                    left, top = centre.x() + across * APART - DOT / 2, centre.y() + down * APART - DOT / 2
                    painter.drawEllipse(QRectF(left, top, DOT, DOT))
