"""Folders and files that belong to one running process, and can be told from those whose process is gone.

Each folder holds a lock file that its process keeps locked for as long as it lives; the operating system drops the
lock of a process that ends, however it ends. A folder whose lock can be had has therefore no owner any more.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

LOCK = "in-use.lock"
"""The name of the lock file in each folder."""
UNLOCKED_AFTER_S = 24 * 3600.0
"""A folder without a lock file, as older versions made them, is held to be abandoned after so long."""


class ProcessFolder:
    """A folder that this process owns until `release`, `remove` or its end."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path, self._descriptor = path, descriptor

    def release(self) -> None:
        """Give the folder up and leave it where it is: the next process may take it."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def remove(self) -> None:
        """Delete the folder with all it holds."""
        if os.name == "nt":  # an open file cannot be deleted there
            self.release()
        import shutil  # not sooner: what writes a file asks for locks alone

        shutil.rmtree(self.path, ignore_errors=True)
        self.release()


def try_lock(descriptor: int) -> bool:
    """Lock an open file for this process, without waiting; whether that could be done."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # not sooner: no folder is locked before a window is seen

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def make_folder(parent: Path, prefix: str) -> ProcessFolder:
    """A new folder in `parent`, readable by its owner alone and owned by this process.

    OSError where it cannot be made, or the file system knows no locks.
    """
    import shutil
    import tempfile

    for _ in range(_TRIES):
        path = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
        path.chmod(0o700)  # whatever the umask takes away
        folder = take_folder(path)
        if folder is not None:
            return folder
        shutil.rmtree(path, ignore_errors=True)
    raise OSError(errno.ENOLCK, f"files in {parent} cannot be locked")


_TRIES = 3
"""Another process may take a new folder before its maker does, but hardly thrice."""


def take_folder(path: Path) -> ProcessFolder | None:
    """Become the owner of a folder; None where a living process owns it, or it is gone."""
    lock = path / LOCK
    try:
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        return None
    if try_lock(descriptor) and _is_still(lock, descriptor):
        if hasattr(os, "fchmod"):
            with contextlib.suppress(OSError):
                os.fchmod(descriptor, 0o600)  # whatever the umask took away
        return ProcessFolder(path, descriptor)
    os.close(descriptor)
    return None


def abandoned_folders(parent: Path, prefix: str) -> Iterator[ProcessFolder]:
    """The folders in `parent` whose processes are gone, each taken over: `remove` or `release` it."""
    try:
        found = sorted(parent.glob(f"{prefix}*"))
    except OSError:
        return
    for path in found:
        if path.is_dir() and not path.is_symlink() and _is_ours(path) and not _may_be_coming(path):
            folder = take_folder(path)
            if folder is not None:
                yield folder


_OLD_FILE = r"weights-[a-z0-9_]{8}\.safetensors|in-use\.lock"


def remove_old_folders() -> None:
    """Remove the folders of weights that older versions made for temporary files, where their processes are gone.

    A folder that holds anything else is somebody's.
    """
    import tempfile

    parent = Path(tempfile.gettempdir())
    with contextlib.suppress(OSError):
        for path in parent.glob("squeezeviz-????????"):
            if path.is_dir() and all(re.fullmatch(_OLD_FILE, each.name) for each in path.iterdir()):
                for folder in abandoned_folders(parent, path.name):
                    folder.remove()


def _is_still(lock: Path, descriptor: int) -> bool:
    """Whether the file that was locked is the one that stands there: another process may have removed it before."""
    try:
        there = lock.stat()
    except OSError:
        return False
    return os.path.samestat(there, os.fstat(descriptor))


def _is_ours(path: Path) -> bool:
    """Whether the folder is this person's: a shared temporary folder holds those of others too."""
    return not hasattr(os, "getuid") or path.stat().st_uid == os.getuid()


def _may_be_coming(path: Path) -> bool:
    """Whether a folder has no lock file yet because its process is about to make one."""
    with contextlib.suppress(OSError):
        return not (path / LOCK).exists() and time.time() - path.stat().st_mtime < UNLOCKED_AFTER_S
    return True
