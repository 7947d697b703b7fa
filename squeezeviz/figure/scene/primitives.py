"""The few shapes that everything is drawn with, so that screen, SVG, PDF and PNG cannot differ.

Whoever paints needs to know these alone. Colours are `#rrggbb`; None paints nothing. Text is never markup.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import log2

from squeezeviz.figure.scene.diagram import Direction, Key, Point
from squeezeviz.model.records import NamedTuple


class Shape(NamedTuple):
    """How a shape is filled and outlined; `dash` is on and off lengths, empty for a solid line."""

    fill: str | None = None
    stroke: str | None = None
    stroke_width: float = 1.0
    dash: tuple[float, ...] = ()


class Rectangle(NamedTuple):
    x: float
    y: float
    width: float
    height: float
    shape: Shape
    radius: float = 0.0


class Circle(NamedTuple):
    x: float
    y: float
    radius: float
    shape: Shape


class Curve(NamedTuple):
    """A line through cubic Bézier points, 1 + 3·n of them."""

    points: tuple[Point, ...]
    shape: Shape


class Polygon(NamedTuple):
    """Straight lines through the points; `closed` joins the last to the first."""

    points: tuple[Point, ...]
    shape: Shape
    closed: bool = True


class Text(NamedTuple):
    """One line of text; `x` is its start, middle or end as `anchor` says, `y` its baseline, `size` in units."""

    x: float
    y: float
    text: str
    size: float
    colour: str
    bold: bool = False
    anchor: str = "start"


class Pixels(NamedTuple):
    """A picture of `columns` × `rows` pixels, three bytes each: red, green and blue, row by row from the top.

    Where a pixel is enlarged it stays a square with sharp edges.
    """

    x: float
    y: float
    width: float
    height: float
    columns: int
    rows: int
    rgb: bytes


class Group(NamedTuple):
    """Primitives that belong together, moved by (x, y). `key` says what they show, `title` its full name."""

    x: float
    y: float
    children: tuple[Primitive, ...]
    key: Key | None = None
    title: str = ""
    kind: str = ""


Outlined = Rectangle | Circle | Curve | Polygon
Leaf = Outlined | Text | Pixels
Primitive = Leaf | Group

LEFT_OF_ANCHOR = {"start": 0.0, "middle": 0.5, "end": 1.0}
"""The share of a text's width that stands left of its anchor."""


def flattened(group: Group, x: float = 0.0, y: float = 0.0) -> Iterator[tuple[float, float, Leaf]]:
    """Everything in the group in painting order, with how far its groups move it to the right and down."""
    x, y = x + group.x, y + group.y
    for child in group.children:
        if isinstance(child, Group):
            yield from flattened(child, x, y)
        else:
            yield x, y, child


def scaled(primitive: Primitive, by: float) -> Primitive:
    """Return the same drawing `by` times as large, its lines and letters too."""
    match primitive:
        case Group(x, y, children):
            return primitive._replace(x=x * by, y=y * by, children=tuple(scaled(each, by) for each in children))
        case Text(x, y, size=size):
            return primitive._replace(x=x * by, y=y * by, size=size * by)
        case Pixels(x, y, width, height):
            return primitive._replace(x=x * by, y=y * by, width=width * by, height=height * by)
    thick, dash = primitive.shape.stroke_width * by, tuple(each * by for each in primitive.shape.dash)
    shape = primitive.shape._replace(stroke_width=thick, dash=dash)
    match primitive:
        case Rectangle(x, y, width, height, _, radius):
            return Rectangle(x * by, y * by, width * by, height * by, shape, radius * by)
        case Circle(x, y, radius):
            return Circle(x * by, y * by, radius * by, shape)
        case Curve(points) | Polygon(points):
            return primitive._replace(points=tuple(Point(x * by, y * by) for x, y in points), shape=shape)


def number(value: float) -> str:
    """Write a number to a thousandth of a unit, which is finer than anyone sees."""
    whole = int(value)
    if whole == value:  # as half of all are
        return str(whole)
    return f"{value:.3f}".rstrip("0").rstrip(".") if round(value, 3) else "0"


_ROUND = 0.5523
"""How far the handles of a quarter circle reach, in radii."""
_BEND = 0.62
_LANDING = 9.0


def line_width(channels: int) -> float:
    """A hint at how many channels flow: a little wider with each doubling."""
    return min(5.0, 1.2 + 0.3 * log2(max(1, channels)))


def straight(start: Point, end: Point) -> tuple[Point, ...]:
    return (start, _between(start, end, 1 / 3), _between(start, end, 2 / 3), end)


def flowing(start: Point, end: Point, direction: Direction) -> tuple[Point, ...]:
    """A curve that leaves along the direction of the network and arrives straight, so that an arrowhead sits well."""
    landing = direction.ahead(end, -_LANDING)
    reach = _BEND * (direction.along(landing) - direction.along(start))
    return (start, direction.ahead(start, reach), direction.ahead(landing, -reach), *straight(landing, end))


def cornered(corners: tuple[Point, ...], radius: float) -> tuple[Point, ...]:
    """Straight lines from corner to corner, each inner corner rounded by `radius` where there is room."""
    path: list[Point] = [corners[0]]
    for before, corner, after in zip(corners, corners[1:], corners[2:], strict=False):
        room = min(radius, _distance(before, corner) / 2, _distance(corner, after) / 2)
        into, out = _towards(corner, before, room), _towards(corner, after, room)
        path += straight(path[-1], into)[1:]
        path += (_towards(into, corner, room * _ROUND), _towards(out, corner, room * _ROUND), out)
    path += straight(path[-1], corners[-1])[1:]
    return tuple(path)


def _between(start: Point, end: Point, share: float) -> Point:
    return Point(start.x + (end.x - start.x) * share, start.y + (end.y - start.y) * share)


def _distance(one: Point, other: Point) -> float:
    return float(((one.x - other.x) ** 2 + (one.y - other.y) ** 2) ** 0.5)


def _towards(start: Point, end: Point, length: float) -> Point:
    whole = _distance(start, end)
    return _between(start, end, length / whole) if whole else start
