"""The numbers of a layer for given input feature maps, whatever its name is.

Equal modules on equal maps have equal numbers, so these are computed once and shared.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from squeezeviz.analysis import accounting
from squeezeviz.model.formula import Formula, number, total
from squeezeviz.model.layers import Fire, Layer
from squeezeviz.model.operations import LAYER_INPUT, Operation, OperationKind, operations
from squeezeviz.model.problems import LARGEST_COUNT, Fault, nothing_fits, too_large, too_much_padding, unequal_bypass
from squeezeviz.model.shapes import MapShape, window_output


class Figures(NamedTuple):
    """The numbers of one operation for one image: its input shapes, and formulas for the rest."""

    inputs: tuple[MapShape, ...]
    channels: Formula
    height: Formula
    width: Formula
    depth: Formula
    parameters: Formula
    macs: Formula
    activations: Formula

    @property
    def shape(self) -> MapShape:
        return MapShape(self.channels.value, self.height.value, self.width.value)


class LayerFigures(NamedTuple):
    """The numbers of one layer for one image. `steps` is in the order of `operations(layer)`."""

    steps: tuple[Figures, ...]
    depth: Formula
    parameters: Formula
    macs: Formula
    activations: Formula


@lru_cache(maxsize=4096)
def figures(layer: Layer, shape: MapShape) -> LayerFigures | Fault:
    """Return the numbers of `layer` on maps of this shape, or the Fault that keeps it from running on them."""
    steps: list[Figures] = []
    for operation in operations(layer):
        inputs = tuple([shape if index == LAYER_INPUT else steps[index].shape for index in operation.inputs])
        fault = _fault(layer, operation, inputs)
        if fault:
            return fault
        depths = [NO_DEPTH if index == LAYER_INPUT else steps[index].depth for index in operation.inputs]
        step = _figures(operation, inputs, depths)
        fault = _not_countable(operation, step)
        if fault:
            return fault
        steps.append(step)
    return LayerFigures(
        tuple(steps),
        accounting.layer_depth(layer, steps[-1].depth),
        total([step.parameters for step in steps if step.parameters.value], "parameters"),
        total([step.macs for step in steps if step.macs.value], "multiply-adds"),
        total([step.activations for step in steps if step.activations.value], "activations"),
    )


NO_DEPTH = number(0)


def _figures(operation: Operation, inputs: tuple[MapShape, ...], depths: list[Formula]) -> Figures:
    channels, (height, width) = _channels(operation, inputs), _sides(operation, inputs[0])
    shape = MapShape(channels.value, height.value, width.value)
    return Figures(
        inputs,
        channels,
        height,
        width,
        accounting.depth(operation, depths),
        accounting.parameters(operation, inputs[0]),
        accounting.macs(operation, inputs[0], shape),
        accounting.activations(operation, shape),
    )


def _channels(operation: Operation, inputs: tuple[MapShape, ...]) -> Formula:
    if operation.kind is OperationKind.CONV:
        return number(operation.filters, "filters")
    if operation.kind is OperationKind.CONCAT:
        return total([number(shape.channels) for shape in inputs], "channels")
    return number(inputs[0].channels, "channels")


def _sides(operation: Operation, shape: MapShape) -> tuple[Formula, Formula]:
    if operation.kind is OperationKind.GLOBAL_AVGPOOL:
        return number(1, "height"), number(1, "width")
    if not operation.kernel:
        return number(shape.height, "height"), number(shape.width, "width")
    window = (operation.kernel, operation.stride, operation.padding)
    height = window_output(shape.height, *window, ceil=operation.ceil, label="height")
    return height, window_output(shape.width, *window, ceil=operation.ceil, label="width")


def _fault(layer: Layer, operation: Operation, inputs: tuple[MapShape, ...]) -> Fault | None:
    if operation.kind is OperationKind.ADD and inputs[0] != inputs[1]:
        assert isinstance(layer, Fire)
        return unequal_bypass(layer, inputs[1].channels)
    if not operation.kernel:
        return None
    if operation.kind is not OperationKind.CONV and operation.padding > operation.kernel // 2:
        return too_much_padding(operation)
    if min(side.value for side in _sides(operation, inputs[0])) < 1:
        return nothing_fits(operation, inputs[0])
    return None


def _not_countable(operation: Operation, step: Figures) -> Fault | None:
    channels, height, width = step.shape
    if max(step.parameters.value, step.macs.value, channels * height * width) <= LARGEST_COUNT:
        return None
    counts = {"parameters": step.parameters, "multiply-adds": step.macs, "values": accounting.values(step.shape)}
    what = next(name for name, formula in counts.items() if formula.value > LARGEST_COUNT)
    where = f"the {what} of {operation.part}" if operation.part else f"its {what}"
    return too_large(where, counts[what])
