"""What stands at a path on the disk, to be told from what stood there when it was read or written last."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import StrEnum
from io import BufferedReader, BytesIO

from squeezeviz.files.reading import open_regular
from squeezeviz.model.errors import SqueezevizError

LARGEST_HASHED = 64 * 1024 * 1024
"""Bytes. Of what is larger, such as weights, the size and the time of the last change must do."""
_ALWAYS_HASHED = 1024 * 1024
"""Bytes. Up to here no stat is trusted: a clock may be coarse, and a program can set a file's time back."""


class Kind(StrEnum):
    """What stands at a path."""

    FILE = "file"
    GONE = "gone"
    FOLDER = "folder"
    IRREGULAR = "irregular"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class OnDisk:
    """What was found at a path: where it leads, what the system says of it, and the hash of its bytes."""

    kind: Kind
    real: str = ""
    stat: tuple[int, ...] = ()
    """Size, time of the last change, time of the last change of the inode, inode and device."""
    digest: str = ""

    def is_as(self, other: OnDisk) -> bool:
        """Whether it is still that. What was merely touched, or replaced by the same bytes, is."""
        if self.kind is not other.kind or self.kind is not Kind.FILE:
            return self.kind is other.kind
        if self.real != other.real:
            return False
        if self.digest and other.digest:
            return self.digest == other.digest
        return self.stat[:2] == other.stat[:2]


NOTHING = OnDisk(Kind.GONE)


def look(path: str | os.PathLike[str], known: OnDisk | None = None) -> OnDisk:
    """What stands at `path` now; `known` is what was found there before, and saves reading a large file again.

    It may take as long as the folder takes to answer. It raises nothing that a person can cause.
    """
    try:
        real = os.path.realpath(path)
        with open_regular(path) as file:
            stat = _stat(os.fstat(file.fileno()))
            unread = known is not None and known.digest and (known.real, known.stat) == (real, stat)
            if known is not None and unread and stat[0] > _ALWAYS_HASHED:
                return known
            return OnDisk(Kind.FILE, real, stat, _digest(file) if stat[0] <= LARGEST_HASHED else "")
    except (FileNotFoundError, NotADirectoryError):
        return NOTHING
    except SqueezevizError:
        return OnDisk(Kind.FOLDER if os.path.isdir(path) else Kind.IRREGULAR)  # noqa: PTH112 - as in the registry
    except (OSError, ValueError):
        return OnDisk(Kind.UNREADABLE)


def written(path: str | os.PathLike[str], content: bytes) -> OnDisk:
    """What `look` would find once `content` was written at `path`."""
    digest = _digest(BytesIO(content)) if len(content) <= LARGEST_HASHED else ""
    real = os.path.realpath(path)
    return OnDisk(Kind.FILE, real, () if digest else _stat(os.stat(real)), digest)  # noqa: PTH116 - a string


def _digest(file: BufferedReader | BytesIO) -> str:
    import hashlib  # not sooner: a window that opens on a preset needs none

    return hashlib.file_digest(file, "blake2b").hexdigest()


def _stat(found: os.stat_result) -> tuple[int, ...]:
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_dev
