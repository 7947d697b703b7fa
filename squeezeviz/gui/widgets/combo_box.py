"""A combo box whose arrow is painted, not an image of the style sheet's: for one Qt loads what reads images."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

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

    def offer(self, entries: Mapping[Any, str]) -> None:
        """Let it offer these by their data, unless it does, and keep what is chosen, or else choose the first."""
        if {self.itemData(at): self.itemText(at) for at in range(self.count())} == entries:
            return
        chosen = self.currentData(), self.currentText()
        self.clear()
        for data, text in entries.items():
            self.addItem(text, data)
        self.setCurrentIndex(list(entries.items()).index(chosen) if chosen in entries.items() else 0)

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


def small_box(name: str, title: str, entries: Mapping[Any, str]) -> ComboBox:
    """Return a small box of that object name with entries, by their data; `title` says what it chooses."""
    box = ComboBox()
    box.setObjectName(name)
    box.setAccessibleName(title)
    box.setToolTip(title)
    box.setProperty("small", True)
    box.setSizeAdjustPolicy(ComboBox.SizeAdjustPolicy.AdjustToContents)
    box.offer(entries)
    return box
