"""A placed diagram in a theme's colours, as primitives: the one picture that screen and files share."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from squeezeviz.diagram.changes import NO_MARKS, Marks, draw_tags
from squeezeviz.diagram.draw_boxes import draw_box
from squeezeviz.diagram.draw_ruler import draw_ruler
from squeezeviz.diagram.marks import arrowhead, badge_mark, disclosure, shortened
from squeezeviz.diagram.model import Badge, Diagram, Emphasis, Key, Label, Module, Point, Role
from squeezeviz.diagram.primitives import Curve, Group, Primitive, Rectangle, Shape, Text
from squeezeviz.diagram.theme import Theme

__all__ = ["NO_BADGES", "draw_diagram", "draw_links", "draw_module", "draw_ruler"]

NO_BADGES: Mapping[Key, Badge] = MappingProxyType({})
_FRAME_RADIUS = 12.0
_COLOURED = (Role.SQUEEZE, Role.EXPAND1X1, Role.EXPAND3X3, Role.BYPASS, Role.PROBLEM)
"""Lines of these roles have the role's colour, all others are grey."""


def draw_diagram(
    diagram: Diagram,
    theme: Theme,
    badges: Mapping[Key, Badge] = NO_BADGES,
    *,
    background: bool = False,
    marks: Marks = NO_MARKS,
) -> Group:
    """The whole picture; with `background` the page's colour lies under it, `marks` tell what differs."""
    page = Rectangle(0, 0, diagram.width, diagram.height, Shape(fill=theme.page))
    modules = (draw_module(module, theme, badges) for module in diagram.modules)
    children: tuple[Primitive, ...] = (draw_ruler(diagram, theme), draw_links(diagram, theme), *modules)
    if marks is not NO_MARKS:
        children = (*children, draw_tags(diagram, marks, theme))
    return Group(0, 0, (page, *children) if background else children, title=diagram.title, kind="diagram")


def draw_module(module: Module, theme: Theme, badges: Mapping[Key, Badge] = NO_BADGES) -> Group:
    """One row of the table, standing at its place; its group's children are relative to the module's corner."""
    rect = module.rect
    children: list[Primitive] = []
    if module.opened:
        frame = Shape(theme.frame_fill, theme.frame_outline, 1.25)
        children.append(Rectangle(0, 0, rect.width, rect.height, frame, _FRAME_RADIUS))
    children += [_shared_line(line.points, line.width, line.arrow, line.role, theme) for line in module.lines]
    children += [draw_box(box, theme, badges.get(box.key)) for box in module.boxes]
    children += [_label(label, theme) for label in module.labels]
    if module.toggle:
        children.append(disclosure(module.toggle, module.opened, theme))
    if module.badge and module.key in badges:
        children.append(badge_mark(module.badge, badges[module.key], theme))
    return Group(rect.x, rect.y, tuple(children), module.key, module.full, "module")


def draw_links(diagram: Diagram, theme: Theme) -> Group:
    """The lines from module to module."""
    lines = (_line(link.points, link.width, link.arrow, link.role, theme) for link in diagram.links)
    return Group(0, 0, tuple(lines), kind="links")


def _line(points: tuple[Point, ...], width: float, arrow: bool, role: Role, theme: Theme) -> Group:
    colour = theme.roles[role] if role in _COLOURED else theme.link
    stroke = Shape(stroke=colour, stroke_width=width, dash=(4.0, 3.0) if role is Role.PROBLEM else ())
    if not arrow:
        return Group(0, 0, (Curve(points, stroke),), kind="line")
    return Group(0, 0, (Curve(shortened(points, width), stroke), arrowhead(points, width, colour)), kind="line")


_shared_line = lru_cache(maxsize=4096)(_line)
"""Lines inside of equal modules are equal, so they are made once."""


def _label(label: Label, theme: Theme) -> Text:
    colours = {Emphasis.QUIET: theme.quiet, Emphasis.ACCENT: theme.accent}
    bold = label.emphasis in (Emphasis.STRONG, Emphasis.ACCENT)
    return Text(*label.at, label.text, label.size, colours.get(label.emphasis, theme.text), bold, label.anchor)
