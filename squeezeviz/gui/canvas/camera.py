"""Where the person looks from: zoom and position, the diagram's two axes, and its room in the viewport.

View coordinates are logical pixels of the viewport; diagram coordinates are those of the placed diagram.
"""

from __future__ import annotations

import math

from squeezeviz.figure.scene.diagram import Direction, Point, Rect
from squeezeviz.model.records import NamedTuple

LARGEST_ZOOM = 8.0
STOPS = (0.05, 0.1, 0.15, 0.25, 0.33, 0.5, 0.67, 0.75, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0, 3.0, 4.0, 6.0, LARGEST_ZOOM)
"""The zooms that + and − stop at; beyond the smallest they halve."""

READABLE_FROM = 0.65
"""The smallest zoom at which the text in a box can be read with ease."""

_ROUNDING = 1e-6
"""Pixels that a length divided by a zoom and multiplied again may be longer."""
ALWAYS_IN_SIGHT = 64.0
"""Pixels of the diagram that no panning pushes out of the viewport."""


class Span(NamedTuple):
    """From `start` to `end` on one axis, in whatever unit the rectangle had."""

    start: float
    end: float

    @property
    def length(self) -> float:
        return self.end - self.start

    @property
    def middle(self) -> float:
        return (self.start + self.end) / 2


class Camera(NamedTuple):
    """A diagram point p is seen at p · zoom − (x, y); x and y are whole pixels, so that lines stay crisp."""

    zoom: float = 1.0
    x: int = 0
    y: int = 0

    def to_view(self, point: Point) -> Point:
        return Point(point.x * self.zoom - self.x, point.y * self.zoom - self.y)

    def to_diagram(self, point: Point) -> Point:
        return Point((point.x + self.x) / self.zoom, (point.y + self.y) / self.zoom)

    def rect_to_view(self, rect: Rect) -> Rect:
        corner = self.to_view(Point(rect.x, rect.y))
        return Rect(corner.x, corner.y, rect.width * self.zoom, rect.height * self.zoom)

    def rect_to_diagram(self, rect: Rect) -> Rect:
        corner = self.to_diagram(Point(rect.x, rect.y))
        return Rect(corner.x, corner.y, rect.width / self.zoom, rect.height / self.zoom)

    def zoomed(self, zoom: float, at: Point) -> Camera:
        """The camera at `zoom` that shows at view point `at` what is there now."""
        return Camera(zoom, self.x, self.y).placed(self.to_diagram(at), at)

    def placed(self, point: Point, at: Point) -> Camera:
        """The camera that shows diagram point `point` at view point `at`."""
        return self._replace(x=round(point.x * self.zoom - at.x), y=round(point.y * self.zoom - at.y))

    def moved(self, dx: float, dy: float) -> Camera:
        return self._replace(x=self.x + round(dx), y=self.y + round(dy))


def along(rect: Rect, direction: Direction) -> Span:
    """What `rect` takes of the axis that data flows along."""
    return vertical(rect) if direction.down else horizontal(rect)


def across(rect: Rect, direction: Direction) -> Span:
    """What `rect` takes of the other axis."""
    return horizontal(rect) if direction.down else vertical(rect)


def horizontal(rect: Rect) -> Span:
    return Span(rect.x, rect.x + rect.width)


def vertical(rect: Rect) -> Span:
    return Span(rect.y, rect.y + rect.height)


def is_within(inner: Span, outer: Span) -> bool:
    """Whether all of `inner` lies in `outer`, but for what rounding to whole pixels takes."""
    return inner.start >= outer.start - 0.5 and inner.end <= outer.end + 0.5


class Bounds(NamedTuple):
    """The first and the last x, and y, from which a camera sees all the content it can and nothing beyond."""

    x: tuple[int, int]
    y: tuple[int, int]

    def hold(self, camera: Camera) -> Camera:
        """`camera`, moved as little as need be to be within these bounds."""
        return camera._replace(x=min(max(camera.x, self.x[0]), self.x[1]), y=min(max(camera.y, self.y[0]), self.y[1]))

    def including(self, camera: Camera) -> Bounds:
        """The bounds, as much wider as need be for `camera` to be within them."""
        x, y = camera.x, camera.y
        return Bounds((min(self.x[0], x), max(self.x[1], x)), (min(self.y[0], y), max(self.y[1], y)))


def natural_range(content: Span, zoom: float, room: Span, centred: bool) -> tuple[int, int]:
    """The camera positions on one axis between which all of `content` can be scrolled into `room`.

    Where it all fits there is one position: in the middle, or at the room's start.
    """
    spare = room.length - content.length * zoom
    if spare >= -_ROUNDING:
        position = round(content.start * zoom - room.start - (spare / 2 if centred else 0))
        return position, position
    return math.floor(content.start * zoom - room.start), math.ceil(content.end * zoom - room.end)


def held_in_sight(position: float, content: Span, zoom: float, room: Span) -> int:
    """The camera position on one axis nearest to `position` that leaves some of `content` in `room`."""
    margin = min(ALWAYS_IN_SIGHT, content.length * zoom, room.length / 2)
    lowest = content.start * zoom - room.end + margin
    highest = content.end * zoom - room.start - margin
    return round(min(max(position, lowest), highest))


def limited(camera: Camera, content: Rect, room: Rect) -> Camera:
    """`camera`, moved as little as need be for some of `content` to stay in sight."""
    return camera._replace(
        x=held_in_sight(camera.x, horizontal(content), camera.zoom, horizontal(room)),
        y=held_in_sight(camera.y, vertical(content), camera.zoom, vertical(room)),
    )


def whole_zoom(content: Rect, room: Rect) -> float:
    """The zoom at which all of `content` fits `room`, 100 % at most."""
    return max(1e-4, min(1.0, room.width / max(content.width, 1.0), room.height / max(content.height, 1.0)))


def width_zoom(content: Rect, room: Rect, direction: Direction) -> float:
    """The zoom at which the diagram fits across its flow, 100 % at most."""
    return max(1e-4, min(1.0, across(room, direction).length / max(across(content, direction).length, 1.0)))


def readable_zoom(zoom: float, target: Rect, room: Rect) -> float:
    """`zoom` where text can be read at it, else 100 %, or as near to that as shows all of `target` in `room`."""
    if zoom >= READABLE_FROM:
        return zoom
    return max(READABLE_FROM, whole_zoom(target, room))


def next_stop(zoom: float) -> float:
    return next((stop for stop in STOPS if stop > zoom * 1.001), LARGEST_ZOOM)


def previous_stop(zoom: float) -> float:
    return next((stop for stop in reversed(STOPS) if stop < zoom * 0.999), zoom / 2)


def revealed(camera: Camera, target: Rect, room: Rect, margin: float = 16.0) -> Camera:
    """`camera`, moved as little as need be for `target` (diagram units) to lie in `room` with a margin."""
    seen = camera.rect_to_view(target)
    return camera.moved(
        _shift(horizontal(seen), horizontal(room), margin), _shift(vertical(seen), vertical(room), margin)
    )


def _shift(seen: Span, room: Span, margin: float) -> float:
    margin = max(0.0, min(margin, (room.length - seen.length) / 2))
    if seen.length > room.length or seen.start < room.start + margin:
        return seen.start - room.start - margin
    return max(0.0, seen.end - room.end + margin)
