"""The rings around what is selected and what the mouse is over, and the edge of a view that has the keyboard."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from squeezeviz.figure.theme.theme import Theme

_RADIUS = 9.0
_FRAME_RADIUS = 14.0
_FRAME_FROM = 80.0
"""Units; what is larger both ways is an opened Fire, whose corners are rounder."""


def paint_selection(painter: QPainter, seen: QRectF, theme: Theme, zoom: float) -> None:
    """A thick ring around `seen` (pixels of the viewport), set off by the page's colour inside it."""
    width = 3.0 * min(max(zoom**0.5, 0.8), 1.6)
    _ring(painter, seen, theme.page, zoom, gap=1.0, width=2.0)
    _ring(painter, seen, theme.selection, zoom, gap=1.5 + width / 2, width=width)


def paint_hover(painter: QPainter, seen: QRectF, theme: Theme, zoom: float) -> None:
    """A thin ring that says what a click would select."""
    _ring(painter, seen, theme.hover, zoom, gap=1.5, width=1.5)


def paint_focus(painter: QPainter, viewport: QRectF, theme: Theme) -> None:
    """The view's own edge, for while the keyboard is there and no ring shows it."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme.selection), 2))
    painter.drawRoundedRect(viewport.adjusted(2, 2, -2, -2), 6, 6)


def _ring(painter: QPainter, seen: QRectF, colour: str, zoom: float, gap: float, width: float) -> None:
    frame = min(seen.width(), seen.height()) > _FRAME_FROM * zoom
    radius = (_FRAME_RADIUS if frame else _RADIUS) * min(max(zoom, 0.3), 2.0)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(colour), width))
    painter.drawRoundedRect(seen.adjusted(-gap, -gap, gap, gap), radius, radius)
