"""The walk that TikZ and PowerPoint share: boxes become nodes, and a line that ends at a node is attached to it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator

from squeezeviz.figure.drawing.draw import drawn_out
from squeezeviz.figure.scene.diagram import Point, Rect
from squeezeviz.figure.scene.primitives import (
    Circle,
    Curve,
    Group,
    Pixels,
    Polygon,
    Primitive,
    Rectangle,
    Shape,
    Text,
)
from squeezeviz.model.records import NamedTuple

_LINES = ("links", "line")
_NEAR = 0.05
_ON_TOP = ("toggle", "badge", "differences", "legend")


class Part(NamedTuple):
    """One part of a concat: its rectangle as drawn, and grown to meet the other part; and its texts."""

    drawn: Rectangle
    whole: Rectangle
    texts: list[Text]


class ConnectedWriter(ABC):
    """Walks a drawn figure; a format says how each thing is written. `at` is where its group stands on the page.

    The end of a line is a text: what the format calls the place of the node at which it ends.
    """

    def __init__(self, lines: Iterable[tuple[Point, ...]] = ()) -> None:
        self._ends: dict[tuple[float, float], str] = {}
        self._met = {_spot(*end): end for points in lines for end in (points[0], points[-1])}
        """Where lines end, if they are known before the nodes are written."""

    @abstractmethod
    def within(self, group: Group, at: Point, inside: Iterator[str]) -> Iterator[str]:
        """Write a group around its children, which are written already."""

    @abstractmethod
    def frame(self, group: Group, frame: list[Rectangle], at: Point) -> Iterator[str]:
        """Write the frame of an open Fire; its outline is the last rectangle."""

    @abstractmethod
    def operation(
        self, group: Group, outline: Rectangle, bars: list[Rectangle], texts: list[Text], at: Point
    ) -> Iterator[str]: ...

    @abstractmethod
    def concat(self, group: Group, rectangles: list[Rectangle], parts: list[Part], at: Point) -> Iterator[str]: ...

    @abstractmethod
    def sum(self, group: Group, circle: Circle, at: Point) -> Iterator[str]: ...

    @abstractmethod
    def line(
        self, points: tuple[Point, ...], shape: Shape, arrow: bool, ends: tuple[str | None, str | None], at: Point
    ) -> str: ...

    @abstractmethod
    def plain(self, primitive: Rectangle | Circle | Polygon | Text, at: Point) -> Iterator[str]: ...

    def picture(self, pixels: Pixels, at: Point) -> str:
        """Write pixels, in formats that can carry them."""
        raise NotImplementedError("the registry of formats says which carry pictures")

    def connect(self, rect: Rect, ends: tuple[str, str, str, str]) -> None:
        """Remember the ends of a node at its top, left, bottom and right, for the lines that come after it."""
        x, y, width, height = rect
        places = ((x + width / 2, y), (x, y + height / 2), (x + width / 2, y + height), (x + width, y + height / 2))
        self._ends |= {_spot(*place): end for place, end in zip(places, ends, strict=True)}

    def connect_beside(self, rect: Rect, ends: Iterable[str]) -> list[Point]:
        """Remember `ends` for the lines that end on the edge of a node, but not in the middle of a side; where those
        are."""
        found = [point for spot, point in self._met.items() if spot not in self._ends and _on_edge(rect, point)]
        self._ends |= {_spot(*point): end for point, end in zip(found, ends, strict=False)}
        return found

    def group(self, group: Group, origin: Point) -> Iterator[str]:
        at = Point(origin.x + group.x, origin.y + group.y)
        parts = {"box": self._box, "line": self._line, "module": self._module}
        inside = parts[group.kind](group, at) if group.kind in parts else self._children(group.children, at)
        yield from self.within(group, at, inside)

    def _children(self, children: Iterable[Primitive], at: Point) -> Iterator[str]:
        for each in sorted(children, key=_layer):
            assert not isinstance(each, Curve), "curves are lines, which have groups of their own"
            if isinstance(each, Pixels):
                yield self.picture(each, at)
            else:
                yield from self.group(each, at) if isinstance(each, Group) else self.plain(each, at)

    def _module(self, group: Group, at: Point) -> Iterator[str]:
        yield from self.frame(group, [each for each in group.children if isinstance(each, Rectangle)], at)
        yield from self._children((each for each in group.children if not isinstance(each, Rectangle)), at)

    def _box(self, group: Group, at: Point) -> Iterator[str]:
        rectangles = [each for each in group.children if isinstance(each, Rectangle)]
        texts = [each for each in group.children if isinstance(each, Text)]
        rest = [each for each in group.children if isinstance(each, Circle | Polygon | Group)]
        if group.key is not None and group.key.part == "concat":
            drawn = rectangles[::2]
            parts = [Part(*pair, _inside(pair[1], texts)) for pair in zip(drawn, _meeting(*drawn), strict=True)]
            yield from self.concat(group, rectangles, parts, at)
        elif rectangles:
            yield from self.operation(group, rectangles[0], rectangles[1:], texts, at)
        elif isinstance(rest[0], Circle):
            yield from self.sum(group, rest[0], at)
            del rest[0]
        yield from self._children(rest, at)

    def _line(self, group: Group, at: Point) -> Iterator[str]:
        curve, *heads = group.children
        assert isinstance(curve, Curve)
        points = _drawn(group)
        first, last = (self._ends.get(_spot(at.x + each.x, at.y + each.y)) for each in (points[0], points[-1]))
        yield self.line(points, curve.shape, bool(heads), (first, last), at)


def lines_of(group: Group, origin: Point) -> Iterator[tuple[Point, ...]]:
    """Yield the points of each line of a figure on the page."""
    at = Point(origin.x + group.x, origin.y + group.y)
    if group.kind == "line":
        yield tuple(Point(at.x + each.x, at.y + each.y) for each in _drawn(group))
        return
    for each in group.children:
        if isinstance(each, Group):
            yield from lines_of(each, at)


def _drawn(line: Group) -> tuple[Point, ...]:
    """Return the points of a line, to the tip of its arrow if it has one."""
    curve, *heads = line.children
    assert isinstance(curve, Curve)
    head = heads[0] if heads else None
    return drawn_out(curve.points, head.points[0]) if isinstance(head, Polygon) else curve.points


def on_line(start: Point, end: Point, points: Iterable[Point]) -> bool:
    """Return whether all points lie on the straight line from start to end."""
    dx, dy = end.x - start.x, end.y - start.y
    return all(abs((each.x - start.x) * dy - (each.y - start.y) * dx) < 0.01 for each in points)


def _layer(primitive: Primitive) -> int:
    """Return the order of writing: nodes, then the lines between them, then what lies over both."""
    if isinstance(primitive, Text):
        return 2
    kind = primitive.kind if isinstance(primitive, Group) else ""
    return 1 if kind in _LINES else 2 if kind in _ON_TOP else 0


def _meeting(first: Rectangle, second: Rectangle) -> tuple[Rectangle, Rectangle]:
    """Grow two parts, which are drawn with a narrow seam between them, to where they meet."""
    across, down = second.x - first.x, second.y - first.y
    if across > down:
        seam = (across - first.width) / 2
        return first._replace(width=first.width + seam), second._replace(x=second.x - seam, width=second.width + seam)
    seam = (down - first.height) / 2
    return first._replace(height=first.height + seam), second._replace(y=second.y - seam, height=second.height + seam)


def _inside(whole: Rectangle, texts: list[Text]) -> list[Text]:
    rect = Rect(whole.x, whole.y, whole.width, whole.height)
    return [each for each in texts if rect.contains(each.x, each.y)]


def _on_edge(rect: Rect, point: Point) -> bool:
    """Return whether a point of the page lies on the edge of a rectangle."""
    across, down = point.x - rect.x, point.y - rect.y
    within = -_NEAR <= across <= rect.width + _NEAR and -_NEAR <= down <= rect.height + _NEAR
    return within and min(abs(across), abs(down), abs(rect.width - across), abs(rect.height - down)) <= _NEAR


def _spot(x: float, y: float) -> tuple[float, float]:
    """Round a point of the page, to look up which node ends there."""
    return round(x, 1), round(y, 1)
