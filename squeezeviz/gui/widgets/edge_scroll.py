"""A drag with the mouse: from where on it is one, and how an area scrolls while it is held at an edge."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint, QTimer
from PySide6.QtWidgets import QAbstractScrollArea

DRAG_FROM = 4
"""Pixels that the pointer moves before a press becomes a drag."""
SCROLL_MARGIN = 10
SCROLL_EVERY_MS = 30
SLOWEST, FASTEST = 4, 40
"""Pixels that a held drag scrolls at each of these moments."""


class EdgeScroll(QObject):
    """Scrolls an area while a drag is held beyond its edge, the faster the farther.

    `scrolled` is called with where the pointer is, after what was beyond the edge has come into view.
    """

    def __init__(self, area: QAbstractScrollArea, scrolled: Callable[[QPoint], None], *, margin: int = 0) -> None:
        super().__init__(area)
        self._area = area
        self._scrolled = scrolled
        self._margin = margin
        self._pointer = QPoint()
        self._timer = QTimer(self)
        self._timer.setInterval(SCROLL_EVERY_MS)
        self._timer.timeout.connect(self._scroll)

    def follow(self, pointer: QPoint) -> None:
        """The pointer is there now, in the viewport's pixels."""
        self._pointer = pointer
        if not any(self._speeds()):
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def _scroll(self) -> None:
        bars = self._area.horizontalScrollBar(), self._area.verticalScrollBar()
        before = [bar.value() for bar in bars]
        for bar, speed in zip(bars, self._speeds(), strict=True):
            bar.setValue(bar.value() + speed)
        if [bar.value() for bar in bars] != before:
            self._scrolled(self._pointer)

    def _speeds(self) -> tuple[int, int]:
        """How far to scroll across and down; negative towards the start, 0 within the area."""
        ground = self._area.viewport()
        return self._speed(self._pointer.x(), ground.width()), self._speed(self._pointer.y(), ground.height())

    def _speed(self, at: int, size: int) -> int:
        beyond = min(0, at - self._margin) or max(0, at - (size - 1 - self._margin))
        speed = max(SLOWEST, min(FASTEST, abs(beyond) // 2)) if beyond else 0
        return -speed if beyond < 0 else speed
