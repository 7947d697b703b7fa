"""The folders in which windows keep unsaved networks and opened weights, one for each window, in the state folder."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Collection, Iterator
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths

from squeezeviz.files.process_folders import ProcessFolder, abandoned_folders, make_folder, take_folder, try_lock
from squeezeviz.model.errors import Place, SqueezevizError

if TYPE_CHECKING:
    from squeezeviz.analysis.weights import RetainedWeights, TensorName, TensorShape

PREFIX = "window-"
_OPEN = "open-"
"""What the folder begins with whose lock says that a window has a certain file open."""
SNAPSHOT = "unsaved.json"
SET_ASIDE = "unreadable-"
_SPARE = 64 * 1024**2
"""The space in bytes that opened weights should leave on the disk."""

_LONGEST_WAIT_S = 1.0


def state_folder() -> Path:
    """Return the folder of this program's state, which may not exist yet.

    `XDG_STATE_HOME` is used on every system if it is set.
    """
    home = os.environ.get("XDG_STATE_HOME", "")
    if Path(home).is_absolute():
        return Path(home) / "squeezeviz"
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.StateLocation))


class WorkFolder:
    """The folder of one window, created when it is first needed. Any thread may use it."""

    def __init__(self) -> None:
        self._making, self._writing = Lock(), Lock()
        self._now: ProcessFolder | None = None
        self._others: list[ProcessFolder] = []
        """Earlier folders of the window, from before it took one over, and temporary folders."""
        self._open: ProcessFolder | None = None
        self._newest = 0
        self._closed = False

    def path(self) -> Path:
        """Return the folder, creating it if needed. Raises OSError if that fails."""
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
        """Return a folder for weights of about `size` bytes: a temporary one if the state folder lacks the room.

        Raises OSError if there is no such place.
        """
        with contextlib.suppress(OSError):
            path = self.path()
            if shutil.disk_usage(path).free > size + _SPARE:
                return path
        made = make_folder(Path(tempfile.gettempdir()), "squeezeviz-")
        with self._making:
            self._others.append(made)
        return made.path

    def claim(self, real: str) -> bool:
        """Tell other windows that this one has the file of that real path open, or none if it is empty.

        Return False if another window has it open. Raises OSError if it cannot be told.
        """
        name = _name_of_open(real) if real else ""
        with self._making:
            if self._open is not None and self._open.path.name != name:
                self._open.remove()
                self._open = None
            if self._open is None and name and not self._closed:
                _make_private(state_folder() / name)
                self._open = take_folder(state_folder() / name)
                if self._open is None:
                    make_folder(state_folder(), _OPEN).remove()  # raises where there are no locks at all
                    return False
            return True

    def take_over(self, folder: ProcessFolder, number: int = 0) -> None:
        """Use the folder of a window that is gone. Snapshots after `number` are written there.

        The window's earlier snapshot belongs to another network and is deleted. Weights in its earlier folder may be in
        use and stay.
        """
        with self._writing, self._making:
            if self._now is not None:
                (self._now.path / SNAPSHOT).unlink(missing_ok=True)
                self._others.append(self._now)
            self._now, self._newest = folder, max(self._newest, number)

    def name_of(self, weights: RetainedWeights) -> str:
        """Return the name of the weights' file in the folder, or an empty text if it is elsewhere."""
        path = Path(weights.path)
        return path.name if self._now is not None and path.parent == self._now.path else ""

    def keep(self, number: int, text: str | None) -> None:
        """Replace the snapshot, or delete it if `text` is None. A lower `number` than the last one does nothing.

        Raises SqueezevizError if it cannot be written; the earlier snapshot is then still there.
        """
        from squeezeviz.files import atomic

        with self._writing:
            if self._closed or number <= self._newest:
                return
            try:
                if text is not None:
                    atomic.write_bytes(self.path() / SNAPSHOT, text.encode("ascii"), private=True)
                elif self._now is not None:
                    (self._now.path / SNAPSHOT).unlink(missing_ok=True)
            except OSError as error:
                raise _write_error(error) from None
            self._newest = number

    def close(self, *, keep: bool = False) -> None:
        """Write nothing more, because the window is gone. With `keep`, leave what is unsaved for the next start."""
        with self._writing, self._making:
            self._closed = True
            for folder in (*self._others, *([self._open] if self._open else [])):
                folder.remove()
            if self._now is not None:
                self._now.release() if keep else self._now.remove()
            self._now, self._others, self._open = None, [], None


def are_there() -> bool:
    """Whether there are folders of any windows, running or not."""
    try:
        return any(path.name.startswith((PREFIX, _OPEN)) for path in state_folder().iterdir())
    except OSError:
        return False


def left_behind() -> list[Path]:
    """Return the folders of windows that are gone and left something unsaved, the newest first."""
    written = {}
    for folder in _abandoned():
        with contextlib.suppress(OSError):
            written[folder.path] = (folder.path / SNAPSHOT).lstat().st_mtime
        folder.release()
    return sorted(written, key=written.__getitem__, reverse=True)


def take(path: Path) -> ProcessFolder | None:
    """Take ownership of a folder that was left behind. Return None if it is gone, or if another window was faster."""
    with _locked():
        return take_folder(path)


def has_snapshot(folder: ProcessFolder) -> bool:
    """Whether the folder has a snapshot, which may be damaged."""
    return os.path.lexists(folder.path / SNAPSHOT)


def set_aside(folder: ProcessFolder) -> Path:
    """Move an unreadable folder with everything in it out of the way, and return its new path."""
    aside = folder.path.with_name(SET_ASIDE + folder.path.name.removeprefix(PREFIX))
    folder.release()  # an open file cannot be moved everywhere
    with contextlib.suppress(OSError):
        folder.path.rename(aside)
        return aside
    return folder.path


def sweep() -> None:
    """Delete the folders of windows that are gone and left nothing unsaved."""
    for folder in (*_abandoned(), *_abandoned(_OPEN)):
        if has_snapshot(folder):
            folder.release()
        else:
            folder.remove()


def tidy(folder: ProcessFolder, weights: Collection[str]) -> None:
    """Delete temporary files of a killed process from a folder that was taken over. The snapshot and those `weights`
    stay, and pasted pictures. The pixels of pictures are read again from their files."""
    for path in folder.path.iterdir():
        half_written = path.name.startswith((".squeezeviz-", "weights-", "picture-"))
        if half_written and path.name not in weights:
            with contextlib.suppress(OSError):
                path.unlink()


def weights_shapes(path: Path) -> dict[TensorName, TensorShape]:
    """Return the shapes of the tensors in a file of opened weights. Raises SqueezevizError if it is missing or
    invalid."""
    from safetensors import SafetensorError, safe_open

    from squeezeviz.analysis.weights import tensor_name
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


def _abandoned(prefix: str = PREFIX) -> Iterator[ProcessFolder]:
    if are_there():
        with _locked():
            yield from abandoned_folders(state_folder(), prefix)


@contextlib.contextmanager
def _locked() -> Iterator[None]:
    """Wait up to a second to be the only process that looks for folders without an owner.

    Looking at a folder takes its lock for a moment, so two processes that look at once would each miss some.
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


def _write_error(error: OSError) -> SqueezevizError:
    """Return the error that says why nothing can be written in the state folder, and what is in the way."""
    folder = state_folder()
    for path in (folder, *folder.parents):
        if os.path.lexists(path) and not path.is_dir():
            what = "a broken link" if path.is_symlink() and not path.exists() else "a file"
            return SqueezevizError(f"{what} is where the folder should be", Place(file=str(path)))
    return SqueezevizError(error.strerror or str(error), Place(file=str(folder)))


def _make_private(folder: Path) -> None:
    """Create a folder and its parents, readable by their owner only, whatever the umask is. Raises OSError as
    `mkdir`."""
    if not folder.is_dir():
        _make_private(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        folder.chmod(0o700)


def _name_of_open(real: str) -> str:
    """Return the name of the folder that stands for an open file of that real path."""
    from hashlib import blake2b

    return _OPEN + blake2b(os.fsencode(real), digest_size=16).hexdigest()
