"""What killed processes left behind: files that were being written, and folders of weights. Only ours is removed.

A process keeps what it writes locked (`process_folders.try_lock`). What can be locked has no writer any more.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
import time
from pathlib import Path
from tempfile import gettempdir

from squeezeviz.files.process_folders import abandoned_folders, try_lock

UNLOCKED_YET_S = 60.0
"""A file that is empty may be about to be locked for so long."""

_ASIDE = re.compile(r"\.squeezeviz-[0-9a-f]{16}\.tmp")
_OLD_FILE = re.compile(r"weights-[a-z0-9_]{8}\.safetensors|in-use\.lock")


def aside_name() -> str:
    """A name of its own for a file that is being written."""
    return f".squeezeviz-{os.urandom(8).hex()}.tmp"


def remove_asides(folder: Path) -> None:
    """Remove files in `folder` that were being written beside their place by processes that are gone."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if _ASIDE.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                with contextlib.suppress(OSError):
                    _remove_aside(Path(entry.path))


def remove_old_folders() -> None:
    """Remove the folders of weights that older versions made for temporary files, where their processes are gone.

    A folder that holds anything else is somebody's.
    """
    parent = Path(gettempdir())
    with contextlib.suppress(OSError):
        for path in parent.glob("squeezeviz-????????"):
            if path.is_dir() and all(_OLD_FILE.fullmatch(each.name) for each in path.iterdir()):
                for folder in abandoned_folders(parent, path.name):
                    folder.remove()


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
