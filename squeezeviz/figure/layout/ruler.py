"""The depth ruler: where along the network each weighted step is taken, counted from the input."""

from __future__ import annotations

from collections.abc import Sequence

from squeezeviz.analysis.resolve import ResolvedLayer, ResolvedNetwork
from squeezeviz.figure.scene.diagram import Direction, Module, Rect, Role, RulerMark
from squeezeviz.figure.theme.look import Look

ONE_STEP = "side by side: one step"
IN_A_COLUMN = "one\nstep"
"""The same where room is dear and the two boxes are seen beside it."""
NO_STEP = "+0"
RULER_ROOM = {Direction.DOWN: 132.0, Direction.RIGHT: 84.0}
"""For the ruler, its numbers and its notes, beside the network."""
RULER_AT = 40.0
_PAPER_AT = {Direction.DOWN: 18.0, Direction.RIGHT: 12.0}
"""From the margin to the ruler's line: half of the word `depth`, or of a number."""
_PAPER_ROOM = {Direction.DOWN: {True: 48.0, False: 46.0}, Direction.RIGHT: {True: 46.0, False: 28.0}}
"""From the line to the network, with and without notes of two lines, which stand at open Fires."""


def ruler_place(modules: Sequence[Module], look: Look) -> tuple[float, float]:
    """Where the ruler's line runs, and how much room it takes with the margin, beside `modules`."""
    margin = look.spacing.margin
    if not look.annotations.depth:
        return margin, margin
    if not look.spacing.paper:
        return RULER_AT, RULER_ROOM[look.direction]
    at = margin + _PAPER_AT[look.direction]
    return at, at + _PAPER_ROOM[look.direction][any(module.opened for module in modules)]


def ruler_marks(
    network: ResolvedNetwork, modules: tuple[Module, ...], look: Look, first: int = 0
) -> tuple[RulerMark, ...]:
    """One mark a weighted step. An open Fire shows both of its steps, a closed one its last count.

    `modules` are the placed modules of `network` from its layer `first` on, what flows into that one before them.
    Depth counts from the input image, wherever a figure begins.
    """
    marks: list[RulerMark] = []
    reached = sum(layer.depth.value for layer in network.layers[:first])
    for layer, module in zip(network.layers[first:], modules[1:], strict=False):
        marks += _marks(layer, module, reached, look)
        reached += layer.depth.value
    return tuple(marks)


def _marks(layer: ResolvedLayer, module: Module, before: int, look: Look) -> list[RulerMark]:
    direction = look.direction
    corner = direction.along(module.rect)
    if not module.opened:
        after = before + layer.depth.value if layer.depth.value else None
        return [
            RulerMark(
                corner + direction.along(module.boxes[0].rect.middle), after, "" if after else NO_STEP, layer.name
            )
        ]
    depths = {step.operation.part: step.depth.value for step in layer.operations if step.parameters.value}
    steps: dict[int, list[Rect]] = {}
    for box in module.boxes:
        if box.key.part in depths and box.role is not Role.BYPASS:
            steps.setdefault(depths[box.key.part], []).append(box.rect)
    beside = IN_A_COLUMN if look.spacing.paper and look.down else ONE_STEP
    return [
        RulerMark(
            corner + direction.along(rects[0].middle), before + depth, beside if len(rects) > 1 else "", layer.name
        )
        for depth, rects in sorted(steps.items())
    ]
