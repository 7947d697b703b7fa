"""Hugging Face's .safetensors: named tensors behind a JSON header. Ours carry the layer table in its metadata."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import ml_dtypes  # noqa: F401 - with it, numpy knows bfloat16
import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from squeezeviz.analysis.resolve import resolve
from squeezeviz.analysis.weights import TensorShape
from squeezeviz.files.opened import Read
from squeezeviz.files.reading import binary_file
from squeezeviz.files.tables import toml_table
from squeezeviz.files.weights import Weights
from squeezeviz.files.weights.network import network_of
from squeezeviz.files.weights.numbers import Array, Stored, as_float32, load_weights, to_save
from squeezeviz.model.errors import Note, SqueezevizError
from squeezeviz.model.table import LayerTable
from squeezeviz.model.text import plain
from squeezeviz.trace.places import state_dict_keys, state_dict_shapes

TABLE = "squeezeviz"
"""In the metadata: the layer table as TOML."""

_LARGEST_TABLE = 1024 * 1024


def read(path: Path) -> Read:
    """The SqueezeNet whose weights the file holds: by the table that its metadata carries, if it fits, else by shapes.

    SqueezevizError says what the file is otherwise.
    """
    with binary_file(path), _opened(path) as opened:
        stored = {name: _stored(opened, name) for name in sorted(opened.keys(), key=_natural)}

        def load(key: str) -> Array:
            with np.errstate(over="ignore"):  # what is too large for float32 becomes infinite
                return as_float32(opened.get_tensor(key)).reshape(stored[key].shape)

        table, notes = _carried(
            (opened.metadata() or {}).get(TABLE), {name: each.shape for name, each in stored.items()}
        )
        if table is None:
            return network_of(stored, load, path, notes)
        weights, notes = load_weights(state_dict_keys(resolve(table)), stored, load, path.name)
        return Read(table, notes, weights)


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """The file as the library opens it. SqueezevizError where it finds it damaged."""
    try:
        with safe_open(path, framework="numpy") as opened:
            yield opened
    except SafetensorError as error:
        why = str(error).removeprefix("Error while deserializing header: ")
        raise SqueezevizError(
            f"this is no .safetensors file, or one that is damaged or was cut off ({plain(why, _LONGEST_REASON)}); "
            "download or save it again"
        ) from None


_LONGEST_REASON = 120


def _stored(opened: Any, name: str) -> Stored:
    listed = opened.get_slice(name)
    dtype = listed.get_dtype()
    return Stored(tuple(listed.get_shape()), _DTYPES.get(dtype, dtype), 0)


_DTYPES = {
    "F16": "float16", "BF16": "bfloat16", "F32": "float32", "F64": "float64", "BOOL": "bool", "U8": "uint8",
    "I8": "int8", "I16": "int16", "I32": "int32", "I64": "int64", "C64": "complex64",
}  # fmt: skip
"""The names that messages have for the format's own; others are said as the format has them."""


def write(table: LayerTable, weights: Weights | None = None) -> bytes:
    """The weights as the file's bytes, with torchvision's keys, and the table beside them.

    Rows that `weights` fit have those, the others the fresh ones of a live pass. SqueezevizError where the table cannot
    run, or has too many weights or none.
    """
    return saved(table, {key: tensor.numpy() for key, tensor in to_save(table, weights).items()})


def saved(table: LayerTable, tensors: Mapping[str, NDArray[Any]]) -> bytes:
    """Those tensors as the file's bytes, in their own types, with the table beside them."""
    from safetensors.numpy import save

    return _in_order(save(dict(tensors), {"format": "pt", TABLE: toml_table.write(table)}))


def _in_order(written: bytes) -> bytes:
    """The file with its metadata in the order of their names: the library takes that of chance."""
    length = int.from_bytes(written[:8], "little")
    header = json.loads(written[8 : 8 + length])
    header["__metadata__"] = dict(sorted(header["__metadata__"].items()))
    ordered = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    ordered += b" " * (-len(ordered) % 8)  # the tensors stand at multiples of 8 bytes
    return len(ordered).to_bytes(8, "little") + ordered + written[8 + length :]


def _natural(name: str) -> tuple[tuple[int, str], ...]:
    """By the numbers in a name, so that `features.10` comes after `features.9`: writers sort as text does."""
    parts = re.findall(r"[0-9]{1,18}|[^0-9]+|[0-9]+", name)
    return tuple(
        (int(part), "") if part.isascii() and part.isdecimal() and len(part) < 19 else (-1, part) for part in parts
    )


def _carried(text: str | None, shapes: Mapping[str, TensorShape]) -> tuple[LayerTable | None, tuple[Note, ...]]:
    """The table in the metadata; None, and a note, where it does not describe exactly the tensors in the file."""
    if text is None:
        return None, ()
    try:
        if len(text) > _LARGEST_TABLE:
            raise SqueezevizError("it is too long")
        table = toml_table.read(text).table
    except SqueezevizError as error:
        return None, (Note(f"the layer table in its metadata is not used: {error}"),)
    network = resolve(table)
    if not network.runs or state_dict_shapes(network) != shapes:
        return None, (Note("the layer table in its metadata is not used: it does not fit the tensors"),)
    return table, ()
