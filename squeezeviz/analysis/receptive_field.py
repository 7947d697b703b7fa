"""The receptive field window: the rectangle of the image that one value of a feature map depends on."""

from __future__ import annotations

from squeezeviz.analysis.resolve import ResolvedLayer, ResolvedNetwork, ResolvedOperation
from squeezeviz.model.layers import contents
from squeezeviz.model.operations import LAYER_INPUT
from squeezeviz.model.records import NamedTuple


class FieldWindow(NamedTuple):
    """The receptive field of one value, in pixels of the image.

    `top` and `left` are its first pixel, and negative if it begins in the padding. `stride` is the distance to the next
    value's window. `rows` and `columns` are the size of the map; `row` and `column` are the value's position in it.
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


def middle_field_window(network: ResolvedNetwork, row: int, part: str = "") -> FieldWindow | None:
    """Return the window of the value in the middle of the map of a layer or of one of its operations, or None if it
    does not run."""
    if not 0 <= row < len(network.layers):
        return None
    layer = network.layers[row]
    step = layer.operations[_place(layer, part)]
    return field_window(network, row, part, (step.height.value - 1) // 2, (step.width.value - 1) // 2)


def field_window(network: ResolvedNetwork, row: int, part: str, at_row: int, at_column: int) -> FieldWindow:
    """Return the window of the value at that row and column of the map of an operation: of the layer in `row` of the
    table, which runs, the one named `part`, or its last one."""
    start, shifts = 0, dict[tuple[object, ...], int]()
    for each in network.layers[:row]:
        # Of thousands of rows, which are walked through after every edit, most are of a few kinds.
        alike = each.input.receptive.stride, *contents(each.layer)
        if alike not in shifts:
            shifts[alike] = _starts(each, 0)[-1]
        start += shifts[alike]
    layer = network.layers[row]
    place = _place(layer, part)
    step, first = layer.operations[place], _starts(layer, start)[place]
    seen = step.receptive
    top, left = (first + at * seen.stride for at in (at_row, at_column))
    size = step.height.value, step.width.value
    return FieldWindow(top, left, seen.height, seen.width, seen.stride, *size, at_row, at_column)


def _place(layer: ResolvedLayer, part: str) -> int:
    """Return the index of the part's operation, or of the layer's last one if it has no such part."""
    parts = [step.operation.part for step in layer.operations]
    return parts.index(part) if part and part in parts else len(parts) - 1


def _starts(layer: ResolvedLayer, start: int) -> list[int]:
    """Return the first pixel that the first value of each operation depends on; `start` is that of the layer's input.

    Padding moves it before the image. Where several inputs meet, the one with the largest field counts.
    """
    starts: list[int] = []
    for step in layer.operations:
        source = _widest(layer, step)
        before = start if source == LAYER_INPUT else starts[source]
        starts.append(before - step.operation.padding * step.receptive_before.stride)
    return starts


def _widest(layer: ResolvedLayer, step: ResolvedOperation) -> int:
    inputs = step.operation.inputs
    if len(inputs) == 1:
        return inputs[0]
    seen = {
        index: layer.input.receptive if index == LAYER_INPUT else layer.operations[index].receptive for index in inputs
    }
    return max(seen, key=lambda index: seen[index])
