"""Plays the events of a seed in a process of its own, and where they break the window, looks for the fewest that do."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from dataclasses import dataclass
from pathlib import Path

MOST_TRIES = 18
"""Runs that look for the fewest events."""
LIVE_S = 10
"""That much longer than the events need, which is at most a second each on a busy machine, a run may take."""
LAST_LINES = 30


@dataclass(frozen=True)
class Ending:
    """How a run ended: at which event, and what went wrong, empty for nothing."""

    event: int
    wrong: str
    log: str

    @property
    def kind(self) -> str:
        """What makes two endings the same: the error's last line, without the numbers in it."""
        lines = [line for line in self.wrong.strip().splitlines() if line.strip()]
        return re.sub(r"\d+|0x[0-9a-f]+", "", lines[-1]) if lines else ""


def main() -> int:
    parser = ArgumentParser("scripts/monkey.py")
    parser.add_argument("--seed", type=int, default=random.randrange(1, 2**31))
    parser.add_argument("--events", type=int, default=2000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--worker", action="store_true")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    ending = played(options, options.first, options.events)
    if not ending.wrong:
        print(f"{ending.event + 1 - options.first:,} events, and the window is well")
        return 0
    print(f"event {ending.event} broke the window:\n\n{ending.wrong}\n", flush=True)
    first, shortest = fewest(options, ending)
    print(f"the last events of the {'shortest' if shortest is not ending else 'whole'} run:\n{shortest.log}")
    worker = " --worker" if options.worker else ""
    print(f"again: python3 scripts/monkey.py --seed {options.seed} --events {ending.event + 1} --first {first}{worker}")
    return 1


def fewest(options: Namespace, ending: Ending) -> tuple[int, Ending]:
    """From which event on a run ends in the same way: one that is found in a bounded number of tries."""
    end, tries = ending.event + 1, 0
    best, length = (options.first, ending), 1
    fails = 0
    while length < end - options.first and tries < MOST_TRIES:
        tries += 1
        tried = played(options, end - length, end)
        if tried.kind == ending.kind:
            best = end - length, tried
            break
        fails, length = length, length * 2
    low, high = fails, end - best[0]
    while high - low > 1 and tries < MOST_TRIES:
        tries += 1
        middle = (low + high) // 2
        tried = played(options, end - middle, end)
        if tried.kind == ending.kind:
            high, best = middle, (end - middle, tried)
        else:
            low = middle
    return best


def played(options: Namespace, first: int, last: int) -> Ending:
    folder = Path(tempfile.mkdtemp(prefix="squeezeviz-monkey-"))
    try:
        return _played(folder, options, first, last)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _played(folder: Path, options: Namespace, first: int, last: int) -> Ending:
    home = {name: str(folder / "home") for name in ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")}
    home |= {"XDG_DATA_HOME": str(folder / "home"), "TMPDIR": str(folder / "tmp"), "PYTHONDONTWRITEBYTECODE": "1"}
    for name in ("home", "tmp"):
        (folder / name).mkdir()
    command = [sys.executable, "-P", "-m", "monkeys.play", str(folder), str(options.seed), str(first), str(last)]
    command += ["worker"] if options.worker else []
    environment = os.environ | home | {"QT_QPA_PLATFORM": "offscreen", "PYTHONHASHSEED": "0"}
    try:
        ended = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=LIVE_S + 120 + (last - first)
        )
        status, out, err = ended.returncode, ended.stdout, ended.stderr
    except subprocess.TimeoutExpired as late:
        status, out, err = None, "", str(late)
    log = (folder / "log").read_text(encoding="utf-8").splitlines() if (folder / "log").exists() else []
    answer = json.loads(out.splitlines()[-1]) if out.startswith("{") or "\n{" in out else None
    tail = "\n".join(log[-LAST_LINES:])
    if answer is not None:
        return Ending(answer["event"], "\n\n".join(reversed(answer["wrong"])), tail)
    at = next((int(line.partition(":")[0]) for line in reversed(log) if re.match(r"\d+: ", line)), first)
    return Ending(at, f"{err[-4000:]}\nthe process ended with {status}", tail)


if __name__ == "__main__":
    sys.exit(main())
