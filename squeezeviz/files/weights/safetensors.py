"""Hugging Face's .safetensors: named tensors behind a JSON header. Ours carry the layer table in its metadata."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import BinaryIO

from squeezeviz.analysis.resolve import resolve
from squeezeviz.files.opened import Read
from squeezeviz.files.tables import toml_table
from squeezeviz.files.trained_weights import Array, Weights
from squeezeviz.files.weights.header import Header, Listed, read_header
from squeezeviz.files.weights.keys import state_dict_keys, state_dict_shapes
from squeezeviz.files.weights.network import load_weights, network_of, not_finite, number_kinds, to_save, weights_file
from squeezeviz.files.weights.numbers import floats
from squeezeviz.files.weights.pickles import DAMAGED
from squeezeviz.files.weights.reparametrised import Stored
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.table import LayerTable

TABLE = "squeezeviz"
"""In the metadata: the layer table as TOML."""

_LARGEST_TABLE = 1024 * 1024


def read(path: Path) -> Read:
    """The SqueezeNet whose weights the file holds: by the table that its metadata carries, if it fits, else by shapes.

    SqueezevizError says what the file is otherwise.
    """
    with weights_file(path) as (file, _):
        header = read_header(file, file.seek(0, os.SEEK_END))
        tensors = {name: header.tensors[name] for name in sorted(header.tensors, key=_natural)}
        stored = {name: Stored(each.shape, each.dtype, 0) for name, each in tensors.items()}
        table, notes = _carried(header)
        if table is None:
            return network_of(stored, lambda key: _numbers(file, tensors[key]), path, notes)
        keys = state_dict_keys(resolve(table))
        weights = load_weights(keys, stored, lambda key: _numbers(file, tensors[key]), path.name)
        kinds = number_kinds(each.dtype for each in stored.values())
        return Read(table, (*kinds, *not_finite(weights)), weights)


def write(table: LayerTable, weights: Weights | None = None) -> bytes:
    """The weights as the file's bytes, with torchvision's keys, and the table beside them.

    Rows that `weights` fit have those, the others the fresh ones of a live pass. SqueezevizError where the table cannot
    run, or has too many weights or none.
    """
    from safetensors.numpy import save

    tensors = {key: tensor.numpy() for key, tensor in to_save(table, weights).items()}
    return _in_order(save(tensors, {"format": "pt", TABLE: toml_table.write(table)}))


def _in_order(saved: bytes) -> bytes:
    """The file with its metadata in the order of their names: the library takes that of chance."""
    length = int.from_bytes(saved[:8], "little")
    header = json.loads(saved[8 : 8 + length])
    header["__metadata__"] = dict(sorted(header["__metadata__"].items()))
    written = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    written += b" " * (-len(written) % 8)  # the tensors stand at multiples of 8 bytes
    return len(written).to_bytes(8, "little") + written + saved[8 + length :]


def _natural(name: str) -> tuple[tuple[int, str], ...]:
    """By the numbers in a name, so that `features.10` comes after `features.9`: writers sort as text does."""
    parts = re.findall(r"[0-9]{1,18}|[^0-9]+|[0-9]+", name)
    return tuple(
        (int(part), "") if part.isascii() and part.isdecimal() and len(part) < 19 else (-1, part) for part in parts
    )


def _carried(header: Header) -> tuple[LayerTable | None, tuple[str, ...]]:
    """The table in the metadata; None, and a note, where it does not describe exactly the tensors in the file."""
    text = header.metadata.get(TABLE)
    if text is None:
        return None, ()
    try:
        if len(text) > _LARGEST_TABLE:
            raise SqueezevizError("it is too long")
        table = toml_table.read(text).table
    except SqueezevizError as error:
        return None, (f"the layer table in its metadata is not used: {error}",)
    network = resolve(table)
    shapes = {name: each.shape for name, each in header.tensors.items()}
    if not network.runs or state_dict_shapes(network) != shapes:
        return None, ("the layer table in its metadata is not used: it does not fit the tensors",)
    return table, ()


def _numbers(file: BinaryIO, listed: Listed) -> Array:
    file.seek(listed.begin)
    raw = file.read(listed.end - listed.begin)
    if len(raw) != listed.end - listed.begin:
        raise SqueezevizError(DAMAGED)
    return floats(bytearray(raw), listed.dtype).reshape(listed.shape)
