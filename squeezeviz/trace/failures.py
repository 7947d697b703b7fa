"""The errors of a live pass: SqueezevizError with the kind of failure, on which the client acts."""

from __future__ import annotations

import errno
from enum import StrEnum

from squeezeviz.model.errors import Place, SqueezevizError


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
    if isinstance(error, MemoryError) or _errno(error) == errno.ENOMEM:
        return FailureKind.MEMORY
    return FailureKind.DISK if _errno(error) in (errno.ENOSPC, errno.EDQUOT) else kind_of_words(str(error))


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


def _errno(error: BaseException) -> int | None:
    return error.errno if isinstance(error, OSError) else None
