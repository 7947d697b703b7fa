"""Bounds on time that a busy machine does not break: this process's own processor time, by this machine's pace."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

MARGIN = 3
"""Others on the same processor take some of its caches and turns from us; what a bound guards against is far slower."""

STEPS = 400_000
USUAL_S = 0.012
"""The processor time that so many steps take where the bounds were set."""


def slowness() -> float:
    """How many times slower this machine is just now than the one where the bounds were set; 1 if it is faster."""
    return max(1.0, min(_seconds_of_steps() for _ in range(3)) / USUAL_S)


def allowed(seconds: float) -> float:
    """Seconds of processor time that may be spent here on what may take so many where the bounds were set."""
    return seconds * MARGIN * slowness()


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Fail if the block takes more than so many seconds of processor time, by this machine's pace."""
    began = time.process_time()
    yield
    spent = time.process_time() - began
    assert spent < seconds or spent < allowed(seconds), f"{spent:.2f} s of processor time, not {seconds} s"


def _seconds_of_steps() -> float:
    began = time.process_time()
    total = 0
    for step in range(STEPS):
        total += step & 3
    return time.process_time() - began
