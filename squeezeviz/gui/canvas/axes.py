"""The two axes of a diagram: along the flow of data, and across it."""

from __future__ import annotations

from typing import NamedTuple

from squeezeviz.figure.scene.diagram import Direction, Rect


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


def along(rect: Rect, direction: Direction) -> Span:
    """What `rect` takes of the axis that data flows along."""
    return horizontal(rect) if direction is Direction.RIGHT else vertical(rect)


def across(rect: Rect, direction: Direction) -> Span:
    """What `rect` takes of the other axis."""
    return vertical(rect) if direction is Direction.RIGHT else horizontal(rect)


def horizontal(rect: Rect) -> Span:
    return Span(rect.x, rect.x + rect.width)


def vertical(rect: Rect) -> Span:
    return Span(rect.y, rect.y + rect.height)
