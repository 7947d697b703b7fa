"""Loading PyTorch, and the error if it cannot be loaded."""

from __future__ import annotations

import os

from squeezeviz.analysis.memory import require_room
from squeezeviz.model.wording import readable_bytes
from squeezeviz.trace.failures import FailureKind, PassError, kind_of, reason_of

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
