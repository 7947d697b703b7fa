"""A parsed ONNX model: its nodes, constants, inputs and outputs, each within bounds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import onnx
from google.protobuf.message import DecodeError

from squeezeviz.model.errors import Place, SqueezevizError, brief, shown

OWN_DOMAINS = ("", "ai.onnx")
_ATTRIBUTES = {
    "f": (onnx.AttributeProto.FLOAT, "a number"),
    "i": (onnx.AttributeProto.INT, "a whole number"),
    "s": (onnx.AttributeProto.STRING, "a text"),
    "ints": (onnx.AttributeProto.INTS, "whole numbers"),
}
"""The type of an attribute whose value stands in each field, and what a person calls it."""


class OnnxNode:
    """One node of the graph, counted from 1 as a person counts."""

    def __init__(self, proto: Any, index: int) -> None:
        self.proto = proto
        self.type: str = proto.op_type
        self.name: str = proto.name
        self.index = index
        self.inputs: tuple[str, ...] = tuple(proto.input)
        self.outputs: tuple[str, ...] = tuple(proto.output)
        self.attributes = {attribute.name: attribute for attribute in proto.attribute}

    @property
    def where(self) -> str:
        """What an error calls it: `node 13, Conv fire2/squeeze1x1`."""
        return f"node {self.index}, {brief(self.type)}" + (f" {brief(self.name)}" if self.name else "")

    @property
    def is_standard(self) -> bool:
        """Whether ONNX itself says what it does."""
        return self.proto.domain in OWN_DOMAINS

    def fail(self, message: str) -> SqueezevizError:
        return SqueezevizError(message, Place(row=self.where))

    def input(self, index: int) -> str:
        """The name of an input; empty for one that is left out."""
        return self.inputs[index] if index < len(self.inputs) else ""

    def whole(self, name: str, default: int) -> int:
        return int(self._value(name, "i", default))

    def number(self, name: str, default: float) -> float:
        return float(self._value(name, "f", default))

    def wholes(self, name: str) -> tuple[int, ...] | None:
        """A list of whole numbers; None where the node does not say it."""
        found = self._value(name, "ints", None)
        if found is not None and len(found) > MOST_NUMBERS:
            raise self.fail(f"its attribute {name} has {len(found):,} numbers; no SqueezeNet's has")
        return None if found is None else tuple(found)

    def text(self, name: str, default: str) -> str:
        found: bytes = self._value(name, "s", default.encode())
        return found.decode("utf-8", "replace")

    def _value(self, name: str, field: str, default: Any) -> Any:
        attribute = self.attributes.get(name)
        if attribute is None:
            return default
        type_, called = _ATTRIBUTES[field]
        if (attribute.type and attribute.type != type_) or attribute.ref_attr_name:
            raise self.fail(f"its attribute {name} is not {called}")
        return getattr(attribute, field)


@dataclass(frozen=True, eq=False)
class OnnxModel:
    """A model as its file has it. `opset` is the version of ONNX's own operators that it was made for."""

    proto: Any

    @cached_property
    def nodes(self) -> tuple[OnnxNode, ...]:
        return tuple(OnnxNode(proto, index) for index, proto in enumerate(self.proto.graph.node, 1))

    @cached_property
    def needed_nodes(self) -> tuple[OnnxNode, ...]:
        """Those that an output depends on; all of them where no output is named."""
        if not self.outputs:
            return self.nodes
        wanted = set(self.outputs)
        needed = []
        for node in reversed(self.nodes):
            if wanted.intersection(node.outputs):
                wanted.update(node.inputs)
                needed.append(node)
        return tuple(reversed(needed))

    @cached_property
    def initializers(self) -> Mapping[str, Any]:
        """The tensors of the graph by name; a sparse one is there as None."""
        graph = self.proto.graph
        sparse = {each.values.name: None for each in graph.sparse_initializer}
        return sparse | {tensor.name: tensor for tensor in graph.initializer}

    @cached_property
    def inputs(self) -> tuple[Any, ...]:
        """What somebody has to hand in: files before version 4 list their own tensors among the inputs."""
        return tuple(each for each in self.proto.graph.input if each.name not in self.initializers)

    @cached_property
    def outputs(self) -> tuple[str, ...]:
        return tuple(each.name for each in self.proto.graph.output)

    @cached_property
    def functions(self) -> frozenset[tuple[str, str]]:
        """The domain and the name of each operation that the file itself defines."""
        return frozenset((each.domain, each.name) for each in self.proto.functions)

    @cached_property
    def opset(self) -> int:
        versions = [each.version for each in self.proto.opset_import if each.domain in OWN_DOMAINS]
        return max(versions, default=1)


MOST_PARTS = 20_000
"""Nodes, tensors, inputs and outputs of a graph."""
MOST_FIELDS = 400_000
"""Inputs, outputs and attributes of all nodes."""
MOST_NUMBERS = 10_000
"""In an attribute."""


_DAMAGED = "this is no ONNX network, or one that is damaged or was cut off; export or download it again"


def parse(content: bytes) -> OnnxModel:
    """The model in a file; SqueezevizError where there is none. No other file is opened: none of the tensors'."""
    try:
        proto = onnx.load_model_from_string(content)
    except DecodeError as error:
        if "alloc" in str(error):
            raise MemoryError from None
        raise SqueezevizError(_DAMAGED) from None
    _check_size(proto.graph)
    if any(isinstance(name, bytes) for name in _names(proto)):  # as protobuf gives what is not UTF-8
        raise SqueezevizError(_DAMAGED)
    model = OnnxModel(proto)
    if not model.nodes:
        raise SqueezevizError(
            "this holds no ONNX graph: there is not one node in it; it may be a single tensor, or an export that failed"
        )
    _check_names(model)
    for node in model.needed_nodes:
        _refuse_changed_copies(node)
        if any(attribute.type in _GRAPHS for attribute in node.attributes.values()):
            raise node.fail("it holds a graph of its own, which no layer table does; export the network without it")
    return model


def _check_size(graph: Any) -> None:
    """Raise where looking at all that there is would take long."""
    parts = (graph.node, graph.initializer, graph.sparse_initializer, graph.input, graph.output)
    if sum(map(len, parts)) > MOST_PARTS:
        raise SqueezevizError(f"its graph has more than {MOST_PARTS:,} nodes and tensors; no SqueezeNet has")
    if sum(len(node.input) + len(node.output) + len(node.attribute) for node in graph.node) > MOST_FIELDS:
        raise SqueezevizError(
            f"its nodes have more than {MOST_FIELDS:,} inputs and attributes, which no SqueezeNet has"
        )


def _names(proto: Any) -> Iterator[str | bytes]:
    graph = proto.graph
    yield from (proto.producer_name, graph.name)
    for node in graph.node:
        yield from (node.op_type, node.name, node.domain, *node.input, *node.output)
        yield from (attribute.name for attribute in node.attribute)
    for part in (graph.initializer, graph.input, graph.output):
        yield from (each.name for each in part)


def _refuse_changed_copies(node: OnnxNode) -> None:
    """Raise at an operation that stands only in networks that a tool has made out of others."""
    if _QUANTIZED.fullmatch(node.type):
        raise node.fail("the network is quantized; open the network that was not")
    runtimes = node.proto.domain == "com.microsoft" and node.type in _RUNTIMES
    if runtimes or node.proto.domain.startswith(_RUNTIMES_DOMAINS):
        raise node.fail("this is a copy that ONNX Runtime has optimised for one machine; open the original network")


_QUANTIZED = re.compile(
    r"\w*[Qq]uantize\w*|\w*Quant|QLinear\w+|Q(?:Gemm|Attention|MoE|Ordered\w+)|ConvInteger\w*|MatMulInteger\w*"
    r"|MatMul(?:NBits|Bnb4|FpQ4)"
)
"""Operations on quantized numbers, of ONNX and of com.microsoft."""
_RUNTIMES = frozenset(
    ("FusedConv", "NhwcFusedConv", "NhwcConv", "NhwcMaxPool", "FusedGemm", "FusedMatMul", "FusedMatMulActivation")
)
_RUNTIMES_DOMAINS = ("com.microsoft.nchwc", "com.ms.internal", "com.microsoft.experimental")

_GRAPHS = (onnx.AttributeProto.GRAPH, onnx.AttributeProto.GRAPHS)


def _check_names(model: OnnxModel) -> None:
    made = {each.name for each in model.inputs} | set(model.initializers)
    for node in model.nodes:
        for output in filter(None, node.outputs):
            if output in made:
                raise node.fail(f"it makes {shown(output)}, which is there already; rename one of them")
            made.add(output)
