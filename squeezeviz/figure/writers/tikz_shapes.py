"""The diagram's primitives as TikZ commands; coordinates are units, y downwards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from squeezeviz.figure.scene.diagram import Point
from squeezeviz.figure.scene.primitives import Circle, Curve, Group, Polygon, Primitive, Rectangle, Shape, Text
from squeezeviz.figure.theme.metrics import text_width
from squeezeviz.figure.writers.tikz_styles import dashed
from squeezeviz.figure.writers.tikz_text import tex_text

_ANCHORS = {"start": "base west", "middle": "base", "end": "base east"}
_SLACK = 0.5
"""How much wider than in the diagram's own font a line may become, in units."""


@dataclass(frozen=True, slots=True)
class Shapes:
    """Writes commands; `names` are those of colours that have none yet, `grid` is how many units a coordinate counts.

    TeX cannot count beyond 16,383, and a network may be longer.
    """

    names: Mapping[str, str]
    grid: float = 1.0

    def commands(self, primitives: Iterable[Primitive]) -> Iterator[str]:
        for each in primitives:
            if isinstance(each, Group):
                yield from self.scope(each.x, each.y, self.commands(each.children))
            elif isinstance(each, Text):
                if each.text:
                    yield self._label(each)
            else:
                yield f"\\path[{self._painted(each.shape, each)}] {self._outline(each)};"

    def scope(self, x: float, y: float, commands: Iterable[str]) -> Iterator[str]:
        """Commands whose coordinates count from (x, y)."""
        if not (x or y):
            yield from commands
            return
        yield f"\\begin{{scope}}[shift={{{self.at(Point(x, y))}}}]"
        yield from commands
        yield "\\end{scope}"

    def at(self, point: Point) -> str:
        return f"({number(point.x / self.grid)},{number(point.y / self.grid)})"

    def colour(self, colour: str) -> str:
        return self.names.get(colour, colour)

    def way(self, points: tuple[Point, ...], first: str = "", last: str = "") -> str:
        """A path through Bézier points; `first` and `last` are anchors to use for its ends."""
        written = [first or self.at(points[0])]
        for start in range(0, len(points) - 1, 3):
            a, b, c, d = points[start : start + 4]
            to = last if last and start + 4 == len(points) else self.at(d)
            if _collinear(a, b, c, d):
                written.append(f"-- {to}")
            else:
                written.append(f".. controls {self.at(b)} and {self.at(c)} .. {to}")
        return " ".join(written)

    def _label(self, text: Text) -> str:
        options = f"anchor={_ANCHORS[text.anchor]},text={self.colour(text.colour)}"
        return f"\\node[{options}] at {self.at(Point(text.x, text.y))} {{{line(text)}}};"

    def _painted(self, shape: Shape, primitive: Primitive) -> str:
        options = [] if shape.fill is None else [f"fill={self.colour(shape.fill)}"]
        if shape.stroke is not None and shape.stroke_width > 0:
            options += [f"draw={self.colour(shape.stroke)}", f"squeezeviz/width={number(shape.stroke_width)}"]
        if isinstance(primitive, Rectangle) and primitive.radius > 0:
            # TikZ draws no corner that is rounder than its side is long.
            radius = min(primitive.radius, primitive.width / 2, primitive.height / 2)
            options.append(f"rounded corners={number(radius)}\\squeezevizunit")
        return ",".join(options) + dashed(shape)

    def _outline(self, primitive: Rectangle | Circle | Curve | Polygon) -> str:
        match primitive:
            case Rectangle(x, y, width, height):
                return f"{self.at(Point(x, y))} rectangle {self.at(Point(x + width, y + height))}"
            case Circle(x, y, radius):
                return f"{self.at(Point(x, y))} circle[radius={number(radius)}\\squeezevizunit]"
            case Curve(points):
                return self.way(points) + (" -- cycle" if primitive.shape.fill is not None else "")
            case Polygon(points, _, closed):
                return " -- ".join(map(self.at, points)) + (" -- cycle" if closed else "")


def line(text: Text, regular: str = "plain", room: float = 0.0) -> str:
    """A line of text: its size, its room, its words. It has at least the `room` that it takes in the diagram's font."""
    room = max(room, text_width(text.text, text.size, text.bold) + _SLACK)
    style = "bold" if text.bold else regular
    return f"\\squeezeviz{style}{{{number(text.size)}}}{{{number(room)}}}{{{tex_text(text.text)}}}"


def number(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".") if round(value, 3) else "0"


def _collinear(*points: Point) -> bool:
    start, end = points[0], points[-1]
    dx, dy = end.x - start.x, end.y - start.y
    return all(abs((each.x - start.x) * dy - (each.y - start.y) * dx) < 0.01 for each in points)
