"""How the graph answers an edit: one module keeps its place on the screen, the others slide to theirs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRectF, Signal
from PySide6.QtGui import QTransform

from squeezeviz.figure.scene.diagram import Key, Point, Rect
from squeezeviz.gui.canvas.camera import Camera, natural_range
from squeezeviz.gui.canvas.series import Series
from squeezeviz.model.records import NamedTuple

if TYPE_CHECKING:
    from PySide6.QtCore import QVariantAnimation

DURATION_MS = 150
MOST_MODULES = 400
"""More than this in sight are specks; sliding them tells nobody anything."""
NARROWEST = 24.0
"""Pixels across the flow that the whole network is drawn at the least: a thread could not be seen or hit."""
_STILL = Point(0.0, 0.0)


class Slide(QObject):
    """The slide under way, if any: how far from its place each module is drawn, and how much of it shows."""

    ticked = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._shifts: Mapping[Key, Point] = {}
        self._arriving: frozenset[Key] = frozenset()
        self._left = 0.0
        self._animation: QVariantAnimation | None = None

    @property
    def moving(self) -> Iterable[Key]:
        """The modules that move now."""
        return self._shifts if self._left > 0.0 else ()

    def shift(self, key: Key) -> Point:
        """How far from its place the module of `key` is drawn now, in diagram units."""
        if self._left == 0.0:
            return _STILL
        x, y = self._shifts.get(key, _STILL)
        return Point(x * self._left, y * self._left)

    def opacity(self, key: Key) -> float:
        """1, and less for a module that is just appearing."""
        return 1.0 - self._left if key in self._arriving else 1.0

    def start(self, before: Scene, after: Scene, window: Rect) -> None:
        """Slide every module that is in `window` before or after (pixels of the viewport) from where it is seen now."""
        places = {after.series.place(before.series.modules[place].key) for place in before.places(window)}
        places = (places | set(after.places(window))) - {None}
        shifts: dict[Key, Point] = {}
        arriving: set[Key] = set()
        for module in (after.series.modules[place] for place in places if place is not None):
            old, displaced = before.series.module(module.key), self.shift(module.key)
            if old is None:
                arriving.add(module.key)
                continue
            seen = before.camera.to_view(Point(old.start.x + displaced.x, old.start.y + displaced.y))
            start = after.camera.to_diagram(seen)
            shifts[module.key] = Point(start.x - module.start.x, start.y - module.start.y)
        self.finish()
        if len(places) <= MOST_MODULES and (arriving or any(shift != _STILL for shift in shifts.values())):
            self._shifts, self._arriving, self._left = shifts, frozenset(arriving), 1.0
            if self._animation is None:
                self._animation = self._made()
            self._animation.start()

    def finish(self) -> None:
        """Draw every module at its place."""
        if self._animation is not None:
            self._animation.stop()
        self._left, self._arriving = 0.0, frozenset()

    def _made(self) -> QVariantAnimation:
        from PySide6.QtCore import QEasingCurve, QVariantAnimation

        animation = QVariantAnimation(self)
        animation.setDuration(DURATION_MS)
        animation.setStartValue(1.0)
        animation.setEndValue(0.0)
        animation.setEasingCurve(QEasingCurve.Type.OutCubic)
        animation.valueChanged.connect(self._tick)
        return animation

    def _tick(self, left: float) -> None:
        self._left = left
        self.ticked.emit()


class Scene(NamedTuple):
    """What is painted: a series, the camera that looks at it, and the slide under way."""

    series: Series
    camera: Camera
    slide: Slide

    @property
    def transform(self) -> QTransform:
        """From diagram units to pixels of the viewport. Seen from afar, a network is drawn wider than it is."""
        camera, breadth = self.camera, self.series.across(self.series.content)
        wide = max(camera.zoom, NARROWEST / max(breadth.length, 1e-9))
        aside = breadth.middle * (camera.zoom - wide)
        if self.series.down:
            return QTransform(wide, 0, 0, camera.zoom, aside - camera.x, -camera.y)
        return QTransform(camera.zoom, 0, 0, wide, -camera.x, aside - camera.y)

    def shift(self, key: Key) -> Point:
        """How far from its place the box or module of `key` is drawn now, in diagram units."""
        module = self.series.module(key)
        return self.slide.shift(key if module is None else module.key)

    def seen(self, key: Key) -> QRectF | None:
        """Where the box or module of `key` is on the viewport, in pixels; None where the diagram lacks it."""
        rect = self.series.rect(key)
        return None if rect is None else self.transform.mapRect(QRectF(*rect).translated(*self.shift(key)))

    def places(self, window: Rect) -> Sequence[int]:
        """The places of the modules that are seen in `window` (pixels of the viewport)."""
        return self.series.within(self.camera.rect_to_diagram(window))


def followed(before: Scene, after: Series, room: Rect, selected: Key | None) -> Camera:
    """The camera that shows `after` with the selected module, or else the central one, where it was.

    A view of the series' start stays there, and no gap opens before the first module.
    """
    camera = before.camera
    anchor = _anchor(before, after, room, selected)
    old, new = before.series.module(anchor), after.module(anchor)
    if old is not None and new is not None:
        camera = camera.placed(new.start, camera.to_view(old.start))
    first = natural_range(after.along(after.content), camera.zoom, after.along(room), centred=False)[0]
    if after.down:
        return camera._replace(y=max(camera.y, first))
    return camera._replace(x=max(camera.x, first))


def _anchor(before: Scene, after: Series, room: Rect, selected: Key | None) -> Key | None:
    """The module to hold on to, which is still there: the selected one if it is in sight, else the most central."""
    places, chosen = before.places(room), before.series.place(selected)
    centre = 0 if 0 in places else before.series.nearest(before.camera.rect_to_diagram(room).middle)
    if chosen is not None and chosen in places and after.place(before.series.modules[chosen].key) is not None:
        return before.series.modules[chosen].key
    nearest_first = sorted(range(len(before.series)), key=lambda place: abs(place - centre))
    keys = (before.series.modules[place].key for place in nearest_first)
    return next((key for key in keys if after.place(key) is not None), None)
