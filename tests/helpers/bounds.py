"""Bounds on time that a busy machine does not break, by processor time and this machine's pace; and on memory."""

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

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


@contextmanager
def memory_limit(room: int) -> Iterator[None]:
    """Let this process have so many bytes of data more and no others, where the system can: else MemoryError."""
    if sys.platform != "linux":
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    lines = Path("/proc/self/status").read_text().splitlines()
    taken = next(int(line.split()[1]) for line in lines if line.startswith("VmData")) * 1024
    resource.setrlimit(resource.RLIMIT_DATA, (taken + room, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


class Ending(NamedTuple):
    """How reading a file ended: `opened`, a sentence, or `MemoryError`, and the seconds of processor time it took."""

    outcome: str
    seconds: float


_READING = """
import sys, time
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.files.registry import read_file
from squeezeviz.files.sandbox import limit_resources
limit_resources(int(sys.argv[1]), 300)
for path in sys.argv[2:]:
    began = time.process_time()
    try:
        read_file(path)
        outcome = "opened"
    except SqueezevizError as error:
        outcome = str(error)
    except MemoryError:
        outcome = "MemoryError"
    print(f"{time.process_time() - began:.3f}\\t{outcome}")
"""


def read_in_bounds(paths: Sequence[Path], memory: int = 512 * 1024**2) -> list[Ending]:
    """How reading ends in one process under the sandbox's limits, with so many bytes of memory."""
    command = [sys.executable, "-P", "-c", _READING, str(memory), *map(str, paths)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=500)
    assert ran.returncode == 0, ran.stderr
    lines = (line.split("\t") for line in ran.stdout.splitlines())
    return [Ending(outcome, float(seconds)) for seconds, outcome in lines]
