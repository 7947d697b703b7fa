"""Where the windows keep unsaved networks and opened weights: a folder for each, in the state folder."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from PySide6.QtCore import QStandardPaths

from squeezeviz.analysis.weights import KeptWeights, TensorName, TensorShape, tensor_name
from squeezeviz.files import atomic
from squeezeviz.files.process_folders import ProcessFolder, abandoned_folders, make_folder, take_folder, try_lock
from squeezeviz.model.errors import Place, SqueezevizError

PREFIX = "window-"
SNAPSHOT = "unsaved.json"
SET_ASIDE = "unreadable-"
_SPARE = 64 * 1024**2
"""Bytes that opened weights should leave on the disk."""

_LONGEST_WAIT_S = 1.0


def state_folder() -> Path:
    """Where the person's state of this program lies; it need not be there yet.

    `XDG_STATE_HOME` counts on every system where it is set.
    """
    home = os.environ.get("XDG_STATE_HOME", "")
    if Path(home).is_absolute():
        return Path(home) / "squeezeviz"
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.StateLocation))


class WorkFolder:
    """The folder of one window, made when it is first needed. Any thread may ask for it and write in it."""

    def __init__(self) -> None:
        self._making, self._writing = Lock(), Lock()
        self._now: ProcessFolder | None = None
        self._others: list[ProcessFolder] = []
        """Those that the window had before it took one over, or in a place of second choice."""
        self._newest = 0
        self._closed = False

    def path(self) -> Path:
        """The folder, made now if there is none yet; OSError where it cannot be made."""
        with self._making:
            if self._now is not None and not self._now.path.is_dir():  # somebody deleted it
                self._now.release()
                self._now = None
            if self._now is None:
                parent = state_folder()
                _make_private(parent)
                self._now = make_folder(parent, PREFIX)
            return self._now.path

    def for_weights(self, size: int) -> Path:
        """Where weights of about `size` bytes can lie; elsewhere where the state folder cannot take them.

        OSError where there is no such place.
        """
        with contextlib.suppress(OSError):
            path = self.path()
            if shutil.disk_usage(path).free > size + _SPARE:
                return path
        made = make_folder(Path(tempfile.gettempdir()), "squeezeviz-")
        with self._making:
            self._others.append(made)
        return made.path

    def take_over(self, folder: ProcessFolder, number: int = 0) -> None:
        """Make a folder whose window is gone this window's own: what is kept after `number` lies there.

        What the window kept before is of another network, and is forgotten; weights that lie there may be in use.
        """
        with self._writing, self._making:
            if self._now is not None:
                (self._now.path / SNAPSHOT).unlink(missing_ok=True)
                self._others.append(self._now)
            self._now, self._newest = folder, max(self._newest, number)

    def name_of(self, weights: KeptWeights) -> str:
        """The name of the weights' file in the folder; empty where they lie elsewhere."""
        path = Path(weights.path)
        return path.name if self._now is not None and path.parent == self._now.path else ""

    def keep(self, number: int, text: str | None) -> None:
        """Write a snapshot in place of the one before, or forget it; the one with the highest `number` stands.

        SqueezevizError where it cannot be written: the one before is then still there.
        """
        with self._writing:
            if self._closed or number <= self._newest:
                return
            try:
                if text is not None:
                    atomic.write_bytes(self.path() / SNAPSHOT, text.encode("ascii"), private=True)
                elif self._now is not None:
                    (self._now.path / SNAPSHOT).unlink(missing_ok=True)
            except OSError as error:
                raise _not_kept(error) from None
            self._newest = number

    def remove(self) -> None:
        """The window is closed, and nothing unsaved: nothing of it stays, and nothing more is kept."""
        self._close(remove=True)

    def release(self) -> None:
        """The window is gone, its work stays: the next start may take it."""
        self._close(remove=False)

    def _close(self, *, remove: bool) -> None:
        with self._writing, self._making:
            self._closed = True
            for folder in self._others:
                folder.remove()
            if self._now is not None:
                self._now.remove() if remove else self._now.release()
            self._now, self._others = None, []


@dataclass(frozen=True)
class Kept:
    """A network that a window, now gone, left unsaved: its folder, and when that was written last (seconds)."""

    folder: Path
    written: float


def are_there() -> bool:
    """Whether there are folders of windows at all, living ones or not."""
    try:
        return any(path.name.startswith(PREFIX) for path in state_folder().iterdir())
    except OSError:
        return False


def left_behind() -> list[Kept]:
    """What windows that are gone left unsaved, the newest first."""
    found = []
    for folder in _abandoned():
        with contextlib.suppress(OSError):
            found.append(Kept(folder.path, (folder.path / SNAPSHOT).lstat().st_mtime))
        folder.release()
    return sorted(found, key=lambda kept: kept.written, reverse=True)


def take(path: Path) -> ProcessFolder | None:
    """Own a folder that was left behind; None where it is gone, or another window has taken it."""
    with _alone():
        return take_folder(path)


def has_snapshot(folder: ProcessFolder) -> bool:
    """Whether something unsaved lies in it, be it damaged."""
    return os.path.lexists(folder.path / SNAPSHOT)


def set_aside(folder: ProcessFolder) -> Path:
    """Move a folder that cannot be read out of the way, with all it holds; where it lies then."""
    aside = folder.path.with_name(SET_ASIDE + folder.path.name.removeprefix(PREFIX))
    folder.release()  # an open file cannot be moved everywhere
    with contextlib.suppress(OSError):
        folder.path.rename(aside)
        return aside
    return folder.path


def sweep() -> None:
    """Delete the folders of windows that are gone and left nothing unsaved."""
    for folder in _abandoned():
        if has_snapshot(folder):
            folder.release()
        else:
            folder.remove()


def tidy(folder: ProcessFolder, weights: str) -> None:
    """Delete what a killed process left in a folder that was taken over; the snapshot and its weights stay."""
    for path in folder.path.iterdir():
        half_written = path.name.startswith(".squeezeviz-") or path.name.startswith("weights-")
        if half_written and path.name != weights:
            with contextlib.suppress(OSError):
                path.unlink()


def weights_shapes(path: Path) -> dict[TensorName, TensorShape]:
    """The tensors in a file of opened weights. SqueezevizError where it is gone, or is no such file."""
    from safetensors import SafetensorError, safe_open

    from squeezeviz.files.reading import open_regular

    try:
        with open_regular(path), safe_open(path, framework="numpy") as opened:
            names: list[str] = opened.keys()
            shapes = {tensor_name(name): tuple(opened.get_slice(name).get_shape()) for name in names}
        if not all(isinstance(part, str) for name in shapes for part in name):
            raise ValueError("a tensor in it has no name")
        return shapes
    except (OSError, ValueError, TypeError, RecursionError, SafetensorError) as error:
        raise SqueezevizError(f"it cannot be read ({error})", Place(file=str(path))) from None


def _abandoned() -> Iterator[ProcessFolder]:
    if are_there():
        with _alone():
            yield from abandoned_folders(state_folder(), PREFIX)


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Be the only process that looks for folders without an owner, or waited a second for that.

    Who looks whether a folder can be had has it meanwhile: two that look at once would each miss some.
    """
    if sys.platform == "win32":  # a folder cannot be locked there
        yield
        return
    try:
        descriptor = os.open(state_folder(), os.O_RDONLY)
    except OSError:
        yield
        return
    try:
        ends = time.monotonic() + _LONGEST_WAIT_S
        while not try_lock(descriptor) and time.monotonic() < ends:
            time.sleep(0.005)
        yield
    finally:
        os.close(descriptor)


def _not_kept(error: OSError) -> SqueezevizError:
    """Why nothing can be written in the state folder, at what stands in its way if there is such a thing."""
    folder = state_folder()
    for path in (folder, *folder.parents):
        if os.path.lexists(path) and not path.is_dir():
            what = "a broken link" if path.is_symlink() and not path.exists() else "a file"
            return SqueezevizError(f"{what} stands where the folder should be", Place(file=str(path)))
    return SqueezevizError(error.strerror or str(error), Place(file=str(folder)))


def _make_private(folder: Path) -> None:
    """Make a folder and those above it, readable by their owner alone, whatever the umask is. OSError as `mkdir`."""
    if not folder.is_dir():
        _make_private(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        folder.chmod(0o700)
