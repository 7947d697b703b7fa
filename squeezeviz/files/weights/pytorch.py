"""PyTorch's .pth and .pt files: read without PyTorch, so that nothing in them can run."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO, Protocol

import numpy as np

from squeezeviz.files.opened import Read
from squeezeviz.files.trained_weights import Array, Weights
from squeezeviz.files.weights.archive import Archive
from squeezeviz.files.weights.beside import refuse_quantized
from squeezeviz.files.weights.legacy import Legacy
from squeezeviz.files.weights.network import network_of, to_save, weights_file
from squeezeviz.files.weights.numbers import BYTES, floats
from squeezeviz.files.weights.pickles import DAMAGED, Pickle
from squeezeviz.files.weights.reparametrised import Stored
from squeezeviz.files.weights.state import find_state_dict
from squeezeviz.files.weights.tensors import OtherTensor, StoredTensor, check_name, made_by
from squeezeviz.model.errors import SqueezevizError, brief
from squeezeviz.model.table import LayerTable


def read(path: Path) -> Read:
    """The SqueezeNet whose weights a checkpoint holds; what its shapes do not tell is torchvision's, and `unsaid`.

    State dicts, also within training checkpoints, in the zip format and the one before. SqueezevizError says what the
    file is otherwise.
    """
    with weights_file(path) as (file, head):
        source = _source(file, head)
        found = find_state_dict(source.content)
        refuse_quantized(found.keys)
        stored: dict[str, Stored] = {}
        for key, tensor in found.tensors.items():
            if isinstance(tensor, OtherTensor) and tensor.kind == "quantized":
                raise SqueezevizError(f"{brief(key)} is quantized; open the network that was not quantized")
            if isinstance(tensor, OtherTensor):
                raise SqueezevizError(f"{brief(key)} is {tensor.kind}; convert it to a plain, dense tensor first")
            stored[key] = Stored(tensor.shape, tensor.dtype, tensor.extent)
        return network_of(stored, lambda key: _numbers(source, key, found.tensors[key]), path, found.notes)


def write(table: LayerTable, weights: Weights | None = None) -> bytes:
    """The weights as a .pth file's bytes: an OrderedDict with torchvision's keys, as `torch.save` writes it.

    Rows that `weights` fit have those, the others the fresh ones of a live pass. SqueezevizError where the table cannot
    run, or has too many weights or none.
    """
    tensors = to_save(table, weights)
    from squeezeviz.trace.weights import saved  # not sooner: it takes a second to load torch

    return saved(tensors)


class _Source(Protocol):
    content: object
    order: str

    def size(self, key: str) -> int:
        """Bytes of a storage."""

    def read(self, key: str, count: int, start: int) -> bytes:
        """Up to `count` bytes of it from `start` on."""


class _Zipped:
    def __init__(self, file: BinaryIO) -> None:
        self._archive = Archive(file)
        self.order = self._archive.order
        self.content = Pickle(self._archive.pickle(), check_name, made_by).load()

    def size(self, key: str) -> int:
        return self._archive.size(f"data/{key}")

    def read(self, key: str, count: int, start: int) -> bytes:
        return self._archive.read(f"data/{key}", count, start)


def _source(file: BinaryIO, head: bytes) -> _Source:
    if head.startswith(b"PK\x03\x04"):
        return _Zipped(file)
    if head.startswith(b"\x80"):
        return Legacy(file)
    raise SqueezevizError("this is no PyTorch checkpoint, or a damaged one; choose a .pth file with a state_dict")


def _numbers(source: _Source, key: str, tensor: object) -> Array:
    """A tensor's numbers, read from its first to its last; SqueezevizError where its storage ends before."""
    assert isinstance(tensor, StoredTensor)
    item = BYTES[tensor.dtype]
    begin, end = tensor.offset * item, (tensor.offset + tensor.extent) * item
    if end > source.size(tensor.storage.key):
        raise SqueezevizError(f"{DAMAGED}: {brief(key)} goes on beyond its storage")
    raw = source.read(tensor.storage.key, end - begin, begin)
    if len(raw) != end - begin:
        raise SqueezevizError(DAMAGED)
    run = floats(raw, tensor.dtype, source.order)
    steps = tuple(stride * run.itemsize for stride in tensor.strides)
    viewed = np.lib.stride_tricks.as_strided(run, tensor.shape, steps, writeable=False)
    return np.array(viewed, dtype=np.float32, order="C")
