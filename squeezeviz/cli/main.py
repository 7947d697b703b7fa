"""The entry to the command line. It loads nothing before Ctrl+C is taken care of."""

from __future__ import annotations

import errno
import os
import signal
import sys
from contextlib import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

INTERRUPTED = 130
"""128 + SIGINT, as shells have it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line (without the program's name; None takes the process's own) and return its exit code."""
    if arguments is None:
        return _of_this_process()
    try:
        from squeezeviz.cli.commands import run

        return run(arguments)
    except KeyboardInterrupt:
        return INTERRUPTED
    except (MemoryError, ImportError, OSError, RuntimeError) as error:
        short = _shortage(error)
        if not short:
            raise
        error.__traceback__ = None  # all that its frames hold is free again
        _complain(short)
        return 1


def _shortage(error: BaseException | None) -> str:
    """What the system is short of, where that made something fail; empty where the error is a bug."""
    while error is not None:
        said, number = str(error), getattr(error, "errno", None)
        if isinstance(error, MemoryError) or number == errno.ENOMEM or any(each in said for each in _NO_MEMORY):
            return "there is not enough memory for this: close other programs, or raise the limit (ulimit -v)"
        if number in (errno.EMFILE, errno.ENFILE) or "Too many open files" in said:
            return "more files would have to be open at once than the system allows: raise the limit (ulimit -n)"
        if number == errno.EAGAIN or "can't start new thread" in said:
            return "no further thread or process can be started: close other programs, or raise the limit (ulimit -u)"
        error = error.__cause__ or error.__context__
    return ""


_NO_MEMORY = (
    "bad_alloc",
    "failed to map segment",
    "annot allocate memory",
    "an't allocate memory",
    "not enough memory:",
)
"""What C++, the dynamic linker and PyTorch say of it."""


def _complain(sentence: str) -> None:
    """Say it by what takes next to no memory; where the stream itself is what failed, nobody listens."""
    with suppress(OSError, MemoryError):
        os.write(2, f"squeezeviz: error: {sentence}\n".encode())


def _of_this_process() -> int:
    """Ctrl+C ends the process from here to its very end: Qt aborts where Python unwinds while it paints.

    Where the parent has SIGINT ignored, it stays so.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _end)
    code = main(sys.argv[1:])
    if "squeezeviz.gui.app" not in sys.modules:  # the window has settings to write as it goes
        _leave(code)
    return code


def _end(_number: int, _frame: FrameType | None) -> None:
    os._exit(INTERRUPTED)


def _leave(code: int) -> None:
    """End without taking down what is loaded: it is of no use, and a Ctrl+C meanwhile would be lost."""
    if sys.stderr is not None:
        sys.stderr.flush()
    os._exit(code)
