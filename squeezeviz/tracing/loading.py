"""Loading PyTorch, and what is said where it cannot be loaded."""

from __future__ import annotations

from squeezeviz.core.errors import SqueezevizError
from squeezeviz.tracing import require_surroundings
from squeezeviz.tracing.failures import FailureKind, PassError, kind_of, reason_of


def load_torch() -> None:
    """Import torch. PassError says why that cannot be done: in the words of what failed, whatever it raised."""
    try:
        require_surroundings()
        import torch  # noqa: F401
    except SqueezevizError as error:
        raise PassError(FailureKind.LOADING, error.message) from None
    except Exception as error:  # whatever an import raises, and no less: it is told, with what it said
        raise could_not_load(error) from error


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
