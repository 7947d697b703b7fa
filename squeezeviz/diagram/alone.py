"""One Fire module alone, and its convolutions chained: two figures that are looked at side by side."""

from __future__ import annotations

from dataclasses import replace

from squeezeviz.core.whatif import WhatIf, chain
from squeezeviz.diagram.boxes import TITLE_SIZE
from squeezeviz.diagram.build import build_diagram
from squeezeviz.diagram.insides import PARTS
from squeezeviz.diagram.metrics import displayed, elide
from squeezeviz.diagram.model import INPUT_KEY, Diagram, Module, Role
from squeezeviz.diagram.wording import filters_text

_ROOM = 190.0
"""For a title in a box that stands alone."""


def side_by_side(case: WhatIf) -> Diagram:
    """The module as it is, opened, on what flows into it."""
    placed = build_diagram(case.real)
    return replace(placed, modules=tuple(replace(_entered(each, case), toggle=None) for each in placed.modules))


def chained(case: WhatIf) -> Diagram:
    """The chain, in the colours that the parts have in the module."""
    placed = build_diagram(case.chained)
    filters = {conv.name: conv.filters for conv in chain(case.fire)}
    links = tuple(replace(link, role=_role(link.source.layer, link.role)) for link in placed.links)
    return replace(placed, modules=tuple(_part(_entered(each, case), filters) for each in placed.modules), links=links)


def _entered(module: Module, case: WhatIf) -> Module:
    """The input's box says what it is here: no image, but the maps that reach the module."""
    if module.key != INPUT_KEY:
        return module
    (box,) = module.boxes
    words = f"input of {displayed(case.fire.name)}"
    detail = f"{box.detail} · the same for both"
    shown = replace(box, title=elide(words, TITLE_SIZE, True, _ROOM), detail=detail, full=f"{words}: {box.detail}")
    return replace(module, boxes=(shown,), full=shown.full)


def _part(module: Module, filters: dict[str, int]) -> Module:
    name = module.key.layer
    if name not in filters or module.role is not Role.CONV:
        return module
    role, title = PARTS[name]
    boxes = tuple(replace(box, role=role, title=f"{title} · {filters_text(filters[name])}") for box in module.boxes)
    return replace(module, role=role, boxes=boxes)


def _role(name: str, role: Role) -> Role:
    return PARTS[name][0] if name in PARTS and role is not Role.PROBLEM else role
