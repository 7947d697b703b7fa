"""A network from so far away that a module is a speck: all of it in a few calls, however long it is."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from squeezeviz.figure.drawing.heat import Heat
from squeezeviz.figure.scene.diagram import Direction, Rect
from squeezeviz.figure.theme.theme import Theme
from squeezeviz.gui.canvas.axes import Span, across, along, rectangle
from squeezeviz.gui.canvas.camera import Camera
from squeezeviz.gui.canvas.detail import speck_colour
from squeezeviz.gui.canvas.series import Series

NARROWEST = 24.0
"""Pixels: specks keep this width where the true one could not be seen or hit."""


class _Batch:
    """The specks of one colour, in the order of the flow; across the flow they are shares of the whole width."""

    def __init__(self) -> None:
        self.starts: list[float] = []
        self.ends: list[float] = []
        self.rects: list[QRectF] = []

    def within(self, flow: Span) -> list[QRectF]:
        return self.rects[bisect_right(self.ends, flow.start) : bisect_left(self.starts, flow.end)]


class Specks:
    """One rectangle a module, prepared by colour."""

    def __init__(self, series: Series, theme: Theme, heat: Heat | None = None) -> None:
        self._direction = series.diagram.direction
        self._across = across(series.content, self._direction)
        self._batches: dict[str, _Batch] = {}
        for module in series.modules:
            batch = self._batches.setdefault(speck_colour(module, theme, heat), _Batch())
            flow, side = along(module.rect, self._direction), across(module.rect, self._direction)
            batch.starts.append(flow.start)
            batch.ends.append(flow.end)
            share = Span(self._share(side.start), self._share(side.end))
            batch.rects.append(QRectF(*rectangle(flow, share, self._direction)))

    def paint(self, painter: QPainter, camera: Camera, flow: Span) -> None:
        """Paint what lies within `flow` (diagram units) onto the viewport."""
        breadth = max(self._across.length * camera.zoom, NARROWEST)
        middle = self._across.middle * camera.zoom
        painter.save()
        if self._direction is Direction.DOWN:
            painter.translate(middle - camera.x, -camera.y)
            painter.scale(breadth, camera.zoom)
        else:
            painter.translate(-camera.x, middle - camera.y)
            painter.scale(camera.zoom, breadth)
        painter.setPen(Qt.PenStyle.NoPen)
        for colour, batch in self._batches.items():
            painter.setBrush(QColor(colour))
            painter.drawRects(batch.within(flow))
        painter.restore()

    def _share(self, position: float) -> float:
        return (position - self._across.middle) / max(self._across.length, 1e-9)


def widening(series: Series, zoom: float) -> float:
    """How many times wider than true the modules are drawn at `zoom`, about their common middle."""
    return max(1.0, NARROWEST / max(across(series.content, series.diagram.direction).length * zoom, 1e-9))


def widened(rect: Rect, series: Series, factor: float) -> Rect:
    """`rect` (diagram units) made `factor` times wider across the flow, about the middle of all modules."""
    direction = series.diagram.direction
    middle, side = across(series.content, direction).middle, across(rect, direction)
    wide = Span(middle + (side.start - middle) * factor, middle + (side.end - middle) * factor)
    return rectangle(along(rect, direction), wide, direction)
