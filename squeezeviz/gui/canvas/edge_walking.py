"""Where keys lead from a box to its lines, from line to line, and from a line to a box."""

from __future__ import annotations

from collections.abc import Iterable

from squeezeviz.figure.scene.diagram import Direction, Key, Line, Module
from squeezeviz.gui.canvas.axes import across
from squeezeviz.gui.canvas.edges import Edge, bounds, edge_of, find_line, lines_about
from squeezeviz.gui.canvas.series import Series, entry
from squeezeviz.gui.canvas.walking import Step

_SIDES = {Step.NEARER: -1.0, Step.FARTHER: 1.0}
_ASIDE = 1.0
"""Units; what is less to a side is straight ahead."""


def line_from_box(series: Series, key: Key | None, step: Step) -> Edge | None:
    """The line that leaves the box or module of `key` that way (against the flow: enters it); None without one.

    Of several with the flow the straightest. To a side it is the nearest that leads there; an open Fire without one
    is entered.
    """
    place = series.place(key)
    if key is None or place is None:
        return None
    module, lines = series.modules[place], list(lines_about(series, place))
    framed = module.opened and key == module.key
    out, into = (_out(module), _into(module)) if framed else (key, key)
    if step is Step.ONWARD:
        return _straightest(series, (line for line in lines if _ends(series, line)[0] == out))
    if step is Step.BACK:
        return _straightest(series, (line for line in lines if _ends(series, line)[1] == into))
    return _line_aside(series, module, key, lines, step)


def line_from_line(series: Series, edge: Edge, step: Step) -> Edge:
    """The line that goes on where `edge` ends, or begins beside it; `edge` itself where there is none."""
    line = find_line(series, edge)
    if line is None:
        return edge
    start, end = _ends(series, line)
    lines = [each for key in edge for each in _about(series, key)]
    if step is Step.ONWARD:
        return _straightest(series, (each for each in lines if _ends(series, each)[0] == end)) or edge
    if step is Step.BACK:
        return _straightest(series, (each for each in lines if _ends(series, each)[1] == start)) or edge
    here = _middle(series, line)
    beside = {
        (_middle(series, each) - here) * _SIDES[step]: edge_of(each)
        for each in lines
        if _ends(series, each)[0] == start or _ends(series, each)[1] == end
    }
    return min(((by, each) for by, each in beside.items() if by > _ASIDE), default=(0.0, edge))[1]


def box_from_line(series: Series, edge: Edge, step: Step) -> Key | None:
    """The box or module at the end of `edge` that lies that way; None where none does."""
    line, (source, target) = find_line(series, edge), edge
    if line is None:
        return None
    if step is Step.BACK:
        return series.shown(source)
    if step is Step.ONWARD:
        return _beyond(series, line) if _leaves(line) else series.shown(target)
    here, axis = _middle(series, line), _axis(series)
    aside = ((key, point[axis] - here) for key, point in ((target, line.points[-1]), (source, line.points[0])))
    return next((series.shown(key) for key, by in aside if by * _SIDES[step] > _ASIDE), None)


def _line_aside(series: Series, module: Module, key: Key, lines: list[Line], step: Step) -> Edge | None:
    starts = {key, _into(module)} if key == module.key else {key}
    leaving = [line for line in lines if _ends(series, line)[0] in starts]
    box = series.rect(key)
    if box is None or key == module.key:
        # A module stands about the network's spine, and not in the middle of what it takes.
        here = entry(module)[_axis(series)]
    else:
        here = across(box, series.diagram.direction).middle
    aside = [((_middle(series, line) - here) * _SIDES[step], edge_of(line)) for line in leaving]
    found = min((each for each in aside if each[0] > _ASIDE), default=None)
    if found is not None:
        return found[1]
    entering = module.opened and key == module.key and step is Step.FARTHER
    return _straightest(series, filter(_enters, lines)) if entering else None


def _about(series: Series, key: Key) -> Iterable[Line]:
    place = series.place(key)
    return () if place is None else lines_about(series, place)


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
    flow = series.diagram.direction
    found = min(lines, key=lambda line: round(across(bounds(line), flow).length), default=None)
    return None if found is None else edge_of(found)


def _axis(series: Series) -> int:
    """Which coordinate counts across the flow."""
    return 1 if series.diagram.direction is Direction.RIGHT else 0


def _middle(series: Series, line: Line) -> float:
    return across(bounds(line), series.diagram.direction).middle
