"""The small marks of a diagram: arrowheads, badges, and the triangle that opens a Fire."""

from __future__ import annotations

from squeezeviz.diagram.model import Badge, Line, Point, Rect
from squeezeviz.diagram.primitives import Circle, Group, Polygon, Primitive, Shape
from squeezeviz.diagram.theme import Theme


def _head(line: Line) -> tuple[float, float]:
    """Length and half of the width of a line's arrowhead."""
    return 6.0 + line.width, 2.75 + line.width * 0.75


def _arrival(line: Line) -> tuple[float, float]:
    """The direction, of length 1, in which a line reaches its end."""
    end = line.points[-1]
    before = next((point for point in reversed(line.points) if point != end), end)
    dx, dy = end.x - before.x, end.y - before.y
    length = (dx * dx + dy * dy) ** 0.5 or 1.0
    return dx / length, dy / length


def shortened(line: Line) -> tuple[Point, ...]:
    """The line's points, drawn back so that it ends inside its arrowhead."""
    dx, dy = _arrival(line)
    back = _head(line)[0] * 0.75
    *rest, handle, end = line.points
    return (*rest, Point(handle.x - dx * back, handle.y - dy * back), Point(end.x - dx * back, end.y - dy * back))


def arrowhead(line: Line, colour: str) -> Polygon:
    """A filled triangle whose tip is the line's end."""
    dx, dy = _arrival(line)
    length, half = _head(line)
    tip = line.points[-1]
    base = Point(tip.x - dx * length, tip.y - dy * length)
    return Polygon(
        (tip, Point(base.x - dy * half, base.y + dx * half), Point(base.x + dy * half, base.y - dx * half)),
        Shape(fill=colour),
    )


def disclosure(toggle: Rect, opened: bool, theme: Theme) -> Group:
    """A triangle that points down where a Fire is opened, to the right where it is closed."""
    x, y = toggle.x + toggle.width / 2, toggle.y + toggle.height / 2
    if opened:
        points = (Point(x - 5, y - 2.5), Point(x + 5, y - 2.5), Point(x, y + 4))
    else:
        points = (Point(x - 2.5, y - 5), Point(x + 4, y), Point(x - 2.5, y + 5))
    return Group(0, 0, (Polygon(points, Shape(fill=theme.accent)),), kind="toggle")


def badge_mark(at: Point, badge: Badge, theme: Theme) -> Group:
    """What a live pass says: a tick, a hollow ring with a dash for numbers gone stale, an exclamation mark."""
    colour = theme.badges[badge]
    x, y = at
    children: tuple[Primitive, ...]
    if badge is Badge.MEASURED:
        tick = (Point(x - 3.4, y + 0.2), Point(x - 1.0, y + 2.7), Point(x + 3.5, y - 2.6))
        children = (
            Circle(x, y, 7, Shape(fill=colour)),
            Polygon(tick, Shape(stroke=theme.on_badge, stroke_width=1.6), closed=False),
        )
    elif badge is Badge.STALE:
        ring = Shape(stroke=colour, stroke_width=1.4, dash=(2.2, 1.8))
        hands = (Point(x, y - 3.5), Point(x, y), Point(x + 2.6, y + 1.6))
        children = (Circle(x, y, 6.3, ring), Polygon(hands, Shape(stroke=colour, stroke_width=1.4), closed=False))
    else:
        children = (
            Circle(x, y, 7, Shape(fill=colour)),
            Polygon(
                (Point(x, y - 3.8), Point(x, y + 0.9)), Shape(stroke=theme.on_badge, stroke_width=1.8), closed=False
            ),
            Circle(x, y + 3.4, 1.1, Shape(fill=theme.on_badge)),
        )
    return Group(0, 0, children, title=badge.value, kind="badge")
