"""Reading a file: bounded, and with a plain sentence for everything that is not what it should be."""

from __future__ import annotations

import codecs
import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

from squeezeviz.files.foreign import by_suffix, refuse_binary, refuse_folder, refuse_text
from squeezeviz.model.errors import Place, SqueezevizError

LARGEST_FILE = 32 * 1024 * 1024
"""Bytes. A table of 100,000 layers has about a tenth of that."""

MOST_LINES = 2_000_000
"""A table of 100,000 layers has half of that."""


def read_text(path: str | os.PathLike[str]) -> str:
    """The file's text, without a byte-order mark; SqueezevizError with the file as its place."""
    with _placed(path):
        content = _bytes_of(Path(path))
    try:
        return text_of(content)
    except SqueezevizError as error:
        unknown = isinstance(error, _UnknownContentError)
        raise ((by_suffix(path) if unknown else None) or error).at(file=os.fspath(path)) from None


@contextmanager
def _placed(path: str | os.PathLike[str]) -> Iterator[None]:
    """Raise what goes wrong with a file as a SqueezevizError that has it as its place."""
    try:
        yield
    except (OSError, ValueError) as error:
        raise SqueezevizError(_reason(error), Place(file=os.fspath(path))) from None
    except SqueezevizError as error:
        raise error.at(file=os.fspath(path)) from None


class _UnknownContentError(SqueezevizError):
    """The content is no text, and of no known kind."""


def read_head(path: str | os.PathLike[str]) -> bytes:
    """The first bytes of a file, which tell what it is; SqueezevizError with the file as its place."""
    with _placed(path), open_regular(path) as file:
        return os.read(file.fileno(), _HEAD)


_HEAD = 4096


def open_regular(path: str | os.PathLike[str]) -> BufferedReader:
    """The opened file, to be closed by the caller. SqueezevizError where it is a folder, a pipe, a socket or a device.

    What has taken its place since it was looked at is looked at again, and does not keep anyone waiting. OSError and
    ValueError where it cannot be opened.
    """
    found = Path(path).stat()
    if stat.S_ISDIR(found.st_mode):
        refuse_folder(path)
    _refuse_irregular(found)
    opened = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        _refuse_irregular(os.fstat(opened))
        return os.fdopen(opened, "rb")
    except BaseException:
        os.close(opened)
        raise


@contextmanager
def binary_file(path: Path) -> Iterator[BufferedReader]:
    """The opened file. SqueezevizError, with the file as its place, where it is none or is a text, and within."""
    head = read_head(path)
    place = Place(file=str(path))
    try:
        refuse_other_texts(head)
        with open_regular(path) as file:
            yield file
    except OSError as error:
        raise SqueezevizError(f"it could not be read: {error.strerror or error}", place) from None
    except SqueezevizError as error:
        raise error.at(file=str(path)) from None


def refuse_other_texts(head: bytes) -> None:
    """Raise where a file that should be binary is empty, a web page, or a pointer to itself."""
    _refuse_other_texts(head.decode("utf-8-sig", "replace"))


def text_of(content: bytes) -> str:
    """The text of a file's bytes, in UTF-8, or UTF-16 with a mark; SqueezevizError says what they are otherwise."""
    refuse_binary(content[:_HEAD])
    text = _of_utf_16(content) if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else _of_utf_8(content)
    _refuse_other_texts(text)
    if text.count("\n") > MOST_LINES:
        raise SqueezevizError(f"the file has more than {MOST_LINES:,} lines, more than any that describes a network")
    return text


def _of_utf_16(content: bytes) -> str:
    """What spreadsheets call Unicode text."""
    try:
        text = content.decode("utf-16")
    except UnicodeDecodeError as error:
        raise SqueezevizError(
            f"this is damaged UTF-16 text: byte {error.start + 1:,} is no part of it; save the file as UTF-8"
        ) from None
    zero = text.find("\0")
    if zero >= 0:
        raise _UnknownContentError(
            "this is no text file: it has zeros in it", Place(line=text.count("\n", 0, zero) + 1)
        )
    return text


def _of_utf_8(content: bytes) -> str:
    zero = content.find(b"\0")
    if zero >= 0 and _is_utf_16_without_a_mark(content[:200], zero):
        raise SqueezevizError("this is UTF-16 text without a byte-order mark; save the file as UTF-8")
    if zero >= 0:
        raise _UnknownContentError(
            f"this is no text file: byte {zero + 1:,} is a zero", Place(line=_line(content, zero))
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        byte = error.object[error.start]
        position = len(content) - len(error.object) + error.start
        raise _UnknownContentError(
            f"this is not UTF-8 text: byte {position + 1:,} is 0x{byte:02X}; save the file as UTF-8",
            Place(line=_line(content, position)),
        ) from None


def _is_utf_16_without_a_mark(start: bytes, zero: int) -> bool:
    """Whether every other byte is a zero, `zero` among them, and no other is: that of Latin letters."""
    return len(start) > 7 and not any(start[zero % 2 :: 2]) and all(start[1 - zero % 2 :: 2])


def _refuse_other_texts(text: str) -> None:
    start = text[:2000].lstrip().casefold()
    if not text.strip():
        raise SqueezevizError("the file is empty")
    if start.startswith(("<!doctype html", "<html", "<head", "<body")):
        raise SqueezevizError("this is a web page (HTML), not the file itself; download the raw file")
    if start.startswith("<"):
        refuse_text(text)
    if start.startswith("<?xml"):
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
