"""Where an arrow key leads: along the flow from module to module, and about the inside of an open Fire."""

from __future__ import annotations

from enum import Enum

from squeezeviz.figure.scene.diagram import Box, Direction, Key, Module
from squeezeviz.gui.canvas.axes import across, along
from squeezeviz.gui.canvas.series import Series


class Step(Enum):
    """A step seen from the data's way: with the flow, against it, or to one of its sides."""

    ONWARD = "onward"
    BACK = "back"
    NEARER = "nearer"
    """To the left of a diagram that runs down; up in one that runs right."""
    FARTHER = "farther"


STEPS = {
    Direction.DOWN: {"down": Step.ONWARD, "up": Step.BACK, "left": Step.NEARER, "right": Step.FARTHER},
    Direction.RIGHT: {"right": Step.ONWARD, "left": Step.BACK, "up": Step.NEARER, "down": Step.FARTHER},
}
"""What each arrow key means, by the direction of the diagram."""


def walk(series: Series, key: Key | None, step: Step) -> Key | None:
    """The key that a step from `key` selects; `key` itself where there is nothing on that side.

    A step with the flow goes from module to module. A side step enters an open Fire, or goes to a closed one's
    bypass; within it steps go from
    box to box, and lead out again at its ends and at its near side.
    """
    place = series.place(key)
    if key is None or place is None:
        return first(series)
    module = series.modules[place]
    rows = _rows(module, series.diagram.direction)
    at = _find(rows, key)
    if at is not None:
        return _walk_inside(series, place, rows, at, step)
    if step is Step.FARTHER and rows:
        return rows[0][0].key
    return _neighbour(series, place, step) or module.key


def first(series: Series) -> Key | None:
    """The key at the beginning of the flow."""
    return series.modules[0].key if series.modules else None


def last(series: Series) -> Key | None:
    """The key at the end of the flow."""
    shown = (series.shown(module.key) for module in reversed(series.modules))
    return next((key for key in shown if key is not None), None)


def _walk_inside(series: Series, place: int, rows: list[list[Box]], at: tuple[int, int], step: Step) -> Key:
    row, column = at
    if step is Step.FARTHER:
        return rows[row][min(column + 1, len(rows[row]) - 1)].key
    if step is Step.NEARER:
        return rows[row][column - 1].key if column else series.modules[place].key
    row += 1 if step is Step.ONWARD else -1
    if row < 0:
        return series.modules[place].key
    if row == len(rows):
        return _neighbour(series, place, step) or rows[-1][column].key
    direction = series.diagram.direction
    here = across(rows[at[0]][column].rect, direction).middle
    return min(rows[row], key=lambda box: abs(across(box.rect, direction).middle - here)).key


def _neighbour(series: Series, place: int, step: Step) -> Key | None:
    place += {Step.ONWARD: 1, Step.BACK: -1}.get(step, 0)
    return series.shown(series.modules[place].key) if 0 <= place < len(series) else None


def _rows(module: Module, direction: Direction) -> list[list[Box]]:
    """The boxes within a module that stand side by side, row after row along the flow."""
    rows: list[list[Box]] = []
    inside = (box for box in module.boxes if box.key != module.key)
    for box in sorted(inside, key=lambda box: along(box.rect, direction).middle):
        if rows and along(box.rect, direction).middle < along(rows[-1][0].rect, direction).end:
            rows[-1].append(box)
        else:
            rows.append([box])
    return [sorted(row, key=lambda box: across(box.rect, direction).start) for row in rows]


def _find(rows: list[list[Box]], key: Key) -> tuple[int, int] | None:
    for row, boxes in enumerate(rows):
        for column, box in enumerate(boxes):
            if box.key == key:
                return row, column
    return None
