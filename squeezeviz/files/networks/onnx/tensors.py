"""The weights of the rows, in the order of channels that a layer table has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto

from squeezeviz.analysis.weights import TensorName
from squeezeviz.files.networks.graph.series import Row
from squeezeviz.files.networks.onnx.constants import MOST_VALUES, Constant
from squeezeviz.files.networks.onnx.operation import OnnxOperation
from squeezeviz.files.weights import Weights
from squeezeviz.files.weights.numbers import Array, as_float32
from squeezeviz.model.errors import Note, Severity, brief
from squeezeviz.model.layers import Bypass, Conv, Fire
from squeezeviz.model.records import NamedTuple


class _Tensor(NamedTuple):
    """`filters` and `channels` are by how many places the file's are moved on in the table; 0 where they are not."""

    name: TensorName
    constant: Constant
    filters: int
    channels: int


def weights_of(rows: Sequence[Row], origin: str) -> tuple[Weights | None, tuple[Note, ...]]:
    """The weights of all rows, None where the file has none, and notes on them.

    They are kept whole or not at all: half a network's would say nothing.
    """
    plan, out_of_order = _plan(rows)
    if not plan:
        return None, ()
    reason = _why_not(plan) or out_of_order
    if reason:
        return None, (Note(f"its weights are left out: {reason}; a pass runs with fresh random ones"),)
    arrays = {tensor.name: _array(tensor) for tensor in plan}
    return Weights(arrays, origin), tuple(_notes(plan, arrays))


def _plan(rows: Sequence[Row]) -> tuple[list[_Tensor], str]:
    """Each tensor with its order; and why the network cannot be said in the table's order, empty where it can."""
    plan: list[_Tensor] = []
    moved = 0
    reason = ""
    for row in rows:
        stacked = row.layer.e1x1 if isinstance(row.layer, Fire) and row.flipped else 0
        if isinstance(row.layer, Fire) and row.layer.bypass is Bypass.SIMPLE and moved != stacked:
            reason = "a bypass adds channels that it stacks in another order"
        for part, operation in row.convolutions.items():
            assert isinstance(operation, OnnxOperation) and operation.weights is not None
            filters = stacked if part == "bypass1x1" else 0
            channels = 0 if part.startswith("expand") else moved
            plan.append(_Tensor(TensorName(row.layer.name, part, "weight"), operation.weights, filters, channels))
            if operation.bias is not None:
                plan.append(_Tensor(TensorName(row.layer.name, part, "bias"), operation.bias, filters, 0))
        moved = stacked if isinstance(row.layer, Conv | Fire) else moved
    if moved:
        reason = reason or "its last Fire module stacks the 3×3 expand first, and a table's the 1×1"
    return plan, reason


def _why_not(plan: Sequence[_Tensor]) -> str:
    absent = next((tensor for tensor in plan if tensor.constant.absent), None)
    if absent:
        return f"of {brief(absent.name.row)}, {absent.constant.absent}"
    count = sum(tensor.constant.count for tensor in plan)
    return f"there are {count:,} of them, more than {MOST_VALUES:,}" if count > MOST_VALUES else ""


def _array(tensor: _Tensor) -> Array:
    array = tensor.constant.values()
    if tensor.channels:
        array = np.roll(array, tensor.channels, axis=1)
    if tensor.filters:
        array = np.roll(array, tensor.filters, axis=0)
    with np.errstate(over="ignore"):
        made = as_float32(array)
    return made if made.flags.writeable else made.copy()


def _notes(plan: Sequence[_Tensor], arrays: Mapping[TensorName, NDArray[Any]]) -> Iterator[Note]:
    types = {tensor.constant.data_type for tensor in plan} - {TensorProto.FLOAT}
    if types:
        names = sorted(TensorProto.DataType.Name(each).lower() for each in types)
        yield Note(f"its weights are {' and '.join(names)} in the file; they run as float32", Severity.INFO)
    rows = list(dict.fromkeys(name.row for name, array in arrays.items() if not np.isfinite(array).all()))
    if rows:
        more = f" and {len(rows) - 1} more" if len(rows) > 1 else ""
        yield Note(
            f"the weights of {brief(rows[0])}{more} hold values that are no finite numbers; the output will, too"
        )
