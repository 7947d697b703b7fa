"""The ways that lines take between boxes, as cubic Béziers."""

from __future__ import annotations

from math import log2

from squeezeviz.diagram.model import Direction, Point

_ROUND = 0.5523
"""How far the handles of a quarter circle reach, in radii."""
_BEND = 0.62
_LANDING = 9.0


def line_width(channels: int) -> float:
    """A hint at how many channels flow: a little wider with each doubling."""
    return min(5.0, 1.2 + 0.3 * log2(max(1, channels)))


def straight(start: Point, end: Point) -> tuple[Point, ...]:
    return (start, _between(start, end, 1 / 3), _between(start, end, 2 / 3), end)


def flowing(start: Point, end: Point, direction: Direction) -> tuple[Point, ...]:
    """A curve that leaves along the direction of the network and arrives straight, so that an arrowhead sits well."""
    down = direction is Direction.DOWN
    landing = Point(end.x, end.y - _LANDING) if down else Point(end.x - _LANDING, end.y)
    reach = _BEND * (landing.y - start.y if down else landing.x - start.x)
    if down:
        handles = Point(start.x, start.y + reach), Point(landing.x, landing.y - reach)
    else:
        handles = Point(start.x + reach, start.y), Point(landing.x - reach, landing.y)
    return (start, *handles, *straight(landing, end))


def cornered(corners: tuple[Point, ...], radius: float) -> tuple[Point, ...]:
    """Straight lines from corner to corner, each inner corner rounded by `radius` where there is room."""
    path: list[Point] = [corners[0]]
    for before, corner, after in zip(corners, corners[1:], corners[2:], strict=False):
        room = min(radius, _distance(before, corner) / 2, _distance(corner, after) / 2)
        into, out = _towards(corner, before, room), _towards(corner, after, room)
        path += straight(path[-1], into)[1:]
        path += (_towards(into, corner, room * _ROUND), _towards(out, corner, room * _ROUND), out)
    path += straight(path[-1], corners[-1])[1:]
    return tuple(path)


def _between(start: Point, end: Point, share: float) -> Point:
    return Point(start.x + (end.x - start.x) * share, start.y + (end.y - start.y) * share)


def _distance(one: Point, other: Point) -> float:
    return float(((one.x - other.x) ** 2 + (one.y - other.y) ** 2) ** 0.5)


def _towards(start: Point, end: Point, length: float) -> Point:
    whole = _distance(start, end)
    return _between(start, end, length / whole) if whole else start
