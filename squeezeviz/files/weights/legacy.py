"""A checkpoint as PyTorch wrote it until 1.5: pickles one after another, then the numbers.

The pickles are a magic number, the protocol, how the writing machine's numbers are laid out, the content, and the
storages' keys in the order in which their numbers follow, each after its count as 8 bytes.
"""

from __future__ import annotations

import os
from typing import BinaryIO

from squeezeviz.files.weights.archive import LARGEST_PICKLE
from squeezeviz.files.weights.pickles import DAMAGED, Pickle
from squeezeviz.files.weights.tensors import ITEM_BYTES, check_name, made_by, storage_of
from squeezeviz.model.errors import SqueezevizError


class Legacy:
    """The content of an opened file; SqueezevizError where it is no checkpoint or a damaged one."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._size = file.seek(0, os.SEEK_END)
        file.seek(0)
        pickle = Pickle(file.read(LARGEST_PICKLE), check_name, made_by)
        if self._next(pickle) != _MAGIC:
            raise SqueezevizError("this is a Python pickle, but no PyTorch checkpoint; save a model's state_dict()")
        if self._next(pickle) != _PROTOCOL:
            raise SqueezevizError(DAMAGED)
        layout = self._next(pickle)
        self.order = ">" if isinstance(layout, dict) and layout.get("little_endian") is False else "<"
        self.content = self._next(pickle)
        storages = map(storage_of, pickle.references)
        self._bytes = {each.key: each.numel * ITEM_BYTES.get(each.dtype, 0) for each in storages}
        self._begins = self._storages(self._next(pickle), pickle.position)

    def size(self, key: str) -> int:
        """Bytes of a storage; SqueezevizError where there is none."""
        if key not in self._begins:
            raise SqueezevizError(DAMAGED)
        return self._bytes[key]

    def read(self, key: str, count: int, start: int) -> bytes:
        """Up to `count` bytes of a storage, from its byte `start` on."""
        self._file.seek(self._begins[key] + start)
        return self._file.read(min(count, self.size(key) - start))

    def _next(self, pickle: Pickle) -> object:
        try:
            return pickle.load()
        except SqueezevizError as error:
            if error.message == DAMAGED and len(pickle.data) < self._size and pickle.position >= len(pickle.data) - 8:
                raise SqueezevizError(
                    f"what describes this checkpoint takes more than {LARGEST_PICKLE:,} bytes; "
                    "save the model's state_dict() alone"
                ) from None
            raise

    def _storages(self, keys: object, begin: int) -> dict[str, int]:
        """Where each storage's numbers begin, after their count."""
        if not isinstance(keys, list):
            raise SqueezevizError(DAMAGED)
        begins: dict[str, int] = {}
        for key in keys:
            if not isinstance(key, str) or key not in self._bytes:
                raise SqueezevizError(DAMAGED)
            begins[key] = begin + 8
            begin += 8 + self._bytes[key]
        if begin > self._size:
            raise SqueezevizError(DAMAGED)
        return begins


_MAGIC = 0x1950A86A20F9469CFC6C
_PROTOCOL = 1001
