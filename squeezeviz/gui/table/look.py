"""What a cell looks like: its ground, its ink and its typeface."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from squeezeviz.core.cells import Column
from squeezeviz.gui.style import Style
from squeezeviz.gui.table.model import Cell

BARS = {Column.S1X1: "squeeze", Column.E1X1: "expand1x1", Column.E3X3: "expand3x3"}
"""The columns whose cells carry the colour of a part of a Fire module."""
_STRONG = (Column.NAME, Column.DEPTH)


class CellLook:
    """The colours and fonts of one style, made once: a table paints hundreds of cells a frame."""

    def __init__(self, style: Style) -> None:
        self._bars = {column: QColor(style.role(role)) for column, role in BARS.items()}
        self._cell, self._computed, self._total = QColor(style.cell), QColor(style.computed), QColor(style.total)
        self._selected, self._selected_computed = QColor(style.selected), QColor(style.selected_computed)
        self._problem, self._problem_ground = QColor(style.problem), QColor(style.problem_ground)
        self._grid, self._focus = QColor(style.grid), QPen(QColor(style.accent), 2)
        self._text, self._quiet = QColor(style.text), QColor(style.quiet)
        self._live = {"measured": QColor(style.measured), "differs": self._problem}
        self._fonts: dict[tuple[str, bool, bool], QFont] = {}

    def paint_ground(self, painter: QPainter, room: QRect, cell: Cell, *, chosen: bool) -> None:
        painter.fillRect(room, self._ground(cell, chosen=chosen))
        painter.setPen(self._grid)
        painter.drawLine(room.bottomLeft(), room.bottomRight())
        if cell.problem and cell.column is Column.NAME:
            painter.fillRect(QRect(room.left(), room.top(), 3, room.height()), self._problem)
        if cell.column in self._bars and cell.editable:
            painter.fillRect(QRect(room.left() + 2, room.top() + 4, 3, room.height() - 8), self._bars[cell.column])

    def paint_focus(self, painter: QPainter, room: QRect) -> None:
        painter.setPen(self._focus)
        painter.drawRect(room.adjusted(1, 1, -1, -1))

    def font(self, base: QFont, cell: Cell) -> QFont:
        strong = cell.column in _STRONG or cell.total
        italic = cell.column is None and cell.live == "stale"
        key = (base.key(), strong, italic)
        if key not in self._fonts:
            font = QFont(base)
            font.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
            font.setItalic(italic)
            self._fonts[key] = font
        return self._fonts[key]

    def ink(self, cell: Cell) -> QColor:
        if cell.column is None:
            return self._live.get(cell.live, self._quiet)
        return self._text if cell.editable or cell.total or cell.column in _STRONG else self._quiet

    def _ground(self, cell: Cell, *, chosen: bool) -> QColor:
        if chosen:
            return self._selected if cell.editable or cell.total else self._selected_computed
        if cell.total:
            return self._total
        if cell.problem:
            return self._problem_ground
        return self._cell if cell.editable else self._computed
