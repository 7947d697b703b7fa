"""Where in the image one value of a feature map looks: its receptive field, put in its place."""

from __future__ import annotations

from typing import NamedTuple

from squeezeviz.analysis.resolve import ResolvedLayer, ResolvedNetwork, ResolvedOperation
from squeezeviz.model.operations import LAYER_INPUT


class Sight(NamedTuple):
    """The field of one value, in pixels of the image.

    `top` and `left` are its first pixels, negative where it begins in the padding; `stride` is how far on the next
    value looks; `rows` and `columns` are how many values the map has, `row` and `column` which of them this is.
    """

    top: int
    left: int
    height: int
    width: int
    stride: int
    rows: int
    columns: int
    row: int
    column: int


def middle_sight(network: ResolvedNetwork, row: int, part: str = "") -> Sight | None:
    """What the value in the middle of the map sees, of a layer or of one of its operations; None where none runs."""
    if not 0 <= row < len(network.layers):
        return None
    start = 0
    for layer in network.layers[:row]:
        start = _starts(layer, start)[-1]
    layer = network.layers[row]
    place = _place(layer, part)
    step = layer.operations[place]
    middle = (step.height.value - 1) // 2, (step.width.value - 1) // 2
    seen, first = step.receptive, _starts(layer, start)[place]
    top, left = (first + at * seen.stride for at in middle)
    return Sight(top, left, seen.height, seen.width, seen.stride, step.height.value, step.width.value, *middle)


def _place(layer: ResolvedLayer, part: str) -> int:
    """The index of that part's operation; the layer's last where it has no such part."""
    parts = [step.operation.part for step in layer.operations]
    return parts.index(part) if part and part in parts else len(parts) - 1


def _starts(layer: ResolvedLayer, start: int) -> list[int]:
    """The first pixel that the first value of each operation sees, where that of the layer's input is `start`.

    Padding moves it to before the image. Where several values flow in, the one that sees most counts.
    """
    starts: list[int] = []
    for step in layer.operations:
        source = _widest(layer, step)
        before = start if source == LAYER_INPUT else starts[source]
        starts.append(before - step.operation.padding * step.receptive_before.stride)
    return starts


def _widest(layer: ResolvedLayer, step: ResolvedOperation) -> int:
    inputs = step.operation.inputs
    if len(inputs) == 1:  # nearly all: a network of thousands of operations is walked through after every edit
        return inputs[0]
    seen = {
        index: layer.input.receptive if index == LAYER_INPUT else layer.operations[index].receptive for index in inputs
    }
    return max(seen, key=lambda index: seen[index])
