"""One box as primitives: an operation, a closed Fire, a concat's two parts, a sum; and the marks on it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from squeezeviz.figure.layout.boxes import DETAIL_SIZE, FIRST_BASELINE, LINE, TEXT_LEFT, TITLE_SIZE, box_height
from squeezeviz.figure.scene.diagram import EMPTY_KEY, Badge, Box, Point, Rect, Role, Share
from squeezeviz.figure.scene.primitives import Circle, Group, Polygon, Primitive, Rectangle, Shape, Text
from squeezeviz.figure.theme.theme import Theme

if TYPE_CHECKING:
    from squeezeviz.figure.drawing.heat import Paint
    from squeezeviz.figure.scene.strips import Strip

Primitives = tuple[Primitive, ...]

_RADIUS = 7.0
_SHARE_RADIUS = 6.0
_SEAM = 1.5
_HALF_LETTER = 4.6
"""From the middle of a line of title text to its baseline."""


def draw_box(
    box: Box, theme: Theme, badge: Badge | None, paint: Paint | None = None, strip: Strip | None = None
) -> Group:
    """Draw a box. `paint` is its ground where it is coloured by what it costs, `strip` its feature maps."""
    draw = {Role.CONCAT: _concat, Role.SUM: _sum, Role.FIRE: _closed_fire, Role.PROBLEM: _problem}
    children = (
        draw[box.role](box, theme, paint)
        if box.role in draw
        else _operation(box.rect, box.text_rect, box.role, box.title, (box.detail, *box.more), theme, paint)
    )
    if strip and box.strip:
        from squeezeviz.figure.drawing.strips import draw_strip

        children = (*children, draw_strip(box.strip, strip, theme))
    if badge and box.badge:
        ground = (badge_ground(box.badge, theme),) if paint and box.role not in _BADGE_OUTSIDE else ()
        children = (*children, *ground, badge_mark(box.badge, badge, theme))
    return Group(0, 0, children, box.key, box.full, "box")


def badge_ground(at: Point, theme: Theme) -> Circle:
    """Draw the disc on which a badge can be seen, whatever the colour of the box."""
    return Circle(*at, 9.5, Shape(fill=theme.box_fill))


_BADGE_OUTSIDE = (Role.CONCAT, Role.SUM)
"""Their badges stand beside them, on the frame."""


@lru_cache(maxsize=32)
def _operation(
    rect: Rect, within: Rect, role: Role, title: str, quiet: tuple[str, ...], theme: Theme, paint: Paint | None
) -> Primitives:
    """Draw the outline, the role's bar at the left, and the title over its quiet lines; equal modules share them."""
    return (
        _outlined(rect, Shape(paint.fill if paint else theme.box_fill, theme.box_outline)),
        _role_bar(rect, role, theme, paint),
        *_lines(within, rect.x + TEXT_LEFT, title, quiet, theme, paint),
    )


def _role_bar(rect: Rect, role: Role, theme: Theme, paint: Paint | None) -> Rectangle:
    edge = Shape(theme.roles[role], theme.box_fill, 1.0) if paint else Shape(theme.roles[role])
    return Rectangle(rect.x + 6, rect.y + 7, 4, rect.height - 14, edge, 2)


def _lines(
    rect: Rect, left: float, title: str, quiet: tuple[str, ...], theme: Theme, paint: Paint | None
) -> Iterator[Text]:
    """Set the title and the lines below it, together in the middle of the box."""
    ink, softer = (paint.ink, paint.ink) if paint else (theme.text, theme.quiet)
    below = [each for each in quiet if each]
    if not below:
        yield Text(left, _baseline(rect), title, TITLE_SIZE, ink, True)
        return
    top = rect.y + (rect.height - box_height(len(below))) / 2 + FIRST_BASELINE
    yield Text(left, top, title, TITLE_SIZE, ink, True)
    for place, line in enumerate(below):
        yield Text(left, top + 16.5 + place * LINE, line, DETAIL_SIZE, softer)


def _closed_fire(box: Box, theme: Theme, paint: Paint | None) -> Primitives:
    """Draw a closed Fire, with the role's bar where there is no triangle to open it."""
    rect, left = box.rect, box.rect.x + box.text_left
    ground = Shape(paint.fill, theme.box_outline) if paint else Shape(theme.frame_fill, theme.frame_outline)
    bar = (_role_bar(rect, Role.FIRE, theme, paint),) if box.text_left == TEXT_LEFT else ()
    texts = _lines(box.text_rect, left, box.title, (box.detail, *box.more), theme, paint)
    return (_outlined(rect, ground), *bar, *texts)


def _problem(box: Box, theme: Theme, _: Paint | None) -> Primitives:
    """Draw where the graph stops. An empty table is no mistake, so it has quiet colours."""
    empty, rect = box.key == EMPTY_KEY, box.rect
    colour = theme.quiet if empty else theme.roles[Role.PROBLEM]
    return (
        _outlined(rect, Shape(theme.box_fill if empty else theme.problem_fill, colour, dash=(5.0, 3.0))),
        Text(rect.x + TEXT_LEFT, rect.y + 21, box.title, TITLE_SIZE, colour, True),
    )


def _concat(box: Box, theme: Theme, paint: Paint | None) -> Primitives:
    return _bar(box.shares, theme, paint)


@lru_cache(maxsize=64)
def _bar(shares: tuple[Share, ...], theme: Theme, paint: Paint | None) -> Primitives:
    """Draw the shares as one bar with round ends and a narrow seam in its middle."""
    children: list[Primitive] = []
    first, second = (share.rect for share in shares)
    across = first.x == second.x
    ink = paint.ink if paint else theme.share_text
    for share, inner in zip(shares, (-1.0, 1.0), strict=True):
        rect, fill = share.rect, Shape(paint.fill if paint else theme.shares[share.role])
        shown = _without_seam(rect, inner * _SEAM / 2, across)
        children.append(Rectangle(*shown, fill, _SHARE_RADIUS))
        children.append(Rectangle(*_inner_half(shown, inner, across), fill))
        middle = Point(rect.x + rect.width / 2, _baseline(rect))
        if share.text:
            children.append(Text(*middle, share.text, TITLE_SIZE, ink, True, "middle"))
    return tuple(children)


def _without_seam(rect: Rect, seam: float, across: bool) -> Rect:
    """Cut the seam off `rect`: from its start where `seam` is positive, from its end where it is negative."""
    start = max(0.0, seam)
    if across:
        return Rect(rect.x, rect.y + start, rect.width, rect.height - abs(seam))
    return Rect(rect.x + start, rect.y, rect.width - abs(seam), rect.height)


def _inner_half(rect: Rect, inner: float, across: bool) -> Rect:
    """Return the half of a share that lies towards the other one, whose corners are square."""
    if across:
        return Rect(rect.x, rect.y + (rect.height / 2 if inner < 0 else 0), rect.width, rect.height / 2)
    return Rect(rect.x + (rect.width / 2 if inner < 0 else 0), rect.y, rect.width / 2, rect.height)


def _sum(box: Box, theme: Theme, paint: Paint | None) -> Primitives:
    """Draw a circled plus sign."""
    rect, colour = box.rect, paint.ink if paint else theme.roles[Role.SUM]
    x, y = rect.x + rect.width / 2, rect.y + rect.height / 2
    rim, stroke = theme.roles[Role.SUM], Shape(stroke=colour, stroke_width=1.75)
    return (
        Circle(x, y, rect.width / 2 - 0.875, Shape(paint.fill if paint else theme.box_fill, rim, 1.75)),
        Polygon((Point(x - 6, y), Point(x + 6, y)), stroke, closed=False),
        Polygon((Point(x, y - 6), Point(x, y + 6)), stroke, closed=False),
    )


def _outlined(rect: Rect, shape: Shape) -> Rectangle:
    return Rectangle(*rect, shape, _RADIUS)


def _baseline(rect: Rect) -> float:
    return rect.y + rect.height / 2 + _HALF_LETTER


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
