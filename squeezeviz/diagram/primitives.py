"""The few shapes that everything is drawn with, so that screen, SVG, PDF and PNG cannot differ.

Whoever paints needs to know these alone. Colours are `#rrggbb`; None paints nothing. Text is never markup.
"""

from __future__ import annotations

from dataclasses import dataclass

from squeezeviz.diagram.model import Key, Point


@dataclass(frozen=True, slots=True)
class Shape:
    """How a shape is filled and outlined; `dash` is on and off lengths, empty for a solid line."""

    fill: str | None = None
    stroke: str | None = None
    stroke_width: float = 1.0
    dash: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Rectangle:
    x: float
    y: float
    width: float
    height: float
    shape: Shape
    radius: float = 0.0


@dataclass(frozen=True, slots=True)
class Circle:
    x: float
    y: float
    radius: float
    shape: Shape


@dataclass(frozen=True, slots=True)
class Curve:
    """Cubic Bézier points, 1 + 3·n of them; filled curves are closed."""

    points: tuple[Point, ...]
    shape: Shape


@dataclass(frozen=True, slots=True)
class Polygon:
    """Straight lines through the points; `closed` joins the last to the first."""

    points: tuple[Point, ...]
    shape: Shape
    closed: bool = True


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text; `x` is its start, middle or end as `anchor` says, `y` its baseline, `size` in units."""

    x: float
    y: float
    text: str
    size: float
    colour: str
    bold: bool = False
    anchor: str = "start"


@dataclass(frozen=True, slots=True)
class Group:
    """Primitives that belong together, moved by (x, y). `key` says what they show, `title` its full name."""

    x: float
    y: float
    children: tuple[Primitive, ...]
    key: Key | None = None
    title: str = ""
    kind: str = ""


Primitive = Rectangle | Circle | Curve | Polygon | Text | Group
