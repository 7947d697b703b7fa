"""The lines of a placed diagram, one by one: which one is here, where is this one, and how one is marked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import chain, pairwise

from PySide6.QtGui import QPainter

from squeezeviz.figure.drawing.draw import draw_line
from squeezeviz.figure.drawing.marks import shortened
from squeezeviz.figure.scene.diagram import Key, Line, Module, Point, Rect, Role
from squeezeviz.figure.theme.theme import Theme
from squeezeviz.figure.writers.recording import record
from squeezeviz.gui.canvas.axes import Span, along
from squeezeviz.gui.canvas.links import stretched
from squeezeviz.gui.canvas.series import Series

Edge = tuple[Key, Key]
"""The source and target of a line, as it has them."""

_Cornered = tuple[Line, Point]
"""A line, and the point of the diagram that its points count from."""
_ORIGIN = Point(0.0, 0.0)

REACH = 5.0
"""Pixels by which a click on a line may miss it."""
_PIECES = 8
"""Straight pieces that stand for one Bézier."""
_HOVERED, _SELECTED = 1.5, 0.75
"""Pixels by which a marked line is wider than it is."""
_BAND = 5.0
"""Pixels by which the band under a selected line is wider than that."""


def edge_of(line: Line) -> Edge:
    return line.source, line.target


def find_line(series: Series, edge: Edge | None) -> Line | None:
    """The line of `edge` in the diagram's coordinates; None where the diagram lacks it."""
    if edge is None:
        return None
    place = series.place(edge[0])
    if place is None:
        return None
    return next((_placed(*each) for each in _about(series, place) if edge_of(each[0]) == edge), None)


def lines_about(series: Series, place: int) -> Iterator[Line]:
    """The lines into, inside of and out of the module at `place`, in the diagram's coordinates."""
    return (_placed(*each) for each in _about(series, place))


def nearest_line(series: Series, at: Point, scale: Point, *, inside: bool) -> Line | None:
    """The line within REACH of a point of the diagram; `scale` is how many pixels a unit has on either axis.

    `inside` says whether lines within modules count.
    """
    x, y = REACH / scale.x, REACH / scale.y
    flow = along(Rect(at.x - x, at.y - y, 2 * x, 2 * y), series.diagram.direction)
    nearest, found = 1.0, None
    for line, corner in _within(series, flow, inside):
        reach = max(REACH, line.width / 2 * min(scale) + 2)
        share = _distance(line.points, Point(at.x - corner.x, at.y - corner.y), scale, reach) / reach
        # Where two are equally near, the later one lies above.
        if share <= nearest:
            nearest, found = share, (line, corner)
    return None if found is None else _placed(*found)


def bounds(line: Line) -> Rect:
    left, top, right, bottom = _bounds(line.points)
    return Rect(left, top, right - left, bottom - top)


def middle(line: Line) -> Point:
    """A point halfway along the line."""
    pieces = _pieces(line.points)
    one, two = pieces[(len(pieces) - 1) // 2], pieces[len(pieces) // 2]
    return Point((one.x + two.x) / 2, (one.y + two.y) / 2)


def paint_hovered(painter: QPainter, line: Line, theme: Theme, zoom: float) -> None:
    """`line`, slightly thicker; the painter's units are those of the diagram."""
    record(draw_line(replace(line, width=line.width + _HOVERED / zoom), theme)).play(painter)


def paint_selected(painter: QPainter, line: Line, theme: Theme, zoom: float) -> None:
    """`line` in the selection's colour, on a broad band, or the squeeze's blue lines would look much the same."""
    wide = replace(line, width=line.width + _SELECTED / zoom)
    points = shortened(wide.points, wide.width) if line.arrow else line.points
    band = replace(line, points=points, width=wide.width + _BAND / zoom, arrow=False, role=Role.FIRE)
    record(draw_line(band, theme, theme.hover)).play(painter)
    record(draw_line(wide, theme, theme.selection)).play(painter)


def _about(series: Series, place: int) -> Iterator[_Cornered]:
    links = series.diagram.links[max(0, place - 1) : place + 1]
    return chain(((link, _ORIGIN) for link in links), _inside(series.modules[place]))


def _within(series: Series, flow: Span, inside: bool) -> Iterator[_Cornered]:
    yield from ((link, _ORIGIN) for link in series.links_within(flow))
    if inside:
        for place in series.within(flow):
            yield from _inside(series.modules[place])


def _inside(module: Module) -> Iterator[_Cornered]:
    corner = Point(module.rect.x, module.rect.y)
    return ((line, corner) for line in module.lines)


def _placed(line: Line, corner: Point) -> Line:
    return stretched(line, corner, corner)


def _distance(points: tuple[Point, ...], at: Point, scale: Point, reach: float) -> float:
    """How many pixels from a line a point is, as far as that is within `reach`; else any number beyond it."""
    left, top, right, bottom = _bounds(points)
    beyond = max((left - at.x) * scale.x, (at.x - right) * scale.x, (top - at.y) * scale.y, (at.y - bottom) * scale.y)
    if beyond > reach:
        return beyond
    seen = [Point((x - at.x) * scale.x, (y - at.y) * scale.y) for x, y in _pieces(points)]
    return min(_from_origin(one, two) for one, two in pairwise(seen))


def _from_origin(one: Point, two: Point) -> float:
    """How far the origin is from the straight line between two points."""
    dx, dy = two.x - one.x, two.y - one.y
    length = dx * dx + dy * dy
    share = min(1.0, max(0.0, -(one.x * dx + one.y * dy) / length)) if length else 0.0
    x, y = one.x + share * dx, one.y + share * dy
    return float((x * x + y * y) ** 0.5)


@lru_cache(maxsize=512)
def _bounds(points: tuple[Point, ...]) -> tuple[float, float, float, float]:
    xs, ys = [point.x for point in points], [point.y for point in points]
    return min(xs), min(ys), max(xs), max(ys)


@lru_cache(maxsize=512)
def _pieces(points: tuple[Point, ...]) -> tuple[Point, ...]:
    """The ends of the straight pieces that stand for the Béziers."""
    ends = [points[0]]
    for place in range(0, len(points) - 1, 3):
        curve = points[place : place + 4]
        ends += [_on(curve, step / _PIECES) for step in range(1, _PIECES + 1)]
    return tuple(ends)


def _on(curve: tuple[Point, ...], share: float) -> Point:
    rest = 1 - share
    weights = rest**3, 3 * rest * rest * share, 3 * rest * share * share, share**3
    return Point(
        sum(weight * point.x for weight, point in zip(weights, curve, strict=True)),
        sum(weight * point.y for weight, point in zip(weights, curve, strict=True)),
    )
