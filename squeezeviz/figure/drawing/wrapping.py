"""A long network in several columns (or rows, where it runs to the right), so that it fills a page of a given shape."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from math import sqrt

from squeezeviz.figure.drawing.draw import draw_line
from squeezeviz.figure.scene.diagram import Diagram, Direction, Line, Module, Point
from squeezeviz.figure.scene.primitives import Group, Polygon, Primitive, Rectangle, Text, cornered
from squeezeviz.figure.theme.metrics import extent
from squeezeviz.figure.theme.theme import Theme
from squeezeviz.model.records import NamedTuple

_APART = 44.0
"""Between two columns, for the line that leads from one to the next."""
_STUB = 16.0
_CORNER = 9.0
_BELOW = 16.0
_WHOLE = 2
"""Modules that stay together: a row and what flows into it."""


class Page(NamedTuple):
    """A drawn page and its size, in units."""

    group: Group
    width: float
    height: float


def wrapped(diagram: Diagram, drawn: Group, theme: Theme, legend: Group | None, aspect: float) -> Page:
    """Set `drawn`, the picture of `diagram`, in as many columns as make it largest; its own legend is left out.

    `aspect` is width by height of the page that it is to fill.
    """
    starts = max(_ways(diagram, aspect), key=lambda starts: _scale(diagram, starts, aspect))
    return _in_columns(diagram, drawn, theme, legend, starts)


def _scale(diagram: Diagram, starts: tuple[int, ...], aspect: float) -> float:
    """Return how large a unit becomes on a page of height 1, judged by the modules alone."""
    direction, down = diagram.direction, diagram.direction.down
    across = along = 0.0
    for first, after in zip(starts, (*starts[1:], len(diagram.modules)), strict=True):
        modules = diagram.modules[first:after]
        across += max(direction.across(each.rect) + direction.breadth(each.rect) for each in modules) + _APART
        along = max(along, _end(modules[-1], direction) - direction.along(modules[0].rect) + 2 * _STUB)
    return min(aspect / across, 1 / along) if down else min(aspect / along, 1 / across)


def _ways(diagram: Diagram, aspect: float) -> Iterator[tuple[int, ...]]:
    """Yield, for each likely number of columns, the modules with which about equally long columns begin."""
    if len(diagram.modules) <= _WHOLE:
        yield (0,)
        return
    down = diagram.direction.down
    likely = sqrt(aspect * diagram.height / diagram.width if down else diagram.width / diagram.height / aspect)
    seen: set[tuple[int, ...]] = set()
    for columns in range(max(1, int(0.6 * likely)), int(1.4 * likely) + 3):
        starts = _starts(diagram, columns)
        if starts not in seen:
            seen.add(starts)
            yield starts


def _starts(diagram: Diagram, columns: int) -> tuple[int, ...]:
    """Return where at most `columns` columns begin so that the longest is shortest, found by bisection."""
    ends = [_end(module, diagram.direction) for module in diagram.modules]
    low, high = 0.0, ends[-1]
    for _ in range(30):
        middle = (low + high) / 2
        if len(_filled(diagram, middle)) <= columns:
            high = middle
        else:
            low = middle
    return _filled(diagram, high)


def _filled(diagram: Diagram, room: float) -> tuple[int, ...]:
    direction, starts = diagram.direction, [0]
    for place, module in enumerate(diagram.modules):
        begin = direction.along(diagram.modules[starts[-1]].rect)
        if place > starts[-1] and _end(module, direction) - begin > room:
            starts.append(place)
    return tuple(starts)


def _end(module: Module, direction: Direction) -> float:
    return direction.along(module.rect) + direction.length(module.rect)


def _in_columns(diagram: Diagram, drawn: Group, theme: Theme, legend: Group | None, starts: tuple[int, ...]) -> Page:
    """Set columns side by side, each moved to the top of the page, with lines from one to the next."""
    way = diagram.direction
    parts = _parts(diagram, drawn, starts)
    moves: list[Point] = []
    edges: list[float] = []
    across = 0.0
    for part in parts:
        covered = extent(part)
        moves.append(way.point(_STUB * 2 - way.along(covered), across - way.across(covered)))
        across += way.breadth(covered) + _APART
        edges.append(across - _APART / 2)
    children = [part._replace(x=move.x, y=move.y) for part, move in zip(parts, moves, strict=True)]
    joins = [
        draw_line(_join(diagram, start, moves[place], moves[place + 1], edges[place]), theme)
        for place, start in enumerate(starts[1:])
    ]
    page = Group(0, 0, (*children, Group(0, 0, tuple(joins), kind="links")), title=drawn.title)
    if legend is not None:
        left, top, width, height = extent(children[-1] if way.down else page)
        page = page._replace(children=(*page.children, legend._replace(x=left, y=top + height + _BELOW)))
    left, top, width, height = extent(page)
    return Page(page._replace(x=-left, y=-top), width, height)


def _parts(diagram: Diagram, drawn: Group, starts: tuple[int, ...]) -> list[Group]:
    """Sort what is drawn into columns; nothing is moved yet."""
    along = diagram.direction.along
    begins = [along(diagram.modules[start].rect) for start in starts]
    found: list[list[Primitive]] = [[] for _ in starts]

    def column(at: float) -> list[Primitive]:
        return found[max(0, bisect_right(begins, at) - 1)]

    for group in drawn.children:
        if not isinstance(group, Group):
            continue
        if group.kind == "ruler":
            for piece, at in _ruler_pieces(group, diagram, begins):
                column(at).append(piece)
        elif group.kind == "links":
            for place, line in enumerate(group.children, 1):
                if place not in starts:
                    column(along(diagram.modules[place - 1].rect)).append(line)
        elif group.kind == "module":
            column(along(Point(group.x, group.y))).append(group)
        elif group.kind == "differences":
            for tag in group.children:
                column(_tag_at(tag, diagram)).append(tag)
    return [Group(0, 0, tuple(children)) for children in found]


def _ruler_pieces(ruler: Group, diagram: Diagram, begins: list[float]) -> Iterator[tuple[Primitive, float]]:
    """Yield the ruler's marks, its word and each column's piece of its line, with their places along the network."""
    direction = diagram.direction
    marks = [each for each in ruler.children if isinstance(each, Group)]
    places = [direction.along(Point(mark.x, mark.y)) for mark in marks]
    for number, begin in enumerate(begins):
        end = begins[number + 1] if number + 1 < len(begins) else float("inf")
        inside = [place for place in places if begin <= place < end]
        for line in (each for each in ruler.children if isinstance(each, Polygon)):
            first = line.points[0] if number == 0 else None
            if inside and (first or len(inside) > 1):
                start = direction.along(first) if first else inside[0]
                across = direction.across(line.points[0])
                ends = (direction.point(start, across), direction.point(inside[-1], across))
                yield line._replace(points=ends), inside[0]
    yield from ((each, begins[0]) for each in ruler.children if isinstance(each, Text))
    yield from zip(marks, places, strict=True)


def _tag_at(tag: Primitive, diagram: Diagram) -> float:
    """Return where along the network a tag stands, which may be above its module's edge."""
    children: Iterable[Primitive] = tag.children if isinstance(tag, Group) else (tag,)
    rect = next(each for each in children if isinstance(each, Rectangle))
    return rect.y + rect.height if diagram.direction.down else rect.x


def _join(diagram: Diagram, place: int, before: Point, after: Point, edge: float) -> Line:
    """Return the line from the end of one column to the module at `place`, with which the next column begins."""
    link, last, first = diagram.links[place - 1], diagram.modules[place - 1], diagram.modules[place]
    start = Point(last.end.x + before.x, last.end.y + before.y)
    end = Point(first.start.x + after.x, first.start.y + after.y)
    way = diagram.direction
    low, high = way.along(start) + _STUB, way.along(end) - _STUB
    out = start, way.point(low, way.across(start)), way.point(low, edge)
    back = way.point(high, edge), way.point(high, way.across(end)), end
    return link._replace(points=cornered((*out, *back), _CORNER))
