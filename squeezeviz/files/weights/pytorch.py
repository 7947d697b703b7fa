"""PyTorch's .pth and .pt files: read without PyTorch, so that nothing in them can run."""

from __future__ import annotations

import contextlib
import io
import struct
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

import numpy as np

from squeezeviz.files.foreign import refuse_members
from squeezeviz.files.opened import Read
from squeezeviz.files.reading import binary_file
from squeezeviz.files.registry import readable_suffixes
from squeezeviz.files.weights import Weights
from squeezeviz.files.weights.convolutions import refuse_quantized
from squeezeviz.files.weights.network import network_of
from squeezeviz.files.weights.numbers import ITEM_BYTES, Array, Stored, floats, to_save
from squeezeviz.files.weights.pickles import DAMAGED, OtherTensor, Storage, StoredTensor, Unpickler
from squeezeviz.model.errors import Note, SqueezevizError, brief
from squeezeviz.model.table import LayerTable
from squeezeviz.model.text import some, with_article


def read(path: Path) -> Read:
    """The SqueezeNet whose weights a checkpoint holds, with torchvision's geometry where shapes do not tell it.

    State dicts, also within training checkpoints, in the zip format and the one before. SqueezevizError says what the
    file is otherwise.
    """
    with binary_file(path) as file:
        source = _source(file)
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
    from squeezeviz.trace.weights import saved  # imported late because it takes a second to load torch

    return saved(tensors)


class _Zipped:
    """As PyTorch writes it since 1.6: a zip archive of members that are stored, not compressed.

    In one folder lie `data.pkl`, which describes the tensors, and their numbers in `data/KEY`.
    """

    def __init__(self, file: BinaryIO) -> None:
        with _damaged():
            self._archive = zipfile.ZipFile(file)
        self._members = {member.filename: member for member in self._archive.infolist()}
        self._folder = self._checked()
        self.content = Unpickler(io.BytesIO(self._read("data.pkl"))).load()
        big = self._folder + "byteorder" in self._members and self._read("byteorder", 0, 16) == b"big"
        self.order = ">" if big else "<"
        """`<` where numbers begin with their least significant byte, else `>`."""

    def read(self, storage: Storage, start: int, count: int) -> bytes:
        """Up to `count` bytes of a storage, from its byte `start` on; SqueezevizError where it is not there."""
        return self._read(f"data/{storage.key}", start, count)

    def _read(self, name: str, start: int = 0, count: int = -1) -> bytes:
        with _damaged():
            member = self._members[self._folder + name]
            with contextlib.suppress(AttributeError):
                del member.CRC  # PyTorch can be told to leave checksums out; without, none is compared
            with self._archive.open(member) as file:
                while start and (skipped := len(file.read(min(start, _CHUNK)))):  # it cannot seek without a checksum
                    start -= skipped
                return file.read(count)

    def _checked(self) -> str:
        """The folder that everything lies in, its slash included. SqueezevizError says what else the archive is."""
        refuse_members(self._members, readable_suffixes())
        members = self._archive.infolist()
        if len(self._members) < len(members):
            raise SqueezevizError("two members of this archive have one name, which no checkpoint has; save it again")
        if any(member.compress_type != zipfile.ZIP_STORED for member in members):
            raise SqueezevizError(
                "this archive is compressed, which a PyTorch checkpoint never is; if one is in it, unpack it first"
            )
        if any(member.flag_bits & 1 for member in members):
            raise SqueezevizError("this archive is encrypted; unpack it first")
        folders = [name.removesuffix("data.pkl") for name in self._members if name.endswith("data.pkl")]
        if len(folders) != 1 or folders[0].count("/") > 1:
            raise SqueezevizError("this archive holds no PyTorch weights; save a model's state_dict() and open that")
        return folders[0]


_CHUNK = 1024 * 1024


class _Legacy:
    """As PyTorch wrote it until 1.5: pickles one after another, then the numbers.

    The pickles are a magic number, the protocol, how the writing machine's numbers are laid out, the content, and the
    storages' keys in the order in which their numbers follow, each after its count as 8 bytes.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        if Unpickler(file).load() != _MAGIC:
            raise SqueezevizError("this is a Python pickle, but no PyTorch checkpoint; save a model's state_dict()")
        if Unpickler(file).load() != _PROTOCOL:
            raise SqueezevizError(DAMAGED)
        layout = Unpickler(file).load()
        self.order = ">" if isinstance(layout, dict) and layout.get("little_endian") is False else "<"
        content = Unpickler(file)
        self.content = content.load()
        keys = Unpickler(file).load()
        self._begins: dict[str, int] = {}
        begin = file.tell()
        for key in keys if isinstance(keys, list) else [None]:
            if not isinstance(key, str) or key not in content.storages:
                raise SqueezevizError(DAMAGED)
            storage = content.storages[key]
            self._begins[key] = begin + _COUNT
            begin += _COUNT + _size(storage)

    def read(self, storage: Storage, start: int, count: int) -> bytes:
        if storage.key not in self._begins:
            raise SqueezevizError(DAMAGED)
        self._file.seek(self._begins[storage.key] + start)
        return self._file.read(max(0, min(count, _size(storage) - start)))


def _size(storage: Storage) -> int:
    """Bytes of a storage, by its class."""
    return storage.numel * ITEM_BYTES.get(storage.dtype, 0)


_MAGIC = 0x1950A86A20F9469CFC6C
_PROTOCOL = 1001
_COUNT = 8


@contextlib.contextmanager
def _damaged() -> Iterator[None]:
    """Raise SqueezevizError where `zipfile` finds an archive damaged."""
    try:
        yield
    except (zipfile.BadZipFile, EOFError, LookupError, ValueError, OverflowError, NotImplementedError, struct.error):
        raise SqueezevizError(DAMAGED) from None


_Source = _Zipped | _Legacy
"""A checkpoint's content, and the storages that its tensors are views of."""


def _source(file: BufferedReader) -> _Source:
    head = file.peek(4)
    if head.startswith(b"PK\x03\x04"):
        return _Zipped(file)
    if head.startswith(b"\x80"):
        return _Legacy(file)
    raise SqueezevizError("this is no PyTorch checkpoint, or a damaged one; choose a .pth file with a state_dict")


def _numbers(source: _Source, key: str, tensor: object) -> Array:
    """A tensor's numbers, read from its first to its last; SqueezevizError where its storage ends before."""
    assert isinstance(tensor, StoredTensor)
    item = ITEM_BYTES[tensor.dtype]
    raw = source.read(tensor.storage, tensor.offset * item, tensor.extent * item)
    if len(raw) < tensor.extent * item:
        raise SqueezevizError(f"{DAMAGED}: {brief(key)} goes on beyond its storage")
    run = floats(raw, tensor.dtype, source.order)
    steps = tuple(stride * run.itemsize for stride in tensor.strides)
    viewed = np.lib.stride_tricks.as_strided(run, tensor.shape, steps, writeable=False)
    return np.array(viewed, dtype=np.float32, order="C")


AnyTensor = StoredTensor | OtherTensor

_WRAPPERS = (
    "state_dict", "model_state_dict", "model_state", "model", "module", "net", "network", "weights", "params",
    "state_dict_ema", "model_ema", "ema_state_dict", "ema", "params_ema",
)  # fmt: skip
"""Under which training scripts put the weights, those in use before their running means."""

_DEEPEST = 4


@dataclass(frozen=True)
class Found:
    """Named tensors in the file's order; notes say what else the file holds. `keys` are also those of no tensors."""

    tensors: Mapping[str, AnyTensor]
    keys: tuple[str, ...]
    notes: tuple[Note, ...]


def find_state_dict(content: object) -> Found:
    """The named tensors in a checkpoint's content; SqueezevizError where there are none."""
    notes: list[Note] = []
    for _ in range(_DEEPEST):
        named = _named(content)
        if not named:
            raise SqueezevizError(f"a state_dict was expected, names with tensors, not {_called(content)}")
        wrapper = _wrapper(named)
        if wrapper is None:
            return _tensors(named, notes)
        beside = [key for key in named if key != wrapper]
        left_out = f"; not read: {_some(beside)}" if beside else ""
        notes.append(Note(f"the weights are what the file has under {brief(wrapper)}{left_out}"))
        content = named[wrapper]
    raise SqueezevizError("the weights lie too deep within this checkpoint; save the model's state_dict() alone")


def _named(content: object) -> dict[str, object]:
    """What a dict has under names; other keys are those of an optimizer's parameters."""
    return {key: value for key, value in content.items() if type(key) is str} if isinstance(content, dict) else {}


def _wrapper(content: Mapping[str, object]) -> str | None:
    """The key that the weights are under; None where they are here, or nowhere."""
    named = next((key for key in _WRAPPERS if _named(content.get(key))), None)
    if named is not None or _holds_tensors(content):
        return named
    within = [key for key, value in content.items() if _holds_tensors(_named(value))]
    return within[0] if len(within) == 1 else None


def _holds_tensors(content: Mapping[str, object]) -> bool:
    return any(isinstance(value, AnyTensor) for value in content.values())


def _tensors(content: Mapping[str, object], notes: list[Note]) -> Found:
    tensors = {key: value for key, value in content.items() if isinstance(value, AnyTensor)}
    others = [key for key in content if key not in tensors]
    if not tensors:
        raise SqueezevizError(f"{brief(others[0])} is no named tensor; save the model's state_dict() alone")
    if others:
        notes.append(Note(f"not read, as {'it is' if len(others) == 1 else 'they are'} no tensor: {_some(others)}"))
    return Found(tensors, tuple(content), tuple(notes))


def _some(keys: list[str]) -> str:
    return some(list(map(brief, keys)), 4)


def _called(content: object) -> str:
    match content:
        case StoredTensor() | OtherTensor():
            return "a single tensor"
        case dict():
            return "an empty dict"
        case list() | str() | int() | float():
            return with_article(type(content).__name__)
        case _:
            return "another object"
