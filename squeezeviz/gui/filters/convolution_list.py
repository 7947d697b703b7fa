"""Every convolution of the network with the share of its weights that are zero, as bars that can be sorted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from squeezeviz.analysis.convolutions import Convolution
from squeezeviz.gui.filters.wording import FRESH, RANDOM, distinct_text, shape_text, title_of, zeros_text
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.style import Style
from squeezeviz.model.text import tip_text

_HEADINGS = ("convolution", "zeros", "distinct")
_TIPS = (
    "In the table's order",
    "The share of weights that are zero: what pruning took away",
    "How many different values its weights take: few where a codebook gives them",
)
NAME, ZEROS, DISTINCT = range(3)
_WIDTHS = {ZEROS: 66, DISTINCT: 56}
_ROW = 22
_Index = QModelIndex | QPersistentModelIndex


@guarded
class _Model(QAbstractTableModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.convolutions: tuple[Convolution, ...] = ()
        self.rows: list[int] = []
        """The places of the convolutions in the order in which they are shown."""
        self.column, self.descending = NAME, False

    def show_convolutions(self, found: tuple[Convolution, ...]) -> None:
        self.beginResetModel()
        self.convolutions = found
        self._sort()
        self.endResetModel()

    def at(self, row: int) -> Convolution:
        return self.convolutions[self.rows[row]]

    def row_of(self, convolution: Convolution) -> int:
        places = {place: row for row, place in enumerate(self.rows)}
        return places[self.convolutions.index(convolution)] if convolution in self.convolutions else -1

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(_HEADINGS)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        each = self.at(index.row())
        if role == Qt.ItemDataRole.DisplayRole:
            return (title_of, zeros_text, distinct_text)[index.column()](each)
        if role == Qt.ItemDataRole.UserRole:
            return each.share_of_zeros
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() != NAME:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip_text(f"{title_of(each)}: {said_of(each)}")
        if role == Qt.ItemDataRole.AccessibleTextRole and index.column() == NAME:
            return f"{title_of(each)}, {said_of(each)}"
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal and 0 <= section < len(_HEADINGS):
            if role == Qt.ItemDataRole.DisplayRole:
                arrow = f" {'▾' if self.descending else '▴'}" if section == self.column else ""
                return _HEADINGS[section] + arrow
            if role == Qt.ItemDataRole.ToolTipRole:
                return tip_text(f"{_TIPS[section]}. A click sorts by it, and so do the keys ← and → in the list.")
            if role == Qt.ItemDataRole.TextAlignmentRole:
                side = Qt.AlignmentFlag.AlignLeft if section == NAME else Qt.AlignmentFlag.AlignRight
                return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        places = [self.rows[index.row()] for index in before]
        self.column, self.descending = column, order is Qt.SortOrder.DescendingOrder
        self._sort()
        rows = {place: row for row, place in enumerate(self.rows)}
        after = [self.index(rows[place], index.column()) for place, index in zip(places, before, strict=True)]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(_HEADINGS) - 1)

    def _sort(self) -> None:
        """Sort by the column; equal ones stay in the table's order, and those without a number come last."""
        sign = -1 if self.descending else 1

        def key(place: int) -> tuple[bool, float]:
            each = self.convolutions[place]
            if self.column == NAME:
                return False, sign * place
            number = each.share_of_zeros if self.column == ZEROS else _values(each)
            return number is None, sign * (number or 0.0)

        self.rows = sorted(range(len(self.convolutions)), key=key)


def _values(each: Convolution) -> float | None:
    if each.stored is None:
        return None
    zero = each.stored.nonzero < each.stored.weights
    return each.stored.values + zero if each.stored.values else float(each.stored.nonzero)


def said_of(each: Convolution) -> str:
    """Return what the list says of a convolution, in words."""
    zeros = zeros_text(each)
    if zeros == RANDOM:
        return f"{shape_text(each)}, {FRESH}"
    distinct = f", {distinct_text(each)} distinct values" if each.stored is not None else ""
    return f"{shape_text(each)}, {zeros} zeros{distinct}" if zeros else shape_text(each)


@guarded
class _Bar(QStyledItemDelegate):
    """A share of zeros as a bar with its text."""

    def __init__(self, style: Style, parent: QObject) -> None:
        super().__init__(parent)
        self.style_of_window = style

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        super().paint(painter, option, index)
        share = index.data(Qt.ItemDataRole.UserRole)
        if share is not None:
            rect: Any = option.rect
            bar = QRectF(rect).adjusted(4, rect.height() - 4, -4, -1)
            style = self.style_of_window
            painter.fillRect(bar, QColor(style.total))
            bar.setWidth(bar.width() * share)
            painter.fillRect(bar, QColor(style.accent))


@guarded
class ConvolutionList(QTableView):
    """A line for each convolution. Where one is gone to by mouse or keys, it is chosen."""

    chosen = Signal(object)
    """The Convolution that a person went to."""

    def __init__(self, style: Style) -> None:
        super().__init__()
        self.setObjectName("convolution_list")
        self.setAccessibleName("Convolutions and their shares of zeros")
        self._model, self._bar = _Model(self), _Bar(style, self)
        self._showing = False
        self.setModel(self._model)
        self.setItemDelegateForColumn(ZEROS, self._bar)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)
        for column, width in _WIDTHS.items():
            header.resizeSection(column, width)
        header.setSectionsClickable(True)
        header.sectionClicked.connect(self.sort_by)
        self.set_style(style)

    def set_style(self, style: Style) -> None:
        self._bar.style_of_window = style
        palette = self.palette()
        palette.setColor(palette.ColorRole.Highlight, QColor(style.selected))
        palette.setColor(palette.ColorRole.HighlightedText, QColor(style.text))
        self.setPalette(palette)
        self.viewport().update()

    @property
    def titles(self) -> list[str]:
        """What stands in the list, from top to bottom."""
        return [title_of(self._model.at(row)) for row in range(self._model.rowCount())]

    def show_convolutions(self, found: Sequence[Convolution], shown: Convolution | None) -> None:
        """Show these, with one of them marked."""
        self._showing = True
        if tuple(found) != self._model.convolutions:
            self._model.show_convolutions(tuple(found))
        row = self._model.row_of(shown) if shown is not None else -1
        if row != self.currentIndex().row():
            if row < 0:
                self.clearSelection()
                self.setCurrentIndex(QModelIndex())
            else:
                self.setCurrentIndex(self._model.index(row, NAME))
        self._showing = False

    def currentChanged(self, current: _Index, previous: _Index) -> None:
        super().currentChanged(current, previous)
        if current.isValid() and not self._showing and current.row() != previous.row():
            self.chosen.emit(self._model.at(current.row()))

    def sort_by(self, column: int) -> None:
        """Sort by a column, the largest number first; by that which it is sorted by already, the other way round."""
        again = column == self._model.column
        descending = not self._model.descending if again else column != NAME
        self._showing = True
        self._model.sort(column, Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder)
        self._showing = False
        self.scrollToTop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        step = steps.get(Qt.Key(event.key()))
        if step is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif 0 <= self._model.column + step < len(_HEADINGS):
            self.sort_by(self._model.column + step)
