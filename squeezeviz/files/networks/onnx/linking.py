"""The nodes of a model as a graph of layers: who makes what another takes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np

from squeezeviz.files.networks.graph.node import Kind, Node
from squeezeviz.files.networks.onnx.constants import Constant, folded, from_array, from_tensor, small_values
from squeezeviz.files.networks.onnx.flows import Flow, hands_on, is_positive, output_shape, padding_of, taken_over
from squeezeviz.files.networks.onnx.images import Image
from squeezeviz.files.networks.onnx.model import OnnxModel, OnnxNode
from squeezeviz.files.networks.onnx.operation import WITHOUT_IT, OnnxOperation, Shape
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


@dataclass(frozen=True, slots=True)
class Linked:
    """The image's node, with all that takes it linked to it; `nodes` tells each operation's, in the file's order.

    `ends` are the nodes that make the graph's outputs, by the outputs' names, and `shapes` those of the outputs, as far
    as they can be told.
    """

    source: Node
    nodes: dict[OnnxOperation, Node]
    ends: dict[str, Node]
    shapes: dict[str, Shape | None]


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
        self._nodes: dict[OnnxOperation, Node] = {}

    def linked(self) -> Linked:
        for node in self._model.needed_nodes:
            self._add(node)
        if not self._source.consumers:
            raise SqueezevizError(f"no node takes the input {shown(self._source.blob)}, so there is no network")
        flows = {name: self._flows[name] for name in self._model.outputs if name in self._flows}
        ends = {name: self._foreign_pad(flow) if flow.padding else flow.node for name, flow in flows.items()}
        shapes = {name: None if flow.padding else flow.shape for name, flow in flows.items()}
        return Linked(self._source, self._nodes, ends, shapes)

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
        """Link a node that takes what depends on the image."""
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
        padding = padding_of(operation)
        if padding is not None:
            return Flow(flow.node, flow.shape, flow.positive, padding)
        if self._is_bias(operation, flow):
            return flow
        return hands_on(operation, flow)

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
        self._nodes[operation] = node
        shape, moved = output_shape(operation, kind, flows), any(flow.moved for flow in flows)
        return Flow(node, shape, is_positive(operation, kind, flows), moved=moved)

    def _unpadded(self, operation: OnnxOperation, flow: Flow) -> Node:
        """The node that hands over a flow; a Pad that the operation cannot take over becomes a node of its own."""
        if flow.padding is None or taken_over(flow.padding, operation, flow):
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
