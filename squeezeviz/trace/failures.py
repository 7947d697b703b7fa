"""How a live pass fails: the one error class of the product, with the kind that a client acts on."""

from __future__ import annotations

import errno
from enum import StrEnum

from squeezeviz.model.errors import Place, SqueezevizError


class FailureKind(StrEnum):
    """What went wrong with a pass.

    REFUSED: the table, the batch or the request cannot be run anywhere. MEMORY: it does not fit the device.
    DEVICE: the device is not there or stopped working. DISK: no room is left for a file. LOADING: PyTorch, or a library
    that it needs, cannot be loaded. FAILED: anything else, a bug of ours included.
    """

    REFUSED = "refused"
    MEMORY = "memory"
    DEVICE = "device"
    DISK = "disk"
    LOADING = "loading"
    FAILED = "failed"


class PassError(SqueezevizError):
    """A pass that could not be run, or ended early."""

    def __init__(self, kind: FailureKind, message: str, place: Place | None = None) -> None:
        super().__init__(message, place)
        self.kind = kind


class PassCancelledError(Exception):
    """The pass was given up because its caller said so."""


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
    """What kind of failure an exception of Python's or of PyTorch's stands for; only what it says itself counts."""
    if isinstance(error, MemoryError) or _errno(error) == errno.ENOMEM:
        return FailureKind.MEMORY
    return FailureKind.DISK if _errno(error) in (errno.ENOSPC, errno.EDQUOT) else kind_of_words(str(error))


def kind_of_words(said: str) -> FailureKind:
    """What kind of failure a library's message is of."""
    if any(words in said.lower() for words in _NO_MEMORY):
        return FailureKind.MEMORY
    if any(words in said for words in _NO_ROOM):
        return FailureKind.DISK
    return FailureKind.DEVICE if any(words in said for words in _LOST_DEVICE) else FailureKind.FAILED


def reason_of(error: BaseException) -> str:
    """The first line that an exception says; its class's name where it says nothing."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:_LONGEST_REASON]


def _errno(error: BaseException) -> int | None:
    return error.errno if isinstance(error, OSError) else None
