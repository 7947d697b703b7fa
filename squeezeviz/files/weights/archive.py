"""A checkpoint as PyTorch writes it since 1.6: a zip archive whose members are stored, not compressed.

Its `data.pkl` describes the tensors, `data/KEY` are their numbers. Members are read at their offsets, without the
archive's checksums, which PyTorch can be told to leave out.
"""

from __future__ import annotations

import os
import struct
import zipfile
from typing import BinaryIO

from squeezeviz.files.foreign import refuse_members
from squeezeviz.files.weights.pickles import DAMAGED
from squeezeviz.model.errors import SqueezevizError

LARGEST_PICKLE = 16 * 1024 * 1024
"""Bytes. What describes 20,000 tensors takes 6 MB."""

_LARGEST_DIRECTORY = 6 * 1024 * 1024
"""Bytes of the list of members; 20,000 tensors take 2 MB."""


class Archive:
    """The members of an opened zip file that holds PyTorch weights. SqueezevizError says what it is otherwise."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._size = file.seek(0, os.SEEK_END)
        self._members = self._directory()
        self._folder = self._checked()

    @property
    def order(self) -> str:
        """`<` where numbers begin with their least significant byte, else `>`."""
        return ">" if "byteorder" in self and self.read("byteorder", 16) == b"big" else "<"

    def __contains__(self, name: str) -> bool:
        return self._folder + name in self._members

    def pickle(self) -> bytes:
        if self.size("data.pkl") > LARGEST_PICKLE:
            raise SqueezevizError(
                f"its data.pkl has {self.size('data.pkl'):,} bytes, more than any list of weights needs; "
                "save the model's state_dict() alone"
            )
        return self.read("data.pkl", LARGEST_PICKLE)

    def size(self, name: str) -> int:
        """Bytes of a member; SqueezevizError where there is none."""
        member = self._members.get(self._folder + name)
        if member is None:
            raise SqueezevizError(DAMAGED)
        return member.file_size

    def read(self, name: str, count: int, start: int = 0) -> bytes:
        """Up to `count` bytes of a member, from its byte `start` on."""
        size = self.size(name)
        begin = self._begin(self._members[self._folder + name]) + start
        count = min(count, size - start)
        if count < 0 or begin + count > self._size:
            raise SqueezevizError(DAMAGED)
        self._file.seek(begin)
        return self._file.read(count)

    def _begin(self, member: zipfile.ZipInfo) -> int:
        """Where a member's bytes begin: after its own header of 30 bytes, its name and further fields."""
        if not 0 <= member.header_offset < self._size:
            raise SqueezevizError(DAMAGED)
        self._file.seek(member.header_offset)
        header = self._file.read(30)
        if len(header) < 30 or not header.startswith(b"PK\x03\x04"):
            raise SqueezevizError(DAMAGED)
        name, further = struct.unpack("<HH", header[26:])
        begin: int = member.header_offset + 30 + name + further
        return begin

    def _directory(self) -> dict[str, zipfile.ZipInfo]:
        _check_directory(self._file, self._size)
        try:
            with zipfile.ZipFile(self._file) as archive:
                members = archive.infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, OverflowError, EOFError):
            raise SqueezevizError(DAMAGED) from None
        named = {member.filename: member for member in members}
        if len(named) < len(members):
            raise SqueezevizError("two members of this archive have one name, which no checkpoint has; save it again")
        return named

    def _checked(self) -> str:
        """The folder that everything lies in, its slash included."""
        refuse_members(self._members, _READABLE)
        if any(member.compress_type != zipfile.ZIP_STORED for member in self._members.values()):
            raise SqueezevizError(
                "this archive is compressed, which a PyTorch checkpoint never is; if one is in it, unpack it first"
            )
        if any(member.flag_bits & 1 for member in self._members.values()):
            raise SqueezevizError("this archive is encrypted; unpack it first")
        folders = [name.removesuffix("data.pkl") for name in self._members if name.endswith("data.pkl")]
        if len(folders) != 1 or folders[0].count("/") > 1:
            raise SqueezevizError("this archive holds no PyTorch weights; save a model's state_dict() and open that")
        return folders[0]


_READABLE = (
    ".toml", ".json", ".csv", ".tsv", ".tab", ".md", ".markdown", ".tex", ".prototxt", ".onnx", ".pth", ".pt",
    ".safetensors",
)  # fmt: skip
"""Suffixes of files that can be opened once they are unpacked."""


def _check_directory(file: BinaryIO, size: int) -> None:
    """Raise where the archive's end is missing, or announces a list of members that would take long to read."""
    tail_size = min(size, 22 + 65535 + 76)
    file.seek(size - tail_size)
    tail = file.read(tail_size)
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or len(tail) - end < 22:
        raise SqueezevizError(DAMAGED)
    length = int.from_bytes(tail[end + 12 : end + 16], "little")
    wide = tail[max(end - 76, 0) : end]
    if wide.startswith(b"PK\x06\x06"):
        length = int.from_bytes(wide[40:48], "little")
    if length > _LARGEST_DIRECTORY:
        raise SqueezevizError("this archive has too many members to be a checkpoint; save the state_dict() alone")
