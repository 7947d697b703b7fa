"""The ways that lines take between boxes, as cubic Béziers."""

from __future__ import annotations

from math import log2

from squeezeviz.diagram.model import Direction, Point

_ROUND = 0.5523
"""How far the handles of a quarter circle reach, in radii."""


def line_width(channels: int) -> float:
    """A hint at how many channels flow: a little wider with each doubling."""
    return min(5.0, 1.2 + 0.3 * log2(max(1, channels)))


def straight(start: Point, end: Point) -> tuple[Point, ...]:
    return (start, _between(start, end, 1 / 3), _between(start, end, 2 / 3), end)


def flowing(start: Point, end: Point, direction: Direction) -> tuple[Point, ...]:
    """A curve that leaves and arrives along the direction of the network."""
    if direction is Direction.DOWN:
        middle = (start.y + end.y) / 2
        return (start, Point(start.x, middle), Point(end.x, middle), end)
    middle = (start.x + end.x) / 2
    return (start, Point(middle, start.y), Point(middle, end.y), end)


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
