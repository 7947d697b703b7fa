"""Painting the lines of the paper panel: a mark, a sentence that wraps, and cells in columns."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeView

from squeezeviz.figure.writers.painter import saved
from squeezeviz.gui.panels.paper.lines import PaperLine
from squeezeviz.gui.panels.paper.model import PaperModel
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.style import Style
from squeezeviz.paper.verdicts import Standing

Index = QModelIndex | QPersistentModelIndex

SIGNS = {Standing.AGREES: "✓", Standing.REMARK: "!", Standing.DIFFERS: "≠"}
_EDGE, _SIGN = 4, 16
_PAD = 3


@guarded
class PaperDelegate(QStyledItemDelegate):
    """Paints headings with their mark on the left, and lines indented below them."""

    def __init__(self, style: Style, view: QTreeView) -> None:
        super().__init__(view)
        self._view = view
        self.set_style(style)

    def set_style(self, style: Style) -> None:
        self._text, self._quiet = QColor(style.text), QColor(style.quiet)
        self._selected, self._hover = QColor(style.selected), QColor(style.button_hover)
        self._focus = QColor(style.accent)
        self._marks = {
            Standing.AGREES: QColor(style.measured),
            Standing.REMARK: QColor(style.theme.accent),
            Standing.DIFFERS: QColor(style.accent),
        }

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        model = _model(index)
        metrics, line = self._view.fontMetrics(), model.line(index)
        if line is not None and not line.wide:
            return QSize(40, metrics.height() + 2 * _PAD)
        indent = self._view.indentation() * (1 if line is None else 2)
        room = self._view.viewport().width() - indent - _EDGE - (_SIGN if line is None else 0) - _PAD
        return QSize(40, _height(metrics, room, model.cell(index)) + 2 * _PAD)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        room: QRect = option.rect
        model = _model(index)
        line, group, text = model.line(index), model.group(index), model.cell(index)
        with saved(painter):
            self._paint_ground(painter, room, option.state)
            painter.setFont(self._view.font())
            inner = room.adjusted(_EDGE, _PAD, -_PAD, -_PAD)
            if group is not None:
                self._paint_heading(painter, inner, text, group.mark)
            elif line is not None and line.wide:
                painter.setPen(self._quiet)
                painter.drawText(inner, _WRAP, text)
            elif line is not None:
                self._paint_cell(painter, inner, text, line, index.column())

    def _paint_heading(self, painter: QPainter, room: QRect, text: str, mark: Standing | None) -> None:
        painter.setFont(_bold(self._view.font()))
        if mark is not None:
            painter.setPen(self._marks[mark])
            line = QRect(room.left(), room.top(), _SIGN - 4, self._view.fontMetrics().height())
            painter.drawText(line, Qt.AlignmentFlag.AlignCenter, SIGNS[mark])
            painter.setFont(self._view.font())
            room = room.adjusted(_SIGN, 0, 0, 0)
        painter.setPen(self._text)
        painter.drawText(room, _WRAP, text)

    def _paint_cell(self, painter: QPainter, room: QRect, text: str, line: PaperLine, column: int) -> None:
        last = column == len(line.cells) - 1
        if line.mark is not None and last:
            # The sign stands right behind the number that it judges.
            wide = min(painter.fontMetrics().horizontalAdvance(text) + 2 * _PAD, room.width() - _SIGN)
            painter.setPen(self._marks[line.mark])
            sign = QRect(room.left() + wide, room.top(), _SIGN, room.height())
            painter.drawText(sign, Qt.AlignmentFlag.AlignCenter, SIGNS[line.mark])
            room = QRect(room.left(), room.top(), wide, room.height())
        if line.here:
            painter.setFont(_bold(self._view.font()))
            text = f"● {text}" if column == 0 else text
        painter.setPen(self._text if column == 0 or last or line.here else self._quiet)
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)

    def _paint_ground(self, painter: QPainter, room: QRect, state: QStyle.StateFlag) -> None:
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(room, self._selected)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(room, self._hover)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(self._focus)
            painter.drawRect(room.adjusted(0, 0, -1, -1))


_WRAP = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop) | int(Qt.TextFlag.TextWordWrap)


def _height(metrics: QFontMetrics, width: int, text: str) -> int:
    """Return the height of a wrapped text in pixels. A text that fits in one line, as most do, needs no layout."""
    if metrics.horizontalAdvance(text) <= width:
        return metrics.height()
    return metrics.boundingRect(QRect(0, 0, max(width, 40), 10_000), _WRAP, text).height()


def _model(index: Index) -> PaperModel:
    model = index.model()
    assert isinstance(model, PaperModel)
    return model


def _bold(font: QFont) -> QFont:
    bold = QFont(font)
    bold.setWeight(QFont.Weight.DemiBold)
    return bold
