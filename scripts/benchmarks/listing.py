"""Measurements as a table for people."""

from __future__ import annotations

from benchmarks.measurement import Measurement

_HEAD = ("", "ours", "peer", "", "ratio", "goal", "")


def listing(measurements: list[Measurement]) -> str:
    rows = [_HEAD, *(_row(each) for each in measurements)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if place in (1, 2, 4, 5) else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def _row(each: Measurement) -> tuple[str, ...]:
    against = "" if each.peer_ms is None else _time(each.peer_ms)
    ratio = "" if each.ratio is None else f"{each.ratio:.3g}×"
    goal = f"≤ {each.goal:g} ms" if each.ratio is None else f"≤ {each.goal:g}×"
    return each.name, _time(each.ours_ms), against, each.peer or "", ratio, goal, "met" if each.met else "MISSED"


def _time(milliseconds: float) -> str:
    return f"{milliseconds / 1000:.2f} s" if milliseconds >= 1000 else f"{milliseconds:.3g} ms"
