"""The depth ruler: where along the network each weighted step is taken, counted from the input."""

from __future__ import annotations

from squeezeviz.core.resolve import ResolvedLayer, ResolvedNetwork
from squeezeviz.diagram.model import Direction, Module, Rect, Role, RulerMark

ONE_STEP = "side by side: one step"
NO_STEP = "+0"


def ruler_marks(network: ResolvedNetwork, modules: tuple[Module, ...], direction: Direction) -> tuple[RulerMark, ...]:
    """One mark a weighted step. An open Fire shows both of its steps, a closed one its last count.

    `modules` are the placed modules of `network`, the input image first.
    """
    marks: list[RulerMark] = []
    reached = 0
    for layer, module in zip(network.layers, modules[1:], strict=False):
        marks += _marks(layer, module, reached, direction)
        reached += layer.depth.value
    return tuple(marks)


def _marks(layer: ResolvedLayer, module: Module, before: int, direction: Direction) -> list[RulerMark]:
    corner = module.rect.y if direction is Direction.DOWN else module.rect.x
    if not module.opened:
        after = before + layer.depth.value if layer.depth.value else None
        return [
            RulerMark(corner + _middle(module.boxes[0].rect, direction), after, "" if after else NO_STEP, layer.name)
        ]
    depths = {step.operation.part: step.depth.value for step in layer.operations if step.parameters.value}
    steps: dict[int, list[Rect]] = {}
    for box in module.boxes:
        if box.key.part in depths and box.role is not Role.BYPASS:
            steps.setdefault(depths[box.key.part], []).append(box.rect)
    return [
        RulerMark(corner + _middle(rects[0], direction), before + depth, ONE_STEP if len(rects) > 1 else "", layer.name)
        for depth, rects in sorted(steps.items())
    ]


def _middle(rect: Rect, direction: Direction) -> float:
    return rect.y + rect.height / 2 if direction is Direction.DOWN else rect.x + rect.width / 2
