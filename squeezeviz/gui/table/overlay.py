"""What is drawn over the cells: the outline of the selection, and where dragged layers would go."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QTableView

from squeezeviz.gui.style import Style
from squeezeviz.gui.table.navigation import Place
from squeezeviz.gui.table.selecting import CellSelection

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
