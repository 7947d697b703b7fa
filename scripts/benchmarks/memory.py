"""`memory-window`, `memory-worker` and `memory-edits`: what Linux counts as a process's own memory (USS), in MiB.

The process opens the window on Table 1 and prints, as JSON, what it holds once a pass was measured, what its worker
holds then, and how much more the window holds after 500 edits by the keyboard, each measured.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent

from benchmarks.driving import choose_device, close, is_measured, open_on, press_enter, type_into, wait
from benchmarks.measurement import Measurement
from benchmarks.processes import last_answer
from squeezeviz.files.presets import load_preset

EDITS = 500
TORCH = "import sys, torch; print(flush=True); sys.stdin.read()"


def measure() -> list[Measurement]:
    window, worker, edits = map(float, last_answer("memory"))
    bare = _of_torch_alone()
    return [
        Measurement("memory-window", window, 110.0, unit="MiB"),
        Measurement("memory-worker", worker - bare, 60.0, note=f"beyond import torch, {bare:.0f} MiB", unit="MiB"),
        Measurement("memory-edits", edits, 5.0, note=f"{EDITS} edits", unit="MiB"),
    ]


def _of_torch_alone() -> float:
    with subprocess.Popen([sys.executable, "-P", "-c", TORCH], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as torch:
        assert torch.stdout is not None
        torch.stdout.readline()
        return unshared(str(torch.pid))


def unshared(process: str) -> float:
    """The MiB of a process that no other process shares."""
    rollup = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()
    return sum(int(line.split()[1]) for line in rollup if line.startswith("Private_")) / 1024


def main() -> None:
    window = open_on(load_preset("table1"))
    wait(lambda: is_measured(window))
    held = [unshared("self"), unshared(str(window.session.client.process_id))]
    choose_device(window, "meta")
    wait(lambda: is_measured(window))
    before = unshared("self")
    for edit in range(EDITS):
        type_into(window, "fire3", str(17 + edit))  # a number that nothing has seen before
        press_enter(window)
        wait(lambda: is_measured(window))
        # What the program's own event loop does, in which a person's editors go; here none runs.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    print(json.dumps([*held, unshared("self") - before]), flush=True)
    close(window)


if __name__ == "__main__":
    main()
