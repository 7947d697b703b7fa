"""A child process of ours that does one piece of work: its request comes on stdin, its answer goes to stdout.

It can be cancelled, and one that reads its stdin on ends with its parent, however that ends.
"""

from __future__ import annotations

import contextlib
import math
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from squeezeviz.model.errors import Place, SqueezevizError
from squeezeviz.model.records import NamedTuple

PATIENCE_S = 0.5
"""Seconds that a cancelled child may take to end by itself."""

Cancelled = Callable[[], bool]


class Ended(NamedTuple):
    """How a child ended: its code, below 0 a signal's number, and what it wrote to stderr."""

    code: int
    stderr: bytes

    @property
    def killed(self) -> bool:
        """Whether the system killed it, as it does where memory is short."""
        return self.code == -getattr(signal, "SIGKILL", 0)

    @property
    def last_words(self) -> str:
        lines = self.stderr.decode(errors="replace").strip().splitlines()
        return f"; it said last: {lines[-1][:200]}" if lines else ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A SqueezevizError on its way from a child."""

    message: str
    place: Place

    @classmethod
    def of(cls, error: SqueezevizError) -> Refusal:
        return cls(error.message, error.place)

    @property
    def error(self) -> SqueezevizError:
        return SqueezevizError(self.message, self.place)


def run_child(
    module: str, request: bytes, output: IO[bytes], cancelled: Cancelled, place: Place, deadline_s: float = math.inf
) -> Ended:
    """Run `python -m module` with `request` on its stdin until it ends; what it answers goes into `output`.

    Raises:
        SqueezevizError: it was cancelled; at `place`.
        TimeoutError: it took longer than `deadline_s`.
    """
    # -P: a folder named onnx where the person happens to be must not be imported.
    command = (sys.executable, "-P", "-m", module)
    group = 0 if os.name == "posix" else None  # one of its own: Ctrl+C in a terminal is for this process
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=output, stderr=subprocess.PIPE, process_group=group
    ) as process:
        stderr = _wait(process, request, cancelled, place, deadline_s)
    return Ended(process.returncode, stderr)


def _wait(
    process: subprocess.Popen[bytes], request: bytes, cancelled: Cancelled, place: Place, deadline_s: float
) -> bytes:
    """Return what the child wrote to stderr until it ended.

    Its stdin stays open meanwhile: a child that reads ends when it closes, as it does when this process dies.
    """
    stdin, process.stdin = process.stdin, None  # or `communicate` would close it
    assert stdin is not None
    deadline = time.monotonic() + deadline_s
    with contextlib.suppress(BrokenPipeError), stdin:  # it may have ended already
        stdin.write(request)
        stdin.flush()
        while time.monotonic() < deadline:
            with contextlib.suppress(subprocess.TimeoutExpired):
                return process.communicate(timeout=0.05)[1]
            if cancelled():
                _end(process)
                raise SqueezevizError("it was cancelled", place)
        process.kill()
        raise TimeoutError
    return process.communicate()[1]


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the child; one that is writing first removes its half-written file."""
    process.terminate()
    try:
        process.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()


def end_with_the_parent() -> None:
    """Have this process, which is a child, end as soon as its stdin closes."""

    def watch() -> None:
        sys.stdin.buffer.read()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()
