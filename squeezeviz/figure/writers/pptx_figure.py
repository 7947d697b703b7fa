"""A drawn figure as native shapes: boxes hold their texts, lines are glued to boxes, a row of the table is a group."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from squeezeviz.figure.drawing.marks import drawn_out
from squeezeviz.figure.layout.extent import extent
from squeezeviz.figure.scene.diagram import Key, Point, Rect
from squeezeviz.figure.scene.primitives import Circle, Curve, Group, Polygon, Primitive, Rectangle, Text
from squeezeviz.figure.theme.metrics import text_width
from squeezeviz.figure.writers.connecting import layer, meeting, spot
from squeezeviz.figure.writers.pptx_shapes import Glue, Ink

_GROUPED = {"ruler": "depth ruler", "legend": "legend", "mark": "depth", "difference": "difference"}
_BASELINE, _LINE = 0.93, 1.22
"""From a text box's top to the baseline, and its height, in ems."""
_SPARE = 1.08
"""The theme's font may be a little wider than the diagram's own."""
_LEFT_OF = {"start": 0.0, "middle": 0.5, "end": 1.0}
_RECTANGLE_SITES = (0, 1, 2, 3)
_ROUND_SITES = (0, 2, 4, 6)
"""Connection sites at the top, left, bottom and right of the preset forms."""

Path = Iterator[tuple[str, tuple[Point, ...]]]


class Writer:
    """Writes groups as shapes; remembers where lines may be glued. Numbers begin after those that a slide has."""

    def __init__(self, ink: Ink, first_number: int) -> None:
        self.ink = ink
        self._last = first_number
        self._sites: dict[tuple[float, float], Glue] = {}

    def shapes(self, group: Group, at: Point) -> Iterator[str]:
        """The shapes of a group, those at which lines end before the lines."""
        at = Point(at.x + group.x, at.y + group.y)
        if group.kind == "box":
            yield from self._box(group, at)
        elif group.kind == "line":
            yield self._line(group, at)
        elif group.kind in ("module", *_GROUPED):
            yield from self._grouped(group, at)
        else:
            yield from self._children(group.children, at)

    def _children(self, children: Iterable[Primitive], at: Point) -> Iterator[str]:
        for each in sorted(children, key=layer):
            yield from self.shapes(each, at) if isinstance(each, Group) else [self._plain(each, at)]

    def _grouped(self, group: Group, at: Point) -> Iterator[str]:
        number = self._number()
        inside = list(self._module(group, at) if group.kind == "module" else self._children(group.children, at))
        if not inside:
            return
        left, top, width, height = extent(group)
        covered = Rect(left + at.x - group.x, top + at.y - group.y, width, height)
        name = _name(group.key) if group.kind == "module" else _GROUPED[group.kind]
        yield self.ink.group(number, name, group.title, covered, inside)

    def _module(self, group: Group, at: Point) -> Iterator[str]:
        frame = [each for each in group.children if isinstance(each, Rectangle)]
        for place, each in enumerate(frame):
            rect, number = _moved(each, at), self._number()
            if place == len(frame) - 1:
                self._glue(number, rect, _RECTANGLE_SITES)
            yield self.ink.box(number, f"{_name(group.key)} frame", "", rect, "roundRect", each.shape, (), each.radius)
        yield from self._children((each for each in group.children if not isinstance(each, Rectangle)), at)

    def _box(self, group: Group, at: Point) -> Iterator[str]:
        rects = [each for each in group.children if isinstance(each, Rectangle)]
        texts = [each for each in group.children if isinstance(each, Text)]
        rest: list[Primitive] = [each for each in group.children if isinstance(each, Circle | Polygon | Group)]
        if group.key is not None and group.key.part == "concat":
            yield from self._concat(group, rects[::2], texts, at)
        elif rects:
            outline, *bars = rects
            yield self._operation(group, outline, [_shifted(each, at) for each in texts], at)
            rest = [*bars, *rest]
        elif isinstance(rest[0], Circle):
            yield self._sum(group, rest[0], at)
            rest = rest[1:]
        yield from self._children(rest, at)

    def _operation(self, group: Group, outline: Rectangle, texts: list[Text], at: Point) -> str:
        rect, number = _moved(outline, at), self._number()
        self._glue(number, rect, _RECTANGLE_SITES)
        shape = outline.shape
        return self.ink.box(number, _name(group.key), group.title, rect, "roundRect", shape, texts, outline.radius)

    def _concat(self, group: Group, parts: list[Rectangle], texts: list[Text], at: Point) -> Iterator[str]:
        """Two boxes, for each expand one: wherever the two meet, lines are glued."""
        for part, whole, place in zip(parts, meeting(*parts), ("1×1", "3×3"), strict=True):
            inside = Rect(whole.x, whole.y, whole.width, whole.height)
            said = [each for each in texts if inside.contains(each.x, each.y)]
            number = self._number()
            self._glue(number, _moved(whole, at), _RECTANGLE_SITES)
            name = f"{_name(group.key)} {place}"
            yield self.ink.box(number, name, group.title, _moved(part, at), "roundRect", part.shape, said, part.radius)

    def _sum(self, group: Group, circle: Circle, at: Point) -> str:
        radius, number = circle.radius, self._number()
        edge = radius + circle.shape.stroke_width / 2
        middle = Point(at.x + circle.x, at.y + circle.y)
        self._glue(number, Rect(middle.x - edge, middle.y - edge, 2 * edge, 2 * edge), _ROUND_SITES)
        rect = Rect(middle.x - radius, middle.y - radius, 2 * radius, 2 * radius)
        return self.ink.box(number, _name(group.key), group.title, rect, "ellipse", circle.shape)

    def _line(self, group: Group, at: Point) -> str:
        curve, head = group.children[0], group.children[1] if len(group.children) > 1 else None
        if not isinstance(curve, Curve):
            raise TypeError(curve)
        points = drawn_out(curve.points, head.points[0]) if isinstance(head, Polygon) else curve.points
        points = tuple(Point(at.x + each.x, at.y + each.y) for each in points)
        start, end, number = points[0], points[-1], self._number()
        glued = self._sites.get(spot(*start)), self._sites.get(spot(*end))
        shape, arrow = curve.shape, head is not None
        if all(_on_line(start, end, each) for each in points):
            return self.ink.connector(number, "line", "", start, end, shape, arrow, glued)
        if len(points) == _FLOWING and all(glued):
            curved = "down" if abs(points[1].x - start.x) < abs(points[1].y - start.y) else "right"
            return self.ink.connector(number, "line", "", start, end, shape, arrow, glued, curved)
        return self.ink.free_form(number, "line", "", _around(points), _curve(points, False), shape, arrow)

    def _plain(self, primitive: Rectangle | Circle | Curve | Polygon | Text, at: Point) -> str:
        number = self._number()
        match primitive:
            case Text():
                text = _shifted(primitive, at)
                width = text_width(text.text, text.size, text.bold) * _SPARE + 2
                rect = Rect(
                    text.x - width * _LEFT_OF[text.anchor], text.y - _BASELINE * text.size, width, _LINE * text.size
                )
                return self.ink.label(number, text, rect)
            case Rectangle(radius=radius):
                form = "roundRect" if radius else "rect"
                return self.ink.box(number, "shape", "", _moved(primitive, at), form, primitive.shape, (), radius)
            case Circle(x, y, radius, shape):
                rect = Rect(at.x + x - radius, at.y + y - radius, 2 * radius, 2 * radius)
                return self.ink.box(number, "shape", "", rect, "ellipse", shape)
            case Curve() | Polygon():
                points = tuple(Point(at.x + each.x, at.y + each.y) for each in primitive.points)
                closed = primitive.closed if isinstance(primitive, Polygon) else primitive.shape.fill is not None
                path = _curve(points, closed) if isinstance(primitive, Curve) else _polygon(points, closed)
                return self.ink.free_form(number, "shape", "", _around(points), path, primitive.shape)

    def _number(self) -> int:
        self._last += 1
        return self._last

    def _glue(self, number: int, rect: Rect, sites: tuple[int, int, int, int]) -> None:
        x, y, width, height = rect
        places = ((x + width / 2, y), (x, y + height / 2), (x + width / 2, y + height), (x + width, y + height / 2))
        for place, site in zip(places, sites, strict=True):
            self._sites[spot(*place)] = Glue(number, site)


_FLOWING = 7
"""Bézier points of a line that flows from one box to another: a curve and a straight landing."""


def _name(key: Key | None) -> str:
    return " ".join(part for part in key or () if part) or "input image"


def _moved(rectangle: Rectangle, at: Point) -> Rect:
    return Rect(at.x + rectangle.x, at.y + rectangle.y, rectangle.width, rectangle.height)


def _shifted(text: Text, at: Point) -> Text:
    return Text(at.x + text.x, at.y + text.y, text.text, text.size, text.colour, text.bold, text.anchor)


def _around(points: tuple[Point, ...]) -> Rect:
    left, top = min(each.x for each in points), min(each.y for each in points)
    return Rect(left, top, max(each.x for each in points) - left, max(each.y for each in points) - top)


def _curve(points: tuple[Point, ...], closed: bool) -> Path:
    yield "moveTo", points[:1]
    for first in range(1, len(points), 3):
        straight = all(_on_line(points[first - 1], points[first + 2], each) for each in points[first : first + 2])
        yield ("lnTo", points[first + 2 : first + 3]) if straight else ("cubicBezTo", points[first : first + 3])
    if closed:
        yield "close", ()


def _polygon(points: tuple[Point, ...], closed: bool) -> Path:
    yield "moveTo", points[:1]
    yield from (("lnTo", (each,)) for each in points[1:])
    if closed:
        yield "close", ()


def _on_line(start: Point, end: Point, point: Point) -> bool:
    across = (point.x - start.x) * (end.y - start.y) - (point.y - start.y) * (end.x - start.x)
    return abs(across) < 0.01
