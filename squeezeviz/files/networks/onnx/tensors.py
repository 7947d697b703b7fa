"""The weights of the rows, in the order of channels that a layer table has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto

from squeezeviz.analysis.weights import TensorName
from squeezeviz.files.networks.graph.node import Kind, Node
from squeezeviz.files.networks.graph.rows import Row
from squeezeviz.files.networks.onnx.constants import MOST_VALUES, Constant
from squeezeviz.files.networks.onnx.operation import OnnxOperation
from squeezeviz.files.trained_weights import Array, Weights, as_float32
from squeezeviz.model.errors import Fact, brief
from squeezeviz.model.layers import Bypass, Conv, Fire, Layer

Order = NDArray[np.intp]
"""The table's channels by their places among the file's."""


class FoundWeights(NamedTuple):
    """The weights that a file has, None where it has none, and what a person should know of them."""

    weights: Weights | None
    notes: tuple[str, ...]


class _Tensor(NamedTuple):
    name: TensorName
    constant: Constant
    filters: Order | None
    channels: Order | None


def weights_of(rows: Sequence[Row], nodes: Mapping[OnnxOperation, Node], origin: str) -> FoundWeights:
    """The weights of all rows. They are kept whole or not at all: half a network's would say nothing.

    `nodes` tells which node an operation is; in a Fire module, in which order its expands are stacked.
    """
    plan, out_of_order = _plan(rows, nodes)
    if not plan:
        return FoundWeights(None, ())
    reason = _why_not(plan) or out_of_order
    if reason:
        return FoundWeights(None, (f"its weights are left out: {reason}; a pass runs with fresh random ones",))
    arrays = {tensor.name: _array(tensor) for tensor in plan}
    return FoundWeights(Weights(arrays, origin), tuple(_notes(plan, arrays)))


def _plan(rows: Sequence[Row], nodes: Mapping[OnnxOperation, Node]) -> tuple[list[_Tensor], str]:
    """Each tensor with its order; and why the network cannot be said in the table's order, empty where it can."""
    plan: list[_Tensor] = []
    order: Order | None = None
    reason = ""
    for row in rows:
        stacked = _stacking(row, nodes)
        if isinstance(row.layer, Fire) and row.layer.bypass is Bypass.SIMPLE:
            reason = reason if _same(order, stacked) else "a bypass adds channels that it stacks in another order"
        for part in row.convolutions:
            operation = _operation(row, part)
            first = part in ("", "squeeze1x1", "bypass1x1")
            filters = stacked if part == "bypass1x1" else None
            plan += _tensors(row.layer, part, operation, filters, order if first else None)
        order = stacked if isinstance(row.layer, Conv | Fire) else order
    if order is not None:
        reason = reason or "its last Fire module stacks the 3×3 expand first, and a table's the 1×1"
    return plan, reason


def _tensors(
    layer: Layer, part: str, operation: OnnxOperation, filters: Order | None, channels: Order | None
) -> Iterator[_Tensor]:
    assert operation.weights is not None
    yield _Tensor(TensorName(layer.name, part, "weight"), operation.weights, filters, channels)
    if operation.bias is not None:
        yield _Tensor(TensorName(layer.name, part, "bias"), operation.bias, filters, None)


def _stacking(row: Row, nodes: Mapping[OnnxOperation, Node]) -> Order | None:
    """The order of a Fire module's channels where the file stacks the 3×3 expand first; else None."""
    if not isinstance(row.layer, Fire):
        return None
    smaller, larger = (_ends(nodes[_operation(row, part)]) for part in ("expand1x1", "expand3x3"))
    stacked = (consumer for end in larger for consumer in end.consumers if consumer.kind is Kind.CONCAT)
    if not any(concat.inputs[0] in larger and concat.inputs[-1] in smaller for concat in stacked):
        return None
    small, large = row.layer.e1x1, row.layer.e3x3
    return np.roll(np.arange(small + large), small) if small + large <= MOST_VALUES else None


def _operation(row: Row, part: str) -> OnnxOperation:
    operation = row.convolutions[part]
    assert isinstance(operation, OnnxOperation)
    return operation


def _ends(conv: Node) -> list[Node]:
    """A convolution, and the ReLUs behind it."""
    return [conv, *(consumer for consumer in conv.consumers if consumer.kind is Kind.RELU)]


def _same(one: Order | None, other: Order | None) -> bool:
    return one is other or (one is not None and other is not None and np.array_equal(one, other))


def _why_not(plan: Sequence[_Tensor]) -> str:
    absent = next((tensor for tensor in plan if tensor.constant.absent), None)
    if absent:
        return f"of {brief(absent.name.row)}, {absent.constant.absent}"
    count = sum(tensor.constant.count for tensor in plan)
    return f"there are {count:,} of them, more than {MOST_VALUES:,}" if count > MOST_VALUES else ""


def _array(tensor: _Tensor) -> Array:
    array = tensor.constant.values()
    if tensor.channels is not None:
        array = array[:, tensor.channels]
    if tensor.filters is not None:
        array = array[tensor.filters]
    with np.errstate(over="ignore"):
        made = as_float32(array)
    return made if made.flags.writeable else made.copy()


def _notes(plan: Sequence[_Tensor], arrays: Mapping[TensorName, NDArray[Any]]) -> Iterator[str]:
    kinds = {tensor.constant.type_name for tensor in plan if tensor.constant.data_type != TensorProto.FLOAT}
    if kinds:
        yield Fact(f"its weights are {' and '.join(sorted(kinds))} in the file; they run as float32")
    rows = list(dict.fromkeys(name.row for name, array in arrays.items() if not np.isfinite(array).all()))
    if rows:
        more = f" and {len(rows) - 1} more" if len(rows) > 1 else ""
        yield f"the weights of {brief(rows[0])}{more} hold values that are no finite numbers; the output will, too"
