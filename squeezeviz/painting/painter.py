"""The diagram's primitives onto any QPainter: an image, a PDF page, a widget."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter

from squeezeviz.diagram.primitives import Group, Text
from squeezeviz.painting.shapes import brush, flattened, outline, pen, text_pen
from squeezeviz.painting.typesetting import typeset


@contextmanager
def saved(painter: QPainter) -> Iterator[None]:
    """The painter is afterwards as it is now, whatever happens meanwhile: Qt may go on painting with it."""
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
