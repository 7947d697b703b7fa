"""The two figures of the what-if: a Fire module by itself, and its convolutions chained."""

from __future__ import annotations

from squeezeviz.explain.what_if import WhatIf, chain
from squeezeviz.figure.layout.boxes import NARROWEST_SINGLE, TITLE_SIZE, Lines, box, box_width
from squeezeviz.figure.layout.build import build_diagram
from squeezeviz.figure.layout.fire import PARTS
from squeezeviz.figure.layout.wording import amount, filters_text
from squeezeviz.figure.scene.diagram import INPUT_KEY, Diagram, Direction, Emphasis, Label, Module, Point, Rect, Role
from squeezeviz.figure.theme.metrics import elide
from squeezeviz.model.text import plain

_ROOM = 190.0
"""For a title in a box that stands alone."""
_CAPTION = 26.0
"""From the last box to the line that says what comes out."""


def side_by_side(case: WhatIf) -> Diagram:
    """Lay out the module as it is: opened, below what flows into it."""
    placed = build_diagram(case.real)
    return placed._replace(modules=tuple(_entered(each, case)._replace(toggle=None) for each in placed.modules))


def chained(case: WhatIf) -> Diagram:
    """Lay out the chain, in the colours that the parts have in the module."""
    placed = build_diagram(case.chained)
    filters = {conv.name: conv.filters for conv in chain(case.fire)}
    links = tuple(link._replace(role=_role(link.source.layer, link.role)) for link in placed.links)
    modules = tuple(_part(_entered(each, case), filters) for each in placed.modules)
    return placed._replace(modules=modules, links=links, height=placed.height + _CAPTION)


def _entered(module: Module, case: WhatIf) -> Module:
    """Rename the input's box: here it is no image, but the feature maps that reach the module."""
    if module.key != INPUT_KEY:
        return module
    (old,) = module.boxes
    words = f"input of {plain(case.fire.name)}"
    detail = f"{old.detail} · the same for both"
    shown = old._replace(title=elide(words, TITLE_SIZE, True, _ROOM), detail=detail, full=f"{words}: {old.detail}")
    return module._replace(boxes=(shown,), full=shown.full)


def _part(module: Module, filters: dict[str, int]) -> Module:
    """Show a convolution as the module itself would, with the result below the last one."""
    name = module.key.layer
    if name not in filters or module.role is not Role.CONV:
        return module
    role, part = PARTS[name]
    (old,) = module.boxes
    title, height = f"{part} · {filters_text(filters[name])}", module.rect.height
    lines = Lines(title, (old.detail,))
    width = box_width(lines, NARROWEST_SINGLE)
    shown = box(old.key, role, Rect(0, 0, width, height), lines, old.full)
    way, own = Direction.DOWN, shown.rect
    rect = Rect(module.start.x - width / 2, module.rect.y, width, height)
    return module._replace(
        role=role, rect=rect, boxes=(shown,), entry=way.start(own), exit=way.end(own),
        labels=(_outcome(filters[name], width, height),) if name == "expand3x3" else (),
    )  # fmt: skip


def _outcome(channels: int, width: float, height: float) -> Label:
    text = "1 channel" if channels == 1 else f"{amount(channels)} channels"
    return Label(text, Point(width / 2, height + _CAPTION), Emphasis.STRONG)


def _role(name: str, role: Role) -> Role:
    return PARTS[name][0] if name in PARTS and role is not Role.PROBLEM else role
