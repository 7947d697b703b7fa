"""The lines of a placed diagram, one by one: which one is here, where is this one, and how each is painted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import chain, pairwise

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPainterPath, QTransform

from squeezeviz.figure.drawing.draw import draw_line
from squeezeviz.figure.drawing.marks import shortened
from squeezeviz.figure.scene.diagram import INPUT_KEY, Key, Line, Point, Rect, Role
from squeezeviz.figure.scene.primitives import Curve, Shape
from squeezeviz.figure.theme.theme import Theme
from squeezeviz.figure.writers.painter import outline
from squeezeviz.figure.writers.recording import Recording, record
from squeezeviz.gui.canvas.series import Series

Edge = tuple[Key, Key]
"""The source and target of a line, as it has them."""

REACH = 5.0
"""Pixels by which a click on a line may miss it."""
_HOVERED, _SELECTED = 1.5, 0.75
"""Pixels by which a marked line is wider than it is."""
_BAND = 5.0
"""Pixels by which the band under a selected line is wider than that."""
_ORIGIN = Point(0.0, 0.0)


def edge_of(line: Line) -> Edge:
    return line.source, line.target


def find_line(series: Series, edge: Edge | None) -> Line | None:
    """The line of `edge` in the diagram's coordinates; None where the diagram lacks it."""
    place = series.place(edge[0]) if edge else None
    if place is None:
        return None
    return next((line for line in lines_about(series, place) if edge_of(line) == edge), None)


def lines_about(series: Series, place: int) -> Iterator[Line]:
    """The lines into, inside of and out of the module at `place`, in the diagram's coordinates."""
    module = series.modules[place]
    corner = Point(module.rect.x, module.rect.y)
    links = series.diagram.links[max(0, place - 1) : place + 1]
    return chain(links, (stretched(line, corner, corner) for line in module.lines))


def nearest_edge(series: Series, at: QPointF, to_pixels: QTransform, *, inside: bool) -> Edge | None:
    """The line within REACH of a point of the diagram; `inside` says whether lines within modules count."""
    x, y = REACH / to_pixels.m11(), REACH / to_pixels.m22()
    flow = series.along(Rect(at.x() - x, at.y() - y, 2 * x, 2 * y))
    near = [(link, _ORIGIN) for link in series.links_within(flow)]
    for module in (series.modules[place] for place in series.within(flow) if inside):
        near += [(line, Point(module.rect.x, module.rect.y)) for line in module.lines]
    nearest, found = 1.0, None
    for line, corner in near:
        reach = max(REACH, line.width / 2 * min(to_pixels.m11(), to_pixels.m22()) + 2)
        share = _pixels_from(line, at - QPointF(*corner), to_pixels, reach) / reach
        # Where two are equally near, the later one lies above.
        if share <= nearest:
            nearest, found = share, edge_of(line)
    return found


def bounds(line: Line) -> Rect:
    around = _path(line.points).controlPointRect()
    return Rect(around.x(), around.y(), around.width(), around.height())


def middle(line: Line) -> QPointF:
    """The point halfway along the line."""
    return _path(line.points).pointAtPercent(0.5)


def stretched(line: Line, begin: Point, end: Point) -> Line:
    """The line with its ends moved by `begin` and `end` (diagram units), and what lies between them in proportion."""
    return replace(line, points=_stretched(line.points, begin, end))


def paint_link(painter: QPainter, link: Line, begin: Point, end: Point, theme: Theme) -> None:
    """Paint `link` with its ends moved by `begin` and `end`; the painter's units are those of the diagram."""
    x, y = link.points[0].x + begin.x, link.points[0].y + begin.y
    points = _stretched(link.points, Point(begin.x - x, begin.y - y), Point(end.x - x, end.y - y))
    painter.translate(x, y)
    _recorded(points, link.role, link.width, link.arrow, theme).play(painter)
    painter.translate(-x, -y)


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


@lru_cache(maxsize=2048)
def _recorded(points: tuple[Point, ...], role: Role, width: float, arrow: bool, theme: Theme) -> Recording:
    """Most of a network's links are alike, and recorded once."""
    return record(draw_line(Line(INPUT_KEY, INPUT_KEY, role, points, width, arrow), theme))


def _stretched(points: tuple[Point, ...], begin: Point, end: Point) -> tuple[Point, ...]:
    step = 1 / max(len(points) - 1, 1)
    dx, dy = (end.x - begin.x) * step, (end.y - begin.y) * step
    return tuple(Point(x + begin.x + dx * place, y + begin.y + dy * place) for place, (x, y) in enumerate(points))


@lru_cache(maxsize=512)
def _path(points: tuple[Point, ...]) -> QPainterPath:
    return outline(Curve(points, Shape()), 0, 0)


def _pixels_from(line: Line, at: QPointF, to_pixels: QTransform, reach: float) -> float:
    """How many pixels from a line a point is, as far as that is within `reach`; else any number beyond it."""
    path = _path(line.points)
    x, y = reach / to_pixels.m11(), reach / to_pixels.m22()
    if not path.controlPointRect().adjusted(-x, -y, x, y).contains(at):
        return reach + 1
    about = QTransform.fromScale(to_pixels.m11(), to_pixels.m22()).translate(-at.x(), -at.y())
    return min(
        _from_origin(one, two) for piece in path.toSubpathPolygons(about) for one, two in pairwise(piece.toList())
    )


def _from_origin(one: QPointF, two: QPointF) -> float:
    """How far the origin is from the straight line between two points."""
    along_line = two - one
    length = QPointF.dotProduct(along_line, along_line)
    share = min(1.0, max(0.0, -QPointF.dotProduct(one, along_line) / length)) if length else 0.0
    nearest = one + along_line * share
    return float(QPointF.dotProduct(nearest, nearest) ** 0.5)
