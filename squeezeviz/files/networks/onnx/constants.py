"""Values that do not depend on the image: weights and shapes. They are worked out when they are needed."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, numpy_helper

from squeezeviz.model.errors import SqueezevizError, shown

Change = Callable[[NDArray[Any]], NDArray[Any]]

MOST_CHANGES = 16
"""Casts and transpositions of one constant, one after another."""
MOST_VALUES = 2**26
"""Of one constant that is made, 256 MB as float32."""
MOST_SIDES = 64
"""Of one tensor; numpy has as many."""

_TYPED_FIELDS = {
    TensorProto.FLOAT: "float_data",
    TensorProto.DOUBLE: "double_data",
    TensorProto.INT64: "int64_data",
    **dict.fromkeys(
        (TensorProto.FLOAT16, TensorProto.BFLOAT16, TensorProto.INT32, TensorProto.INT8, TensorProto.UINT8,
         TensorProto.INT16, TensorProto.UINT16, TensorProto.BOOL), "int32_data"),
}  # fmt: skip
"""Where a tensor's values stand that are not raw bytes, for each type that is read."""


@dataclass(frozen=True, slots=True, eq=False)
class Constant:
    """A tensor whose values do not depend on the image.

    `data_type` is the file's (onnx.TensorProto.DataType). `absent` says why the values are not there, if so.
    """

    dims: tuple[int, ...]
    data_type: int
    source: Callable[[], NDArray[Any]]
    absent: str = ""
    changes: tuple[Change, ...] = ()

    @property
    def count(self) -> int:
        return math.prod(self.dims)

    @property
    def type_name(self) -> str:
        """Such as `float16`."""
        return str(TensorProto.DataType.Name(self.data_type)).lower()

    def values(self) -> NDArray[Any]:
        """The numbers; only where none of `absent` is said, and no more than MOST_VALUES of them."""
        array = self.source()
        for change in self.changes:
            array = change(array)
        return array

    def changed(self, dims: tuple[int, ...], change: Change) -> Constant | None:
        """The constant after one more step; None after too many."""
        if len(self.changes) >= MOST_CHANGES:
            return None
        return replace(self, dims=dims, changes=(*self.changes, change))


def from_array(array: NDArray[Any]) -> Constant:
    return Constant(array.shape, onnx.helper.np_dtype_to_tensor_dtype(array.dtype), lambda: array)


def from_input(dims: tuple[int, ...], data_type: int) -> Constant:
    """Weights that somebody has to hand in beside the image."""
    return Constant(dims, data_type, _nothing, "they are inputs of the network")


def filled(dims: tuple[int, ...], value: Constant | None) -> Constant:
    """What ConstantOfShape makes: one value all over, zeros where none is said."""
    if value is None:
        return Constant(dims, TensorProto.FLOAT, lambda: np.zeros(dims, np.float32))
    return Constant(dims, value.data_type, lambda: np.full(dims, value.values().ravel()[0]), value.absent)


def from_tensor(tensor: Any) -> Constant:
    """A tensor of the file. SqueezevizError where its size and its values do not agree."""
    if len(tensor.dims) > MOST_SIDES:
        raise _damaged(tensor, f"has {len(tensor.dims):,} sizes")
    dims = tuple(tensor.dims)
    if any(size < 0 for size in dims):
        raise _damaged(tensor, f"has a size of {shown(min(dims))}")
    absent = _why_absent(tensor, math.prod(dims))
    return Constant(dims, tensor.data_type, lambda: numpy_helper.to_array(tensor), absent)


def _why_absent(tensor: Any, count: int) -> str:
    if tensor.data_location == TensorProto.EXTERNAL or tensor.external_data:
        return "they are in another file, and no other file is opened"
    if tensor.HasField("segment"):
        return "they are only a piece of a tensor"
    if tensor.data_type not in _TYPED_FIELDS:
        return "they are in a type that is not read"
    typed = len(getattr(tensor, _TYPED_FIELDS[tensor.data_type]))
    if not tensor.HasField("raw_data"):
        if not typed and count:
            return "the file has none"
        if typed != count:
            raise _damaged(tensor, f"has {typed:,} values where its size takes {shown(count)}")
        return ""
    size = len(tensor.raw_data)
    itemsize = onnx.helper.tensor_dtype_to_np_dtype(tensor.data_type).itemsize
    if size != count * itemsize:
        raise _damaged(tensor, f"has {size:,} bytes where its size takes {shown(count * itemsize)}")
    return "there are too many" if count > MOST_VALUES else ""


def _nothing() -> NDArray[Any]:
    raise AssertionError("there are no values")


def _damaged(tensor: Any, how: str) -> SqueezevizError:
    return SqueezevizError(f"the tensor {shown(tensor.name)} {how}; the file is damaged, export or download it again")
