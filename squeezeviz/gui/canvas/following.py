"""How the view answers a changed diagram: one module keeps its place on the screen, the others slide to theirs."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from squeezeviz.figure.scene.diagram import Direction, Key, Rect
from squeezeviz.gui.canvas import camera as cameras
from squeezeviz.gui.canvas.axes import along
from squeezeviz.gui.canvas.camera import Camera
from squeezeviz.gui.canvas.series import Series, entry
from squeezeviz.gui.canvas.sliding import MOST_MODULES, Slide, shifts


class Seen(NamedTuple):
    """A series, and the camera that looks at it."""

    series: Series
    camera: Camera

    def places(self, window: Rect) -> range:
        """The places of the modules that are seen in `window`, which is in view pixels."""
        return self.series.within(along(self.camera.rect_to_diagram(window), self.series.diagram.direction))


def followed(before: Seen, after: Series, room: Rect, selected: Key | None) -> Camera:
    """The camera that shows `after` with the selected module, or else the central one, where it was.

    A view of the series' start stays there, and no gap opens before the first module.
    """
    anchor = _anchor(before, after, room, selected)
    camera = before.camera
    if anchor is not None:
        old, new = before.series.module(anchor), after.module(anchor)
        assert old is not None and new is not None
        camera = camera.placed(entry(new), camera.to_view(entry(old)))
    return _without_gap(camera, after, room)


def slide_between(slide: Slide, before: Seen, after: Seen, window: Rect) -> None:
    """Begin the slide of every module that is in sight before or after."""
    places = set(after.places(window))
    for place in before.places(window):
        still = after.series.place(before.series.modules[place].key)
        if still is not None:
            places.add(still)
    if len(places) > MOST_MODULES:
        slide.finish()
        return
    moved = shifts(before.series, after.series, places, slide, (before.camera, after.camera))
    arriving = frozenset(after.series.modules[place].key for place in places) - moved.keys()
    slide.start(moved, arriving)


def _anchor(before: Seen, after: Series, room: Rect, selected: Key | None) -> Key | None:
    """The module to hold on to: it is seen now, and still there afterwards."""
    places = before.places(room)
    held = before.series.place(selected)
    if held is not None and held in places and (kept := _kept(before.series, after, held)):
        return kept
    direction = after.diagram.direction
    middle = along(before.camera.rect_to_diagram(room), direction).middle
    if not before.series.modules:
        return None
    centre = 0 if 0 in places else before.series.nearest(middle)
    nearest_first = sorted(range(len(before.series)), key=lambda place: abs(place - centre))
    return next((key for place in nearest_first if (key := _kept(before.series, after, place))), None)


def _kept(before: Series, after: Series, place: int) -> Key | None:
    key = before.modules[place].key
    return key if after.place(key) is not None else None


def _without_gap(camera: Camera, series: Series, room: Rect) -> Camera:
    direction = series.diagram.direction
    span, free = along(series.content, direction), along(room, direction)
    first = cameras.natural_range(span, camera.zoom, free, centred=False)[0]
    if direction is Direction.RIGHT:
        return replace(camera, x=max(camera.x, first))
    return replace(camera, y=max(camera.y, first))
