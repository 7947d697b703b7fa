"""The numbers of an operation and of a layer, each as a formula.

Parameters are weights and biases. Multiply-adds are those of convolutions, without biases. Activations are the values
that a pass has to compute and store: a ReLU works in place, dropout passes values on, and a concat stacks existing
values, so these three have none.

They depend on the layer and on its input maps, not on its name: equal modules on equal maps have equal numbers, which
are computed once and shared.
"""

from __future__ import annotations

from functools import lru_cache

from squeezeviz.model.formula import Formula, largest, number, plus, times, total
from squeezeviz.model.layers import Fire, Layer
from squeezeviz.model.operations import LAYER_INPUT, Operation, OperationKind, operations
from squeezeviz.model.problems import LARGEST_COUNT, Problem, nothing_fits, too_large, too_much_padding, unequal_bypass
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.shapes import MapShape, window_output

NOTHING = number(0)
BYTES_PER_VALUE = 4
"""The size of a float32, which weights and activations are."""


def parameters(operation: Operation, source: MapShape) -> Formula:
    """Return (kernel · kernel · input channels + 1 for the bias) · filters for a convolution, else 0."""
    if operation.kind is not OperationKind.CONV:
        return NOTHING
    weights = _weights_of_a_filter(operation.kernel, source.channels)
    filters = number(operation.filters, "filters")
    if operation.bias:
        return times(plus(weights, number(1, "bias")), filters, label="parameters")
    return times(*weights.parts, filters, label="parameters")


def weights(operation: Operation, source: MapShape) -> Formula:
    """Return (kernel · kernel · input channels) · filters for a convolution, else 0."""
    if operation.kind is not OperationKind.CONV:
        return NOTHING
    filters = number(operation.filters, "filters")
    return times(*_weights_of_a_filter(operation.kernel, source.channels).parts, filters, label="weights")


def macs(operation: Operation, source: MapShape, shape: MapShape) -> Formula:
    """Return the multiply-adds of a convolution for one image: the weights of a filter, at each position of each
    output map."""
    if operation.kind is not OperationKind.CONV:
        return NOTHING
    return times(
        *_weights_of_a_filter(operation.kernel, source.channels).parts,
        number(operation.filters, "filters"),
        number(shape.height, "height"),
        number(shape.width, "width"),
        label="multiply-adds",
    )


def values(shape: MapShape) -> Formula:
    """Return how many numbers a stack of feature maps holds."""
    return times(
        number(shape.channels, "channels"),
        number(shape.height, "height"),
        number(shape.width, "width"),
        label="values",
    )


def activations(operation: Operation, shape: MapShape) -> Formula:
    """Return how many values the operation computes and stores for one image."""
    if operation.kind in (OperationKind.RELU, OperationKind.DROPOUT, OperationKind.CONCAT):
        return NOTHING
    return values(shape)


def in_bytes(count: Formula) -> Formula:
    """Return the size of `count` float32 values, in bytes."""
    return times(count, number(BYTES_PER_VALUE, "bytes a value"), label="bytes")


def depth(operation: Operation, before: list[Formula]) -> Formula:
    """Return the number of weighted operations on the longest path up to and including `operation`. `before` has the
    depths of its inputs."""
    so_far = before[0] if len(before) == 1 else largest(*before)
    if operation.kind is not OperationKind.CONV:
        return so_far
    step = number(1, operation.part or "convolution")
    return step if so_far.value == 0 else plus(so_far, step)


def layer_depth(layer: Layer, longest: Formula) -> Formula:
    """Return what a layer adds to the network's depth. A Fire adds squeeze 1 + max(expand 1×1, expand 3×3) = 2."""
    if not isinstance(layer, Fire):
        return longest
    squeeze, expand1x1, expand3x3 = (number(1, part) for part in ("squeeze", "expand 1×1", "expand 3×3"))
    written = plus(squeeze, largest(expand1x1, expand3x3), label="depth")
    assert written.value == longest.value
    return written


@lru_cache(maxsize=32)
def _weights_of_a_filter(kernel: int, channels: int) -> Formula:
    side = number(kernel, "kernel")
    return times(side, side, number(channels, "input channels"))


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


@lru_cache(maxsize=32)
def figures(layer: Layer, shape: MapShape) -> LayerFigures | Problem:
    """Return the numbers of `layer` on maps of this shape, or the problem that keeps it from running on them."""
    steps: list[Figures] = []
    shapes: list[MapShape] = []
    for operation in operations(layer):
        inputs = tuple([shape if index == LAYER_INPUT else shapes[index] for index in operation.inputs])
        sides = _sides(operation, inputs[0])
        problem = _problem_of(layer, operation, inputs, sides)
        if problem:
            return problem
        depths = [NOTHING if index == LAYER_INPUT else steps[index].depth for index in operation.inputs]
        step = _figures(operation, inputs, sides, depths)
        shapes.append(step.shape)
        problem = _not_countable(operation, step, shapes[-1])
        if problem:
            return problem
        steps.append(step)
    return LayerFigures(
        tuple(steps),
        layer_depth(layer, steps[-1].depth),
        total([step.parameters for step in steps if step.parameters.value], "parameters"),
        total([step.macs for step in steps if step.macs.value], "multiply-adds"),
        total([step.activations for step in steps if step.activations.value], "activations"),
    )


def _figures(
    operation: Operation, inputs: tuple[MapShape, ...], sides: tuple[Formula, Formula], depths: list[Formula]
) -> Figures:
    channels, (height, width) = _channels(operation, inputs), sides
    shape = MapShape(channels.value, height.value, width.value)
    return Figures(
        inputs,
        channels,
        height,
        width,
        depth(operation, depths),
        parameters(operation, inputs[0]),
        macs(operation, inputs[0], shape),
        activations(operation, shape),
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


def _problem_of(
    layer: Layer, operation: Operation, inputs: tuple[MapShape, ...], sides: tuple[Formula, Formula]
) -> Problem | None:
    if operation.kind is OperationKind.ADD and inputs[0] != inputs[1]:
        assert isinstance(layer, Fire)
        return unequal_bypass(layer, inputs[1].channels)
    if not operation.kernel:
        return None
    if operation.kind is not OperationKind.CONV and operation.padding > operation.kernel // 2:
        return too_much_padding(operation)
    if min(side.value for side in sides) < 1:
        return nothing_fits(operation, inputs[0])
    return None


def _not_countable(operation: Operation, step: Figures, shape: MapShape) -> Problem | None:
    channels, height, width = shape
    if max(step.parameters.value, step.macs.value, channels * height * width) <= LARGEST_COUNT:
        return None
    counts = {"parameters": step.parameters, "multiply-adds": step.macs, "values": values(shape)}
    what = next(name for name, formula in counts.items() if formula.value > LARGEST_COUNT)
    where = f"the {what} of {operation.part}" if operation.part else f"its {what}"
    return too_large(where, counts[what])
