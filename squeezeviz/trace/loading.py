"""Loading PyTorch, and what is said where it cannot be loaded."""

from __future__ import annotations

import os

from squeezeviz.analysis.memory import require_room
from squeezeviz.model.wording import readable_bytes
from squeezeviz.trace.failures import FailureKind, PassError, kind_of, reason_of

ROOM = 640 * 1024**2
"""Bytes of address space that PyTorch takes as it is loaded and begins to compute, with NumPy's threads."""
_LONGEST_FOLDER = 4095
"""Bytes of a path, for the libraries in it."""


def load_torch() -> None:
    """Import torch. PassError says why that cannot be done: in the words of what failed, whatever it raised."""
    _check_surroundings()
    try:
        import torch  # noqa: F401
    except Exception as error:  # whatever an import raises, and no less: it is told, with what it said
        raise could_not_load(error) from error


def _check_surroundings() -> None:
    """Refuse to load what would end this process: libraries in it do so without room, and without a folder to be in."""
    try:
        require_room(ROOM)
    except MemoryError:
        raise PassError(
            FailureKind.MEMORY,
            f"there is not enough memory for PyTorch, which takes {readable_bytes(ROOM)} of addresses: "
            "close other programs, or raise the limit (ulimit -v)",
        ) from None
    try:
        folder = os.fsencode(os.getcwd())  # noqa: PTH109
    except OSError:
        raise PassError(
            FailureKind.LOADING, "the folder that this was started in is gone; PyTorch needs one, go to another"
        ) from None
    if len(folder) > _LONGEST_FOLDER:
        raise PassError(
            FailureKind.LOADING,
            f"the path of this folder has more than {_LONGEST_FOLDER:,} bytes, with which PyTorch does not start; "
            "go to another folder",
        )


def could_not_load(error: BaseException) -> PassError:
    """The failure that `error`, which an import raised, amounts to."""
    said = reason_of(error)
    match kind_of(error):
        case FailureKind.MEMORY:
            return PassError(FailureKind.MEMORY, f"memory ran out while PyTorch was loaded: {said}")
        case FailureKind.DISK:
            return PassError(FailureKind.DISK, f"there is no room for PyTorch's temporary files: {said}")
    if isinstance(error, ModuleNotFoundError) and error.name == "torch":
        return PassError(FailureKind.LOADING, "PyTorch is not installed; python3 scripts/run.py installs it")
    if not isinstance(error, ImportError | OSError):
        said = f"{type(error).__name__}: {said}"
    return PassError(FailureKind.LOADING, f"PyTorch cannot be loaded: {said}")
