"""What flows through the graph: the values that depend on the image, with their shapes.

Some nodes make no layer: they hand on, flatten what is 1×1 already, or pad for the window after them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from squeezeviz.files.networks.graph.node import Kind, Node
from squeezeviz.files.networks.onnx.constants import FLOATS, reshaped, small_values, wholes_of
from squeezeviz.files.networks.onnx.operation import WITHOUT_IT, OnnxOperation, Shape
from squeezeviz.files.networks.onnx.windows import NO_PADS
from squeezeviz.model.errors import SqueezevizError

CHANNELS_FIRST = (0, 3, 1, 2)
"""The order in which a Transpose moves the channels of height×width×channels first."""


@dataclass(frozen=True, slots=True, eq=False)
class Padding:
    """A Pad node that the next window takes over: `pads` at the top, on the left, at the bottom, on the right."""

    operation: OnnxOperation
    pads: tuple[int, int, int, int]
    fill: float


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """A value by the node that makes it; what only hands on leaves the node as it is.

    `shape` is N, C, H, W or N, C, the one before `padding`; None where it cannot be told. `positive` where no value is
    below 0, `moved` where the channels of a map of 1×1 are no longer its second size, `channels_last` of an image as
    height × width × channels. `shared` where something else takes what the node makes, before this.
    """

    node: Node
    shape: Shape | None
    positive: bool = False
    padding: Padding | None = None
    moved: bool = False
    channels_last: bool = False
    shared: bool = False


def output_shape(operation: OnnxOperation, kind: Kind, flows: list[Flow]) -> Shape | None:
    """The shape of what an operation makes; None where it cannot be told, or nothing comes out."""
    shapes = [flow.shape for flow in flows if flow.shape is not None]
    if len(shapes) < len(flows) or kind is Kind.FOREIGN:
        return None
    first = shapes[0]
    if kind is Kind.CONCAT:
        same = {(shape[0], *shape[2:]) for shape in shapes}
        return (first[0], sum(shape[1] for shape in shapes), *first[2:]) if len(same) == 1 else None
    if operation.node.type in ("GlobalAveragePool", "ReduceMean"):
        return (*first[:2], 1, 1) if operation.node.whole("keepdims", 1) else first[:2]
    if kind not in (Kind.CONV, Kind.POOL):
        return first
    try:
        window = operation.window()
    except SqueezevizError:
        return None  # told where the operation becomes a row
    if len(first) != 4:
        return None
    channels = operation.weights.dims[0] if operation.weights else first[1]
    sides = window.output((first[2], first[3]))
    return (first[0], channels, *sides) if min(sides) >= 1 else None


def is_positive(operation: OnnxOperation, kind: Kind, flows: list[Flow]) -> bool:
    """Whether what an operation makes has no value below 0."""
    passes = kind in (Kind.POOL, Kind.DROPOUT, Kind.CONCAT, Kind.SUM)
    return kind in (Kind.RELU, Kind.SOFTMAX) or (passes and all(flow.positive for flow in flows))


def taken_over(padding: Padding, operation: OnnxOperation, flow: Flow) -> bool:
    """Whether a window has the same numbers where the padding is its own; then it takes the padding over."""
    match operation.node.type:
        case "Conv":
            same = padding.fill == 0
        case "MaxPool":
            same = padding.fill == -math.inf or (padding.fill == 0 and flow.positive)
        case "AveragePool":
            same = padding.fill == 0 and not any(operation.node.wholes("pads") or NO_PADS)
        case _:
            same = False
    if same and operation.node.text("auto_pad", "NOTSET") in ("NOTSET", "VALID"):
        operation.pads = padding.pads
        return True
    return False


def hands_on(operation: OnnxOperation, flow: Flow) -> Flow | None:
    """What flows on where a node changes nothing that a table says; None where it does."""
    node = operation.node
    if node.type == "Cast":
        return flow if node.whole("to", 0) in FLOATS else None
    if node.type == "Identity" or (node.type in ("Concat", "Sum") and len(node.inputs) == 1):
        return flow
    shape = flow.shape
    if shape is None or node.type not in ("Transpose", "Flatten", "Reshape", "Squeeze", "Unsqueeze"):
        return None
    made = _rearranged(operation, shape)
    if flow.channels_last and made and node.wholes("perm") == CHANNELS_FIRST:
        return replace(flow, shape=made, channels_last=False)
    if made is None or not _is_pixel(flow) or not _keeps_images_apart(shape, made) or _mixes(operation, shape):
        operation.reason = f"only a map of 1×1 is rearranged in a layer table, at the end; {WITHOUT_IT}"
        return None
    return replace(flow, shape=made, moved=made[1] != math.prod(made[1:]))


def _is_pixel(flow: Flow) -> bool:
    """Whether the values of an image are one of each channel, of a map of 1×1."""
    return flow.shape is not None and (flow.moved or all(size == 1 for size in flow.shape[2:]))


def _mixes(operation: OnnxOperation, shape: Shape) -> bool:
    """Whether values that a reshape has laid out in several dimensions are put in another order."""
    if operation.node.type != "Transpose":
        return False
    several = [axis for axis in _order_of(operation, shape) if shape[axis] > 1]
    return several != sorted(several)


def _order_of(operation: OnnxOperation, shape: Shape) -> tuple[int, ...]:
    """The order that a Transpose gives to the axes."""
    return operation.node.wholes("perm") or tuple(reversed(range(len(shape))))


def _keeps_images_apart(shape: Shape, made: Shape) -> bool:
    return len(made) > 1 and made[0] == shape[0] and math.prod(made[1:]) == math.prod(shape[1:])


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


def _rearranged(operation: OnnxOperation, shape: Shape) -> Shape | None:
    """The shape that a node gives to what has this one; None where that cannot be told."""
    node = operation.node
    if node.type == "Transpose":
        order = _order_of(operation, shape)
        return tuple(shape[axis] for axis in order) if sorted(order) == list(range(len(shape))) else None
    given = operation.constants[1] if len(operation.constants) > 1 else None
    made = reshaped(node, shape, wholes_of(given) if given else None)
    only_images = shape[0] == 1 and node.type == "Squeeze" and made is not None and len(made) == 1
    return (1, *made) if made is not None and only_images else made
