"""The operations of a network as ONNX nodes, named as everywhere else here: `fire2/squeeze1x1`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import GraphProto, NodeProto, TensorProto, ValueInfoProto, helper, numpy_helper

from squeezeviz.core.layers import Dropout, Layer
from squeezeviz.core.operations import LAYER_INPUT, OperationKind
from squeezeviz.core.resolve import ResolvedNetwork, ResolvedOperation
from squeezeviz.core.weights import TensorName
from squeezeviz.formats.onnx_out.names import Names, node_names
from squeezeviz.formats.onnx_out.windows import pooling
from squeezeviz.formats.weights import Array

INPUT, OUTPUT = "input", "output"

BATCH = "N"
"""The name of the batch's dimension, of any size."""

_PLAIN_TYPES = {
    OperationKind.RELU: "Relu",
    OperationKind.GLOBAL_AVGPOOL: "GlobalAveragePool",
    OperationKind.ADD: "Add",
}


@dataclass(slots=True)
class _Graph:
    """What is there so far; `names` are those of all values, `node_names` of all nodes."""

    keys: Mapping[TensorName, str]
    names: Names
    node_names: Names = field(default_factory=Names)
    nodes: list[NodeProto] = field(default_factory=list)
    tensors: list[TensorProto] = field(default_factory=list)
    values: list[ValueInfoProto] = field(default_factory=list)

    def constant(self, name: str, array: NDArray[Any]) -> str:
        free = self.names.free(name)
        self.tensors.append(numpy_helper.from_array(array, free))
        return free

    def add(self, kind: str, name: str, inputs: list[str], shape: tuple[int, ...], **attributes: Any) -> str:
        """The name of the value that the node makes, of a batch of that shape; the node's own unless it is taken."""
        made = self.names.free(name)
        self.values.append(_info(made, shape))
        self.nodes.append(helper.make_node(kind, inputs, [made], name, **attributes))
        return made


def graph_of(
    network: ResolvedNetwork, keys: Mapping[TensorName, str], arrays: Mapping[TensorName, Array]
) -> GraphProto:
    """The graph with its weights, each under its key.

    Takes N×C×H×W; gives N×C×H×W, or N×C where the last map is 1×1.
    """
    graph = _Graph(keys, Names({INPUT, OUTPUT, *keys.values()}))
    graph.tensors += (numpy_helper.from_array(array, keys[name]) for name, array in arrays.items())
    flowing = INPUT
    for resolved, called in zip(network.layers, node_names(network, graph.node_names), strict=True):
        made: list[str] = []
        for step, name in zip(resolved.operations, called, strict=True):
            taken = [flowing if index == LAYER_INPUT else made[index] for index in step.operation.inputs]
            made.append(_add(graph, resolved.layer, step, name, taken))
        flowing = made[-1]
    shape: tuple[int, ...] = network.output
    if shape[1:] == (1, 1):
        shape = shape[:1]
        graph.add("Flatten", graph.node_names.free("flatten"), [flowing], shape, axis=1)
    graph.nodes[-1].output[0] = OUTPUT
    image = network.table.input
    return helper.make_graph(
        graph.nodes,
        network.table.name,
        [_info(INPUT, (image.channels, image.height, image.width))],
        [_info(OUTPUT, shape)],
        graph.tensors,
        value_info=graph.values[:-1],
    )


def _add(graph: _Graph, layer: Layer, step: ResolvedOperation, name: str, taken: list[str]) -> str:
    match step.operation.kind:
        case OperationKind.CONV:
            return _add_convolution(graph, layer, step, name, taken)
        case OperationKind.MAXPOOL | OperationKind.AVGPOOL:
            return _add_pool(graph, step, name, taken)
        case OperationKind.CONCAT:
            return graph.add("Concat", name, taken, step.shape, axis=1)
        case OperationKind.SOFTMAX:
            return graph.add("Softmax", name, taken, step.shape, axis=1)
        case OperationKind.DROPOUT:
            assert isinstance(layer, Dropout)
            ratio = graph.constant(f"{name}/ratio", np.array(layer.p, np.float32))
            return graph.add("Dropout", name, [*taken, ratio], step.shape)
        case kind:
            return graph.add(_PLAIN_TYPES[kind], name, taken, step.shape)


def _add_convolution(graph: _Graph, layer: Layer, step: ResolvedOperation, name: str, taken: list[str]) -> str:
    operation = step.operation
    kinds = ("weight", "bias") if operation.bias else ("weight",)
    weights = [graph.keys[TensorName(layer.name, operation.part, kind)] for kind in kinds]
    return graph.add(
        "Conv",
        name,
        [*taken, *weights],
        step.shape,
        kernel_shape=[operation.kernel] * 2,
        strides=[operation.stride] * 2,
        pads=[operation.padding] * 4,
    )


def _add_pool(graph: _Graph, step: ResolvedOperation, name: str, taken: list[str]) -> str:
    attributes, padded = pooling(step)
    if padded:
        channels, height, width = step.inputs[0]
        pads = graph.constant(f"{name}/pads", np.array([0, 0, padded, padded] * 2, np.int64))
        shape = (channels, height + 2 * padded, width + 2 * padded)
        taken = [graph.add("Pad", graph.node_names.free(f"{name}/pad"), [*taken, pads], shape)]
    kind = "MaxPool" if step.operation.kind is OperationKind.MAXPOOL else "AveragePool"
    return graph.add(kind, name, taken, step.shape, **attributes)


def _info(name: str, shape: tuple[int, ...]) -> ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, [BATCH, *shape])
