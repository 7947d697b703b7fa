"""The selection of the table: one rectangle of cells with the current cell in it, and where a spreadsheet's keys lead.

The rules know only a grid of rows and shown columns. `CellSelection` applies them to Qt's own selection.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Sequence
from enum import Enum

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QItemSelectionRange, QModelIndex, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QTableView

from squeezeviz.analysis.columns import COLUMNS
from squeezeviz.gui.table.model import Role, TableModel
from squeezeviz.model.records import NamedTuple


class Place(NamedTuple):
    """A cell: its row and its place among the columns that are shown."""

    row: int
    column: int


class Rect(NamedTuple):
    """A rectangle of cells, both corners within it."""

    top: int
    left: int
    bottom: int
    right: int

    @classmethod
    def between(cls, one: Place, other: Place) -> Rect:
        (top, bottom), (left, right) = sorted((one.row, other.row)), sorted((one.column, other.column))
        return cls(top, left, bottom, right)

    @property
    def single(self) -> bool:
        return self.top == self.bottom and self.left == self.right

    def holds(self, place: Place) -> bool:
        return self.top <= place.row <= self.bottom and self.left <= place.column <= self.right


class Grid(NamedTuple):
    """What is walked over. `filled` tells whether something stands in a cell."""

    rows: int
    columns: int
    filled: Callable[[Place], bool]


class Reach(Enum):
    """How far a key leads: one cell, a page of rows, to the edge of what is filled, or to the end of the grid."""

    STEP = "step"
    PAGE = "page"
    EDGE = "edge"
    END = "end"


class Move(NamedTuple):
    """What a key asks for: the direction, each -1, 0 or 1, and how far."""

    down: int
    along: int
    reach: Reach = Reach.STEP


MOVES = {
    Qt.Key.Key_Up: (Move(-1, 0), Move(-1, 0, Reach.EDGE)),
    Qt.Key.Key_Down: (Move(1, 0), Move(1, 0, Reach.EDGE)),
    Qt.Key.Key_Left: (Move(0, -1), Move(0, -1, Reach.EDGE)),
    Qt.Key.Key_Right: (Move(0, 1), Move(0, 1, Reach.EDGE)),
    Qt.Key.Key_Home: (Move(0, -1, Reach.END), Move(-1, -1, Reach.END)),
    Qt.Key.Key_End: (Move(0, 1, Reach.END), Move(1, 1, Reach.END)),
    Qt.Key.Key_PageUp: (Move(-1, 0, Reach.PAGE), Move(-1, -1, Reach.END)),
    Qt.Key.Key_PageDown: (Move(1, 0, Reach.PAGE), Move(1, 1, Reach.END)),
}
"""Each key's move, without Ctrl and with it."""


def moved(grid: Grid, start: Place, move: Move, page: int) -> Place:
    """Where `move` leads from `start`; at the grid's edge it stays. `page` is how many rows fit on the screen."""
    if move.reach is Reach.EDGE:
        return _edge(grid, start, move)
    far = {Reach.STEP: 1, Reach.PAGE: page}.get(move.reach, max(grid.rows, grid.columns))
    row, column = start.row + move.down * far, start.column + move.along * far
    return Place(min(max(row, 0), grid.rows - 1), min(max(column, 0), grid.columns - 1))


def extended(grid: Grid, chosen: Rect, current: Place, move: Move, page: int) -> Rect:
    """The selection after `move` with Shift: the side away from the current cell moves, the current cell stays."""
    row = _free_end(chosen.top, chosen.bottom, current.row, forth=move.down > 0)
    column = _free_end(chosen.left, chosen.right, current.column, forth=move.along > 0)
    if move.reach is Reach.EDGE:  # looked for in the line of the current cell, as spreadsheets do
        row, column = (current.row, column) if move.along else (row, current.column)
    target = moved(grid, Place(row, column), move, page)
    top, left, bottom, right = chosen
    if target.row != row:
        top, bottom = sorted((current.row, target.row))
    if target.column != column:
        left, right = sorted((current.column, target.column))
    return Rect(top, left, bottom, right)


def _free_end(first: int, last: int, current: int, *, forth: bool) -> int:
    """The end of a span that Shift moves: the one where the current cell is not."""
    if current == first:
        return last
    if current == last:
        return first
    return last if forth else first


def _edge(grid: Grid, start: Place, move: Move) -> Place:
    """The last filled cell of the block that begins ahead, else the next filled one, else the end of the line."""

    def after(place: Place) -> Place:
        return Place(place.row + move.down, place.column + move.along)

    def within(place: Place) -> bool:
        return 0 <= place.row < grid.rows and 0 <= place.column < grid.columns

    place = after(start)
    if not within(place):
        return start
    sought = not (grid.filled(start) and grid.filled(place))
    while within(ahead := after(place)):
        if grid.filled(place if sought else ahead) is sought:
            break
        place = ahead
    return place


_NO_FLAG = QItemSelectionModel.SelectionFlag.NoUpdate
_ALONE = QItemSelectionModel.SelectionFlag.ClearAndSelect


class CellSelection:
    """Moves and stretches the selection of a view. It keeps nothing itself: Qt's selection is what is selected.

    The current cell, where typing goes, stays where a selection was begun; the opposite corner moves.
    """

    def __init__(self, view: QTableView, model: TableModel) -> None:
        self._view = view
        self._model = model
        self._shown: list[int] | None = None
        """The sections of the columns that are shown, once they have been asked for."""
        self._home: tuple[int, Place] | None = None
        """The column in which Tab set out along a row, and where it led to last: Enter goes back under it."""

    @property
    def _grid(self) -> Grid:
        return Grid(self._model.rowCount(), len(self.shown()), lambda at: bool(self._model.cell(self.index(at)).text))

    def shown(self) -> list[int]:
        """The sections of the columns that are shown, from the left."""
        if self._shown is None:
            self._shown = [section for section in range(len(COLUMNS)) if not self._view.isColumnHidden(section)]
        return self._shown

    def forget_columns(self) -> None:
        """Other columns are shown."""
        self._shown = None

    def index(self, place: Place) -> QModelIndex:
        return self._model.index(place.row, self.shown()[place.column])

    @property
    def current(self) -> Place:
        index = self._view.currentIndex()
        return self._place(index.row(), index.column()) if index.isValid() else Place(0, 0)

    def rect(self) -> Rect | None:
        """The rectangle about all selected cells; of no selection, None."""
        rects = self.rects()
        if not rects:
            return None
        return rects[0]._replace(bottom=rects[-1].bottom)

    def rects(self) -> list[Rect]:
        """The selected cells, as one rectangle for each run of rows that follow one another."""
        chosen = self._view.selectionModel().selection()
        ranges = [chosen.at(place) for place in range(chosen.count())]
        if not ranges:
            return []
        shown = self.shown()
        left = _column(shown, min(each.left() for each in ranges))
        right = _column(shown, max(each.right() for each in ranges))
        return [Rect(top, left, bottom, right) for top, bottom in runs((each.top(), each.bottom()) for each in ranges)]

    def extent(self) -> tuple[Collection[int], range]:
        """The rows of the model in which something is selected; and from the first such section to the last, hidden
        ones among them."""
        rects, shown = self.rects(), self.shown()
        if not rects:
            return range(0), range(0)
        rows: Collection[int] = range(rects[0].top, rects[0].bottom + 1)
        if len(rects) > 1:
            rows = {row for rect in rects for row in range(rect.top, rect.bottom + 1)}
        return rows, range(shown[rects[0].left], shown[rects[0].right] + 1)

    def rows(self) -> list[int]:
        """The rows of the model in which something is selected, in order."""
        return sorted(self.extent()[0])

    def layers(self) -> list[int]:
        """The places in the table of the layers in whose rows something is selected, in order."""
        count, first = len(self._model.network.table.layers), self._model.row_of(0)
        return [row - first for row in self.rows() if first <= row < first + count]

    def choose(self, index: QModelIndex) -> None:
        """Make one cell current, and it alone selected."""
        self._view.selectionModel().setCurrentIndex(index, _ALONE)

    def select(self, rect: Rect, current: Place) -> None:
        """Select a rectangle, with the current cell at a place in it."""
        model = self._view.selectionModel()
        if self._view.currentIndex() != self.index(current):
            model.setCurrentIndex(self.index(current), _NO_FLAG)
        first, last = self.index(Place(rect.top, rect.left)), self.index(Place(rect.bottom, rect.right))
        model.select(QItemSelection(first, last), _ALONE)

    def stretch_to(self, place: Place) -> None:
        self.select(Rect.between(self.current, place), self.current)

    def select_rows(self, first: int, last: int) -> None:
        """Select whole rows, the first of them as the current one."""
        whole = Rect.between(Place(first, 0), Place(last, self._grid.columns - 1))
        self.select(whole, Place(first, self.current.column))

    def select_each(self, rows: Iterable[int], current: int) -> None:
        """Select whole rows, which need not follow one another, and make one row current."""
        chosen, last, model = QItemSelection(), self._grid.columns - 1, self._view.selectionModel()
        for top, bottom in runs((row, row) for row in rows):
            chosen.append(QItemSelectionRange(self.index(Place(top, 0)), self.index(Place(bottom, last))))
        model.setCurrentIndex(self.index(Place(current, self.current.column)), _NO_FLAG)
        model.select(chosen, _ALONE)

    def all(self) -> None:
        grid = self._grid
        self.select(Rect(0, 0, grid.rows - 1, grid.columns - 1), self.current)

    def press(self, event: QKeyEvent) -> bool:
        """Follow a key; whether it was one for the selection."""
        control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() == Qt.Key.Key_Space and held in (control, shift):
            grid, rect = self._grid, self.rect()
            if rect and held == shift:
                self.select(rect._replace(left=0, right=grid.columns - 1), self.current)
            elif rect:
                self.select(rect._replace(top=0, bottom=grid.rows - 1), self.current)
            return True
        moves = MOVES.get(Qt.Key(event.key()))
        if moves is None or held & ~(control | shift):
            return False
        self._go(moves[bool(held & control)], stretch=bool(held & shift))
        return True

    def place_at(self, point: QPoint) -> Place:
        """The cell at a point of the viewport; of a point outside, the nearest."""
        view, shown = self._view, self.shown()
        row = view.rowAt(min(max(point.y(), 0), view.viewport().height() - 1))
        section = view.columnAt(min(max(point.x(), 0), view.viewport().width() - 1))
        return Place(
            self._model.rowCount() - 1 if row < 0 else row, len(shown) - 1 if section < 0 else shown.index(section)
        )

    def next_cell(self, *, sideways: bool, back: bool) -> None:
        """Go to the next cell that can be edited: along the rows or down the column, round within a selection."""
        grid, rect, current = self._grid, self.rect(), self.current
        home = self._home if self._home and self._home[1] == current else None
        round_it = rect is not None and not rect.single and rect.holds(current)
        if not rect or not round_it:
            column = home[0] if home and not sideways else current.column
            current = current._replace(column=column)
            left, right = (0, grid.columns - 1) if sideways else (column, column)
            rect = Rect(0, left, grid.rows - 1, right)
        found = self._next_editable(rect, current, sideways=sideways, back=back, round_it=round_it)
        if round_it:
            if found:
                self._view.selectionModel().setCurrentIndex(self.index(found), _NO_FLAG)
            return
        self._home = (home[0] if home else current.column, found) if found and sideways else None
        if found:
            self.choose(self.index(found))

    def _next_editable(self, rect: Rect, start: Place, *, sideways: bool, back: bool, round_it: bool) -> Place | None:
        """The first editable cell of a rectangle after `start`, row by row or column by column."""
        high, wide = rect.bottom - rect.top + 1, rect.right - rect.left + 1
        down, along = start.row - rect.top, start.column - rect.left
        at, count, step = down * wide + along if sideways else along * high + down, high * wide, -1 if back else 1
        for cell in range(at + step, at + step * count, step):
            if not (round_it or 0 <= cell < count):
                return None
            row, column = divmod(cell % count, wide) if sideways else reversed(divmod(cell % count, high))
            place = Place(rect.top + row, rect.left + column)
            if self.index(place).data(Role.EDITABLE):
                return place
        return None

    def _go(self, move: Move, *, stretch: bool) -> None:
        page = max(1, self._view.viewport().height() // max(1, self._view.rowHeight(0)) - 1)
        current = self.current
        if not stretch:
            self.choose(self.index(moved(self._grid, current, move, page)))
            return
        before = self.rect() or Rect.between(current, current)
        after = extended(self._grid, before, current, move, page)
        self.select(after, current)
        self._reveal(before, after, current)

    def _reveal(self, before: Rect, after: Rect, current: Place) -> None:
        row = after.top if after.top != before.top else after.bottom if after.bottom != before.bottom else current.row
        column = (
            after.left if after.left != before.left else after.right if after.right != before.right else current.column
        )
        self._view.scrollTo(self.index(Place(row, column)))

    def _place(self, row: int, section: int) -> Place:
        """A cell by its row and section."""
        return Place(row, _column(self.shown(), section))


def runs(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The first and the last row of each run of rows that follow one another; the spans may come in any order."""
    found = list[tuple[int, int]]()
    for first, last in sorted(spans):
        if found and first <= found[-1][1] + 1:
            found[-1] = found[-1][0], max(last, found[-1][1])
        else:
            found.append((first, last))
    return found


def stay(rows: Sequence[int], to: int) -> bool:
    """Whether these rows, gathered before what stands at `to`, would be where they are."""
    return not rows or (rows[-1] - rows[0] < len(rows) and rows[0] <= to <= rows[-1] + 1)


def _column(shown: list[int], section: int) -> int:
    """The place among the shown columns; a hidden column counts as the one shown before it."""
    return max(0, bisect_right(shown, section) - 1)
