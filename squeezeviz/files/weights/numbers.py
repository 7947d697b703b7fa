"""The numbers of weights: the types that files store them in, and how they become float32."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from squeezeviz.analysis.resolve import resolve
from squeezeviz.analysis.weights import TensorName, TensorShape
from squeezeviz.files.weights import Weights
from squeezeviz.model.errors import Note, Place, Severity, SqueezevizError, brief
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.table import LayerTable
from squeezeviz.model.wording import readable_bytes
from squeezeviz.trace.failures import load_torch
from squeezeviz.trace.places import state_dict_keys

Array = NDArray[np.float32]


class Stored(NamedTuple):
    """A tensor in a file. `extent` counts the numbers that have to be read for it."""

    shape: TensorShape
    dtype: str
    extent: int


Load = Callable[[str], Array]

MOST_BYTES = 512 * 1024 * 1024
"""Of all weights of a file, as float32."""

_CODES = {
    "float16": "f2", "bfloat16": "u2", "float32": "f4", "float64": "f8",
    "bool": "u1", "uint8": "u1", "int8": "i1", "int16": "i2", "int32": "i4", "int64": "i8",
    "complex64": "c8", "complex128": "c16", "quint8": "u1", "qint8": "i1", "qint32": "i4",
}  # fmt: skip
"""NumPy's code of each type of numbers, whose digits are its bytes."""
ITEM_BYTES = {dtype: int(code[1:]) for dtype, code in _CODES.items()}

FLOATS = ("float16", "bfloat16", "float32", "float64")
"""The types that weights can be opened in."""
_MASKS = ("bool", "uint8", "int8", "int16", "int32", "int64")


def floats(raw: bytes | bytearray, dtype: str, order: str = "<") -> Array:
    """The numbers in `raw` as float32; `order` is `<` where their least significant byte comes first, else `>`.

    What is too large for float32 becomes infinite.
    """
    numbers = np.frombuffer(raw, order + _CODES[dtype])
    if dtype == "bfloat16":
        return (numbers.astype(np.uint32) << 16).view(np.float32)
    return as_float32(numbers)


def as_float32(array: NDArray[Any]) -> Array:
    """The numbers in C order as float32, infinite where too large for it; no copy where they are so already."""
    with np.errstate(over="ignore"):
        return np.ascontiguousarray(array, dtype=np.float32)


def moved_on(array: NDArray[Any], filters: int, channels: int) -> NDArray[Any]:
    """The weights or biases with filters and channels that many places further on, the last ones first."""
    if channels:
        array = np.roll(array, channels, axis=1)
    return np.roll(array, filters, axis=0) if filters else array


_QUANTIZED = ("int8", "uint8", "qint8", "quint8", "qint32", "int4", "uint4")


def check_mask_dtype(key: str, dtype: str) -> None:
    """Raise SqueezevizError where a mask over weights is of a type that none has."""
    if dtype not in (*FLOATS, *_MASKS):
        raise SqueezevizError(f"{brief(key)} holds {brief(dtype)} numbers; a mask is of 0 and 1: convert it first")


def check_dtype(key: str, dtype: str) -> None:
    """Raise SqueezevizError where weights of that type are none that can be opened."""
    if dtype not in FLOATS:
        known = ", ".join(FLOATS)
        remedy = "open the network that was not quantized" if dtype in _QUANTIZED else "convert it first"
        raise SqueezevizError(f"{brief(key)} holds {brief(dtype)} numbers; weights can be {known}: {remedy}")


def load_weights(
    keys: Mapping[TensorName, str], stored: Mapping[str, Stored], load: Load, origin: str
) -> tuple[Weights, tuple[Note, ...]]:
    """The numbers of those tensors, and notes on what is unusual about them.

    SqueezevizError where their types or sizes are none that can be opened.
    """
    for key in keys.values():
        check_dtype(key, stored[key].dtype)
    taken = sum(4 * max(prod(stored[key].shape), stored[key].extent) for key in keys.values())
    if taken > MOST_BYTES:
        raise SqueezevizError(f"its weights take {taken:,} bytes as float32; at most {MOST_BYTES:,} (512 MiB) are read")
    weights = Weights({name: load(key) for name, key in keys.items()}, origin)
    return weights, tuple(_notes({name: stored[key].dtype for name, key in keys.items()}, weights))


def _notes(dtypes: Mapping[TensorName, str], weights: Weights) -> Iterator[Note]:
    if others := sorted({*dtypes.values()} - {"float32"}):
        yield Note(f"its weights are {' and '.join(others)} in the file; they run as float32", Severity.INFO)
    strange = {name: array for name, array in weights.arrays.items() if not np.isfinite(array).all()}
    beyond = [name for name, array in strange.items() if dtypes[name] == "float64" and not np.isnan(array).any()]
    rest = [name for name in strange if name not in beyond]
    for found, what in (
        (beyond, "too large for float32, as which they run: they are infinite there, and outputs may be too"),
        (rest, "not finite numbers, so that outputs may not be either"),
    ):
        if found:
            named = ", ".join(list(dict.fromkeys(name.row for name in found))[:4])
            yield Note(f"some weights are {what}: in {named}")


def to_save(table: LayerTable, weights: Weights | None) -> dict[str, Any]:
    """The state dict, of PyTorch's tensors: rows that `weights` fit have those, others fresh ones as a live pass draws.

    SqueezevizError where the table cannot run, or has too many weights to be read again, or none.
    """
    network = resolve(table)
    for problem in network.problems:
        raise SqueezevizError(problem.reason, Place(row=problem.name, column=problem.field))
    taken = 4 * network.parameters.value
    if taken > MOST_BYTES:
        raise SqueezevizError(
            f"its weights take {readable_bytes(taken)}, and at most {readable_bytes(MOST_BYTES)} are saved"
        )
    if not taken:
        raise SqueezevizError("the table has no convolution, so that there are no weights to save")
    load_torch()
    from squeezeviz.trace.weights import current_weights  # imported late because it takes a second to load torch

    tensors = current_weights(network, weights.arrays if weights else None)
    return {key: tensors[name] for name, key in state_dict_keys(network).items()}
