"""Where the keys of a spreadsheet lead, in a grid of rows and shown columns: rules only, no Qt."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple, Protocol


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
        return cls(
            min(one.row, other.row),
            min(one.column, other.column),
            max(one.row, other.row),
            max(one.column, other.column),
        )

    @property
    def single(self) -> bool:
        return self.top == self.bottom and self.left == self.right

    def holds(self, place: Place) -> bool:
        return self.top <= place.row <= self.bottom and self.left <= place.column <= self.right


class Grid(Protocol):
    """What is walked over."""

    @property
    def rows(self) -> int: ...

    @property
    def columns(self) -> int: ...

    def filled(self, place: Place) -> bool:
        """Whether something stands in the cell."""


class Move(Enum):
    """A step of the keyboard."""

    UP = "up"
    DOWN = "down"
    LEFT = "left"
    RIGHT = "right"
    UP_TO_EDGE = "up to edge"
    DOWN_TO_EDGE = "down to edge"
    LEFT_TO_EDGE = "left to edge"
    RIGHT_TO_EDGE = "right to edge"
    ROW_START = "row start"
    ROW_END = "row end"
    FIRST = "first"
    LAST = "last"
    PAGE_UP = "page up"
    PAGE_DOWN = "page down"


_STEPS = {Move.UP: (-1, 0), Move.DOWN: (1, 0), Move.LEFT: (0, -1), Move.RIGHT: (0, 1)}
_EDGES = {
    Move.UP_TO_EDGE: (-1, 0),
    Move.DOWN_TO_EDGE: (1, 0),
    Move.LEFT_TO_EDGE: (0, -1),
    Move.RIGHT_TO_EDGE: (0, 1),
}


def moved(grid: Grid, start: Place, move: Move, page: int) -> Place:
    """Where `move` leads from `start`; at the grid's edge it stays. `page` is how many rows fit on the screen."""
    last = Place(grid.rows - 1, grid.columns - 1)
    if move in _EDGES:
        return _edge(grid, start, *_EDGES[move])
    down, along = _STEPS.get(move, (0, 0))
    target = {
        Move.ROW_START: Place(start.row, 0),
        Move.ROW_END: Place(start.row, last.column),
        Move.FIRST: Place(0, 0),
        Move.LAST: last,
        Move.PAGE_UP: Place(start.row - page, start.column),
        Move.PAGE_DOWN: Place(start.row + page, start.column),
    }.get(move, Place(start.row + down, start.column + along))
    return Place(min(max(target.row, 0), last.row), min(max(target.column, 0), last.column))


def extended(grid: Grid, chosen: Rect, current: Place, move: Move, page: int) -> Rect:
    """The selection after `move` with Shift: the side away from the current cell moves, the current cell stays."""
    forth = move in (Move.DOWN, Move.DOWN_TO_EDGE, Move.PAGE_DOWN, Move.LAST)
    row = _free_end(chosen.top, chosen.bottom, current.row, forth=forth)
    forth = move in (Move.RIGHT, Move.RIGHT_TO_EDGE, Move.ROW_END, Move.LAST)
    column = _free_end(chosen.left, chosen.right, current.column, forth=forth)
    # An edge is looked for in the line of the current cell, as spreadsheets do.
    upright = move in (Move.UP_TO_EDGE, Move.DOWN_TO_EDGE)
    level = move in (Move.LEFT_TO_EDGE, Move.RIGHT_TO_EDGE)
    start = Place(current.row if level else row, current.column if upright else column)
    target = moved(grid, start, move, page)
    top, bottom = chosen.top, chosen.bottom
    left, right = chosen.left, chosen.right
    if target.row != start.row:
        top, bottom = sorted((current.row, target.row))
    if target.column != start.column:
        left, right = sorted((current.column, target.column))
    return Rect(top, left, bottom, right)


def _free_end(first: int, last: int, current: int, *, forth: bool) -> int:
    """The end of a span that Shift moves: the one where the current cell is not."""
    if current == first:
        return last
    if current == last:
        return first
    return last if forth else first


def _edge(grid: Grid, start: Place, down: int, along: int) -> Place:
    """The last filled cell of the block that begins ahead, else the next filled one, else the end of the line."""

    def within(place: Place) -> bool:
        return 0 <= place.row < grid.rows and 0 <= place.column < grid.columns

    place = Place(start.row + down, start.column + along)
    if not within(place):
        return start
    sought = not (grid.filled(start) and grid.filled(place))
    while within(ahead := Place(place.row + down, place.column + along)):
        if grid.filled(place if sought else ahead) is sought:
            break
        place = ahead
    return place
