"""The entry point of the command line. It handles Ctrl+C before it imports anything else."""

from __future__ import annotations

import errno
import gc
import os
import signal
import sys
from contextlib import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

INTERRUPTED = 130
"""The exit code after Ctrl+C, 128 + SIGINT, as in shells."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code.

    `arguments` is without the program's name; None means the process's own arguments.
    """
    if arguments is None:
        return _main_of_process()
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
        _print_error(short)
        return 1


def _shortage(error: BaseException | None) -> str:
    """Return a sentence on what the system lacks if that made something fail, or an empty text if the error is a
    bug."""
    while error is not None:
        message, number = str(error), getattr(error, "errno", None)
        if isinstance(error, MemoryError) or number == errno.ENOMEM or any(each in message for each in _NO_MEMORY):
            return "there is not enough memory for this: close other programs, or raise the limit (ulimit -v)"
        if number in (errno.EMFILE, errno.ENFILE) or "Too many open files" in message:
            return "more files would have to be open at once than the system allows: raise the limit (ulimit -n)"
        if number == errno.EAGAIN or "can't start new thread" in message:
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
"""What C++, the dynamic linker and PyTorch say when memory runs out."""


def _print_error(sentence: str) -> None:
    """Print an error with almost no memory. If stderr itself failed, there is nobody to read it."""
    with suppress(OSError, MemoryError):
        os.write(2, f"squeezeviz: error: {sentence}\n".encode())


def _main_of_process() -> int:
    """Run the process's own command line. From here on Ctrl+C ends the process, because Qt aborts if Python unwinds a
    paint.

    If the parent process ignores SIGINT, this one does too.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _end)
    gc.set_threshold(_OFTEN_ENOUGH)
    code = main(sys.argv[1:])
    if "squeezeviz.gui.app" not in sys.modules:  # the window has settings to write as it goes
        _exit_at_once(code)
    return code


_OFTEN_ENOUGH = 100_000
"""New objects after which Python looks for cycles. Hardly any of a command's modules, rows and boxes are freed before
it ends, so that looking through them after every 700 finds nothing."""


def _end(_number: int, _frame: FrameType | None) -> None:
    os._exit(INTERRUPTED)


def _exit_at_once(code: int) -> None:
    """Exit without unloading anything. Unloading takes time, in which a Ctrl+C would be lost."""
    if sys.stderr is not None:
        sys.stderr.flush()
    os._exit(code)
