"""The diagram's primitives onto any QPainter, an image, a PDF page or a widget: at once, or recorded for a canvas.

Measured on 1,000 Fire modules, from Python: glyphs laid out once paint in two thirds of the time of drawText, and
QPicture takes longer than painting afresh, because it sets every text anew at each replay.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QGlyphRun, QPainter, QPainterPath, QPen

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

    What is painted again and again is better recorded once (see `record`).
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


class _Outline(NamedTuple):
    pen: QPen
    brush: QBrush
    path: QPainterPath


class _Block(NamedTuple):
    """A rectangle without an outline or round corners, which Qt fills ten times faster than a path."""

    pen: QPen
    brush: QBrush
    rect: QRectF


class _Glyphs(NamedTuple):
    pen: QPen
    size: float
    at: QPointF
    scale: float
    runs: tuple[QGlyphRun, ...]


@dataclass(frozen=True, slots=True)
class Recording:
    """A group as a list of draw calls. `bounds` is all that it may touch, outlines included, in units."""

    bounds: QRectF
    _steps: tuple[_Outline | _Block | _Glyphs, ...]

    def play(self, painter: QPainter, smallest_text: float = 0.0) -> None:
        """Paint the group without text whose em is below `smallest_text` units, which nobody could read.

        Leaves the painter's pen and brush changed: a canvas saves them once a frame, not once a module. The
        painter's render hints are the caller's too.
        """
        for step in self._steps:
            if isinstance(step, _Glyphs):
                if step.size >= smallest_text:
                    _play_glyphs(painter, step)
                continue
            painter.setPen(step.pen)
            painter.setBrush(step.brush)
            if isinstance(step, _Block):
                painter.drawRect(step.rect)
            else:
                painter.drawPath(step.path)


def record(group: Group) -> Recording:
    steps: list[_Outline | _Block | _Glyphs] = []
    bounds = QRectF()
    for x, y, primitive in flattened(group):
        if isinstance(primitive, Text):
            glyphs, touched = _glyphs(primitive, x, y)
            steps.append(glyphs)
        else:
            step, touched = _outlined(primitive, x, y)
            steps.append(step)
        bounds = bounds.united(touched)
    return Recording(bounds, tuple(steps))


def _outlined(primitive: Outlined, x: float, y: float) -> tuple[_Outline | _Block, QRectF]:
    shape = primitive.shape
    if isinstance(primitive, Rectangle) and shape.stroke is None and primitive.radius == 0:
        rect = QRectF(x + primitive.x, y + primitive.y, primitive.width, primitive.height)
        return _Block(pen(shape), brush(shape.fill), rect), rect
    path = outline(primitive, x, y)
    edge = shape.stroke_width / 2 if shape.stroke is not None else 0.0
    touched = path.boundingRect().adjusted(-edge, -edge, edge, edge)
    return _Outline(pen(shape), brush(shape.fill), path), touched


def _glyphs(text: Text, x: float, y: float) -> tuple[_Glyphs, QRectF]:
    line = typeset(text.text, text.size, text.bold)
    at = QPointF(x + text.x - line.left_of(text.anchor), y + text.y - line.ascent)
    touched = line.layout.boundingRect()
    touched = QRectF(at.x(), at.y(), line.width, touched.height() * line.scale)
    return _Glyphs(text_pen(text.colour), text.size, at, line.scale, tuple(line.layout.glyphRuns())), touched


def _play_glyphs(painter: QPainter, glyphs: _Glyphs) -> None:
    painter.setPen(glyphs.pen)
    if glyphs.scale == 1.0:
        for run in glyphs.runs:
            painter.drawGlyphRun(glyphs.at, run)
        return
    painter.save()
    painter.translate(glyphs.at)
    painter.scale(glyphs.scale, glyphs.scale)
    for run in glyphs.runs:
        painter.drawGlyphRun(QPointF(), run)
    painter.restore()
