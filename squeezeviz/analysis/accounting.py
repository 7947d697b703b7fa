"""What an operation costs, each number as the terms of its formula.

Parameters are weights and biases; multiply-adds are those of convolutions, biases not counted; activations are
the values that a pass has to make and keep: a ReLU works in place, dropout passes on, and a concat stacks what
is there already, so these three make none.
"""

from __future__ import annotations

from squeezeviz.model.formula import Formula, largest, number, plus, times
from squeezeviz.model.layers import Fire, Layer
from squeezeviz.model.operations import Operation, OperationKind
from squeezeviz.model.shapes import MapShape

NOTHING = number(0)
BYTES_PER_VALUE = 4
"""float32, for weights and activations alike."""


def parameters(operation: Operation, source: MapShape) -> Formula:
    """(kernel · kernel · input channels + 1 for the bias) · filters, of a convolution; else 0."""
    if operation.kind is not OperationKind.CONV:
        return NOTHING
    weights = _weights_of_a_filter(operation, source)
    filters = number(operation.filters, "filters")
    if operation.bias:
        return times(plus(weights, number(1, "bias")), filters, label="parameters")
    return times(*weights.parts, filters, label="parameters")


def weights(operation: Operation, source: MapShape) -> Formula:
    """(kernel · kernel · input channels) · filters, of a convolution; else 0."""
    if operation.kind is not OperationKind.CONV:
        return NOTHING
    filters = number(operation.filters, "filters")
    return times(*_weights_of_a_filter(operation, source).parts, filters, label="weights")


def macs(operation: Operation, source: MapShape, shape: MapShape) -> Formula:
    """Multiply-adds of a convolution for one image: the weights of a filter at each place of each output map."""
    if operation.kind is not OperationKind.CONV:
        return NOTHING
    return times(
        *_weights_of_a_filter(operation, source).parts,
        number(operation.filters, "filters"),
        number(shape.height, "height"),
        number(shape.width, "width"),
        label="multiply-adds",
    )


def values(shape: MapShape) -> Formula:
    """How many numbers a stack of feature maps holds."""
    return times(
        number(shape.channels, "channels"),
        number(shape.height, "height"),
        number(shape.width, "width"),
        label="values",
    )


def activations(operation: Operation, shape: MapShape) -> Formula:
    """The values that the operation makes for one image."""
    if operation.kind in (OperationKind.RELU, OperationKind.DROPOUT, OperationKind.CONCAT):
        return NOTHING
    return values(shape)


def in_bytes(count: Formula) -> Formula:
    """The bytes that so many values take in float32."""
    return times(count, number(BYTES_PER_VALUE, "bytes a value"), label="bytes")


def depth(operation: Operation, before: list[Formula]) -> Formula:
    """Weighted operations on the longest path up to and including `operation`, given those of its inputs."""
    so_far = before[0] if len(before) == 1 else largest(*before)
    if operation.kind is not OperationKind.CONV:
        return so_far
    step = number(1, operation.part or "convolution")
    return step if so_far.value == 0 else plus(so_far, step)


def layer_depth(layer: Layer, longest: Formula) -> Formula:
    """What a layer adds to the network's depth. A Fire: squeeze 1 + max(expand 1×1, expand 3×3) = 2."""
    if not isinstance(layer, Fire):
        return longest
    squeeze, expand1x1, expand3x3 = (number(1, part) for part in ("squeeze", "expand 1×1", "expand 3×3"))
    written = plus(squeeze, largest(expand1x1, expand3x3), label="depth")
    assert written.value == longest.value
    return written


def _weights_of_a_filter(operation: Operation, source: MapShape) -> Formula:
    kernel = number(operation.kernel, "kernel")
    return times(kernel, kernel, number(source.channels, "input channels"))
