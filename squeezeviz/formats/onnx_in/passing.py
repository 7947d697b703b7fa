"""Nodes that make no layer: they hand on, flatten what is 1×1 already, or pad for the window after them."""

from __future__ import annotations

import math

from squeezeviz.formats.graphs.node import Kind
from squeezeviz.formats.onnx_in.flows import Flow, Padding
from squeezeviz.formats.onnx_in.folding import small_values, wholes_of
from squeezeviz.formats.onnx_in.operation import OnnxOperation, Shape

CHANNELS_FIRST = (0, 3, 1, 2)


def hands_on(operation: OnnxOperation, flow: Flow) -> Flow | None:
    """What flows on where a node changes nothing that a table says; None where it does."""
    node = operation.node
    if node.type in ("Identity", "Cast") or (node.type in ("Concat", "Sum") and len(node.inputs) == 1):
        return flow
    shape = flow.shape
    if node.type == "Transpose" and flow.node.kind is Kind.INPUT and shape and len(shape) == 4:
        if node.wholes("perm") == CHANNELS_FIRST and flow.shape is not None:
            return Flow(flow.node, tuple(shape[axis] for axis in CHANNELS_FIRST), flow.positive)
        return None
    if shape is None or node.type not in ("Flatten", "Reshape", "Squeeze"):
        return None
    made = _reshaped(operation, shape)
    ones = (1,) * (len(shape) - 2)
    if made is None or shape[2:] != ones or made[:2] != shape[:2] or made[2:] not in ((), (1,), (1, 1)):
        operation.reason = "only a map of 1×1 is flattened in a layer table, at the end"
        return None
    return Flow(flow.node, made, flow.positive)


def padding_of(operation: OnnxOperation) -> Padding | None:
    """What a Pad node adds to height and width; None where it is no Pad, or one of another kind."""
    node = operation.node
    if node.type != "Pad" or node.text("mode", "constant") != "constant":
        return None
    given = operation.constants[1:]
    pads = wholes_of(given[0]) if given else node.wholes("pads") or node.wholes("paddings")
    fill = small_values(given[1]) if len(given) > 1 and given[1] is not None else None
    axes = wholes_of(given[2]) if len(given) > 2 else (0, 1, 2, 3)
    if pads is None or axes is None or len(pads) != 2 * len(axes) or min(pads, default=0) < 0:
        return None
    ends = {axis % 4: (pads[place], pads[place + len(axes)]) for place, axis in enumerate(axes)}
    if any(ends.get(0, ())) or any(ends.get(1, ())):
        return None
    (top, bottom), (left, right) = ends.get(2, (0, 0)), ends.get(3, (0, 0))
    filling = node.number("value", 0) if fill is None or not fill.size else float(fill.ravel()[0])
    return Padding(operation, (top, left, bottom, right), filling)


def _reshaped(operation: OnnxOperation, shape: Shape) -> Shape | None:
    """The shape that a node gives to what has this one; None where that cannot be told."""
    node = operation.node
    given = operation.constants[1] if len(operation.constants) > 1 else None
    if node.type == "Flatten":
        axis = node.whole("axis", 1)
        axis = axis + len(shape) if axis < 0 else axis
        return (shape[0], math.prod(shape[1:])) if axis == 1 else None
    if node.type == "Squeeze":
        axes = wholes_of(given) if given else node.wholes("axes")
        gone = {axis % len(shape) for axis in axes} if axes else {axis for axis, side in enumerate(shape) if side == 1}
        return tuple(side for axis, side in enumerate(shape) if axis not in gone or axis == 0)
    wanted = wholes_of(given) if given else node.wholes("shape")
    if not wanted:
        return None
    copied = [shape[place] if side == 0 and place < len(shape) else side for place, side in enumerate(wanted)]
    known = math.prod(side for side in copied if side != -1)
    whole = math.prod(shape)
    if copied.count(-1) == 1 and known and whole % known == 0:
        copied[copied.index(-1)] = whole // known
    return tuple(copied) if math.prod(copied) == whole else None
