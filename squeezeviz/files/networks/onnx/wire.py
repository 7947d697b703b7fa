"""An ONNX file without its weights: what the graph needs is copied, the bytes of large tensors stay in the file.

ONNX files are protobuf messages (https://protobuf.dev/programming-guides/encoding/, fields as in onnx.proto). A few
bytes can stand for a large object in memory, so fields are counted before anything is made of them.
"""

from __future__ import annotations

import secrets
from enum import Enum, auto
from typing import BinaryIO

from squeezeviz.model.errors import SqueezevizError

MOST_FIELDS = 400_000
MOST_PARTS = 20_000
"""Nodes, tensors, inputs and outputs of a graph."""
LARGEST_SKELETON = 32 * 1024 * 1024
"""Bytes, without those of large tensors."""
MOST_SIZES = 10_000
"""Bytes of a tensor's sizes, or of an attribute's whole numbers."""
MOST_PACKED = 8 * 1024 * 1024
"""Bytes, in all tensors, of whole numbers that are written in a varying length: each may take 36 bytes in memory."""

_WINDOW = 1 << 20
_LONGEST_HEAD = 20
"""Bytes of a field's number and length, at the most."""


class _Leaf(Enum):
    COPIED = auto()
    SIZES = auto()
    PACKED = auto()
    TEXT = auto()
    RAW = auto()
    MARK = auto()
    """Kept as a sign that it was there."""


_Schema = dict[int, "_Leaf | _Schema"]


def _copied(*numbers: int) -> _Schema:
    return dict.fromkeys(numbers, _Leaf.COPIED)


def _texts(*numbers: int) -> _Schema:
    return dict.fromkeys(numbers, _Leaf.TEXT)


def _marks(*numbers: int) -> _Schema:
    return dict.fromkeys(numbers, _Leaf.MARK)


_PACKED: _Schema = dict.fromkeys((5, 7, 11), _Leaf.PACKED)
_TENSOR: _Schema = {**_copied(2, 3, 4, 10, 14), **_PACKED, **_texts(8), **_marks(13), 1: _Leaf.SIZES, 9: _Leaf.RAW}
_ATTRIBUTE: _Schema = {**_copied(2, 3, 4, 7, 20), **_texts(1, 21), **_marks(6, 11, 22), 5: _TENSOR, 8: _Leaf.SIZES}
_NODE: _Schema = {**_texts(1, 2, 3, 4, 7), 5: _ATTRIBUTE}
_VALUE: _Schema = {**_texts(1), 2: {1: {**_copied(1), 2: {1: {**_copied(1), **_texts(2)}}}}}
_GRAPH: _Schema = {**_texts(2), 1: _NODE, 5: _TENSOR, 11: _VALUE, 12: _VALUE, 15: {1: _texts(8)}}
_FUNCTION: _Schema = _texts(1, 10)
_MODEL: _Schema = {
    **_copied(1), **_texts(2), **_marks(20), 7: _GRAPH, 8: {**_texts(1), **_copied(2)}, 25: _FUNCTION
}  # fmt: skip
"""What is kept of each message, by the numbers of its fields in onnx.proto."""


class OnnxFile:
    """An open ONNX file, read piece by piece."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._size = size
        self._mark = secrets.token_bytes(16)
        self._window = b""
        self._window_start = 0
        self._fields = 0
        self._parts = 0
        self._kept = 0
        self._packed = 0

    def skeleton(self) -> bytes:
        """The model as one message, with a reference in place of each tensor's raw bytes.

        SqueezevizError where it is no such message, or has more in it than any network.
        """
        return self._message(0, self._size, _MODEL)

    def raw_size(self, raw: bytes) -> int:
        """The length of what a tensor's `raw_data` in the skeleton stands for."""
        return self._span(raw)[1]

    def raw_bytes(self, raw: bytes) -> bytes:
        """What a tensor's `raw_data` in the skeleton stands for."""
        start, size = self._span(raw)
        self._file.seek(start)
        content = self._file.read(size)
        if len(content) < size:
            raise SqueezevizError("the file became shorter while it was read; open it again")
        return content

    def _span(self, raw: bytes) -> tuple[int, int]:
        if not raw.startswith(self._mark):
            return 0, 0
        return int.from_bytes(raw[16:24], "little"), int.from_bytes(raw[24:32], "little")

    def _message(self, at: int, end: int, schema: _Schema) -> bytes:
        made: list[bytes] = []
        while at < end:
            self._count(schema)
            start = at
            tag, at = self._varint(at, end)
            if tag < 8:  # fields count from 1
                raise _damaged(start)
            wanted = schema.get(tag >> 3)
            match tag & 7:
                case 0:
                    at = self._varint(at, end)[1]
                case 1:
                    at += 8
                case 2:
                    size, content = self._varint(at, end)
                    at = content + size
                    if at > end:
                        raise self._too_long(at, end)
                    if wanted is not None:
                        made.append(self._part(tag, content, at, wanted))
                        continue
                case 5:
                    at += 4
                case _:
                    raise _damaged(start)
            if at > end:
                raise self._too_long(at, end)
            if wanted in (_Leaf.COPIED, _Leaf.SIZES, _Leaf.PACKED):
                made.append(self._copy(start, at))
        return b"".join(made)

    def _part(self, tag: int, at: int, end: int, wanted: _Leaf | _Schema) -> bytes:
        """A field that holds a length, then that many bytes."""
        match wanted:
            case _Leaf.MARK:
                content = b""
            case _Leaf.RAW:
                content = self._mark + at.to_bytes(8, "little") + (end - at).to_bytes(8, "little")
            case _Leaf.TEXT:
                content = self._text(at, end)
            case _Leaf.SIZES if end - at > MOST_SIZES:
                raise SqueezevizError(
                    f"a list of sizes in it takes more than {MOST_SIZES:,} bytes; no SqueezeNet's does"
                )
            case _Leaf.PACKED if self._packed + end - at > MOST_PACKED:
                raise SqueezevizError("its tensors hold more whole numbers than those of a SqueezeNet")
            case _Leaf.PACKED:
                self._packed += end - at
                content = self._copy(at, end)
            case _Leaf.COPIED | _Leaf.SIZES:
                content = self._copy(at, end)
            case _:
                content = self._message(at, end, wanted)
        return _encoded(tag) + _encoded(len(content)) + content

    def _copy(self, at: int, end: int) -> bytes:
        self._kept += end - at
        if self._kept > LARGEST_SKELETON:
            raise SqueezevizError("its graph alone takes more than 32 MiB, which no SqueezeNet does")
        if self._window_start <= at and end <= self._window_start + len(self._window):
            return self._window[at - self._window_start : end - self._window_start]
        self._file.seek(at)
        return self._file.read(end - at)

    def _text(self, at: int, end: int) -> bytes:
        content = self._copy(at, end)
        try:
            content.decode()
        except UnicodeDecodeError:
            raise _damaged(at) from None
        return content

    def _varint(self, at: int, end: int) -> tuple[int, int]:
        """The number that starts there, and where it ends."""
        place = at - self._window_start
        if 0 <= place < len(self._window) and at < end and self._window[place] < 128:
            return self._window[place], at + 1
        if place < 0 or place + _LONGEST_HEAD > len(self._window):
            self._file.seek(at)
            self._window, self._window_start, place = self._file.read(_WINDOW), at, 0
        value = 0
        for shift, byte in enumerate(self._window[place : place + min(10, end - at)]):
            value |= (byte & 127) << 7 * shift
            if byte < 128:
                return value, at + shift + 1
        raise _cut_off(at) if end - at < 10 else _damaged(at)

    def _too_long(self, at: int, end: int) -> SqueezevizError:
        return _cut_off(end) if at > self._size else _damaged(end)

    def _count(self, schema: _Schema) -> None:
        self._fields += 1
        if schema is _GRAPH:
            self._parts += 1
            if self._parts > MOST_PARTS:
                raise SqueezevizError(f"its graph has more than {MOST_PARTS:,} nodes and tensors; no SqueezeNet has")
        if self._fields > MOST_FIELDS:
            raise SqueezevizError(f"its graph has more than {MOST_FIELDS:,} fields, which no SqueezeNet has")


_BYTES = tuple(bytes((number,)) for number in range(128))


def _encoded(number: int) -> bytes:
    if number < 128:
        return _BYTES[number]
    made = bytearray()
    while number > 127:
        made.append(number & 127 | 128)
        number >>= 7
    made.append(number)
    return bytes(made)


def _damaged(at: int) -> SqueezevizError:
    return SqueezevizError(f"this is no ONNX network, or a damaged one: byte {at + 1:,} makes no sense there")


def _cut_off(at: int) -> SqueezevizError:
    return SqueezevizError(f"the network ends in the middle, after byte {at:,}; download or export the file again")
