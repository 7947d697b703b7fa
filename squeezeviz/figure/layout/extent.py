"""How far a drawing reaches, with its texts measured, so that no figure cuts anything off."""

from __future__ import annotations

from collections.abc import Iterator

from squeezeviz.figure.scene.diagram import Rect
from squeezeviz.figure.scene.primitives import (
    LEFT_OF_ANCHOR,
    Circle,
    Curve,
    Group,
    Outlined,
    Polygon,
    Rectangle,
    Text,
    flattened,
)
from squeezeviz.figure.theme.metrics import text_width

_ASCENT, _DESCENT = 0.78, 0.25
"""Of letters and digits, in ems."""


def extent(group: Group) -> Rect:
    """Return the smallest rectangle around everything in the group, outlines included; empty for an empty group."""
    rects = [_touched(*each) for each in flattened(group)]
    if not rects:
        return Rect(0, 0, 0, 0)
    left, top = min(rect.x for rect in rects), min(rect.y for rect in rects)
    right, bottom = max(rect.x + rect.width for rect in rects), max(rect.y + rect.height for rect in rects)
    return Rect(left, top, right - left, bottom - top)


def texts(group: Group) -> Iterator[Text]:
    """Yield every text in the group that is not blank."""
    for _, _, each in flattened(group):
        if isinstance(each, Text) and each.text.strip():
            yield each


def _touched(x: float, y: float, primitive: Outlined | Text) -> Rect:
    match primitive:
        case Text(text=text, size=size):
            width = text_width(text, size, primitive.bold)
            left = x + primitive.x - LEFT_OF_ANCHOR[primitive.anchor] * width
            return Rect(left, y + primitive.y - _ASCENT * size, width, (_ASCENT + _DESCENT) * size)
        case Rectangle():
            left, top, width, height = primitive.x, primitive.y, primitive.width, primitive.height
        case Circle(centre_x, centre_y, radius):
            left, top, width, height = centre_x - radius, centre_y - radius, 2 * radius, 2 * radius
        case Curve(points) | Polygon(points):
            # A Bézier lies within its points.
            left, top = min(point.x for point in points), min(point.y for point in points)
            width, height = max(point.x for point in points) - left, max(point.y for point in points) - top
    edge = primitive.shape.stroke_width / 2 if primitive.shape.stroke is not None else 0.0
    return Rect(x + left - edge, y + top - edge, width + 2 * edge, height + 2 * edge)
