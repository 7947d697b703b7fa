"""A list of lines, each of which opens or leads to a layer: as data, as a model that changes only what differs, as a
view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QHelpEvent, QKeyEvent, QPainter, QResizeEvent, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QTreeView,
)

from squeezeviz.figure.writers.painter import saved
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.style import Style
from squeezeviz.model.text import tip_text

Index = QModelIndex | QPersistentModelIndex

_LINE = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class Line:
    """What a list shows of one thing. A subclass adds what its delegate paints.

    `cells` are the texts of the columns, and `sentence` is the whole line for screen readers and tool tips. `target` is
    the layer that a click selects, or empty. `lines` are those below this one. A line with another `key` is about
    something else.
    """

    cells: tuple[str, ...]
    sentence: str
    target: str = ""
    lines: tuple[Line, ...] = ()
    key: object = None


def line_at(index: Index) -> Line | None:
    """Return the line at an index; None for an invalid one."""
    line: Line | None = index.data(_LINE)
    return line


class LineModel(QStandardItemModel):
    """The lines. Those that stay are not reset, so that a list neither scrolls, nor closes, nor loses its place."""

    def __init__(self, columns: int, parent: QTreeView) -> None:
        super().__init__(0, columns, parent)
        self._lines: Sequence[Line] = ()

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Change texts in place; insert and remove only lines that are new or gone."""
        self._fit(QModelIndex(), self._lines, lines)
        self._lines = lines

    def _fit(self, parent: QModelIndex, old: Sequence[Line], new: Sequence[Line]) -> None:
        head, tail = _unchanged_ends(old, new)
        gone, come = len(old) - head - tail, len(new) - head - tail
        if gone:
            self.removeRows(head, gone, parent)
        if come:
            if not self.columnCount(parent):
                self.insertColumns(0, self.columnCount(), parent)
            self.insertRows(head, come, parent)
        before = (*old[:head], *(None for _ in range(come)), *old[len(old) - tail :])
        for row, (was, line) in enumerate(zip(before, new, strict=True)):
            if was != line:
                index = self.index(row, 0, parent)
                self._show(index, line)
                self._fit(index, was.lines if was else (), line.lines)

    def _show(self, index: QModelIndex, line: Line) -> None:
        texts = line.cells + ("",) * self.columnCount()
        for column in range(self.columnCount()):
            spoken = texts[column] if column else line.sentence
            shown: dict[int, object] = {_LINE: line, Qt.ItemDataRole.AccessibleTextRole: spoken}
            self.setItemData(index.siblingAtColumn(column), shown | {Qt.ItemDataRole.DisplayRole: texts[column]})


def _unchanged_ends(old: Sequence[Line], new: Sequence[Line]) -> tuple[int, int]:
    most = min(len(old), len(new))
    head = 0
    while head < most and old[head].key == new[head].key:
        head += 1
    tail = 0
    while tail < most - head and old[-1 - tail].key == new[-1 - tail].key:
        tail += 1
    return head, tail


@guarded
class LineList(QTreeView):
    """Clicking a line, or pressing Enter on it, selects its layer, or else opens it."""

    layer_chosen = Signal(str)

    def __init__(self, name: str, accessible_name: str, columns: int = 1) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(accessible_name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setExpandsOnDoubleClick(False)
        self.setMouseTracking(True)
        self.lines = LineModel(columns, self)
        self.setModel(self.lines)
        self.header().hide()
        self.clicked.connect(self._choose)

    def set_style(self, style: Style) -> None:
        delegate = self.itemDelegate()
        assert isinstance(delegate, LineDelegate)
        delegate.colours = style
        self.viewport().update()

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 60)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.currentIndex().isValid():
            self._choose(self.currentIndex())
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            line = line_at(self.indexAt(event.pos()))
            QToolTip.showText(event.globalPos(), tip_text(line.sentence if line else ""), self)
            return True
        return super().viewportEvent(event)

    def _choose(self, index: QModelIndex) -> None:
        first = index.siblingAtColumn(0)
        line = line_at(first)
        if line is not None and line.target:
            self.layer_chosen.emit(line.target)
        elif line is not None and line.lines:
            self.setExpanded(first, not self.isExpanded(first))


@guarded
class LineDelegate(QStyledItemDelegate):
    """Paints the ground of a line. A subclass paints the line on it."""

    def __init__(self, style: Style, view: QTreeView) -> None:
        super().__init__(view)
        self.view = view
        self.colours = style

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        with saved(painter):
            self._paint_ground(painter, option.rect, option.state)
            painter.setFont(self.view.font())
            self.paint_line(painter, option.rect, index)

    def paint_line(self, painter: QPainter, room: QRect, index: Index) -> None:
        raise NotImplementedError

    def bold(self) -> QFont:
        bold = QFont(self.view.font())
        bold.setWeight(QFont.Weight.DemiBold)
        return bold

    def _paint_ground(self, painter: QPainter, room: QRect, state: QStyle.StateFlag) -> None:
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        if chosen or state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(room, QColor(self.colours.selected if chosen else self.colours.button_hover))
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(self.colours.accent))
            painter.drawRect(room.adjusted(0, 0, -1, -1))


def draw_elided(painter: QPainter, room: QRect, text: str) -> None:
    """Draw a line of text, shortened at its end if it does not fit."""
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)
