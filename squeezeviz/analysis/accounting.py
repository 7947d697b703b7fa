"""The costs of an operation, each as a formula.

Parameters are weights and biases. Multiply-adds are those of convolutions, without biases. Activations are the values
that a pass has to compute and store: a ReLU works in place, dropout passes values on, and a concat stacks existing
values, so these three have none.
"""

from __future__ import annotations

from squeezeviz.model.formula import Formula, largest, number, plus, times
from squeezeviz.model.layers import Fire, Layer
from squeezeviz.model.operations import Operation, OperationKind
from squeezeviz.model.shapes import MapShape

NOTHING = number(0)
BYTES_PER_VALUE = 4
"""The size of a float32, which weights and activations are."""


def parameters(operation: Operation, source: MapShape) -> Formula:
    """Return (kernel · kernel · input channels + 1 for the bias) · filters for a convolution, else 0."""
    if operation.kind is not OperationKind.CONV:
        return NOTHING
    weights = _weights_of_a_filter(operation, source)
    filters = number(operation.filters, "filters")
    if operation.bias:
        return times(plus(weights, number(1, "bias")), filters, label="parameters")
    return times(*weights.parts, filters, label="parameters")


def weights(operation: Operation, source: MapShape) -> Formula:
    """Return (kernel · kernel · input channels) · filters for a convolution, else 0."""
    if operation.kind is not OperationKind.CONV:
        return NOTHING
    filters = number(operation.filters, "filters")
    return times(*_weights_of_a_filter(operation, source).parts, filters, label="weights")


def macs(operation: Operation, source: MapShape, shape: MapShape) -> Formula:
    """Return the multiply-adds of a convolution for one image: the weights of a filter, at each position of each
    output map."""
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


def _weights_of_a_filter(operation: Operation, source: MapShape) -> Formula:
    kernel = number(operation.kernel, "kernel")
    return times(kernel, kernel, number(source.channels, "input channels"))
