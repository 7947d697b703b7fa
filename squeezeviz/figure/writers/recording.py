"""A group prepared to be painted many times, for a canvas that pans.

Measured on 1,000 Fire modules, from Python: glyphs laid out once paint in two thirds of the time of drawText, and
QPicture takes longer than painting afresh, because it sets every text anew at each replay.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QBrush, QGlyphRun, QPainter, QPainterPath, QPen

from squeezeviz.figure.scene.primitives import Group, Outlined, Rectangle, Text, flattened
from squeezeviz.figure.writers.fonts import typeset
from squeezeviz.figure.writers.painter import brush, outline, pen, text_pen


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
