"""What a cell looks like: its ground, its ink and its typeface."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from squeezeviz.analysis.columns import Column
from squeezeviz.figure.drawing.heat import SCALES
from squeezeviz.gui.live.answer import Standing
from squeezeviz.gui.table.contents import Cell
from squeezeviz.gui.widgets.style import Style

BARS = {Column.S1X1: "squeeze", Column.E1X1: "expand1x1", Column.E3X3: "expand3x3"}
"""The columns whose cells carry the colour of a part of a Fire module."""
_STRONG = (Column.NAME, Column.DEPTH)


NOTE_SIZE = 10
"""Pixels: the letters of the difference to a baseline, under a cell's value."""
NOTE_ROOM = 16
"""Pixels of a row's height that the difference takes."""
KEPT_ADVANCES = 4096
_PART = 0.45
BAR_INSET = 6
"""Pixels from the sides of a cell to the bar of a cost."""
_COST_STOP = 4
"""Of the diagram's scale the colour in which every bar is painted: its length tells how much."""


class Tint(IntEnum):
    """How far a cell stands out: not at all, as part of the current row, as selected."""

    NONE = 0
    ROW = 1
    CHOSEN = 2


class _Face:
    """A font with the widths that it gave; a table shows the same few hundred texts again and again."""

    def __init__(self, base: QFont, strong: bool, italic: bool = False, size: int = 0) -> None:
        self.font = QFont(base)
        if size:
            self.font.setPixelSize(size)
        self.font.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
        self.font.setItalic(italic)
        self.metrics = QFontMetricsF(self.font)
        self.drop = (self.metrics.ascent() - self.metrics.descent()) / 2 + 0.5
        """From a line's middle down to its baseline."""
        self._advances: dict[str, float] = {}

    def advance(self, text: str) -> float:
        """How wide the text is, in pixels."""
        # Not functools.lru_cache around Qt's method: that asks for its doc string, which loads PySide's signatures.
        if text not in self._advances:
            if len(self._advances) >= KEPT_ADVANCES:
                self._advances.clear()
            self._advances[text] = self.metrics.horizontalAdvance(text)
        return self._advances[text]


class CellLook:
    """The colours and fonts of one style, made once: a table paints hundreds of cells a frame."""

    def __init__(self, style: Style) -> None:
        self._bars = {column: QColor(style.role(role)) for column, role in BARS.items()}
        cell, computed, total = QColor(style.cell), QColor(style.computed), QColor(style.total)
        chosen, chosen_computed = QColor(style.selected), QColor(style.selected_computed)
        self._white = cell, _between(cell, chosen), chosen
        self._grey = computed, _between(computed, chosen_computed), chosen_computed
        self._last = total, _between(total, chosen), chosen
        self._problem, self._problem_ground = QColor(style.problem), QColor(style.problem_ground)
        self._cost = QColor(SCALES[style.name][_COST_STOP])
        self._grid, self._focus = QColor(style.grid), QPen(QColor(style.accent), 2)
        self._text, self._quiet = QColor(style.text), QColor(style.quiet)
        self._live = {Standing.MEASURED: QColor(style.measured), Standing.DIFFERS: self._problem}
        self._notes = {True: QColor(style.measured), False: self._problem, None: QColor(style.accent)}
        self._faces: dict[tuple[bool, bool], _Face] = {}

    def paint_ground(self, painter: QPainter, room: QRect, cell: Cell, tint: Tint) -> None:
        painter.fillRect(room, self._ground(cell, tint))
        painter.setPen(self._grid)
        painter.drawLine(room.bottomLeft(), room.bottomRight())
        if cell.bar:
            length = max(2, round((room.width() - 2 * BAR_INSET) * cell.bar))
            painter.fillRect(QRect(room.left() + BAR_INSET, room.bottom() - 4, length, 3), self._cost)
        if cell.problem and cell.column is Column.NAME:
            painter.fillRect(QRect(room.left(), room.top(), 3, room.height()), self._problem)
        if cell.column in self._bars and cell.editable:
            painter.fillRect(QRect(room.left() + 2, room.top() + 4, 3, room.height() - 8), self._bars[cell.column])

    def paint_focus(self, painter: QPainter, room: QRect) -> None:
        painter.setPen(self._focus)
        painter.drawRect(room.adjusted(1, 1, -1, -1))

    def set_font(self, base: QFont) -> None:
        """The table's own font; the bold and the slanted one are made of it."""
        self._faces = {
            (strong, italic): _Face(base, strong, italic) for strong in (False, True) for italic in (False, True)
        }
        self._small = _Face(base, strong=False, size=NOTE_SIZE)

    def paint_text(self, painter: QPainter, room: QRect, cell: Cell) -> None:
        """The cell's value, and under it how it differs from the baseline."""
        if cell.note:
            under = room.adjusted(0, room.height() - NOTE_ROOM, 0, -3)
            self._write(painter, under, cell.note, self._small, self._notes[cell.better], right=cell.right)
        if cell.two_lines:
            room = room.adjusted(0, 2, 0, 2 - NOTE_ROOM)
        text, face = cell.text, self._face(cell)
        if cell.mark:  # what was checked stands apart from the time, which nothing was checked of
            self._write(painter, room, cell.mark, face, self.ink(cell), right=False)
            text = text.removeprefix(cell.mark).lstrip()
            room = room.adjusted(round(face.advance(f"{cell.mark} ")), 0, 0, 0)
        ink = self._text if cell.mark and cell.total else self._quiet if cell.mark else self.ink(cell)
        self._write(painter, room, text, face, ink, right=cell.right)

    def _write(self, painter: QPainter, room: QRect, text: str, face: _Face, ink: QColor, *, right: bool) -> None:
        painter.setFont(face.font)
        painter.setPen(ink)
        advance = face.advance(text)
        if advance > room.width() + 1:
            text = face.metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, room.width())
            advance = face.metrics.horizontalAdvance(text)
        x = room.right() + 1 - advance if right else float(room.left())
        painter.drawText(QPointF(x, room.center().y() + face.drop), text)

    def advance(self, cell: Cell) -> float:
        """How wide the cell's text is, in pixels."""
        value = self._face(cell).advance(cell.text)
        return max(value, self._small.advance(cell.note)) if cell.note else value

    def _face(self, cell: Cell) -> _Face:
        strong = cell.column in _STRONG or cell.total
        return self._faces[strong, cell.column is Column.LIVE and cell.live is Standing.STALE]

    def ink(self, cell: Cell) -> QColor:
        if cell.column is Column.LIVE:
            return self._live.get(cell.live, self._quiet)
        return self._text if cell.editable or cell.total or cell.column in _STRONG else self._quiet

    def _ground(self, cell: Cell, tint: Tint) -> QColor:
        if cell.total:
            return self._last[tint]
        if cell.problem and tint is Tint.NONE:
            return self._problem_ground
        return self._white[tint] if cell.editable else self._grey[tint]


def _between(one: QColor, other: QColor) -> QColor:
    """A colour on the way from one to the other."""
    parts = zip(one.getRgb()[:3], other.getRgb()[:3], strict=True)  # type: ignore[index]
    return QColor(*(round(first + (second - first) * _PART) for first, second in parts))
