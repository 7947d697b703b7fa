"""The costs of every layer as a table: its number, its share of all and its spread, sorted by any of them."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from squeezeviz.analysis.conventions import USUAL, Conventions
from squeezeviz.analysis.costs import Cost, Measure, share_text, short_text, title
from squeezeviz.analysis.timing import spread_text
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.style import Style
from squeezeviz.model.text import plain, tip_text

LAYER, VALUE, SHARE, SPREAD = range(4)
_HINT = "A click sorts by it; in the table the keys ← and → go to the next column, and Space turns the order round."
_ROW, _INDENT = 22, "  "
_Index = QModelIndex | QPersistentModelIndex


@guarded
class _Model(QAbstractTableModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.found: tuple[Cost, ...] = ()
        self.rows: list[int] = []
        """The places of the layers in the order in which they are shown."""
        self.column, self.descending = LAYER, False
        self._measure, self._conventions = Measure.MACS, USUAL

    def show_costs(self, found: tuple[Cost, ...], measure: Measure, conventions: Conventions) -> None:
        self.beginResetModel()
        self.found, self._measure, self._conventions = found, measure, conventions
        self.column = min(self.column, self.columnCount() - 1)
        self._sort()
        self.endResetModel()

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: _Index | None = None) -> int:
        """Spreads have a column where there are any."""
        if parent is not None and parent.isValid():
            return 0
        return SPREAD + 1 if any(cost.quartiles for cost in self.found) else SPREAD

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        cost = self.found[self.rows[index.row()]]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(cost, index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() != LAYER:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.AccessibleTextRole and index.column() == LAYER:
            return ", ".join(filter(None, (self._text(cost, each).strip() for each in range(self.columnCount()))))
        return None

    def _text(self, cost: Cost, column: int) -> str:
        if column == LAYER:
            return f"{_INDENT}{plain(cost.layer)}"
        if cost.value is None:
            return "not measured" if column == VALUE else ""
        if column == VALUE:
            return short_text(self._measure, cost.value, self._conventions)
        return share_text(cost.share) if column == SHARE else spread_text(cost.quartiles)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        headings = "layer", title(self._measure, self._conventions).lower(), "share", "quartiles"
        if orientation is Qt.Orientation.Horizontal and 0 <= section < len(headings):
            if role == Qt.ItemDataRole.DisplayRole:
                arrow = f" {'▾' if self.descending else '▴'}" if section == self.column else ""
                return headings[section] + arrow
            if role == Qt.ItemDataRole.ToolTipRole:
                return tip_text(_HINT)
            if role == Qt.ItemDataRole.TextAlignmentRole:
                side = Qt.AlignmentFlag.AlignLeft if section == LAYER else Qt.AlignmentFlag.AlignRight
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
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, self.columnCount() - 1)

    def _sort(self) -> None:
        """Sort by the column; equal ones stay in the network's order, and those without a number come last."""
        sign = -1 if self.descending else 1

        def key(place: int) -> tuple[bool, float]:
            cost = self.found[place]
            spread = cost.quartiles.upper - cost.quartiles.lower if cost.quartiles else None
            number = (float(place), cost.value, cost.share, spread)[self.column]
            return number is None, sign * (number or 0.0)

        self.rows = sorted(range(len(self.found)), key=key)


@guarded
class CostTable(QTableView):
    """A line for each layer. Where one is gone to by mouse or keys, it is chosen."""

    layer_chosen = Signal(str)

    def __init__(self, style: Style) -> None:
        super().__init__()
        self.setObjectName("cost_table")
        self.setAccessibleName("Costs layer by layer")
        self._model = _Model(self)
        self._showing = False
        self._selected = ""
        self.setModel(self._model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(max(_ROW, self.fontMetrics().height() + 6))
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)
        header.setSectionsClickable(True)
        header.sectionClicked.connect(self.sort_by)
        self.set_style(style)

    def set_style(self, style: Style) -> None:
        palette = self.palette()
        palette.setColor(palette.ColorRole.Highlight, QColor(style.selected))
        palette.setColor(palette.ColorRole.HighlightedText, QColor(style.text))
        self.setPalette(palette)
        self.viewport().update()

    def show_costs(self, found: tuple[Cost, ...], measure: Measure, conventions: Conventions) -> None:
        """Show these, in the order that was chosen."""
        self._showing = True
        self._model.show_costs(found, measure, conventions)
        self._showing = False
        self.set_selected(self._selected)

    def set_selected(self, name: str) -> None:
        """Mark the layer of that name; none where it is empty or has no line."""
        self._selected = name
        rows = enumerate(self._model.rows)
        row = next((row for row, place in rows if self._model.found[place].layer == name), -1)
        self._showing = True
        if row < 0:
            self.clearSelection()
            self.setCurrentIndex(QModelIndex())
        elif row != self.currentIndex().row():
            self.setCurrentIndex(self._model.index(row, LAYER))
        self._showing = False

    def currentChanged(self, current: _Index, previous: _Index) -> None:
        super().currentChanged(current, previous)
        if current.isValid() and not self._showing and current.row() != previous.row():
            self.layer_chosen.emit(self._model.found[self._model.rows[current.row()]].layer)

    def sort_by(self, column: int) -> None:
        """Sort by a column, the largest number first; by that which it is sorted by already, the other way round."""
        again = column == self._model.column
        descending = not self._model.descending if again else column != LAYER
        self._showing = True
        self._model.sort(column, Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder)
        self._showing = False
        self.scrollToTop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Space: 0}
        step = steps.get(Qt.Key(event.key()))
        if step is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif 0 <= self._model.column + step < self._model.columnCount():
            self.sort_by(self._model.column + step)
