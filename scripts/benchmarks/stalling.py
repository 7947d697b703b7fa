"""A process that works in the window as a person does, and prints the longest time that it did not answer.

A heartbeat asks for a turn of the event loop every other millisecond; the longest gap between two turns is how long
a key or click would have waited.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from benchmarks.driving import close, is_measured, open_on, press_enter, type_into, wait
from benchmarks.networks import long_network
from squeezeviz.figure.scene.diagram import Direction
from squeezeviz.files.presets import load_preset
from squeezeviz.files.registry import write_file
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.model.table import LayerTable

SETTLING_S = 0.5
BEAT_MS = 2


class Heartbeat(QObject):
    """Notes the longest gap between two turns since it was last asked."""

    def __init__(self) -> None:
        super().__init__()
        self._last = time.perf_counter()
        self._longest = 0.0
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._beat)
        self._timer.start(BEAT_MS)

    def longest_ms(self) -> float:
        self._beat()
        longest, self._longest = self._longest, 0.0
        return longest * 1000

    def _beat(self) -> None:
        now = time.perf_counter()
        self._longest = max(self._longest, now - self._last)
        self._last = now


def main() -> None:
    window = open_on(load_preset("table1"))
    wait(lambda: is_measured(window))
    heart = Heartbeat()
    gaps = {}
    for name, work in work_of_a_session(window).items():
        heart.longest_ms()
        for step in work:
            step()
            settle()
        gaps[name] = heart.longest_ms()
    for name, gap in gaps.items():
        print(f"  stall while {name}: {gap:6.1f} ms", file=sys.stderr)
    print(max(gaps.values()), flush=True)
    close(window)


def _written(table: LayerTable) -> str:
    """The table as a file, to be opened as a person opens one."""
    path = Path(tempfile.mkdtemp()) / "long.toml"
    write_file(path, table)
    return str(path)


def settle() -> None:
    """Let what was begun come to its end."""
    until = time.monotonic() + SETTLING_S
    wait(lambda: time.monotonic() > until)


def work_of_a_session(window: MainWindow) -> dict[str, Iterable[Callable[[], None]]]:
    """What is done, by what it is called: keys and clicks, after each of which the window has its turn."""
    stack, control, document = window.document.stack, window.parts.control, window.document

    def edit(layer: str, text: str) -> None:
        type_into(window, layer, text)
        press_enter(window)

    def edit_and_wait(text: str) -> None:
        edit("fire3", text)
        wait(lambda: is_measured(window))

    def open_file(name: str) -> None:
        stack.setClean()
        revision = document.revision
        window.parts.files.open(name)
        wait(lambda: document.revision != revision)

    return {
        "editing": [partial(edit_and_wait, text) for text in ("24", "32", "16")],
        "editing during passes": [partial(edit, "fire2", text) for text in ("24", "32", "48", "16")],
        "undoing and redoing": [stack.undo] * 4 + [stack.redo] * 4,
        "closing all modules": [control.close_all],
        "opening all modules": [control.open_all],
        "turning the diagram": [partial(control.set_direction, way) for way in (Direction.RIGHT, Direction.DOWN)],
        "opening another table": [partial(open_file, "complex-bypass")],
        "opening 1,000 Fire modules": [partial(open_file, _written(long_network(1000)))],
        "editing among 1,000": [partial(edit, "fire500", "24")],
    }


if __name__ == "__main__":
    main()
