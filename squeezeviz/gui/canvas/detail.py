"""What is still drawn when the graph is small: plain blocks in the roles' colours, then specks."""

from __future__ import annotations

from squeezeviz.figure.drawing.heat import Heat, heat_paint
from squeezeviz.figure.scene.diagram import Box, Key, Module, Role
from squeezeviz.figure.scene.primitives import Group, Rectangle, Shape
from squeezeviz.figure.theme.theme import Theme

SHAPES_FROM = 0.3
"""The smallest zoom at which every shape is drawn; below, each box is one block."""
LINKS_FROM = 0.08
"""The smallest zoom at which the lines between modules can be seen."""
BLOCKS_FROM = 0.03
"""The smallest zoom at which boxes are told apart; below, each module is one speck."""
PARTS_FROM = 0.1
"""The smallest zoom at which the parts of a Fire can be told apart with the mouse."""
TOGGLES_FROM = 0.3
"""The smallest zoom at which the triangles that open and close a Fire can be seen."""
NEAR = 3.0
"""Pixels by which a click on a small module may miss it."""
_FAINTEST = 0.1
"""Blocks have no outline: colder ones would fade into the page."""
SMALLEST_TEXT = 4.0
"""Pixels; smaller text is left out."""


def blocks(module: Module, theme: Theme, heat: Heat | None = None) -> Group:
    """A module as plain rectangles, relative to its corner."""
    children: list[Rectangle] = []
    if module.opened:
        edge = heat_colour(heat, module.key, theme)
        children.append(_block(0, 0, module.rect.width, module.rect.height, edge or theme.frame_outline))
        inset, fill = 5.0, theme.page if edge else theme.frame_fill
        children.append(_block(inset, inset, module.rect.width - 2 * inset, module.rect.height - 2 * inset, fill))
    for box in module.boxes:
        colour = heat_colour(heat, box.key, theme)
        children += [_block(*box.rect, colour)] if colour else _box(box, theme)
    return Group(0, 0, tuple(children))


def speck_colour(module: Module, theme: Theme, heat: Heat | None = None) -> str:
    return heat_colour(heat, module.key, theme) or theme.roles[Role.FIRE if module.opened else module.role]


def heat_colour(heat: Heat | None, key: Key, theme: Theme) -> str:
    """The colour of what a box costs; grey where that is not known, empty where colours tell of kinds."""
    if heat is None:
        return ""
    value = heat.values.get(key)
    return theme.box_outline if value is None else heat_paint(max(value, _FAINTEST), theme).fill


def _box(box: Box, theme: Theme) -> list[Rectangle]:
    if not box.shares:
        return [_block(*box.rect, theme.roles[box.role])]
    return [_block(*share.rect, theme.shares.get(share.role, theme.roles[share.role])) for share in box.shares]


def _block(x: float, y: float, width: float, height: float, colour: str) -> Rectangle:
    return Rectangle(x, y, width, height, Shape(fill=colour))
