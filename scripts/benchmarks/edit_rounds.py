"""A process with the window open on Table 1 and the meta device, which edits one cell for every line that it is given.

A round lasts from the Enter key until the table, the diagram and a finished pass on the meta device are all painted.
"""

from __future__ import annotations

import sys
import time

from benchmarks.driving import Paints, choose_device, close, is_measured, open_on, press_enter, type_into, wait
from squeezeviz.files.presets import load_preset
from squeezeviz.gui.live.answer import LiveAnswer
from squeezeviz.gui.main_window import MainWindow


class Shown:
    """Whether a fresh answer is on the screen: the table and the graph were painted after it came."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._paints = Paints(window.parts.graph.viewport()), Paints(window.parts.table.viewport())
        self._before: list[int] = []
        window.session.live.answer_changed.connect(self._answered)

    def __call__(self) -> bool:
        painted = all(each.count > count for each, count in zip(self._paints, self._before, strict=False))
        return is_measured(self._window) and painted

    def _answered(self, answer: LiveAnswer | None) -> None:
        if answer is not None and answer.fresh:
            self._before = [each.count for each in self._paints]


def main() -> None:
    window = open_on(load_preset("table1"))
    window.parts.graph.animated = False  # what slides is painted long before it stands still
    shown = Shown(window)
    choose_device(window, "meta")
    wait(shown)
    for round_number, _ in enumerate(sys.stdin):
        type_into(window, "fire3", str(17 + round_number))  # a number that nothing has seen before
        started = time.perf_counter()
        press_enter(window)
        wait(shown)
        print((time.perf_counter() - started) * 1000, flush=True)
    close(window)


if __name__ == "__main__":
    main()
