"""Values that do not depend on the image: weights and shapes, and the nodes that make them.

Exporters leave casts around weights and the arithmetic of shapes in a graph. Values are worked out when needed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, numpy_helper

from squeezeviz.files.networks.onnx.model import OnnxNode
from squeezeviz.model.errors import SqueezevizError, shown

MOST_CHANGES = 16
"""Casts and transpositions of one constant, one after another."""
MOST_VALUES = 2**26
"""Of one constant that is made, 256 MB as float32."""
MOST_SIDES = 64
"""Of one tensor; numpy has as many."""
MOST_SMALL_VALUES = 64
"""In a shape, or in what shapes are worked out from."""
MOST_DIMENSIONS = 8
"""Of a constant that is given another shape."""

_TYPED_FIELDS = {
    TensorProto.FLOAT: "float_data",
    TensorProto.DOUBLE: "double_data",
    TensorProto.INT64: "int64_data",
    **dict.fromkeys(
        (TensorProto.FLOAT16, TensorProto.BFLOAT16, TensorProto.INT32, TensorProto.INT8, TensorProto.UINT8,
         TensorProto.INT16, TensorProto.UINT16, TensorProto.BOOL), "int32_data"),
}  # fmt: skip
"""Where a tensor's values stand that are not raw bytes, for each type that is read."""


FLOATS: dict[int, Any] = {
    TensorProto.FLOAT: np.float32,
    TensorProto.FLOAT16: np.float16,
    TensorProto.DOUBLE: np.float64,
    TensorProto.BFLOAT16: np.float32,
}
_TOO_MANY = "there are too many"


@dataclass(frozen=True, slots=True, eq=False)
class Constant:
    """A tensor whose values do not depend on the image.

    `data_type` is the file's (onnx.TensorProto.DataType). `values` are worked out only where `absent` does not say why
    they are not there.
    """

    dims: tuple[int, ...]
    data_type: int
    values: Callable[[], NDArray[Any]]
    absent: str = ""
    changes: int = 0

    @property
    def count(self) -> int:
        return math.prod(self.dims)

    def changed(self, dims: tuple[int, ...], change: Callable[[NDArray[Any]], NDArray[Any]]) -> Constant | None:
        """The constant after one more step; None after too many."""
        if self.changes >= MOST_CHANGES:
            return None
        return replace(self, dims=dims, values=lambda: change(self.values()), changes=self.changes + 1)


def from_array(array: NDArray[Any]) -> Constant:
    return Constant(array.shape, onnx.helper.np_dtype_to_tensor_dtype(array.dtype), lambda: array)


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
    return _TOO_MANY if count > MOST_VALUES else ""


def _damaged(tensor: Any, how: str) -> SqueezevizError:
    return SqueezevizError(f"the tensor {shown(tensor.name)} {how}; the file is damaged, export or download it again")


def folded(node: OnnxNode, known: Mapping[str, Constant]) -> Constant | None:
    """What a node makes that takes constants alone; None where it is nothing that is worked out here."""
    if not node.is_standard or not node.outputs:
        return None
    taken = [known.get(name) for name in node.inputs if name]
    constants = [each for each in taken if each is not None]
    if len(constants) < len(taken):
        return None
    if node.type == "Constant":
        return _constant(node)
    if not constants:
        return None
    if node.type in _WHOLE:
        return _WHOLE[node.type](node, constants)
    return _small(node, constants)


def small_values(constant: Constant | None) -> NDArray[Any] | None:
    """The values of a shape and the like; None where they are not there or more than any shape has."""
    if constant is None or constant.absent or constant.count > MOST_SMALL_VALUES:
        return None
    return constant.values()


def wholes_of(constant: Constant | None) -> tuple[int, ...] | None:
    """The whole numbers in a constant; None where it is not there or holds others."""
    values = small_values(constant)
    if values is None or values.dtype.kind not in "iu":
        return None
    return tuple(int(value) for value in values.ravel())


def _constant(node: OnnxNode) -> Constant | None:
    for name, attribute in node.attributes.items():
        if name == "value":
            return from_tensor(attribute.t)
        if name in _VALUES:
            field, kind = _VALUES[name]
            return from_array(np.array(getattr(attribute, field), kind))
    return None


_VALUES = {
    "value_float": ("f", np.float32),
    "value_floats": ("floats", np.float32),
    "value_int": ("i", np.int64),
    "value_ints": ("ints", np.int64),
}
"""The field in which a Constant's attribute holds its value, and the type of that."""


def _of_shape(node: OnnxNode, constants: list[Constant]) -> Constant | None:
    """What ConstantOfShape makes: one value all over, zeros where none is said."""
    dims = wholes_of(constants[0])
    said = node.attributes.get("value")
    value = from_tensor(said.t) if said else from_array(np.zeros(1, np.float32))
    if dims is None or any(size < 0 for size in dims) or value.count != 1:
        return None
    absent = _TOO_MANY if math.prod(dims) > MOST_VALUES else value.absent
    return Constant(dims, value.data_type, lambda: np.full(dims, value.values().ravel()[0]), absent)


def _cast(node: OnnxNode, constants: list[Constant]) -> Constant | None:
    kind = FLOATS.get(node.whole("to", 0))
    if constants[0].data_type in FLOATS and kind is not None:
        return constants[0].changed(constants[0].dims, lambda array: array.astype(kind))
    return _small(node, constants)


def _transposed(node: OnnxNode, constants: list[Constant]) -> Constant | None:
    dims = constants[0].dims
    order = node.wholes("perm") or tuple(reversed(range(len(dims))))
    if sorted(order) != list(range(len(dims))):
        return None
    return constants[0].changed(tuple(dims[axis] for axis in order), lambda array: array.transpose(order))


def _reshaped(node: OnnxNode, constants: list[Constant]) -> Constant | None:
    """Any node that gives the same numbers another shape."""
    given = wholes_of(constants[1]) if len(constants) > 1 else None
    made = reshaped(node, constants[0].dims, given)
    if made is None or len(made) > MOST_DIMENSIONS:
        return None
    return constants[0].changed(made, lambda array: array.reshape(made))


def reshaped(node: OnnxNode, dims: tuple[int, ...], given: tuple[int, ...] | None) -> tuple[int, ...] | None:
    """The sizes that Reshape, Flatten, Squeeze or Unsqueeze gives to what has `dims`; None where that cannot be told.

    `given` are the numbers that it takes as an input, where they are known.
    """
    match node.type:
        case "Flatten":
            axis = node.whole("axis", 1)
            axis = axis + len(dims) if axis < 0 else axis
            return (math.prod(dims[:axis]), math.prod(dims[axis:])) if 0 <= axis <= len(dims) else None
        case "Squeeze":
            return _squeezed(dims, given or node.wholes("axes"), len(node.inputs) > 1 and given is None)
        case "Unsqueeze":
            return _unsqueezed(dims, given or node.wholes("axes") or ())
        case _:
            wanted = given or node.wholes("shape")
            return _filled_in(dims, wanted, bool(node.whole("allowzero", 0))) if wanted else None


def _squeezed(dims: tuple[int, ...], axes: tuple[int, ...] | None, unknown: bool) -> tuple[int, ...] | None:
    if unknown or any(not -len(dims) <= axis < len(dims) for axis in axes or ()):
        return None
    gone = {axis % len(dims) for axis in axes} if axes else {axis for axis, size in enumerate(dims) if size == 1}
    if any(dims[axis] != 1 for axis in gone):
        return None
    return tuple(size for axis, size in enumerate(dims) if axis not in gone)


def _unsqueezed(dims: tuple[int, ...], axes: tuple[int, ...]) -> tuple[int, ...] | None:
    rank = len(dims) + len(axes)
    places = {axis % rank for axis in axes if -rank <= axis < rank}
    if not axes or len(places) < len(axes):
        return None
    sizes = iter(dims)
    return tuple(1 if place in places else next(sizes) for place in range(rank))


def _filled_in(dims: tuple[int, ...], wanted: tuple[int, ...], zeros: bool) -> tuple[int, ...] | None:
    """The sizes of a Reshape, with those that 0 and -1 stand for; None where the numbers do not fit."""
    sizes = [dims[at] if size == 0 and not zeros and at < len(dims) else size for at, size in enumerate(wanted)]
    known, whole = math.prod(size for size in sizes if size != -1), math.prod(dims)
    if sizes.count(-1) == 1 and known > 0 and whole % known == 0:
        sizes[sizes.index(-1)] = whole // known
    return tuple(sizes) if min(sizes, default=0) >= 0 and math.prod(sizes) == whole else None


_WHOLE: dict[str, Callable[[OnnxNode, list[Constant]], Constant | None]] = {
    "ConstantOfShape": _of_shape,
    "Identity": lambda _node, constants: constants[0],
    "Cast": _cast,
    "Transpose": _transposed,
    **dict.fromkeys(("Reshape", "Flatten", "Squeeze", "Unsqueeze"), _reshaped),
}
"""What is worked out on tensors of any size."""


def _small(node: OnnxNode, constants: list[Constant]) -> Constant | None:
    arrays = [small_values(constant) for constant in constants]
    found = [array for array in arrays if array is not None]
    if len(found) < len(arrays) or node.type not in _SMALL:
        return None
    try:
        with np.errstate(all="ignore"):
            return from_array(np.asarray(_SMALL[node.type](node, *found)))
    except (ValueError, IndexError, TypeError, OverflowError, ZeroDivisionError):
        return None  # it fails wherever it runs; whoever takes it says so


def _slice(node: OnnxNode, data: NDArray[Any], *given: NDArray[Any]) -> Any:
    said = [tuple(int(each) for each in part.ravel()) for part in given]
    starts, ends = said[:2] if given else (node.wholes("starts") or (), node.wholes("ends") or ())
    axes = said[2] if len(said) > 2 else node.wholes("axes") or tuple(range(len(starts)))
    steps = said[3] if len(said) > 3 else (1,) * len(starts)
    for axis, start, end, step in zip(axes, starts, ends, steps, strict=True):
        slices = [slice(None)] * data.ndim
        slices[axis] = slice(start, end, step)
        data = data[tuple(slices)]
    return data


_SMALL: dict[str, Callable[..., Any]] = {
    "Cast": lambda node, data: data.astype(np.int64 if node.whole("to", 0) in (6, 7) else np.float64),
    "Concat": lambda node, *parts: np.concatenate(parts, node.whole("axis", 0)),
    "Gather": lambda node, data, index: np.take(data, index, axis=node.whole("axis", 0)),
    "Slice": _slice,
    "Add": lambda _node, one, other: one + other,
    "Sub": lambda _node, one, other: one - other,
    "Mul": lambda _node, one, other: one * other,
    "Neg": lambda _node, data: -data,
}
"""What is worked out on shapes."""
