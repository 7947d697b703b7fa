"""The selection of the table: one rectangle of cells, with the current cell in it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QTableView

from squeezeviz.analysis.columns import COLUMNS
from squeezeviz.gui.table.model import Role, TableModel
from squeezeviz.gui.table.navigation import Move, Place, Rect, extended, moved

_KEYS = {
    Qt.Key.Key_Up: (Move.UP, Move.UP_TO_EDGE),
    Qt.Key.Key_Down: (Move.DOWN, Move.DOWN_TO_EDGE),
    Qt.Key.Key_Left: (Move.LEFT, Move.LEFT_TO_EDGE),
    Qt.Key.Key_Right: (Move.RIGHT, Move.RIGHT_TO_EDGE),
    Qt.Key.Key_Home: (Move.ROW_START, Move.FIRST),
    Qt.Key.Key_End: (Move.ROW_END, Move.LAST),
    Qt.Key.Key_PageUp: (Move.PAGE_UP, Move.FIRST),
    Qt.Key.Key_PageDown: (Move.PAGE_DOWN, Move.LAST),
}
"""Each key's step, without Ctrl and with it."""

_NO_FLAG = QItemSelectionModel.SelectionFlag.NoUpdate
_ALONE = QItemSelectionModel.SelectionFlag.ClearAndSelect


class CellSelection:
    """Moves and stretches the selection of a view. It keeps nothing itself: Qt's selection is what is selected.

    The current cell, where typing goes, stays where a selection was begun; the opposite corner moves.
    """

    def __init__(self, view: QTableView, model: TableModel) -> None:
        self._view = view
        self._model = model
        self._home: tuple[int, Place] | None = None
        """The column in which Tab set out along a row, and where it led to last: Enter goes back under it."""

    @property
    def rows(self) -> int:
        return self._model.rowCount()

    @property
    def columns(self) -> int:
        return len(self.shown())

    def filled(self, place: Place) -> bool:
        return bool(self._model.cell(self.index(place)).text)

    def shown(self) -> list[int]:
        """The sections of the columns that are shown, from the left."""
        return [section for section in range(len(COLUMNS)) if not self._view.isColumnHidden(section)]

    def index(self, place: Place) -> QModelIndex:
        return self._model.index(place.row, self.shown()[place.column])

    @property
    def current(self) -> Place:
        index = self._view.currentIndex()
        return self._place(index.row(), index.column()) if index.isValid() else Place(0, 0)

    def rect(self) -> Rect | None:
        """The selected cells; of no selection, None."""
        chosen = self._view.selectionModel().selection()
        if chosen.isEmpty():
            return None
        ranges = [chosen.at(place) for place in range(chosen.count())]
        first = [self._place(each.top(), each.left()) for each in ranges]
        last = [self._place(each.bottom(), each.right()) for each in ranges]
        return Rect(
            min(each.row for each in first),
            min(each.column for each in first),
            max(each.row for each in last),
            max(each.column for each in last),
        )

    def choose(self, index: QModelIndex) -> None:
        """Make one cell current, and it alone selected."""
        self._view.selectionModel().setCurrentIndex(index, _ALONE)

    def select(self, rect: Rect, current: Place) -> None:
        """Select a rectangle, with the current cell at a place in it."""
        model = self._view.selectionModel()
        if self._view.currentIndex() != self.index(current):
            model.setCurrentIndex(self.index(current), _NO_FLAG)
        shown = self.shown()
        left, right = shown[rect.left], shown[rect.right]
        model.select(QItemSelection(self._model.index(rect.top, left), self._model.index(rect.bottom, right)), _ALONE)

    def stretch_to(self, place: Place) -> None:
        """Select from the current cell to that place."""
        self.select(Rect.between(self.current, place), self.current)

    def select_rows(self, first: int, last: int) -> None:
        """Select whole rows, the first of them as the current one."""
        self.select(Rect(min(first, last), 0, max(first, last), self.columns - 1), Place(first, self.current.column))

    def whole_rows(self) -> None:
        rect = self.rect()
        if rect:
            self.select(rect._replace(left=0, right=self.columns - 1), self.current)

    def whole_columns(self) -> None:
        rect = self.rect()
        if rect:
            self.select(rect._replace(top=0, bottom=self.rows - 1), self.current)

    def all(self) -> None:
        self.select(Rect(0, 0, self.rows - 1, self.columns - 1), self.current)

    def press(self, event: QKeyEvent) -> bool:
        """Follow a key; whether it was one for the selection."""
        control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() == Qt.Key.Key_Space and held in (control, shift):
            (self.whole_rows if held == shift else self.whole_columns)()
            return True
        move = _KEYS.get(Qt.Key(event.key()))
        if move is None or held & ~(control | shift):
            return False
        self._go(move[1] if held & control else move[0], stretch=bool(held & shift))
        return True

    def place_at(self, point: QPoint) -> Place:
        """The cell at a point of the viewport; of a point outside, the nearest."""
        view, shown = self._view, self.shown()
        row = view.rowAt(min(max(point.y(), 0), view.viewport().height() - 1))
        section = view.columnAt(min(max(point.x(), 0), view.viewport().width() - 1))
        return Place(self.rows - 1 if row < 0 else row, len(shown) - 1 if section < 0 else shown.index(section))

    def next_cell(self, *, sideways: bool, back: bool) -> None:
        """Go to the next cell that can be edited: along the rows or down the column, round within a selection."""
        rect = self.rect()
        if rect and not rect.single and rect.holds(self.current):
            self._go_round(rect, sideways=sideways, back=back)
            return
        current, step = self.current, -1 if back else 1
        home = self._home if self._home and self._home[1] == current else None
        self._home = None
        if sideways:
            cell = current.row * self.columns + current.column
            ahead = range(cell + step, -1 if back else self.rows * self.columns, step)
            found = self._first_editable(Place(*divmod(each, self.columns)) for each in ahead)
        else:
            ahead = range(current.row + step, -1 if back else self.rows, step)
            column = home[0] if home else current.column
            found = self._first_editable(Place(row, column) for row in ahead)
        if found:
            self.choose(self.index(found))
            if sideways:
                self._home = home[0] if home else current.column, found

    def _go(self, move: Move, *, stretch: bool) -> None:
        page = max(1, self._view.viewport().height() // max(1, self._view.rowHeight(0)) - 1)
        current = self.current
        if not stretch:
            self.choose(self.index(moved(self, current, move, page)))
            return
        before = self.rect() or Rect.between(current, current)
        after = extended(self, before, current, move, page)
        self.select(after, current)
        self._reveal(before, after, current)

    def _reveal(self, before: Rect, after: Rect, current: Place) -> None:
        """Scroll to the side that moved."""
        row = after.top if after.top != before.top else after.bottom if after.bottom != before.bottom else current.row
        column = (
            after.left if after.left != before.left else after.right if after.right != before.right else current.column
        )
        self._view.scrollTo(self.index(Place(row, column)))

    def _go_round(self, rect: Rect, *, sideways: bool, back: bool) -> None:
        """The next editable cell within the selection, which stays; after the last comes the first."""
        high, wide = rect.bottom - rect.top + 1, rect.right - rect.left + 1
        down, along = self.current.row - rect.top, self.current.column - rect.left
        at = down * wide + along if sideways else along * high + down
        step = -1 if back else 1
        count = high * wide

        def place(cell: int) -> Place:
            row, column = divmod(cell, wide) if sideways else reversed(divmod(cell, high))
            return Place(rect.top + row, rect.left + column)

        found = self._first_editable(place((at + step * each) % count) for each in range(1, count))
        if found:
            self._view.selectionModel().setCurrentIndex(self.index(found), _NO_FLAG)

    def _first_editable(self, places: Iterable[Place]) -> Place | None:
        return next((place for place in places if self.index(place).data(Role.EDITABLE)), None)

    def _place(self, row: int, section: int) -> Place:
        """A cell by its row and section; a hidden column counts as the one shown before it."""
        return Place(row, max(0, bisect_right(self.shown(), section) - 1))
