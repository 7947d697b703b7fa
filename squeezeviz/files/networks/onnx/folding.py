"""Nodes that make constants: weights behind casts, and the arithmetic of shapes that exporters leave in a graph."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto

from squeezeviz.files.networks.onnx.constants import MOST_VALUES, Change, Constant, filled, from_array, from_tensor
from squeezeviz.files.networks.onnx.model import OnnxNode

MOST_SMALL_VALUES = 64
"""In a shape, or in what shapes are worked out from."""

MOST_DIMENSIONS = 8
"""Of a constant that is given another shape."""

FLOATS: dict[int, Any] = {
    TensorProto.FLOAT: np.float32,
    TensorProto.FLOAT16: np.float16,
    TensorProto.DOUBLE: np.float64,
    TensorProto.BFLOAT16: np.float32,
}


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
        match name:
            case "value":
                return from_tensor(attribute.t)
            case "value_float":
                return from_array(np.array(attribute.f, np.float32))
            case "value_int":
                return from_array(np.array(attribute.i, np.int64))
            case "value_floats":
                return from_array(np.array(attribute.floats, np.float32))
            case "value_ints":
                return from_array(np.array(attribute.ints, np.int64))
    return None


def _of_shape(node: OnnxNode, constants: list[Constant]) -> Constant | None:
    dims = wholes_of(constants[0])
    value = from_tensor(node.attributes["value"].t) if "value" in node.attributes else None
    if dims is None or any(size < 0 for size in dims) or (value and value.count != 1):
        return None
    made = filled(dims, value)
    return made if made.count <= MOST_VALUES else Constant(dims, made.data_type, made.source, "there are too many")


def _same(_node: OnnxNode, constants: list[Constant]) -> Constant | None:
    return constants[0]


def _cast(node: OnnxNode, constants: list[Constant]) -> Constant | None:
    kind = FLOATS.get(node.whole("to", 0))
    if constants[0].data_type in FLOATS and kind is not None:
        return constants[0].changed(constants[0].dims, _to(kind))
    return _small(node, constants)


def _to(kind: Any) -> Change:
    return lambda array: array.astype(kind)


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
    return (
        None
        if any(dims[axis] != 1 for axis in gone)
        else tuple(size for axis, size in enumerate(dims) if axis not in gone)
    )


def _unsqueezed(dims: tuple[int, ...], axes: tuple[int, ...]) -> tuple[int, ...] | None:
    rank = len(dims) + len(axes)
    places = {axis % rank for axis in axes if -rank <= axis < rank}
    if not axes or len(places) < len(axes):
        return None
    sizes = iter(dims)
    return tuple(1 if place in places else next(sizes) for place in range(rank))


def _filled_in(dims: tuple[int, ...], wanted: tuple[int, ...], zeros: bool) -> tuple[int, ...] | None:
    """With what 0 and -1 stand for in a Reshape's shape."""
    sizes = [dims[at] if size == 0 and not zeros and at < len(dims) else size for at, size in enumerate(wanted)]
    known, whole = math.prod(size for size in sizes if size != -1), math.prod(dims)
    if sizes.count(-1) == 1 and known > 0 and whole % known == 0:
        sizes[sizes.index(-1)] = whole // known
    return tuple(sizes) if min(sizes, default=0) >= 0 and math.prod(sizes) == whole else None


_WHOLE: dict[str, Callable[[OnnxNode, list[Constant]], Constant | None]] = {
    "ConstantOfShape": _of_shape,
    "Identity": _same,
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


def _gather(node: OnnxNode, data: NDArray[Any], index: NDArray[Any]) -> Any:
    return np.take(data, index, axis=node.whole("axis", 0))


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
    "Gather": _gather,
    "Slice": _slice,
    "Add": lambda _node, one, other: one + other,
    "Sub": lambda _node, one, other: one - other,
    "Mul": lambda _node, one, other: one * other,
    "Neg": lambda _node, data: -data,
}
"""What is worked out on shapes."""
