"""Writing a file so that it is either the old one or the whole new one, whatever happens meanwhile.

What is written aside stays locked until it is moved. What can be locked there has no writer any more, and is removed.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
import time
from collections.abc import Callable
from pathlib import Path

from squeezeviz.files.process_folders import try_lock
from squeezeviz.model.errors import Place, SqueezevizError

UNLOCKED_YET_S = 60.0
"""A file that is empty may be about to be locked for so long."""

_ASIDE = re.compile(r"\.squeezeviz-[0-9a-f]{16}\.tmp")


def write_bytes(
    path: str | os.PathLike[str],
    content: bytes,
    *,
    private: bool = False,
    before_replace: Callable[[], object] = lambda: None,
) -> None:
    """Write aside in the same folder, then move into place. A `private` file is readable by its owner alone.

    `before_replace` is called right before that move; where it raises, nothing is moved.

    A link is followed. A file that is replaced keeps its mode and, where the system lets it, its owner and group; a
    second name of it (a hard link) keeps the old content. SqueezevizError where it cannot be written: the old file is
    then as it was, and nothing is left lying about. What a killed process left in that folder is removed.
    """
    shown = os.fspath(path)
    try:
        # Only a link is resolved: an absolute path may be longer than the system takes.
        target = Path(os.path.realpath(path) if Path(path).is_symlink() else path)
        _replace(target, content, _replaced(target, shown), private, before_replace)
    except (OSError, ValueError) as error:
        raise SqueezevizError(_reason(error, shown), Place(file=shown)) from None


def _replaced(target: Path, shown: str) -> os.stat_result | None:
    """What the file is that is to be replaced; None where there is none yet."""
    try:
        found = target.stat()
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(found.st_mode):
        raise SqueezevizError("this is a folder; name a file to write", Place(file=shown))
    if not stat.S_ISREG(found.st_mode):
        raise SqueezevizError("this is no ordinary file; name another to write", Place(file=shown))
    if not os.access(target, os.W_OK):
        raise SqueezevizError("this file is write-protected; choose another name", Place(file=shown))
    return found


def _replace(
    target: Path, content: bytes, old: os.stat_result | None, private: bool, before: Callable[[], object]
) -> None:
    aside = target.parent / f".squeezeviz-{os.urandom(8).hex()}.tmp"
    descriptor = os.open(
        aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600 if old or private else 0o666
    )
    try:
        locks = try_lock(descriptor)  # until it is closed: what lies there unlocked has no writer any more
        with os.fdopen(descriptor, "wb", closefd=False) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if os.name == "nt":  # an open file cannot be moved there
            os.close(descriptor)
            descriptor = -1
        if private:
            aside.chmod(0o600)
        elif old:
            _make_like(aside, old)
        before()
        aside.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            aside.unlink()
        raise
    finally:
        if descriptor >= 0:
            os.close(descriptor)
    _settle(target.parent)
    if locks:  # where files cannot be locked, nobody knows whose those are that lie there
        _remove_asides(target.parent)


def _make_like(aside: Path, old: os.stat_result) -> None:
    new = aside.stat()
    if (new.st_uid, new.st_gid) != (old.st_uid, old.st_gid):
        with contextlib.suppress(OSError):  # only root may give files away
            os.chown(aside, old.st_uid, old.st_gid)
    aside.chmod(stat.S_IMODE(old.st_mode))


def _settle(folder: Path) -> None:
    """Have the move itself survive a power failure, where the file system knows how; the file is written either way."""
    if os.name != "posix":
        return
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _remove_asides(folder: Path) -> None:
    """Remove files in `folder` that were being written beside their place by processes that are gone."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if _ASIDE.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                with contextlib.suppress(OSError):
                    _remove_aside(Path(entry.path))


def _remove_aside(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    try:
        found = os.fstat(descriptor)
        abandoned = (
            stat.S_ISREG(found.st_mode)
            and (not hasattr(os, "getuid") or found.st_uid == os.getuid())
            and (found.st_size > 0 or time.time() - found.st_mtime >= UNLOCKED_YET_S)
            and try_lock(descriptor)
            and os.path.samestat(found, path.lstat())
        )
        if abandoned and os.name != "nt":
            path.unlink()
    finally:
        os.close(descriptor)
    if abandoned and os.name == "nt":  # an open file cannot be deleted there
        path.unlink()


_REASONS = {
    errno.ENOENT: "the folder does not exist; make it first or choose another",
    errno.ENOTDIR: "a part of this path is a file, not a folder; choose another place",
    errno.EACCES: "there is no permission to write in this folder; choose another",
    errno.EPERM: "there is no permission to write here; choose another place",
    errno.EROFS: "this file system can only be read; choose another place",
    errno.ENOSPC: "the disk is full; free some space or choose another place",
    errno.EDQUOT: "the disk quota is used up; free some space or choose another place",
    errno.EFBIG: "the file would be larger than this system allows",
    errno.ELOOP: "this link leads back to itself; choose another name",
}


_LONGEST_NAME = 255
"""Bytes; of nearly every file system."""


def _reason(error: OSError | ValueError, shown: str) -> str:
    if isinstance(error, ValueError):
        return "this cannot be a file's name; choose another"
    if error.errno == errno.ENAMETOOLONG:
        name = len(os.fsencode(os.path.basename(shown))) > _LONGEST_NAME  # noqa: PTH119
        return f"the {'name' if name else 'path'} is too long for this file system; choose a shorter one"
    return _REASONS.get(error.errno or 0, f"it could not be written: {error.strerror or error}")
