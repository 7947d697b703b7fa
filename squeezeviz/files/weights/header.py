"""The header of a .safetensors file: its length in 8 bytes, and JSON that lists the tensors.

The format is that of the safetensors project: no duplicate keys, no gaps between tensors, the numbers right after.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from itertools import accumulate
from math import prod
from typing import Any, BinaryIO, NamedTuple, NoReturn

from squeezeviz.model.errors import SqueezevizError, brief, shown

LARGEST_HEADER = 16 * 1024 * 1024
"""Bytes. 20,000 tensors take 3 MB; the format itself ends at 100 MB."""

_DEEPEST = 4
_MOST_MARKS = 600_000
"""Quotes, commas, backslashes and brackets, each; 20,000 tensors take 200,000 quotes."""
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))

_DTYPES = {
    "F16": ("float16", 2), "BF16": ("bfloat16", 2), "F32": ("float32", 4), "F64": ("float64", 8), "I64": ("int64", 8),
    "I32": ("int32", 4), "I16": ("int16", 2), "I8": ("int8", 1), "U64": ("uint64", 8), "U32": ("uint32", 4),
    "U16": ("uint16", 2), "U8": ("uint8", 1), "BOOL": ("bool", 1), "C64": ("complex64", 8),
    "F8_E4M3": ("float8_e4m3", 1), "F8_E5M2": ("float8_e5m2", 1),
}  # fmt: skip


class Listed(NamedTuple):
    """A tensor in the file; `begin` and `end` are its bytes, counted from the file's begin."""

    dtype: str
    shape: tuple[int, ...]
    begin: int
    end: int


class Header(NamedTuple):
    """The tensors by name, and the texts beside them."""

    tensors: Mapping[str, Listed]
    metadata: Mapping[str, str]


def read_header(file: BinaryIO, size: int) -> Header:
    """The header of an opened file of `size` bytes; SqueezevizError where it is none that the format allows."""
    file.seek(0)
    start = file.read(8)
    length = int.from_bytes(start, "little")
    if len(start) < 8 or length > size - 8:
        raise SqueezevizError("this is no .safetensors file, or one that was cut off; download or save it again")
    if length > LARGEST_HEADER:
        raise SqueezevizError(f"its header has {length:,} bytes; one of weights has at most {LARGEST_HEADER:,}")
    plain = _parsed(file.read(length))
    metadata = plain.pop("__metadata__", {})
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        raise SqueezevizError("the __metadata__ of its header must hold texts alone")
    tensors = {name: _listed(name, value, 8 + length) for name, value in plain.items()}
    _check_places(tensors, 8 + length, size)
    return Header(tensors, metadata)


def _parsed(raw: bytes) -> dict[str, Any]:
    _check_nesting(raw)
    try:
        text = raw.decode("utf-8")
        plain = json.loads(text, object_pairs_hook=_unique, parse_float=_refuse_number, parse_constant=_refuse_number)
    except UnicodeDecodeError:
        raise SqueezevizError("the header of this .safetensors file is not UTF-8; download or save it again") from None
    except ValueError:
        raise SqueezevizError("the header of this .safetensors file is no JSON; download or save it again") from None
    if not isinstance(plain, dict):
        raise SqueezevizError("the header of this .safetensors file lists no tensors")
    return plain


_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)


def _check_nesting(raw: bytes) -> None:
    """Raise where parsing would take long or much memory: JSON may make a thousand times more of a text than it is."""
    too_many = SqueezevizError("the header of this .safetensors file lists more than a network's tensors")
    if max(map(raw.count, (b'"', b",", b"\\"))) > _MOST_MARKS:
        raise too_many
    brackets = _STRING.sub(b"", raw).translate(None, _NO_BRACKETS)
    if len(brackets) > _MOST_MARKS:
        raise too_many
    if max(accumulate(1 if each in b"[{" else -1 for each in brackets), default=0) > _DEEPEST:
        raise SqueezevizError(f"the header of this .safetensors file is nested more than {_DEEPEST} deep")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
        raise SqueezevizError(f"the header of this .safetensors file has {brief(twice)} twice")
    return made


def _refuse_number(written: str) -> NoReturn:
    raise SqueezevizError(f"the header of this .safetensors file has the number {brief(written)}, where all are whole")


def _listed(name: str, plain: object, begin: int) -> Listed:
    if not isinstance(plain, dict) or plain.keys() != {"dtype", "shape", "data_offsets"}:
        raise SqueezevizError(f"the header says of {brief(name)} other than dtype, shape and data_offsets")
    dtype, shape, offsets = plain["dtype"], plain["shape"], plain["data_offsets"]
    if not isinstance(dtype, str) or dtype not in _DTYPES:
        raise SqueezevizError(f"{brief(name)} has the dtype {shown(dtype)}; weights can be F16, BF16, F32 or F64")
    if not _counts(shape) or not _counts(offsets) or len(offsets) != 2:
        raise SqueezevizError(f"the shape or the data_offsets of {brief(name)} are no whole numbers from 0")
    called, item = _DTYPES[dtype]
    if offsets[1] - offsets[0] != prod(shape) * item:
        raise SqueezevizError(f"the data_offsets of {brief(name)} do not span the bytes that its shape takes")
    return Listed(called, tuple(shape), begin + offsets[0], begin + offsets[1])


def _counts(value: object) -> bool:
    return (
        isinstance(value, list) and len(value) <= 64 and all(type(each) is int and 0 <= each < 2**48 for each in value)
    )


def _check_places(tensors: Mapping[str, Listed], begin: int, size: int) -> None:
    """Each tensor's bytes begin where those before end, and the last end with the file."""
    for name, listed in sorted(tensors.items(), key=lambda item: item[1][2:]):
        if listed.begin != begin:
            raise SqueezevizError(f"the bytes of {brief(name)} overlap others, or lie apart from those before")
        begin = listed.end
    if begin > size:
        raise SqueezevizError("this .safetensors file was cut off; download or save it again")
    if begin < size:
        raise SqueezevizError(f"{size - begin:,} bytes in this .safetensors file are no tensor's; save it again")
