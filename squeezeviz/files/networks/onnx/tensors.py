"""The weights of the rows, in the order of channels that a layer table has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto

from squeezeviz.analysis.weights import TensorName
from squeezeviz.files.networks.graph.channels import in_table_order
from squeezeviz.files.networks.graph.series import Row
from squeezeviz.files.networks.onnx.constants import MOST_VALUES, Constant
from squeezeviz.files.networks.onnx.operation import OnnxOperation
from squeezeviz.files.weights import Weights
from squeezeviz.files.weights.numbers import Array, as_float32, moved_on
from squeezeviz.model.errors import Note, Severity, brief
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
    convolutions, reason = in_table_order(rows)
    for row, part, operation, filters, channels in convolutions:
        assert isinstance(operation, OnnxOperation) and operation.weights is not None
        plan.append(_Tensor(TensorName(row, part, "weight"), operation.weights, filters, channels))
        if operation.bias is not None:
            plan.append(_Tensor(TensorName(row, part, "bias"), operation.bias, filters, 0))
    return plan, reason


def _why_not(plan: Sequence[_Tensor]) -> str:
    absent = next((tensor for tensor in plan if tensor.constant.absent), None)
    if absent:
        return f"of {brief(absent.name.row)}, {absent.constant.absent}"
    count = sum(tensor.constant.count for tensor in plan)
    return f"there are {count:,} of them, more than {MOST_VALUES:,}" if count > MOST_VALUES else ""


def _array(tensor: _Tensor) -> Array:
    array = moved_on(tensor.constant.values(), tensor.filters, tensor.channels)
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
