"""A combo box whose arrow is painted, not an image of the style sheet's: for one Qt loads what reads images."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QComboBox

from squeezeviz.gui.widgets.guard import guarded

_ARROW = QPointF(1, 1), QPointF(5, 5), QPointF(9, 1)
_ROOM = QSize(10, 6)
_FROM_EDGE = 6
"""Pixels: the arrow, its room, and how far that is from the edge of the box."""


@guarded
class ComboBox(QComboBox):
    """Every combo box of the window is one of these."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        with QPainter(self) as painter:
            self.paint_arrow(painter)

    def paint_arrow(self, painter: QPainter) -> None:
        left = _FROM_EDGE if self.isRightToLeft() else self.width() - _FROM_EDGE - _ROOM.width()
        painter.drawPixmap(left, (self.height() - _ROOM.height()) // 2, self._arrow())

    def _arrow(self) -> QPixmap:
        """The arrow on whole pixels of the screen, whatever its scale is."""
        scale = self.devicePixelRatio()
        arrow = QPixmap(_ROOM * scale)
        arrow.setDevicePixelRatio(scale)
        arrow.fill(Qt.GlobalColor.transparent)
        # The application's palette, as the style sheet makes its own for the box.
        ink = QGuiApplication.palette().placeholderText()
        with QPainter(arrow) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(ink, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
            painter.drawPolyline(_ARROW)
        return arrow
