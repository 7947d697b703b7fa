"""The diagram's primitives onto any QPainter: an image, a PDF page, a widget."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen

from squeezeviz.figure.scene.primitives import (
    Circle,
    Curve,
    Group,
    Outlined,
    Polygon,
    Rectangle,
    Shape,
    Text,
    flattened,
)
from squeezeviz.figure.writers.fonts import typeset


@contextmanager
def saved(painter: QPainter) -> Iterator[None]:
    """Restore the painter at the end, whatever happens within: Qt may go on painting with it."""
    painter.save()
    try:
        yield
    finally:
        painter.restore()


def paint(group: Group, painter: QPainter) -> None:
    """Paint everything in the group, one unit as one unit of the painter. Text stays text where the device has it.

    What is painted again and again is better recorded once (see `recording.record`).
    """
    with saved(painter):
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        for x, y, primitive in flattened(group):
            if isinstance(primitive, Text):
                _paint_text(painter, primitive, x, y)
            else:
                painter.setPen(pen(primitive.shape))
                painter.setBrush(brush(primitive.shape.fill))
                painter.drawPath(outline(primitive, x, y))


def _paint_text(painter: QPainter, text: Text, x: float, y: float) -> None:
    line = typeset(text.text, text.size, text.bold)
    painter.save()
    painter.setPen(text_pen(text.colour))
    painter.translate(x + text.x - line.left_of(text.anchor), y + text.y - line.ascent)
    painter.scale(line.scale, line.scale)
    line.layout.draw(painter, QPointF())
    painter.restore()


def outline(primitive: Outlined, x: float, y: float) -> QPainterPath:
    """Return the primitive's edge, moved by (x, y)."""
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
