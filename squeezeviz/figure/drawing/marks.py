"""The small marks of a diagram: arrowheads, badges, and the triangle that opens a Fire."""

from __future__ import annotations

from squeezeviz.figure.scene.diagram import Badge, Point, Rect
from squeezeviz.figure.scene.primitives import Circle, Group, Polygon, Primitive, Shape
from squeezeviz.figure.theme.theme import Theme

Points = tuple[Point, ...]


def shortened(points: Points, width: float) -> Points:
    """Shorten a line so that it ends inside its arrowhead."""
    dx, dy = _arrival(points)
    back = _head(width)[0] * 0.75
    *rest, handle, end = points
    return (*rest, Point(handle.x - dx * back, handle.y - dy * back), Point(end.x - dx * back, end.y - dy * back))


def drawn_out(points: Points, tip: Point) -> Points:
    """Undo `shortened`: lead the line to the tip of its arrowhead again."""
    *rest, handle, end = points
    return (*rest, Point(handle.x + tip.x - end.x, handle.y + tip.y - end.y), tip)


def arrowhead(points: Points, width: float, colour: str) -> Polygon:
    """Draw a filled triangle whose tip is the end of a line of that width."""
    dx, dy = _arrival(points)
    length, half = _head(width)
    tip = points[-1]
    base = Point(tip.x - dx * length, tip.y - dy * length)
    return Polygon(
        (tip, Point(base.x - dy * half, base.y + dx * half), Point(base.x + dy * half, base.y - dx * half)),
        Shape(fill=colour),
    )


def disclosure(toggle: Rect, opened: bool, colour: str) -> Group:
    """Draw the triangle of a Fire: it points down where the Fire is open and right where it is closed."""
    x, y = toggle.x + toggle.width / 2, toggle.y + toggle.height / 2
    if opened:
        points = (Point(x - 5, y - 2.5), Point(x + 5, y - 2.5), Point(x, y + 4))
    else:
        points = (Point(x - 2.5, y - 5), Point(x + 4, y), Point(x - 2.5, y + 5))
    return Group(0, 0, (Polygon(points, Shape(fill=colour)),), kind="toggle")


def badge_mark(at: Point, badge: Badge, theme: Theme) -> Group:
    """Draw what a live pass says: a quiet tick, a clock for old numbers, a loud exclamation mark."""
    marks = {Badge.MEASURED: _tick, Badge.STALE: _clock, Badge.DIFFERS: _exclamation}
    return Group(*at, marks[badge](theme), title=badge.value, kind="badge")


def _head(width: float) -> tuple[float, float]:
    """Return the length and half of the breadth of an arrowhead."""
    return 6.0 + width, 2.75 + width * 0.75


def _arrival(points: Points) -> tuple[float, float]:
    """Return the unit vector in which a line reaches its end."""
    end = points[-1]
    before = next((point for point in reversed(points) if point != end), end)
    dx, dy = end.x - before.x, end.y - before.y
    length = (dx * dx + dy * dy) ** 0.5 or 1.0
    return dx / length, dy / length


def _tick(theme: Theme) -> tuple[Primitive, ...]:
    stroke = Shape(stroke=theme.badges[Badge.MEASURED], stroke_width=2.0)
    return (Polygon((Point(-4.5, 0.2), Point(-1.3, 3.4), Point(4.6, -3.6)), stroke, closed=False),)


def _clock(theme: Theme) -> tuple[Primitive, ...]:
    stroke = Shape(stroke=theme.badges[Badge.STALE], stroke_width=1.4)
    ring = Shape(stroke=stroke.stroke, stroke_width=1.4, dash=(2.2, 1.8))
    hands = (Point(0, -3.4), Point(0, 0), Point(2.6, 1.6))
    return Circle(0, 0, 6.3, ring), Polygon(hands, stroke, closed=False)


def _exclamation(theme: Theme) -> tuple[Primitive, ...]:
    bar = Polygon((Point(0, -4.2), Point(0, 1.0)), Shape(stroke=theme.on_badge, stroke_width=2.0), closed=False)
    disc = Circle(0, 0, 7.5, Shape(fill=theme.badges[Badge.DIFFERS]))
    return disc, bar, Circle(0, 3.7, 1.2, Shape(fill=theme.on_badge))
