"""Where an arrow key leads: from box to box along the flow and about an open Fire, and along the lines."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from squeezeviz.figure.scene.diagram import Box, Direction, Key, Line, Module
from squeezeviz.gui.canvas.series import Series, bounds, edge_of, moved
from squeezeviz.gui.selection import Edge


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
_SIDES = {Step.NEARER: -1.0, Step.FARTHER: 1.0}
_ASIDE = 1.0
"""Units; what is less to a side is straight ahead."""


def walk(series: Series, target: Key | Edge | None, step: Step) -> Key | None:
    """The key that a step from a box selects; its own where there is nothing on that side. From a line: see below.

    A step with the flow goes from module to module. A side step enters an open Fire, or goes to a closed one's
    bypass; within it steps go from box to box, and lead out again at its ends and at its near side.
    """
    if target is not None and not isinstance(target, Key):
        return _box_from_line(series, target, step)
    key, place = target, series.place(target)
    if key is None or place is None:
        return first(series)
    module = series.modules[place]
    rows = _rows(series, module)
    for row, boxes in enumerate(rows):
        for column, box in enumerate(boxes):
            if box.key == key:
                return _walk_inside(series, place, rows, (row, column), step)
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


def walk_lines(series: Series, target: Key | Edge | None, step: Step) -> Edge | None:
    """The line that a step leads to from a box or a line."""
    if target is None or isinstance(target, Key):
        return _line_from_box(series, target, step)
    return _line_from_line(series, target, step)


def _line_from_box(series: Series, key: Key | None, step: Step) -> Edge | None:
    """The line that leaves the box or module of `key` that way (against the flow: enters it); None without one.

    Of several with the flow the straightest. To a side it is the nearest that leads there; an open Fire without one
    is entered.
    """
    place = series.place(key)
    if key is None or place is None:
        return None
    module, lines = series.modules[place], list(series.lines_about(place))
    if step not in _SIDES:
        framed = module.opened and key == module.key
        return _line_ahead(series, lines, step, (_into(module), _out(module)) if framed else (key, key))
    starts = {key, _into(module)} if key == module.key else {key}
    leaving = [line for line in lines if _ends(series, line)[0] in starts]
    box = series.box(key) if key != module.key else None
    # A module stands about the network's spine, and not in the middle of what it takes.
    here = series.across(moved(box.rect, module)).middle if box else series.diagram.direction.across(module.start)
    aside = _line_aside(series, leaving, step, here)
    if aside is None and module.opened and key == module.key and step is Step.FARTHER:
        return _straightest(series, filter(_enters, lines))
    return aside


def _line_from_line(series: Series, edge: Edge, step: Step) -> Edge:
    """The line that goes on where `edge` ends, or begins beside it; `edge` itself where there is none."""
    line = series.line(edge)
    if line is None:
        return edge
    start, end = ends = _ends(series, line)
    places = {place for place in map(series.place, edge) if place is not None}
    lines = [each for place in sorted(places) for each in series.lines_about(place)]
    if step not in _SIDES:
        return _line_ahead(series, lines, step, ends) or edge
    beside = [each for each in lines if _ends(series, each)[0] == start or _ends(series, each)[1] == end]
    return _line_aside(series, beside, step, _middle(series, line)) or edge


def _box_from_line(series: Series, edge: Edge, step: Step) -> Key | None:
    """The box or module at the end of `edge` that lies that way; None where none does."""
    line, (source, target) = series.line(edge), edge
    if line is None:
        return None
    if step is Step.BACK:
        return series.shown(source)
    if step is Step.ONWARD:
        return _beyond(series, line) if _leaves(line) else series.shown(target)
    here, axis = _middle(series, line), 0 if series.down else 1
    aside = ((key, point[axis] - here) for key, point in ((target, line.points[-1]), (source, line.points[0])))
    return next((series.shown(key) for key, by in aside if by * _SIDES[step] > _ASIDE), None)


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
    here = series.across(rows[at[0]][column].rect).middle
    return min(rows[row], key=lambda box: abs(series.across(box.rect).middle - here)).key


def _neighbour(series: Series, place: int, step: Step) -> Key | None:
    place += {Step.ONWARD: 1, Step.BACK: -1}.get(step, 0)
    return series.shown(series.modules[place].key) if 0 <= place < len(series) else None


def _rows(series: Series, module: Module) -> list[list[Box]]:
    """The boxes within a module that stand side by side, row after row along the flow."""
    rows: list[list[Box]] = []
    inside = (box for box in module.boxes if box.key != module.key)
    for box in sorted(inside, key=lambda box: series.along(box.rect).middle):
        if rows and series.along(box.rect).middle < series.along(rows[-1][0].rect).end:
            rows[-1].append(box)
        else:
            rows.append([box])
    return [sorted(row, key=lambda box: series.across(box.rect).start) for row in rows]


def _line_ahead(series: Series, lines: Iterable[Line], step: Step, ends: Edge) -> Edge | None:
    """The line that begins at the second of `ends`, or against the flow ends at the first."""
    start, end = ends
    if step is Step.ONWARD:
        return _straightest(series, (line for line in lines if _ends(series, line)[0] == end))
    return _straightest(series, (line for line in lines if _ends(series, line)[1] == start))


def _line_aside(series: Series, lines: Iterable[Line], step: Step, here: float) -> Edge | None:
    """The line nearest to `here` on the side that `step` leads to; of several the last along the flow."""
    aside = {(_middle(series, line) - here) * _SIDES[step]: edge_of(line) for line in lines}
    return min(((by, edge) for by, edge in aside.items() if by > _ASIDE), default=(0.0, None))[1]


def _ends(series: Series, line: Line) -> Edge:
    """Where a line begins and ends, for the eye: lines that touch have an end in common.

    A module's own key is that of its box; where lines run inside of it, what enters and leaves has ends of its own.
    """
    source, target = series.module(line.source), series.module(line.target)
    assert source is not None and target is not None
    if source is not target:
        return _out(source), _into(target)
    return (
        _into(source) if _enters(line) else series.shown(line.source) or source.key,
        _out(source) if _leaves(line) else series.shown(line.target) or source.key,
    )


def _enters(line: Line) -> bool:
    """Whether a line leads from a Fire's edge into it."""
    return not line.source.part and bool(line.target.part) and line.source.layer == line.target.layer


def _leaves(line: Line) -> bool:
    return bool(line.source.part) and not line.target.part and line.source.layer == line.target.layer


def _into(module: Module) -> Key:
    """Where a line that comes to a module ends."""
    return Key(module.key.layer, "input") if module.lines else module.key


def _out(module: Module) -> Key:
    """Where a line that leaves a module begins: a closed Fire's bypass ends in a sum, an open Fire has an edge."""
    if not module.lines:
        return module.key
    return Key(module.key.layer, "output" if module.opened else "add")


def _beyond(series: Series, line: Line) -> Key | None:
    place = series.place(line.source)
    last = place is None or place + 1 >= len(series)
    return series.shown(line.source) if place is None or last else series.modules[place + 1].key


def _straightest(series: Series, lines: Iterable[Line]) -> Edge | None:
    """Of lines that begin or end at one place, the one that goes least to a side."""
    found = min(lines, key=lambda line: round(series.across(bounds(line)).length), default=None)
    return None if found is None else edge_of(found)


def _middle(series: Series, line: Line) -> float:
    return series.across(bounds(line)).middle
