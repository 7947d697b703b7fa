"""The window, in a process of its own beside the interpreter that asks for it."""

from __future__ import annotations

import atexit
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path


def open_beside(save: Callable[[Path], Path], suffix: str) -> None:
    """Open the window on a copy, which `save` writes to a file of that suffix. The copy lasts as long as the
    interpreter."""
    folder = tempfile.mkdtemp(prefix="squeezeviz-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = save(Path(folder) / f"network.{suffix}")
    subprocess.Popen([sys.executable, "-P", "-m", "squeezeviz", str(path)], stdin=subprocess.DEVNULL)
