"""The entry to the command line. It loads nothing before Ctrl+C is taken care of."""

from __future__ import annotations

import os
import signal
import sys

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
    from squeezeviz.commands import run

    try:
        return run(arguments)
    except KeyboardInterrupt:
        return INTERRUPTED


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
