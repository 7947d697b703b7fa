"""A process with the window open on Table 1 and the meta device, which edits one cell for every line that it is given.

A round lasts from the Enter key until the table, the diagram and a finished pass on the meta device are all painted.
"""

from __future__ import annotations

import sys
import time

from benchmarks.driving import Paints, is_measured, open_on, press_enter, type_into, wait
from squeezeviz.formats.presets import load_preset


def main() -> None:
    window = open_on(load_preset("table1"))
    graph, table = window.parts.graph, window.parts.table
    graph.animated = False  # what slides is painted long before it stands still
    window.live.set_device("meta")
    wait(lambda: is_measured(window))
    drawn, filled = Paints(graph.viewport()), Paints(table.viewport())
    for round_number, _ in enumerate(sys.stdin):
        editor = type_into(window, "fire3", str(16 + 8 * (round_number % 2 == 0)))
        started = time.perf_counter()
        press_enter(editor)
        wait(lambda: is_measured(window))
        painted_anew(drawn, filled)
        print((time.perf_counter() - started) * 1000, flush=True)
    window.client.close()


def painted_anew(*widgets: Paints) -> None:
    """Wait until every one of them has been painted once more."""
    before = [each.count for each in widgets]
    wait(lambda: all(each.count > count for each, count in zip(widgets, before, strict=True)))


if __name__ == "__main__":
    main()
