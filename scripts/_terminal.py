"""What the scripts say at the terminal: sentences, and one moving line for a step that takes long."""

import shutil
import sys
import time
from typing import NoReturn

EVERY_S = 20.0
"""Where lines cannot be rewritten, as in a log, the moving line is repeated so often."""


def say(text: str) -> None:
    """Print a sentence to stderr: stdout has the program's results alone."""
    print(f"squeezeviz: {text}", file=sys.stderr, flush=True)


def fail(text: str) -> NoReturn:
    say(f"error: {text}")
    raise SystemExit(1)


class MovingLine:
    """Shows how a step goes and for how long: rewritten in place on a terminal, else a line now and then."""

    def __init__(self) -> None:
        self._moves = sys.stderr.isatty()
        self._begun = self._told = time.monotonic()
        self._width = 0

    def show(self, text: str) -> None:
        now = time.monotonic()
        line = f"    {text} ({now - self._begun:.0f} s)"
        if self._moves:
            line = line[: shutil.get_terminal_size().columns - 1]
            self._rewrite(line)
            self._width = len(line)
        elif now - self._told >= EVERY_S:
            self._told = now
            say(line)

    def clear(self) -> None:
        """Remove the line, so that a sentence can follow."""
        if self._width:
            self._rewrite("")
            self._width = 0

    def _rewrite(self, line: str) -> None:
        end = "" if line else "\r"
        print("\r" + line.ljust(self._width), end=end, file=sys.stderr, flush=True)
