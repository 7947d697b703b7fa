"""How far what is drawn reaches, texts measured: so that no figure cuts anything off."""

from __future__ import annotations

from collections.abc import Iterator

from squeezeviz.figure.scene.diagram import Point, Rect
from squeezeviz.figure.scene.primitives import Circle, Curve, Group, Polygon, Primitive, Rectangle, Shape, Text
from squeezeviz.figure.theme.metrics import text_width

_ASCENT, _DESCENT = 0.78, 0.25
"""Of letters and digits, in ems."""
_TO_THE_LEFT = {"start": 0.0, "middle": 0.5, "end": 1.0}


def extent(group: Group) -> Rect:
    """The smallest rectangle around everything in the group, outlines included; empty where nothing is drawn."""
    rects = list(_touched(group, 0.0, 0.0))
    if not rects:
        return Rect(0, 0, 0, 0)
    left, top = min(rect.x for rect in rects), min(rect.y for rect in rects)
    right, bottom = max(rect.x + rect.width for rect in rects), max(rect.y + rect.height for rect in rects)
    return Rect(left, top, right - left, bottom - top)


def texts(group: Group) -> Iterator[Text]:
    """Every text in the group that says something."""
    for child in group.children:
        if isinstance(child, Group):
            yield from texts(child)
        elif isinstance(child, Text) and child.text.strip():
            yield child


def _touched(primitive: Primitive, x: float, y: float) -> Iterator[Rect]:
    match primitive:
        case Group():
            for child in primitive.children:
                yield from _touched(child, x + primitive.x, y + primitive.y)
        case Text():
            width = text_width(primitive.text, primitive.size, primitive.bold)
            left = x + primitive.x - _TO_THE_LEFT[primitive.anchor] * width
            top = y + primitive.y - _ASCENT * primitive.size
            yield Rect(left, top, width, (_ASCENT + _DESCENT) * primitive.size)
        case Rectangle():
            rect = Rect(x + primitive.x, y + primitive.y, primitive.width, primitive.height)
            yield _around(rect, primitive.shape)
        case Circle(centre_x, centre_y, radius):
            rect = Rect(x + centre_x - radius, y + centre_y - radius, 2 * radius, 2 * radius)
            yield _around(rect, primitive.shape)
        case Curve() | Polygon():
            # A Bézier lies within its points.
            yield _around(_hull(primitive.points, x, y), primitive.shape)


def _hull(points: tuple[Point, ...], x: float, y: float) -> Rect:
    left, top = min(point.x for point in points), min(point.y for point in points)
    right, bottom = max(point.x for point in points), max(point.y for point in points)
    return Rect(x + left, y + top, right - left, bottom - top)


def _around(rect: Rect, shape: Shape) -> Rect:
    edge = shape.stroke_width / 2 if shape.stroke is not None else 0.0
    return Rect(rect.x - edge, rect.y - edge, rect.width + 2 * edge, rect.height + 2 * edge)
