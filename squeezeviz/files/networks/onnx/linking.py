"""The nodes of a model as a graph of layers: who makes what another takes, and what flows there.

Some nodes make no layer: they hand on, flatten what is 1×1 already, or pad for the window after them.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace

import numpy as np

from squeezeviz.files.networks.graph.node import Kind, Node
from squeezeviz.files.networks.onnx.constants import (
    FLOATS,
    Constant,
    folded,
    from_array,
    from_tensor,
    reshaped,
    small_values,
    wholes_of,
)
from squeezeviz.files.networks.onnx.images import CHANNELS_FIRST, Image
from squeezeviz.files.networks.onnx.model import OnnxModel, OnnxNode
from squeezeviz.files.networks.onnx.operation import WITHOUT_IT, OnnxOperation, Shape
from squeezeviz.files.networks.onnx.windows import NO_PADS
from squeezeviz.model.errors import SqueezevizError, shown

_KINDS = {
    "Conv": Kind.CONV,
    "Relu": Kind.RELU,
    "MaxPool": Kind.POOL,
    "AveragePool": Kind.POOL,
    "GlobalAveragePool": Kind.POOL,
    "ReduceMean": Kind.POOL,
    "Dropout": Kind.DROPOUT,
    "Softmax": Kind.SOFTMAX,
    "Concat": Kind.CONCAT,
    "Add": Kind.SUM,
    "Sum": Kind.SUM,
}
_WINDOWED = (Kind.CONV, Kind.POOL, Kind.CONCAT, Kind.SUM)


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


@dataclass(frozen=True, slots=True)
class Linked:
    """The image's node, with all that takes it linked to it, and the operations in the file's order.

    `outputs` are what flows out of the graph, by the outputs' names, without padding.
    """

    source: Node
    operations: list[OnnxOperation]
    outputs: dict[str, Flow]


def link(model: OnnxModel, image: Image) -> Linked:
    """The graph that the image flows through. SqueezevizError where it is none."""
    return _Linker(model, image).linked()


class _Linker:
    def __init__(self, model: OnnxModel, image: Image) -> None:
        self._model = model
        self._uses = Counter([name for node in model.needed_nodes for name in node.inputs] + list(model.outputs))
        self._source = Node(Kind.INPUT, image.name, None)
        self._flows = {image.name: Flow(self._source, image.shape, channels_last=image.channels_last)}
        self._constants = dict(image.weights)
        self._worked_out: set[str] = set()
        self._operations: list[OnnxOperation] = []

    def linked(self) -> Linked:
        for node in self._model.needed_nodes:
            self._add(node)
        if not self._source.consumers:
            raise SqueezevizError(f"no node takes the input {shown(self._source.blob)}, so there is no network")
        outputs = {name: self._flows[name] for name in self._model.outputs if name in self._flows}
        for name, flow in outputs.items():
            outputs[name] = Flow(self._foreign_pad(flow), None) if flow.padding else flow
        return Linked(self._source, self._operations, outputs)

    def _add(self, node: OnnxNode) -> None:
        for name in filter(None, node.inputs):
            self._find(node, name)
        flows = [self._taken(name) for name in node.inputs if name in self._flows]
        constant = self._shape_of(node) if node.type == "Shape" else folded(node, self._constants)
        if constant is not None:
            self._constants[node.outputs[0]] = constant
        elif not flows or node.type == "Shape":
            self._worked_out.update(node.outputs)
        else:
            self._flow(node, flows)

    def _taken(self, name: str) -> Flow:
        flow = self._flows[name]
        return flow if self._uses[name] == 1 else replace(flow, shared=True)

    def _find(self, node: OnnxNode, name: str) -> None:
        """Make the tensor of that name a constant, the first time that a node takes it."""
        if name in self._flows or name in self._constants or name in self._worked_out:
            return
        tensor = self._model.initializers.get(name)
        if tensor is not None:
            self._constants[name] = from_tensor(tensor)
        elif name in self._model.initializers:
            raise node.fail(f"its {shown(name)} is a sparse tensor; export the network with dense ones")
        else:
            raise node.fail(f"it takes {shown(name)}, which nothing before it makes; correct its inputs")

    def _shape_of(self, node: OnnxNode) -> Constant | None:
        flow = self._flows.get(node.input(0))
        dims = flow.shape if flow and not flow.padding else None
        return from_array(np.array(dims[node.whole("start", 0) : node.whole("end", len(dims))])) if dims else None

    def _flow(self, node: OnnxNode, flows: list[Flow]) -> None:
        constants = tuple(self._constants.get(name) for name in node.inputs)
        shape, moved = flows[0].shape, flows[0].moved
        operation = OnnxOperation(node, shape=shape, moved=moved, constants=constants, opset=self._model.opset)
        passed = self._passed(operation, flows)
        if passed is None:
            passed = self._linked(operation, self._kind(operation, flows), flows)
        self._flows.update(dict.fromkeys(filter(None, node.outputs), passed))

    def _passed(self, operation: OnnxOperation, flows: list[Flow]) -> Flow | None:
        """What a node hands on without making a layer; None where it makes one."""
        node, (flow, *others) = operation.node, flows
        if not node.is_standard or others or (flow.padding and node.type not in ("Identity", "Cast")):
            return None
        padding = _padding_of(operation)
        if padding is not None:
            return Flow(flow.node, flow.shape, flow.positive, padding)
        if self._is_bias(operation, flow):
            return flow
        return _handed_on(operation, flow)

    def _is_bias(self, operation: OnnxOperation, flow: Flow) -> bool:
        """Whether a node adds a bias to the convolution before it, which then takes it over."""
        conv = flow.node.operation
        if operation.node.type != "Add" or flow.node.kind is not Kind.CONV or not isinstance(conv, OnnxOperation):
            return False
        added = next((each for each in operation.constants if each is not None), None)
        alone = conv.bias is None and not conv.node.input(2) and not flow.shared
        if added is None or not alone or conv.weights is None or not conv.weights.dims or len(flow.shape or ()) != 4:
            return False
        filters = conv.weights.dims[0]
        if added.dims not in ((filters, 1, 1), (1, filters, 1, 1)):
            return False
        conv.bias = added.changed((filters,), lambda array: array.reshape(filters))
        return conv.bias is not None

    def _kind(self, operation: OnnxOperation, flows: list[Flow]) -> Kind:
        node = operation.node
        kind = _KINDS.get(node.type, Kind.FOREIGN) if node.is_standard else Kind.FOREIGN
        if node.is_standard and node.type == "Clip" and _is_uncapped(operation):
            kind = Kind.RELU
        if any(self._uses[name] for name in node.outputs[1:]):
            operation.reason = f"more than one of its outputs is used; {WITHOUT_IT}"
        elif kind in (Kind.CONCAT, Kind.SUM) and len(flows) < len([name for name in node.inputs if name]):
            operation.reason = "it joins constants to the maps; prepare images before the network, not in it"
        elif kind is Kind.SUM and len({flow.shape for flow in flows if flow.shape is not None}) > 1:
            operation.reason = f"it adds maps of different sizes, and a bypass does not; {WITHOUT_IT}"
        elif kind in _WINDOWED and any(flow.channels_last for flow in flows):
            operation.reason = "its images have their channels last; export them with channels first"
        elif kind in _WINDOWED and any(flow.moved for flow in flows):
            operation.reason = (
                "its map is transposed before, which only happens at the end of a layer table; "
                "export the network without that Transpose"
            )
        elif kind is Kind.CONV and node.input(0) not in self._flows:
            operation.reason = f"the image is among its weights; {WITHOUT_IT}"
        elif node.type in ("Sub", "Mul", "Div") and len(flows) > 1:
            operation.reason = f"its bypasses are sums; {WITHOUT_IT}"
        elif (node.proto.domain, node.type) in self._model.functions:
            operation.reason = "it is a function of the file's own; inline it with onnx.inliner"
        elif node.type == "ReduceMean" and not _is_global(operation):
            operation.reason = "its global average runs over height and width; export it with axes 2 and 3"
        return Kind.FOREIGN if operation.reason else kind

    def _linked(self, operation: OnnxOperation, kind: Kind, flows: list[Flow]) -> Flow:
        inputs = tuple(self._unpadded(operation, flow) for flow in flows)
        if kind is Kind.CONV and len(operation.constants) > 2:
            operation.bias = operation.constants[2]
        node = Node(kind, operation.node.outputs[0] if operation.node.outputs else "", operation, inputs)
        self._operations.append(operation)
        shape, moved = _output_shape(operation, kind, flows), any(flow.moved for flow in flows)
        return Flow(node, shape, _is_positive(operation, kind, flows), moved=moved)

    def _unpadded(self, operation: OnnxOperation, flow: Flow) -> Node:
        """The node that hands over a flow; a Pad that the operation cannot take over becomes a node of its own."""
        if flow.padding is None or _taken_over(flow.padding, operation, flow):
            return flow.node
        return self._foreign_pad(flow)

    def _foreign_pad(self, flow: Flow) -> Node:
        padding = flow.padding
        assert padding is not None
        padding.operation.reason = (
            "it has padding in its windows alone, the same on all sides; give the padding to the layer after it"
        )
        return Node(Kind.FOREIGN, padding.operation.node.outputs[0], padding.operation, (flow.node,))


def _is_uncapped(operation: OnnxOperation) -> bool:
    """Whether a Clip cuts off what is below 0 and nothing else."""
    low, high = _bound(operation, 1, "min", -np.inf), _bound(operation, 2, "max", np.inf)
    return low == 0 and high is not None and high >= float(np.finfo(np.float32).max)


def _bound(operation: OnnxOperation, place: int, name: str, default: float) -> float | None:
    """A Clip's bound, an attribute up to opset 10, an input from 11 on; None where the graph works it out."""
    if not operation.node.input(place):
        return operation.node.number(name, default)
    values = small_values(operation.constant(place))
    return float(values.ravel()[0]) if values is not None and values.size == 1 else None


def _is_global(operation: OnnxOperation) -> bool:
    """Whether a ReduceMean runs over height and width; `axes` is an attribute up to opset 17, an input from 18 on."""
    axes = operation.wholes(1, "axes")
    return axes is not None and len(axes) == 2 and {axis % 4 for axis in axes} == {2, 3}


def _output_shape(operation: OnnxOperation, kind: Kind, flows: list[Flow]) -> Shape | None:
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


def _is_positive(operation: OnnxOperation, kind: Kind, flows: list[Flow]) -> bool:
    """Whether what an operation makes has no value below 0."""
    passes = kind in (Kind.POOL, Kind.DROPOUT, Kind.CONCAT, Kind.SUM)
    return kind in (Kind.RELU, Kind.SOFTMAX) or (passes and all(flow.positive for flow in flows))


def _taken_over(padding: Padding, operation: OnnxOperation, flow: Flow) -> bool:
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


def _handed_on(operation: OnnxOperation, flow: Flow) -> Flow | None:
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
    pixel = flow.moved or all(size == 1 for size in shape[2:])
    apart = made is not None and len(made) > 1 and made[0] == shape[0] and math.prod(made) == math.prod(shape)
    if made is None or not pixel or not apart or _mixes(operation, shape):
        operation.reason = f"only a map of 1×1 is rearranged in a layer table, at the end; {WITHOUT_IT}"
        return None
    return replace(flow, shape=made, moved=made[1] != math.prod(made[1:]))


def _mixes(operation: OnnxOperation, shape: Shape) -> bool:
    """Whether values that a reshape has laid out in several dimensions are put in another order."""
    if operation.node.type != "Transpose":
        return False
    several = [axis for axis in _order_of(operation, shape) if shape[axis] > 1]
    return several != sorted(several)


def _order_of(operation: OnnxOperation, shape: Shape) -> tuple[int, ...]:
    return operation.node.wholes("perm") or tuple(reversed(range(len(shape))))


def _padding_of(operation: OnnxOperation) -> Padding | None:
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
    made = reshaped(node, shape, wholes_of(operation.constant(1)))
    only_images = shape[0] == 1 and node.type == "Squeeze" and made is not None and len(made) == 1
    return (1, *made) if made is not None and only_images else made
