"""A drag that leaves the table goes on: what lies beyond the edge comes into view."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint, QTimer
from PySide6.QtWidgets import QAbstractScrollArea

TICK_MS = 30
NEAREST, FARTHEST = 4, 40
"""Pixels a tick."""


class EdgeScroll(QObject):
    """Scrolls while the pointer is held beyond the edge of the area, the faster the farther."""

    def __init__(self, area: QAbstractScrollArea, scrolled: Callable[[QPoint], None], *, margin: int = 0) -> None:
        super().__init__(area)
        self._area = area
        self._scrolled = scrolled
        self._margin = margin
        self._pointer = QPoint()
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)

    def follow(self, pointer: QPoint) -> None:
        """The pointer is there now, in the viewport's pixels."""
        self._pointer = pointer
        if self._speed(pointer.x(), self._area.viewport().width()) or self._down():
            if not self._timer.isActive():
                self._timer.start()
        else:
            self._timer.stop()

    def stop(self) -> None:
        self._timer.stop()

    def _tick(self) -> None:
        across, down = self._area.horizontalScrollBar(), self._area.verticalScrollBar()
        before = across.value(), down.value()
        across.setValue(across.value() + self._speed(self._pointer.x(), self._area.viewport().width()))
        down.setValue(down.value() + self._down())
        if (across.value(), down.value()) != before:
            self._scrolled(self._pointer)

    def _down(self) -> int:
        return self._speed(self._pointer.y(), self._area.viewport().height())

    def _speed(self, at: int, size: int) -> int:
        """How far to scroll in a tick; negative towards the start, 0 within the area."""
        beyond = min(0, at - self._margin) or max(0, at - (size - 1 - self._margin))
        if not beyond:
            return 0
        speed = max(NEAREST, min(FARTHEST, abs(beyond) // 2))
        return -speed if beyond < 0 else speed
