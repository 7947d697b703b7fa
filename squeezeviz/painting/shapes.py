"""Primitives as Qt knows them: outlines, pens and brushes, kept because a canvas asks for the same ones again."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainterPath, QPen

from squeezeviz.diagram.primitives import Circle, Curve, Group, Polygon, Rectangle, Shape, Text

Outlined = Rectangle | Circle | Curve | Polygon


def flattened(group: Group, x: float = 0.0, y: float = 0.0) -> Iterator[tuple[float, float, Outlined | Text]]:
    """Everything in the group in painting order, with how far its groups move it to the right and down."""
    x, y = x + group.x, y + group.y
    for child in group.children:
        if isinstance(child, Group):
            yield from flattened(child, x, y)
        else:
            yield x, y, child


def outline(primitive: Outlined, x: float, y: float) -> QPainterPath:
    """The primitive's edge, moved by (x, y)."""
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    match primitive:
        case Rectangle(left, top, width, height, radius=radius):
            radius = min(radius, width / 2, height / 2)
            path.addRoundedRect(QRectF(x + left, y + top, width, height), radius, radius)
        case Circle(centre_x, centre_y, radius):
            path.addEllipse(QPointF(x + centre_x, y + centre_y), radius, radius)
        case Curve():
            _add_curve(path, primitive, x, y)
        case Polygon():
            _add_polygon(path, primitive, x, y)
    return path


@lru_cache(maxsize=1024)
def pen(shape: Shape) -> QPen:
    if shape.stroke is None or shape.stroke_width <= 0:
        return QPen(Qt.PenStyle.NoPen)
    made = QPen(QColor(shape.stroke), shape.stroke_width)
    made.setCapStyle(Qt.PenCapStyle.FlatCap)
    made.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if shape.dash:
        made.setDashPattern([length / shape.stroke_width for length in shape.dash])
    return made


@lru_cache(maxsize=256)
def brush(fill: str | None) -> QBrush:
    return QBrush(Qt.BrushStyle.NoBrush) if fill is None else QBrush(QColor(fill))


@lru_cache(maxsize=256)
def text_pen(colour: str) -> QPen:
    return QPen(QColor(colour))


def _add_curve(path: QPainterPath, curve: Curve, x: float, y: float) -> None:
    points = [QPointF(x + each.x, y + each.y) for each in curve.points]
    path.moveTo(points[0])
    for first in range(1, len(points), 3):
        path.cubicTo(*points[first : first + 3])
    if curve.shape.fill is not None:
        path.closeSubpath()


def _add_polygon(path: QPainterPath, polygon: Polygon, x: float, y: float) -> None:
    points = [QPointF(x + each.x, y + each.y) for each in polygon.points]
    path.moveTo(points[0])
    for point in points[1:]:
        path.lineTo(point)
    if polygon.closed:
        path.closeSubpath()
