"""Modules that an edit moved slide to their new place, so that the eye can follow them. Nothing waits for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QEasingCurve, QObject, QVariantAnimation, Signal

from squeezeviz.figure.scene.diagram import Key, Point
from squeezeviz.gui.canvas.camera import Camera
from squeezeviz.gui.canvas.series import Series, entry

DURATION_MS = 150
MOST_MODULES = 400
"""More than this in sight are specks; sliding them tells nobody anything."""
_STILL = Point(0.0, 0.0)


class Slide(QObject):
    """The slide under way, if any: how far from its place each module is drawn, and how much of it shows."""

    ticked = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._shifts: Mapping[Key, Point] = {}
        self._arriving: frozenset[Key] = frozenset()
        self._left = 0.0
        self._animation = QVariantAnimation(self)
        self._animation.setDuration(DURATION_MS)
        self._animation.setStartValue(1.0)
        self._animation.setEndValue(0.0)
        self._animation.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._animation.valueChanged.connect(self._tick)

    @property
    def running(self) -> bool:
        return self._left > 0.0

    @property
    def moving(self) -> Iterable[Key]:
        """The modules that move."""
        return self._shifts if self.running else ()

    def shift(self, key: Key) -> Point:
        """How far from its place the module of `key` is drawn now, in diagram units."""
        if not self.running:
            return _STILL
        x, y = self._shifts.get(key, _STILL)
        return Point(x * self._left, y * self._left)

    def opacity(self, key: Key) -> float:
        """1, and less for a module that is just appearing."""
        return 1.0 - self._left if self.running and key in self._arriving else 1.0

    def start(self, shifts: Mapping[Key, Point], arriving: frozenset[Key]) -> None:
        """Begin anew, from `shifts` (diagram units from the new places, by module); nothing, where nothing moves."""
        if not arriving and not any(shift != _STILL for shift in shifts.values()):
            self.finish()
            return
        self._animation.stop()
        self._shifts, self._arriving, self._left = shifts, arriving, 1.0
        self._animation.start()

    def finish(self) -> None:
        self._animation.stop()
        self._left = 0.0

    def _tick(self, left: float) -> None:
        self._left = left
        self.ticked.emit()


def shifts(
    before: Series, after: Series, places: Iterable[int], slide: Slide, cameras: tuple[Camera, Camera]
) -> dict[Key, Point]:
    """Where the modules at `places` of `after` are seen now, relative to where they will be, in diagram units, by key.

    `cameras` look at `before` and at `after`.
    """
    moved: dict[Key, Point] = {}
    for place in places:
        module = after.modules[place]
        old = before.module(module.key)
        if old is None:
            continue
        here, there, displaced = entry(old), entry(module), slide.shift(module.key)
        start = cameras[1].to_diagram(cameras[0].to_view(Point(here.x + displaced.x, here.y + displaced.y)))
        moved[module.key] = Point(start.x - there.x, start.y - there.y)
    return moved
