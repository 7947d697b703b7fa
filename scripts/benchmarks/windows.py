"""`start`, `edit`, `pan-8000` and `stall`: what a person waits for in the window."""

from __future__ import annotations

from statistics import median

from benchmarks.measurement import Measurement, side_by_side
from benchmarks.processes import Rounds, last_answer, only_answer, until_it_speaks

FRAME_AT_60_HZ_MS = 1000 / 60


def measure_start() -> Measurement:
    ours, peer = side_by_side(
        lambda: until_it_speaks("first_paint", "ours"), lambda: until_it_speaks("first_paint", "bare"), rounds=9
    )
    return Measurement("start", ours, 2.4, "a bare PySide6 window with an empty table", peer)


def measure_edit() -> Measurement:
    here, there = Rounds("edit_rounds"), Rounds("torchview_rounds")
    ours, peer = side_by_side(here.run, there.run, rounds=15)
    here.close()
    there.close()
    return Measurement("edit", ours, 0.30, "torchview.draw_graph on meta + dot -Tsvg", peer)


def measure_drag() -> list[Measurement]:
    """One drag of a slider on the default network: table, ruler and totals, and the diagram."""
    numbers, diagrams = map(float, last_answer("dragging"))
    return [
        Measurement("drag", numbers, FRAME_AT_60_HZ_MS),
        Measurement("drag-diagram", diagrams, 2 * FRAME_AT_60_HZ_MS),
    ]


def measure_pan() -> Measurement:
    slowest = median(only_answer("panning") for _ in range(3))
    return Measurement("pan-8000", slowest, 1.0, "a frame at 60 Hz", FRAME_AT_60_HZ_MS)


def measure_stall(modules: int = 0) -> Measurement:
    """The longest turn of the event loop, among so many Fire modules, or from the paper's table on."""
    arguments = (str(modules),) if modules else ()
    longest, gesture = max(last_answer("stalling", *arguments) for _ in range(2))
    name, goal = (f"stall-{modules}", 50.0 if modules == 100 else 100.0) if modules else ("stall", 100.0)
    return Measurement(name, float(longest), goal, note=f"while {gesture}")
