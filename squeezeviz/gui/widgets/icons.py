"""The window's icons, drawn from lines, so that they have the text's colour and any size."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap

_SIZE = 16
_LINES = {
    "new": "4,2 9.5,2 12.5,5 12.5,14 4,14 4,2; 9.5,2 9.5,5 12.5,5",
    "open": "2,13 2,3.5 6,3.5 7.5,5.5 13,5.5 13,7; 2,13 4.2,7.5 15,7.5 12.8,13 2,13",
    "save": "2.5,2.5 11,2.5 13.5,5 13.5,13.5 2.5,13.5 2.5,2.5; 5,13.5 5,9 11,9 11,13.5; 5.5,2.5 5.5,5.5 10,5.5 10,2.5",
    "export": "8,10 8,2; 5,5 8,2 11,5; 2.5,9 2.5,13.5 13.5,13.5 13.5,9",
    "add": "8,3 8,13; 3,8 13,8",
    "direction": "5,2 5,13; 2.5,10.5 5,13 7.5,10.5; 8,4.5 14,4.5; 11.8,2.2 14,4.5 11.8,6.8",
    "duplicate": "5.5,5.5 13.5,5.5 13.5,13.5 5.5,13.5 5.5,5.5; 2.5,10.5 2.5,2.5 10.5,2.5",
    "delete": "2.5,4.5 13.5,4.5; 6,4.5 6,2.5 10,2.5 10,4.5; 4,4.5 4.7,13.5 11.3,13.5 12,4.5; 8,7 8,11",
    "up": "8,13 8,3; 4,7 8,3 12,7",
    "down": "8,3 8,13; 4,9 8,13 12,9",
    "run": "4.5,2.5 13,8 4.5,13.5 4.5,2.5",
}
"""Strokes on a 16 × 16 grid: points `x,y` joined by lines, `;` between strokes."""


def icon(name: str, colour: str) -> QIcon:
    """Return the icon of that name in one colour, sharp at single and double resolution."""
    made = QIcon()
    for scale in (1, 2, 3):
        pixmap = QPixmap(_SIZE * scale, _SIZE * scale)
        pixmap.fill(Qt.GlobalColor.transparent)
        with QPainter(pixmap) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.scale(scale, scale)
            pen = QPen(QColor(colour), 1.5)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            painter.drawPath(_path(name))
        pixmap.setDevicePixelRatio(scale)
        made.addPixmap(pixmap)
    return made


def _path(name: str) -> QPainterPath:
    path = QPainterPath()
    if name in ("undo", "redo"):
        _turn(path, mirrored=name == "redo")
    for stroke in _LINES.get(name, "").split(";"):
        points = [QPointF(*(float(part) for part in point.split(","))) for point in stroke.split()]
        for first, point in zip([True] + [False] * len(points), points, strict=False):
            (path.moveTo if first else path.lineTo)(point)
    return path


def _turn(path: QPainterPath, *, mirrored: bool) -> None:
    """Add an arrow that turns back."""

    def at(x: float, y: float) -> QPointF:
        return QPointF(_SIZE - x if mirrored else x, y)

    path.moveTo(at(3, 6.5))
    path.lineTo(at(9.5, 6.5))
    box = QRectF(at(6, 6.5), at(13, 13.5)).normalized()
    path.arcTo(box, 90, 180 if mirrored else -180)
    path.lineTo(at(6, 13.5))
    for end in (at(6, 3.3), at(6, 9.7)):
        path.moveTo(at(3, 6.5))
        path.lineTo(end)
