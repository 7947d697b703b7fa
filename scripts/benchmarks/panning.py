"""A process that pans 8,000 operations with the middle button at every zoom, and prints the slowest zoom's frame.

A frame lasts from the mouse's move until the graph has been painted; a zoom's frame is the median of its frames.
"""

from __future__ import annotations

import sys
import time
from statistics import median

from PySide6.QtCore import QPoint

from benchmarks.driving import Paints, close, drag_with_middle_button, open_on, wait
from benchmarks.networks import long_network
from squeezeviz.analysis.resolve import resolve
from squeezeviz.gui.canvas.camera import LARGEST_ZOOM
from squeezeviz.gui.canvas.view import GraphView

OPERATIONS = 8000
FRAMES = 40


def main() -> None:
    window = open_on(long_network(OPERATIONS // 7 + 1))
    assert sum(1 for _ in resolve(window.document.table).operations()) >= OPERATIONS
    window.session.live.set_live(False)
    window.session.live.cancel()
    window.parts.control.open_all()
    wait(lambda: not window.session.background.running)
    graph = window.parts.graph
    graph.zoom_to_fit()
    frames = {}
    while graph.zoom < LARGEST_ZOOM:
        frames[graph.zoom] = frame_ms(graph)
        graph.zoom_in()
    frames[graph.zoom] = frame_ms(graph)
    for zoom, milliseconds in frames.items():
        print(f"  pan-8000 at {zoom:8.2%}: {milliseconds:6.2f} ms a frame", file=sys.stderr)
    print(max(frames.values()), flush=True)
    close(window)


def frame_ms(graph: GraphView) -> float:
    """The median time of a frame at the present zoom."""
    paints = Paints(graph.viewport())
    took: list[float] = []
    last = time.perf_counter()

    def after_each() -> None:
        nonlocal last
        seen = paints.count
        wait(lambda: paints.count > seen)
        now = time.perf_counter()
        took.append((now - last) * 1000)
        last = time.perf_counter()

    across = graph.direction.value == "right"
    drag_with_middle_button(graph.viewport(), QPoint(-7, 0) if across else QPoint(0, -7), FRAMES, after_each)
    graph.viewport().removeEventFilter(paints)
    return median(took)


if __name__ == "__main__":
    main()
