"""What flows through the graph: the values that depend on the image, with their shapes."""

from __future__ import annotations

import math
from dataclasses import dataclass

from squeezeviz.files.networks.graph.node import Kind, Node
from squeezeviz.files.networks.onnx.operation import OnnxOperation, Shape
from squeezeviz.files.networks.onnx.windows import NO_PADS
from squeezeviz.model.errors import SqueezevizError


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
    channels = operation.weight.dims[0] if operation.weight else first[1]
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
