"""A process that works in the window as a person does, and prints the longest time that it did not answer.

A heartbeat asks for a turn of the event loop as often as it can get one; the longest gap between two turns is how
long a key or click would have waited.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from benchmarks.driving import is_measured, open_on, press_enter, type_into, wait
from benchmarks.networks import long_network
from squeezeviz.diagram.model import Direction
from squeezeviz.formats.presets import load_preset
from squeezeviz.gui.main_window import MainWindow


class Heartbeat(QObject):
    """Notes the longest gap between two turns since it was last asked."""

    def __init__(self) -> None:
        super().__init__()
        self._last = time.perf_counter()
        self._longest = 0.0
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._beat)
        self._timer.start(0)

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
        work()
        settle()
        gaps[name] = heart.longest_ms()
    for name, gap in gaps.items():
        print(f"  stall while {name}: {gap:6.1f} ms", file=sys.stderr)
    print(max(gaps.values()), flush=True)
    window.client.close()


def settle() -> None:
    """Let what was begun come to its end."""
    until = time.monotonic() + 1.0
    wait(lambda: time.monotonic() > until)


def work_of_a_session(window: MainWindow) -> dict[str, Callable[[], None]]:
    def edit() -> None:
        for text in ("24", "32", "16"):
            press_enter(type_into(window, "fire3", text))
            wait(lambda: is_measured(window))

    def edit_during_passes() -> None:
        for text in ("24", "32", "48", "16"):
            press_enter(type_into(window, "fire2", text))

    def undo_and_redo() -> None:
        for _ in range(4):
            window.document.stack.undo()
        for _ in range(4):
            window.document.stack.redo()

    def turn() -> None:
        window.control.set_direction(Direction.RIGHT)
        window.control.set_direction(Direction.DOWN)

    return {
        "editing": edit,
        "editing during passes": edit_during_passes,
        "undoing and redoing": undo_and_redo,
        "closing all modules": window.control.close_all,
        "opening all modules": window.control.open_all,
        "turning the diagram": turn,
        "opening another table": lambda: window.document.start(load_preset("complex-bypass")),
        "opening 1,000 Fire modules": lambda: window.document.start(long_network(1000)),
        "editing among 1,000": lambda: press_enter(type_into(window, "fire500", "24")),
    }


if __name__ == "__main__":
    main()
