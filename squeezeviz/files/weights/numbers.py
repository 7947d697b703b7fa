"""The number types that weights are stored in, and how each becomes float32."""

from __future__ import annotations

import numpy as np

from squeezeviz.files.trained_weights import Array, as_float32
from squeezeviz.model.errors import SqueezevizError, brief

FLOATS = {"float16": 2, "bfloat16": 2, "float32": 4, "float64": 8}
"""Bytes of each type that weights can be opened in."""

MOST_BYTES = 512 * 1024 * 1024
"""Of all weights of a file, as float32."""

_MASKS = {"bool": 1, "uint8": 1, "int8": 1, "int16": 2, "int32": 4, "int64": 8}

BYTES = {**FLOATS, **_MASKS}
"""Of each type that a number is read in: those of weights, and those of masks over them."""

_CODES = {
    "float16": "f2", "bfloat16": "u2", "float32": "f4", "float64": "f8",
    "bool": "u1", "uint8": "u1", "int8": "i1", "int16": "i2", "int32": "i4", "int64": "i8",
}  # fmt: skip


def floats(raw: bytes | bytearray, dtype: str, order: str = "<") -> Array:
    """The numbers in `raw` as float32; `order` is `<` where their least significant byte comes first, else `>`.

    What is too large for float32 becomes infinite.
    """
    numbers = np.frombuffer(raw, order + _CODES[dtype])
    if dtype == "bfloat16":
        return (numbers.astype(np.uint32) << 16).view(np.float32)
    with np.errstate(over="ignore"):
        return as_float32(numbers)


_QUANTIZED = ("int8", "uint8", "qint8", "quint8", "qint32", "int4", "uint4")


def check_mask_dtype(key: str, dtype: str) -> None:
    """Raise SqueezevizError where a mask over weights is of a type that none has."""
    if dtype not in BYTES:
        raise SqueezevizError(f"{brief(key)} holds {brief(dtype)} numbers; a mask is of 0 and 1: convert it first")


def check_dtype(key: str, dtype: str) -> None:
    """Raise SqueezevizError where weights of that type are none that can be opened."""
    if dtype not in FLOATS:
        known = ", ".join(FLOATS)
        remedy = "open the network that was not quantized" if dtype in _QUANTIZED else "convert it first"
        raise SqueezevizError(f"{brief(key)} holds {brief(dtype)} numbers; weights can be {known}: {remedy}")
