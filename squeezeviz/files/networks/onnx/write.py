"""A layer table as an ONNX file. Its nodes are named as everywhere else here: `fire2/squeeze1x1`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import GraphProto, NodeProto, TensorProto, ValueInfoProto, helper, numpy_helper

from squeezeviz import __version__
from squeezeviz.analysis.resolve import ResolvedNetwork, ResolvedOperation, resolve
from squeezeviz.analysis.weights import TensorName
from squeezeviz.files.networks.operation_names import free_name, operation_names
from squeezeviz.files.weights import Weights
from squeezeviz.files.weights.numbers import MOST_BYTES, Array, as_float32
from squeezeviz.model.errors import Place, SqueezevizError
from squeezeviz.model.layers import Dropout, Layer
from squeezeviz.model.operations import LAYER_INPUT, OperationKind
from squeezeviz.model.table import LayerTable
from squeezeviz.model.wording import readable_bytes
from squeezeviz.trace.failures import load_torch
from squeezeviz.trace.places import state_dict_keys


def pooling(step: ResolvedOperation) -> tuple[dict[str, int | list[int]], int]:
    """The attributes of a pool with a window, and what a Pad node before it adds on each side of a map, or 0."""
    operation, shape = step.operation, step.inputs[0]
    kernel, stride, padding = operation.kernel, operation.stride, operation.padding
    sides = ((shape.height, step.height.value), (shape.width, step.width.value))
    beyond = [max(0, (places - 1) * stride + kernel - side - 2 * padding) for side, places in sides]
    average = operation.kind is OperationKind.AVGPOOL
    padded = padding if average and any(beyond) else 0
    rounds_up = operation.ceil and all(
        -(-(side + 2 * padding - kernel) // stride) + 1 == places for side, places in sides
    )
    begin = padding - padded
    ends = [begin, begin] if rounds_up else [begin + more for more in beyond]
    attributes: dict[str, int | list[int]] = {
        "kernel_shape": [kernel, kernel],
        "strides": [stride, stride],
        "pads": [begin, begin, *ends],
        "ceil_mode": int(rounds_up),
    }
    if average:
        attributes["count_include_pad"] = int(not any(beyond))
    return attributes, padded


OPSET = 13
IR_VERSION = 7
"""Both of ONNX 1.8, which every runtime of the last years reads."""


def write(table: LayerTable, weights: Weights | None = None) -> bytes:
    """The network as an ONNX file; in rows that `weights` do not fit are the fresh ones that a live pass draws.

    Weights are float32 under torchvision's keys, the batch may be of any size. SqueezevizError where the table cannot
    run, or has more weights than can be read again; no memory is taken for them then.
    """
    network = resolve(table)
    _check(network)
    load_torch()
    from squeezeviz.trace.weights import current_weights  # imported late because it takes a second to load torch

    tensors = current_weights(network, weights.arrays if weights else None)
    arrays = {name: as_float32(tensor.numpy()) for name, tensor in tensors.items()}
    model = helper.make_model(
        graph_of(network, state_dict_keys(network), arrays),
        producer_name="squeezeviz",
        producer_version=__version__,
        doc_string=_summary(network),
        ir_version=IR_VERSION,
        opset_imports=[helper.make_opsetid("", OPSET)],
    )
    return model.SerializeToString()


def _check(network: ResolvedNetwork) -> None:
    for problem in network.problems:
        raise SqueezevizError(problem.reason, Place(row=problem.name or None, column=problem.field or None))
    taken = 4 * network.parameters.value
    if taken > MOST_BYTES:
        heaviest = max(network.layers, key=lambda layer: layer.parameters.value)
        of_it = readable_bytes(4 * heaviest.parameters.value)
        raise SqueezevizError(
            f"all weights take {readable_bytes(taken)}, {of_it} of them in this layer, and at most "
            f"{readable_bytes(MOST_BYTES)} are written; take fewer filters",
            Place(row=heaviest.name),
        )


def _summary(network: ResolvedNetwork) -> str:
    parameters, macs = network.parameters.value, network.macs.value
    return f"{parameters:,} parameters, {macs:,} multiply-adds an image, depth {network.depth.value}"


INPUT, OUTPUT = "input", "output"

BATCH = "N"
"""The name of the batch's dimension, of any size."""

_PLAIN_TYPES: dict[OperationKind, tuple[str, dict[str, int]]] = {
    OperationKind.RELU: ("Relu", {}),
    OperationKind.GLOBAL_AVGPOOL: ("GlobalAveragePool", {}),
    OperationKind.ADD: ("Add", {}),
    OperationKind.CONCAT: ("Concat", {"axis": 1}),
    OperationKind.SOFTMAX: ("Softmax", {"axis": 1}),
}


@dataclass(slots=True)
class _Graph:
    """What is there so far; `names` are those of all values, `node_names` of all nodes."""

    keys: Mapping[TensorName, str]
    names: set[str]
    node_names: set[str] = field(default_factory=set)
    nodes: list[NodeProto] = field(default_factory=list)
    tensors: list[TensorProto] = field(default_factory=list)
    values: list[ValueInfoProto] = field(default_factory=list)

    def constant(self, name: str, array: NDArray[Any]) -> str:
        free = free_name(name, self.names)
        self.tensors.append(numpy_helper.from_array(array, free))
        return free

    def add(self, kind: str, name: str, inputs: list[str], shape: tuple[int, ...], **attributes: Any) -> str:
        """The name of the value that the node makes, of a batch of that shape; the node's own unless it is taken."""
        made = free_name(name, self.names)
        self.values.append(_info(made, shape))
        self.nodes.append(helper.make_node(kind, inputs, [made], name, **attributes))
        return made


def graph_of(
    network: ResolvedNetwork, keys: Mapping[TensorName, str], arrays: Mapping[TensorName, Array]
) -> GraphProto:
    """The graph with its weights, each under its key.

    Takes N×C×H×W; gives N×C×H×W, or N×C where the last map is 1×1.
    """
    graph = _Graph(keys, {INPUT, OUTPUT, *keys.values()})
    graph.tensors += (numpy_helper.from_array(array, keys[name]) for name, array in arrays.items())
    flowing = INPUT
    names = operation_names(network.table.layers, graph.node_names)
    for resolved, called in zip(network.layers, names, strict=True):
        made: list[str] = []
        for step, name in zip(resolved.operations, called, strict=True):
            taken = [flowing if index == LAYER_INPUT else made[index] for index in step.operation.inputs]
            made.append(_add(graph, resolved.layer, step, name, taken))
        flowing = made[-1]
    shape: tuple[int, ...] = network.output
    if shape[1:] == (1, 1):
        shape = shape[:1]
        graph.add("Flatten", free_name("flatten", graph.node_names), [flowing], shape, axis=1)
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
        case OperationKind.DROPOUT:
            assert isinstance(layer, Dropout)
            ratio = graph.constant(f"{name}/ratio", np.array(layer.p, np.float32))
            return graph.add("Dropout", name, [*taken, ratio], step.shape)
        case kind:
            type_, attributes = _PLAIN_TYPES[kind]
            return graph.add(type_, name, taken, step.shape, **attributes)


def _add_convolution(graph: _Graph, layer: Layer, step: ResolvedOperation, name: str, taken: list[str]) -> str:
    operation = step.operation
    kinds = ("weight", "bias") if operation.bias else ("weight",)
    weights = [graph.keys[TensorName(layer.name, operation.part, kind)] for kind in kinds]
    kernel, strides, pads = [operation.kernel] * 2, [operation.stride] * 2, [operation.padding] * 4
    return graph.add("Conv", name, [*taken, *weights], step.shape, kernel_shape=kernel, strides=strides, pads=pads)


def _add_pool(graph: _Graph, step: ResolvedOperation, name: str, taken: list[str]) -> str:
    attributes, padded = pooling(step)
    if padded:
        channels, height, width = step.inputs[0]
        pads = graph.constant(f"{name}/pads", np.array([0, 0, padded, padded] * 2, np.int64))
        shape = (channels, height + 2 * padded, width + 2 * padded)
        taken = [graph.add("Pad", free_name(f"{name}/pad", graph.node_names), [*taken, pads], shape)]
    kind = "MaxPool" if step.operation.kind is OperationKind.MAXPOOL else "AveragePool"
    return graph.add(kind, name, taken, step.shape, **attributes)


def _info(name: str, shape: tuple[int, ...]) -> ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, [BATCH, *shape])
