"""What is still drawn when the graph is small: plain blocks in the roles' colours, then specks."""

from __future__ import annotations

from squeezeviz.diagram.model import Box, Module, Role
from squeezeviz.diagram.primitives import Group, Rectangle, Shape
from squeezeviz.diagram.theme import Theme

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
SMALLEST_TEXT = 4.0
"""Pixels; smaller text is left out."""


def blocks(module: Module, theme: Theme) -> Group:
    """A module as plain rectangles, relative to its corner."""
    children: list[Rectangle] = []
    if module.opened:
        children.append(_block(0, 0, module.rect.width, module.rect.height, theme.frame_outline))
        inset = 5.0
        children.append(
            _block(inset, inset, module.rect.width - 2 * inset, module.rect.height - 2 * inset, theme.frame_fill)
        )
    for box in module.boxes:
        children += _box(box, theme)
    return Group(0, 0, tuple(children))


def speck_colour(module: Module, theme: Theme) -> str:
    return theme.roles[Role.FIRE if module.opened else module.role]


def _box(box: Box, theme: Theme) -> list[Rectangle]:
    if not box.shares:
        return [_block(*box.rect, theme.roles[box.role])]
    return [_block(*share.rect, theme.shares.get(share.role, theme.roles[share.role])) for share in box.shares]


def _block(x: float, y: float, width: float, height: float, colour: str) -> Rectangle:
    return Rectangle(x, y, width, height, Shape(fill=colour))
