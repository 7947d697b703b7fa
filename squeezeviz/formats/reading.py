"""Reading a file: bounded, and with a plain sentence for everything that is not what it should be."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

from squeezeviz.core.errors import Place, SqueezevizError

LARGEST_FILE = 32 * 1024 * 1024
"""Bytes. A table of 100,000 layers has about a tenth of that."""

MOST_LINES = 2_000_000
"""A table of 100,000 layers has half of that."""

_BOMS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
_BINARY = {
    b"PK\x03\x04": "a zip archive, such as a spreadsheet or a PyTorch checkpoint",
    b"\x80\x02": "a Python pickle",
    b"\x1f\x8b": "a gzip archive",
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"GIF8": "a picture",
    b"\x89HDF": "an HDF5 file, such as Keras weights",
    b"\xff\xd8\xff": "a picture",
    b"\xd0\xcf\x11\xe0": "an old spreadsheet or document",
}

_BINARY_SUFFIXES = {
    ".pb": "a TensorFlow graph",
    ".tflite": "a TensorFlow Lite network",
    ".caffemodel": "a file of Caffe's weights",
}


def read_text(path: str | os.PathLike[str]) -> str:
    """The file's text, without a byte-order mark; SqueezevizError with the file as its place."""
    shown = os.fspath(path)
    try:
        content = _bytes_of(Path(path))
    except (OSError, ValueError) as error:
        raise SqueezevizError(_reason(error), Place(file=shown)) from None
    except SqueezevizError as error:
        raise error.at(file=shown) from None
    try:
        return text_of(content)
    except SqueezevizError as error:
        raise (binary_kind(path) or error).at(file=shown) from None


def read_head(path: str | os.PathLike[str]) -> bytes:
    """The first bytes of a file, which tell what it is; SqueezevizError with the file as its place."""
    shown = os.fspath(path)
    try:
        with open_regular(path) as file:
            return os.read(file.fileno(), _HEAD)
    except (OSError, ValueError) as error:
        raise SqueezevizError(_reason(error), Place(file=shown)) from None
    except SqueezevizError as error:
        raise error.at(file=shown) from None


_HEAD = 4096


def open_regular(path: str | os.PathLike[str]) -> BinaryIO:
    """The opened file, to be closed by the caller. SqueezevizError where it is a folder, a pipe, a socket or a device.

    What has taken its place since it was looked at is looked at again, and does not keep anyone waiting. OSError and
    ValueError where it cannot be opened.
    """
    _refuse_irregular(Path(path).stat())
    opened = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        _refuse_irregular(os.fstat(opened))
        return os.fdopen(opened, "rb")
    except BaseException:
        os.close(opened)
        raise


def refuse_other_texts(head: bytes) -> None:
    """Raise where a file that should be binary is empty, a web page, or a pointer to itself."""
    _refuse_other_texts(head.decode("utf-8-sig", "replace"))


def binary_kind(path: str | os.PathLike[str]) -> SqueezevizError | None:
    """What a file that is no text must be, going by its suffix; None where that does not tell."""
    what = _BINARY_SUFFIXES.get(Path(path).suffix.casefold())
    return SqueezevizError(f"this is {what}, which this version does not read") if what else None


def text_of(content: bytes) -> str:
    """The text of a file's bytes; SqueezevizError says what they are where they are no UTF-8 text."""
    for start, what in _BINARY.items():
        if content.startswith(start):
            unpack = "; unpack it first" if "archive" in what else ""
            raise SqueezevizError(f"this is {what}, not a file that describes a network{unpack}")
    for start, what in _BOMS.items():
        if content.startswith(start):
            raise SqueezevizError(f"this is {what} text; save it as UTF-8 and open it again")
    zero = content.find(b"\0")
    if zero >= 0:
        raise SqueezevizError(f"this is no text file: byte {zero + 1:,} is a zero", Place(line=_line(content, zero)))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        byte = error.object[error.start]
        position = len(content) - len(error.object) + error.start
        raise SqueezevizError(
            f"this is not UTF-8 text: byte {position + 1:,} is 0x{byte:02X}; save the file as UTF-8",
            Place(line=_line(content, position)),
        ) from None
    _refuse_other_texts(text)
    if text.count("\n") > MOST_LINES:
        raise SqueezevizError(f"the file has more than {MOST_LINES:,} lines, more than any that describes a network")
    return text


def _refuse_other_texts(text: str) -> None:
    start = text[:2000].lstrip().casefold()
    if not text.strip():
        raise SqueezevizError("the file is empty")
    if start.startswith(("<!doctype html", "<html", "<head", "<body")):
        raise SqueezevizError("this is a web page (HTML), not the file itself; download the raw file")
    if start.startswith(("<?xml", "<svg")):
        raise SqueezevizError("this is an XML file, which describes no layer table")
    if start.startswith("version https://git-lfs.github.com/spec/"):
        raise SqueezevizError("this is a Git LFS pointer, not the file itself; run `git lfs pull` to fetch the file")


def _line(content: bytes, position: int) -> int:
    return content.count(b"\n", 0, position) + 1


def _refuse_irregular(found: os.stat_result) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise SqueezevizError("this is a folder; name a file in it")
    if not stat.S_ISREG(found.st_mode):
        raise SqueezevizError("this is no ordinary file but a pipe, a socket or a device; save its content in a file")


def _bytes_of(path: Path) -> bytes:
    with open_regular(path) as file:
        size = os.fstat(file.fileno()).st_size
        if size > LARGEST_FILE:
            raise _too_large(size)
        content = file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise _too_large(len(content))
    return content


def _too_large(size: int) -> SqueezevizError:
    return SqueezevizError(
        f"the file has {size:,} bytes; a file that describes a network has at most {LARGEST_FILE:,} (32 MiB)"
    )


_REASONS = {
    errno.ENOENT: "there is no such file",
    errno.ENOTDIR: "there is no such file: a part of this path is a file, not a folder",
    errno.EACCES: "there is no permission to read this file",
    errno.ENAMETOOLONG: "there is no such file: the name is too long",
    errno.ELOOP: "this link leads back to itself",
}


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, ValueError):
        return "there is no such file: this cannot be a file's name"
    return _REASONS.get(error.errno or 0, f"it could not be read: {error.strerror or error}")
