"""The progress of a pass: who is informed of it, and the error message if the pass ends early."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from squeezeviz.analysis.resolve import ResolvedLayer, ResolvedNetwork
from squeezeviz.model.errors import Place, brief
from squeezeviz.trace.failures import FailureKind, PassCancelledError, PassError, kind_of, reason_of
from squeezeviz.trace.leaves import Leaf

OnProgress = Callable[[int, int, str], None]
"""Called with the number of operations that have run, their total, and the name of the next one."""

IsCancelled = Callable[[], bool]
"""Called before each operation. Returns whether to give up."""


class PassProgress:
    """The progress of one pass over `network`, from building its module to its last operation."""

    def __init__(
        self, network: ResolvedNetwork, progress: OnProgress | None = None, cancelled: IsCancelled | None = None
    ) -> None:
        self.total = 0
        """The number of operations that will run, once it is known."""
        self._network = network
        self._progress = progress
        self._cancelled = cancelled
        self._done = -1
        self._name = self._row = ""
        self._repeat = ""

    def before_row(self, layer: ResolvedLayer) -> None:
        """Note that the modules of a row are about to be built."""
        self._name = self._row = layer.name
        self.give_up_if_cancelled()

    def before_pass(self, repeat: int, repeats: int) -> None:
        """Note that pass number `repeat` is about to begin; 0 only warms up. A single pass has no number."""
        self._done = -1
        self._repeat = "" if repeats == 1 else f", pass {repeat} of {repeats}" if repeat else ", warming up"

    def before_operation(self, leaf: Leaf) -> None:
        """Report the operation that is about to run. Raises PassCancelledError if the pass was cancelled."""
        self.give_up_if_cancelled()
        if leaf.row is None:
            return
        self._done += 1
        self._name = leaf.name
        self._row = self._network.layers[leaf.row].name
        if self._progress is not None:
            self._progress(self._done, self.total, leaf.name)

    def give_up_if_cancelled(self) -> None:
        """Raise PassCancelledError if the pass was cancelled."""
        if self._cancelled is not None and self._cancelled():
            raise PassCancelledError

    @contextmanager
    def failures(self) -> Iterator[None]:
        """Convert what torch raises inside the `with` to a PassError that says how far the pass came."""
        try:
            yield
        except (MemoryError, RuntimeError, OSError) as error:
            raise self._failure(kind_of(error), error) from error

    def _failure(self, kind: FailureKind, error: Exception) -> PassError:
        where = self._where()
        reason = reason_of(error)
        match kind:
            case FailureKind.MEMORY:
                message = (
                    f"memory ran out {where}; take a smaller batch or input, or the meta device. PyTorch: {reason}"
                )
            case FailureKind.DEVICE:
                message = f"the device stopped working {where}; choose another, or start again. PyTorch: {reason}"
            case FailureKind.DISK:
                message = f"no room was left on the disk {where}; make room, or set TMPDIR to another folder. {reason}"
            case _:
                message = f"the pass stopped {where}. PyTorch: {reason}"
        return PassError(kind, message, Place(row=self._row or None))

    def _where(self) -> str:
        if self._done < 0:
            return f"while the weights of {brief(self._name)} were made" if self._name else "before its first operation"
        return f"at {brief(self._name)}, operation {self._done + 1} of {self.total}{self._repeat}"
