"""A placed diagram in a theme's colours, as primitives: the one picture that screen and files share."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from squeezeviz.diagram.boxes import DETAIL_SIZE, TEXT_LEFT, TITLE_SIZE
from squeezeviz.diagram.marks import arrowhead, badge_mark, disclosure, shortened
from squeezeviz.diagram.metrics import text_width
from squeezeviz.diagram.model import (
    Badge,
    Box,
    Diagram,
    Direction,
    Emphasis,
    Key,
    Label,
    Line,
    Module,
    Point,
    Role,
    RulerMark,
)
from squeezeviz.diagram.primitives import Circle, Curve, Group, Polygon, Primitive, Rectangle, Shape, Text
from squeezeviz.diagram.theme import Theme
from squeezeviz.diagram.wording import amount

NO_BADGES: Mapping[Key, Badge] = MappingProxyType({})
RADIUS = 7.0
FRAME_RADIUS = 12.0


def draw_diagram(
    diagram: Diagram, theme: Theme, badges: Mapping[Key, Badge] = NO_BADGES, *, background: bool = False
) -> Group:
    """The whole picture; with `background` the page's colour lies under it."""
    children: list[Primitive] = []
    if background:
        children.append(Rectangle(0, 0, diagram.width, diagram.height, Shape(fill=theme.page)))
    children += [draw_ruler(diagram, theme), draw_links(diagram, theme)]
    children += [draw_module(module, theme, badges) for module in diagram.modules]
    return Group(0, 0, tuple(children), title=diagram.title, kind="diagram")


def draw_module(module: Module, theme: Theme, badges: Mapping[Key, Badge] = NO_BADGES) -> Group:
    """One row of the table, to be moved to its corner by the group it comes in."""
    children: list[Primitive] = []
    if module.opened:
        rect = module.rect
        shape = Shape(theme.frame_fill, theme.frame_outline, 1.25)
        children.append(Rectangle(0, 0, rect.width, rect.height, shape, FRAME_RADIUS))
    children += [draw_line(line, theme) for line in module.lines]
    children += [_draw_box(box, theme, badges.get(box.key)) for box in module.boxes]
    children += [_draw_label(label, theme) for label in module.labels]
    if module.toggle:
        children.append(disclosure(module.toggle, module.opened, theme))
    if module.badge and module.key in badges:
        children.append(badge_mark(module.badge, badges[module.key], theme))
    title = module.boxes[0].full if not module.opened else module.key.layer
    return Group(module.rect.x, module.rect.y, tuple(children), module.key, title, "module")


def draw_links(diagram: Diagram, theme: Theme) -> Group:
    """The lines from module to module."""
    return Group(0, 0, tuple(draw_line(line, theme) for line in diagram.links), kind="links")


def draw_line(line: Line, theme: Theme) -> Group:
    colour = _line_colour(line, theme)
    dash = (4.0, 3.0) if line.role is Role.PROBLEM else ()
    points = shortened(line) if line.arrow else line.points
    children: list[Primitive] = [Curve(points, Shape(stroke=colour, stroke_width=line.width, dash=dash))]
    if line.arrow:
        children.append(arrowhead(line, colour))
    return Group(0, 0, tuple(children), kind="line")


def draw_ruler(diagram: Diagram, theme: Theme) -> Group:
    """The depth ruler along the network."""
    at = diagram.ruler_at
    down = diagram.direction is Direction.DOWN
    if not diagram.ruler:
        return Group(0, 0, (), kind="ruler")
    first, last = diagram.ruler[0].position, diagram.ruler[-1].position
    ends = (Point(at, first - 30), Point(at, last)) if down else (Point(first - 30, at), Point(last, at))
    word = Text(at, first - 42, "depth", 12, theme.quiet, True, "middle")
    if not down:
        word = Text(first - 38, at + 4, "depth", 12, theme.quiet, True, "end")
    children: list[Primitive] = [Polygon(ends, Shape(stroke=theme.ruler_line, stroke_width=1.5), closed=False), word]
    for mark in diagram.ruler:
        where = Point(at, mark.position) if down else Point(mark.position, at)
        children.append(_draw_mark(mark, where, diagram.direction, theme))
    return Group(0, 0, tuple(children), kind="ruler")


def _line_colour(line: Line, theme: Theme) -> str:
    coloured = (Role.SQUEEZE, Role.EXPAND1X1, Role.EXPAND3X3, Role.BYPASS, Role.PROBLEM)
    return theme.roles[line.role] if line.role in coloured else theme.link


def _draw_box(box: Box, theme: Theme, badge: Badge | None) -> Group:
    children: list[Primitive]
    if box.role is Role.CONCAT:
        children = _draw_concat(box, theme)
    elif box.role is Role.SUM:
        children = _draw_sum(box, theme)
    else:
        children = _draw_plain(box, theme)
    if badge and box.badge:
        children.append(badge_mark(box.badge, badge, theme))
    return Group(0, 0, tuple(children), box.key, box.full, "box")


def _draw_plain(box: Box, theme: Theme) -> list[Primitive]:
    rect, role = box.rect, theme.roles[box.role]
    fill, outline, dash = theme.box_fill, theme.box_outline, ()
    if box.role is Role.FIRE:
        fill, outline = theme.frame_fill, theme.frame_outline
    elif box.role is Role.PROBLEM:
        fill, outline, dash = theme.problem_fill, role, (5.0, 3.0)
    children: list[Primitive] = [
        Rectangle(rect.x, rect.y, rect.width, rect.height, Shape(fill, outline, 1.0, dash), RADIUS),
    ]
    left = rect.x + TEXT_LEFT
    if box.role is Role.FIRE:
        left = rect.x + 36
    elif box.role is not Role.PROBLEM:
        children.append(Rectangle(rect.x + 5, rect.y + 7, 4, rect.height - 14, Shape(role), 2))
    if box.detail:
        children.append(Text(left, rect.y + 19.5, box.title, TITLE_SIZE, theme.text, True))
        children.append(Text(left, rect.y + 36, box.detail, DETAIL_SIZE, theme.quiet))
    elif box.role is Role.PROBLEM:
        children.append(Text(left, rect.y + 20, box.title, TITLE_SIZE, role, True))
    else:
        children.append(Text(left, rect.y + rect.height / 2 + 4.5, box.title, TITLE_SIZE, theme.text, True))
    return children


def _draw_concat(box: Box, theme: Theme) -> list[Primitive]:
    children: list[Primitive] = []
    for share in box.shares:
        rect = share.rect
        children.append(Rectangle(rect.x, rect.y, rect.width, rect.height, Shape(theme.shares[share.role]), 5))
    for share in box.shares:
        rect = share.rect
        middle = Point(rect.x + rect.width / 2, rect.y + rect.height / 2 + 4.5)
        children.append(Text(*middle, amount(share.channels), TITLE_SIZE, theme.share_text, True, "middle"))
    return children


def _draw_sum(box: Box, theme: Theme) -> list[Primitive]:
    rect, colour = box.rect, theme.roles[Role.SUM]
    x, y = rect.x + rect.width / 2, rect.y + rect.height / 2
    stroke = Shape(stroke=colour, stroke_width=1.75)
    return [
        Circle(x, y, rect.width / 2, Shape(theme.box_fill, colour, 1.75)),
        Polygon((Point(x - 6, y), Point(x + 6, y)), stroke, closed=False),
        Polygon((Point(x, y - 6), Point(x, y + 6)), stroke, closed=False),
    ]


def _draw_label(label: Label, theme: Theme) -> Text:
    colours = {Emphasis.QUIET: theme.quiet, Emphasis.ACCENT: theme.accent}
    bold = label.emphasis in (Emphasis.STRONG, Emphasis.ACCENT)
    colour = colours.get(label.emphasis, theme.text)
    return Text(*label.at, label.text, label.size, colour, bold, label.anchor)


def _draw_mark(mark: RulerMark, at: Point, direction: Direction, theme: Theme) -> Group:
    down = direction is Direction.DOWN
    children: list[Primitive] = []
    if mark.depth is None:
        children.append(Circle(*at, 4, Shape(theme.page, theme.link, 1.5)))
    else:
        half = max(11.0, text_width(str(mark.depth), 12, True) / 2 + 6)
        children.append(Rectangle(at.x - half, at.y - 11, 2 * half, 22, Shape(theme.ruler_mark), 11))
        children.append(Text(at.x, at.y + 4.25, str(mark.depth), 12, theme.ruler_number, True, "middle"))
    lines = mark.note.replace(": ", ":\n").split("\n") if mark.note else []
    for place, line in enumerate(lines):
        if down:
            y = at.y + 3.75 + (place - (len(lines) - 1) / 2) * 13
            children.append(Text(at.x + (10 if mark.depth is None else 17), y, line, 10.5, theme.quiet))
        else:
            children.append(
                Text(
                    at.x,
                    at.y + (17 if mark.depth is None else 24) + place * 13,
                    line,
                    10.5,
                    theme.quiet,
                    False,
                    "middle",
                )
            )
    return Group(0, 0, tuple(children), Key(mark.layer), kind="mark")
