"""The errors of a live pass, each with its kind, on which the client acts; and loading PyTorch, which may fail too."""

from __future__ import annotations

import errno
import os
from enum import StrEnum

from squeezeviz.analysis.memory import require_room
from squeezeviz.model.errors import Place, SqueezevizError
from squeezeviz.model.wording import readable_bytes


class FailureKind(StrEnum):
    """Why a pass failed.

    REFUSED: no device can run the table, the batch or the request. MEMORY: the pass does not fit the device. DEVICE:
    the device is missing or stopped working. DISK: there is no room for a file. LOADING: PyTorch, or a library that it
    needs, cannot be loaded. FAILED: anything else, including a bug of ours.
    """

    REFUSED = "refused"
    MEMORY = "memory"
    DEVICE = "device"
    DISK = "disk"
    LOADING = "loading"
    FAILED = "failed"


class PassError(SqueezevizError):
    """A pass could not run, or ended early."""

    def __init__(self, kind: FailureKind, message: str, place: Place | None = None) -> None:
        super().__init__(message, place)
        self.kind = kind


class PassCancelledError(Exception):
    """The caller cancelled the pass."""


_NO_MEMORY = (
    "not enough memory",
    "out of memory",
    "can't allocate",
    "cannot allocate",
    "bad_alloc",
    "alloc failed",
    "memoryerror",
)
_LOST_DEVICE = ("CUDA error", "XPU error", "HIP error", "MPS backend error", "driver shutting down")
_NO_ROOM = ("No space left on device", "Disk quota exceeded", "No usable temporary directory")
_LONGEST_REASON = 300


def kind_of(error: BaseException) -> FailureKind:
    """Return the kind of failure of an exception of Python's or of PyTorch's, judged by that exception alone."""
    number = error.errno if isinstance(error, OSError) else None
    if isinstance(error, MemoryError) or number == errno.ENOMEM:
        return FailureKind.MEMORY
    return FailureKind.DISK if number in (errno.ENOSPC, errno.EDQUOT) else kind_of_words(str(error))


def kind_of_words(message: str) -> FailureKind:
    """Return the kind of failure that a library's message describes."""
    if any(words in message.lower() for words in _NO_MEMORY):
        return FailureKind.MEMORY
    if any(words in message for words in _NO_ROOM):
        return FailureKind.DISK
    return FailureKind.DEVICE if any(words in message for words in _LOST_DEVICE) else FailureKind.FAILED


def reason_of(error: BaseException) -> str:
    """Return the first line of an exception's message, or its class's name if the message is empty."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:_LONGEST_REASON]


ROOM = 640 * 1024**2
"""The address space in bytes that PyTorch takes while it loads and begins to compute, with NumPy's threads."""
_LONGEST_FOLDER = 4095
"""The longest path, in bytes, that the libraries in a folder can have."""


def load_torch() -> None:
    """Import torch. Raises PassError, in the words of what failed, if that is impossible for any reason."""
    _check_surroundings()
    try:
        import torch  # noqa: F401
    except Exception as error:  # an import may raise anything; its message is reported
        raise could_not_load(error) from error


def _check_surroundings() -> None:
    """Raise if loading would end this process, as libraries do without memory or without a working directory."""
    try:
        require_room(ROOM)
    except MemoryError:
        raise PassError(
            FailureKind.MEMORY,
            f"there is not enough memory for PyTorch, which takes {readable_bytes(ROOM)} of address space: "
            "close other programs, or raise the limit (ulimit -v)",
        ) from None
    try:
        folder = os.fsencode(os.getcwd())  # noqa: PTH109
    except OSError:
        raise PassError(
            FailureKind.LOADING,
            "the folder in which squeezeviz was started is gone, and PyTorch needs one; change to another",
        ) from None
    if len(folder) > _LONGEST_FOLDER:
        raise PassError(
            FailureKind.LOADING,
            f"the path of this folder has more than {_LONGEST_FOLDER:,} bytes, and PyTorch does not start in it; "
            "go to another folder",
        )


def could_not_load(error: BaseException) -> PassError:
    """Return the PassError for `error`, which an import raised."""
    reason = reason_of(error)
    match kind_of(error):
        case FailureKind.MEMORY:
            return PassError(FailureKind.MEMORY, f"memory ran out while PyTorch was loading: {reason}")
        case FailureKind.DISK:
            return PassError(FailureKind.DISK, f"there is no room for PyTorch's temporary files: {reason}")
    if isinstance(error, ModuleNotFoundError) and error.name == "torch":
        return PassError(FailureKind.LOADING, "PyTorch is not installed; python3 scripts/run.py installs it")
    if not isinstance(error, ImportError | OSError):
        reason = f"{type(error).__name__}: {reason}"
    return PassError(FailureKind.LOADING, f"PyTorch cannot be loaded: {reason}")
