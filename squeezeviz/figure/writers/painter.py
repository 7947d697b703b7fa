"""The diagram's primitives onto any QPainter, an image, a PDF page or a widget: at once, or recorded for a canvas.

Measured on 1,000 Fire modules, from Python: glyphs laid out once paint in two thirds of the time of drawText, and
QPicture takes longer than painting afresh, because it sets every text anew at each replay.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QGlyphRun, QPainter, QPainterPath, QPen

from squeezeviz.figure.scene.primitives import (
    Circle,
    Curve,
    Group,
    Leaf,
    Outlined,
    Pixels,
    Polygon,
    Rectangle,
    Shape,
    Text,
    flattened,
)
from squeezeviz.figure.writers.fonts import typeset
from squeezeviz.model.records import NamedTuple

if TYPE_CHECKING:
    from PySide6.QtGui import QImage


@contextmanager
def saved(painter: QPainter) -> Iterator[None]:
    """Restore the painter at the end, whatever happens within: Qt may go on painting with it."""
    painter.save()
    try:
        yield
    finally:
        painter.restore()


def fill(painter: QPainter, room: QRect, colour: QColor) -> None:
    """Fill a rectangle. `QPainter.fillRect` and `QBrush` load Qt's gradients and images first, a hundred names."""
    painter.setBackground(colour)
    painter.eraseRect(room)


def paint_ground(painter: QPainter, room: QRect, colour: QColor) -> None:
    """Fill what is to be painted of a widget, and a unit beyond. Nothing may be smoothed yet.

    Where a unit is no whole number of pixels, the last one of an opaque widget would stay half dark.
    """
    fill(painter, room.adjusted(-1, -1, 1, 1), colour)


def paint(group: Group, painter: QPainter) -> None:
    """Paint everything in the group, one unit as one unit of the painter. Text stays text where the device has it.

    What is painted again and again is better recorded once (see `record`).
    """
    with saved(painter):
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        for x, y, primitive in flattened(group):
            if isinstance(primitive, Text):
                _paint_text(painter, primitive, x, y)
            elif isinstance(primitive, Pixels):
                painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)  # else a PDF has it as JPEG
                painter.drawImage(_room(primitive, x, y), _image(primitive))
            else:
                painter.setPen(pen(primitive.shape))
                painter.setBrush(ink(primitive.shape.fill))
                painter.drawPath(outline(primitive, x, y))


def _paint_text(painter: QPainter, text: Text, x: float, y: float) -> None:
    line = typeset(text.text, text.size, text.bold)
    painter.save()
    painter.setPen(text_pen(text.colour))
    painter.translate(x + text.x - line.left_of(text.anchor), y + text.y - line.ascent)
    painter.scale(line.across, line.scale)
    line.layout.draw(painter, QPointF())
    painter.restore()


def _room(pixels: Pixels, x: float, y: float) -> QRectF:
    return QRectF(x + pixels.x, y + pixels.y, pixels.width, pixels.height)


def _image(pixels: Pixels) -> QImage:
    """Return the picture, which keeps the pixels' bytes."""
    from PySide6.QtGui import QImage  # not sooner: a window without pictures needs none of its hundred names

    return QImage(pixels.rgb, pixels.columns, pixels.rows, 3 * pixels.columns, QImage.Format.Format_RGB888).copy()


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
        case Curve(points):
            start, *rest = (QPointF(x + each.x, y + each.y) for each in points)
            path.moveTo(start)
            for first in range(0, len(rest), 3):
                path.cubicTo(*rest[first : first + 3])
        case Polygon(points, closed=closed):
            start, *rest = (QPointF(x + each.x, y + each.y) for each in points)
            path.moveTo(start)
            for point in rest:
                path.lineTo(point)
            if closed:
                path.closeSubpath()
    return path


@lru_cache(maxsize=64)
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
def ink(colour: str | None) -> QColor | Qt.BrushStyle:
    """What a shape is filled with, as `setBrush` takes it."""
    return Qt.BrushStyle.NoBrush if colour is None else QColor(colour)


@lru_cache(maxsize=256)
def text_pen(colour: str) -> QPen:
    return QPen(QColor(colour))


class _Form(NamedTuple):
    """What is filled and outlined: a path, or a plain rectangle, which Qt fills ten times faster."""

    pen: QPen
    ink: QColor | Qt.BrushStyle
    form: QPainterPath | QRectF


class _Glyphs(NamedTuple):
    pen: QPen
    size: float
    at: QPointF
    scale: tuple[float, float]
    runs: tuple[QGlyphRun, ...]


class _Picture(NamedTuple):
    room: QRectF
    image: QImage


class Recording(NamedTuple):
    """A group as a list of draw calls."""

    steps: tuple[_Form | _Glyphs | _Picture, ...]
    parts: tuple[tuple[float, float, Leaf], ...]
    """What each step paints, and how far it is moved."""

    def play(self, painter: QPainter, smallest_text: float = 0.0) -> None:
        """Paint the group without text whose em is below `smallest_text` units, which nobody could read.

        Leaves the painter's pen and brush changed: a canvas saves them once a frame, not once a module. The
        painter's render hints are the caller's too.
        """
        for step in self.steps:
            if isinstance(step, _Glyphs):
                if step.size >= smallest_text:
                    _play_glyphs(painter, step)
                continue
            if isinstance(step, _Picture):
                painter.drawImage(step.room, step.image)
                continue
            painter.setPen(step.pen)
            painter.setBrush(step.ink)
            if isinstance(step.form, QRectF):
                painter.drawRect(step.form)
            else:
                painter.drawPath(step.form)


def record(group: Group, before: Recording | None = None) -> Recording:
    """Return the group as draw calls; those that stand in the recording `before` are taken from there."""
    parts = tuple(flattened(group))
    known = dict(zip(before.parts, before.steps, strict=True)) if before is not None else {}
    return Recording(tuple([known.get(each) or _step(*each) for each in parts]), parts)


def _step(x: float, y: float, primitive: Leaf) -> _Form | _Glyphs | _Picture:
    if isinstance(primitive, Pixels):
        return _Picture(_room(primitive, x, y), _image(primitive))
    if isinstance(primitive, Text):
        line = typeset(primitive.text, primitive.size, primitive.bold)
        at = QPointF(x + primitive.x - line.left_of(primitive.anchor), y + primitive.y - line.ascent)
        runs = tuple(line.layout.glyphRuns())
        return _Glyphs(text_pen(primitive.colour), primitive.size, at, (line.across, line.scale), runs)
    shape = primitive.shape
    form: QPainterPath | QRectF
    if isinstance(primitive, Rectangle) and shape.stroke is None and primitive.radius == 0:
        form = QRectF(x + primitive.x, y + primitive.y, primitive.width, primitive.height)
    else:
        form = outline(primitive, x, y)
    return _Form(pen(shape), ink(shape.fill), form)


def _play_glyphs(painter: QPainter, glyphs: _Glyphs) -> None:
    painter.setPen(glyphs.pen)
    if glyphs.scale == (1.0, 1.0):
        for run in glyphs.runs:
            painter.drawGlyphRun(glyphs.at, run)
        return
    painter.save()
    painter.translate(glyphs.at)
    painter.scale(*glyphs.scale)
    for run in glyphs.runs:
        painter.drawGlyphRun(QPointF(), run)
    painter.restore()
