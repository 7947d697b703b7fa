"""A table with a line for each thing, sorted by any of its columns with mouse and keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.style import Style
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.text import tip_text

_HINT = "A click sorts by it; in the table the keys ← and → go to the next column, and Space turns the order round."
_ROW = 22
_Index = QModelIndex | QPersistentModelIndex
_Said = Callable[[Any], str]


class SortedColumn(NamedTuple):
    """A column: its heading, what it shows of a thing, and the number that it sorts by, None where there is none.

    Without `number` it sorts by the order in which the things are given, as the first column does.
    """

    heading: str
    text: Callable[[Any], str]
    number: Callable[[Any], float | None] | None = None
    tip: str = ""
    """What the heading means, as a sentence."""


@guarded
class _Model(QAbstractTableModel):
    def __init__(self, columns: Sequence[SortedColumn], said: _Said | None, parent: QObject) -> None:
        super().__init__(parent)
        self.columns, self._said = columns, said
        self.things: Sequence[Any] = ()
        self._places: list[int] = []
        """The places of the things in the order in which they are shown."""
        self.column, self.descending = 0, False

    def show_things(self, things: Sequence[Any], columns: Sequence[SortedColumn]) -> None:
        self.beginResetModel()
        self.things, self.columns = things, columns
        self.column = min(self.column, len(columns) - 1)
        self._sort()
        self.endResetModel()

    def at(self, row: int) -> Any:
        return self.things[self._places[row]]

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._places)

    def columnCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        thing, place = self.at(index.row()), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[place].text(thing)
        if role == Qt.ItemDataRole.UserRole:
            return thing
        if role == Qt.ItemDataRole.TextAlignmentRole and place:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        name, *others = (column.text(thing).strip() for column in self.columns)
        if role == Qt.ItemDataRole.ToolTipRole and self._said is not None:
            return tip_text(f"{name}: {self._said(thing)}")
        if role == Qt.ItemDataRole.AccessibleTextRole and not place:
            return ", ".join(filter(None, [name, *others] if self._said is None else [name, self._said(thing)]))
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal and 0 <= section < len(self.columns):
            heading, _, _, tip = self.columns[section]
            if role == Qt.ItemDataRole.DisplayRole:
                return heading + (f" {'▾' if self.descending else '▴'}" if section == self.column else "")
            if role == Qt.ItemDataRole.ToolTipRole:
                return tip_text(f"{tip} {_HINT}".strip())
            if role == Qt.ItemDataRole.TextAlignmentRole:
                side = Qt.AlignmentFlag.AlignRight if section else Qt.AlignmentFlag.AlignLeft
                return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        places = [self._places[index.row()] for index in before]
        self.column, self.descending = column, order is Qt.SortOrder.DescendingOrder
        self._sort()
        rows = {place: row for row, place in enumerate(self._places)}
        after = [self.index(rows[place], index.column()) for place, index in zip(places, before, strict=True)]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)

    def _sort(self) -> None:
        """Sort by the column; equal ones stay in the order given, and those without a number come last."""
        sign, number = -1 if self.descending else 1, self.columns[self.column].number

        def key(place: int) -> tuple[bool, float]:
            found = place if number is None else number(self.things[place])
            return found is None, sign * (found or 0.0)

        self._places = sorted(range(len(self.things)), key=key)


@guarded
class SortedTable(QTableView):
    """Shows things in columns, the first with their names. One that is gone to by mouse or keys is chosen.

    `said` says in words what is to be known of a thing, where that is more than stands in the other columns.
    """

    chosen = Signal(object)
    """The thing that a person went to."""

    def __init__(self, columns: Sequence[SortedColumn], style: Style, said: _Said | None = None) -> None:
        super().__init__()
        self._model = _Model(columns, said, self)
        self._showing = False
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

    @property
    def things(self) -> Sequence[Any]:
        """The things in the order in which they were given."""
        return self._model.things

    def shown(self) -> Iterable[Any]:
        """Return the things from top to bottom."""
        return map(self._model.at, range(self._model.rowCount()))

    def show_things(self, things: Sequence[Any], columns: Sequence[SortedColumn] | None = None) -> None:
        """Show these, in the order that was chosen, and in other columns where they are given."""
        self._showing = True
        self._model.show_things(things, columns or self._model.columns)
        self._showing = False

    def mark(self, wanted: Callable[[Any], bool]) -> None:
        """Mark the first thing that is wanted; none where there is none."""
        row = next((row for row, thing in enumerate(self.shown()) if wanted(thing)), -1)
        self._showing = True
        if row < 0:
            self.clearSelection()
            self.setCurrentIndex(QModelIndex())
        elif row != self.currentIndex().row():
            self.setCurrentIndex(self._model.index(row, 0))
        self._showing = False

    def currentChanged(self, current: _Index, previous: _Index) -> None:
        super().currentChanged(current, previous)
        if current.isValid() and not self._showing and current.row() != previous.row():
            self.chosen.emit(self._model.at(current.row()))

    def sort_by(self, column: int) -> None:
        """Sort by a column, the largest number first; by that which it is sorted by already, the other way round."""
        again = column == self._model.column
        descending = not self._model.descending if again else column != 0
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
