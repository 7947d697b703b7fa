"""Processes that measure: fresh ones where the start counts, lasting ones that run a round when told to."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from functools import cache
from pathlib import Path
from typing import Any


def spawned(module: str, *arguments: str) -> subprocess.Popen[str]:
    """`python -m benchmarks.MODULE`, with settings of its own so that a person's do not count."""
    return subprocess.Popen(
        [sys.executable, "-P", "-m", f"benchmarks.{module}", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=_environment(),
    )


def _environment() -> dict[str, str]:
    settings = Path(tempfile.gettempdir()) / f"squeezeviz-bench-{os.getuid()}"
    environment = os.environ | {
        "XDG_CONFIG_HOME": str(settings),
        "XDG_STATE_HOME": _state_of_this_run().name,
        "QT_LOGGING_RULES": "default.warning=false",
    }
    # Ours and the peers' start as they do for a person, from the second start on. Where this is set, a checkout's
    # modules are compiled anew by every process, while a peer that was installed with pip was compiled then.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment


def until_it_ends(*arguments: str) -> float:
    """Milliseconds from starting `python ARGUMENTS` until it has ended."""
    command = [sys.executable, "-P", *arguments]
    started = time.perf_counter()
    subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=_environment(), check=True)
    return (time.perf_counter() - started) * 1000


@cache
def _state_of_this_run() -> tempfile.TemporaryDirectory[str]:
    """Where the windows keep unsaved work: neither a person's nor that of another run."""
    return tempfile.TemporaryDirectory(prefix="bench-of-squeezeviz-")


def until_it_speaks(module: str, *arguments: str) -> float:
    """Milliseconds from starting a process until its first line."""
    started = time.perf_counter()
    process = spawned(module, *arguments)
    assert process.stdout is not None
    line = process.stdout.readline()
    ended = time.perf_counter()
    process.communicate()
    if not line:
        raise RuntimeError(f"{module} said nothing")
    return (ended - started) * 1000


def only_answer(module: str, *arguments: str) -> float:
    """The number that a fresh process prints before it ends."""
    said, _ = spawned(module, *arguments).communicate()
    return float(said)


def last_answer(module: str, *arguments: str) -> list[Any]:
    """What a fresh process prints as a JSON list before it ends."""
    said, _ = spawned(module, *arguments).communicate()
    answer: list[Any] = json.loads(said)
    return answer


class Rounds:
    """A lasting process that runs one round for every line it is given, and answers with its milliseconds."""

    def __init__(self, module: str, *arguments: str) -> None:
        self._name = module
        self._process = spawned(module, *arguments)

    def run(self) -> float:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._name} ended early")
        return float(line)

    def close(self) -> None:
        self._process.communicate()
