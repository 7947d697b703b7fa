"""What one benchmark brings back, how ours and a peer's times are taken side by side, and all of it as a table."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Measurement:
    """One line of the table, times in milliseconds.

    Where there is a peer, `goal` is the largest ratio of ours to it; where there is none, the largest time.
    """

    name: str
    ours_ms: float
    goal: float
    peer: str | None = None
    peer_ms: float | None = None
    note: str = ""
    """What of ours took that long, where several things were measured."""

    @property
    def ratio(self) -> float | None:
        return None if self.peer_ms is None else self.ours_ms / self.peer_ms

    @property
    def met(self) -> bool:
        return (self.ours_ms if self.ratio is None else self.ratio) <= self.goal

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "ours_ms": round(self.ours_ms, 4),
            "peer": self.peer,
            "peer_ms": None if self.peer_ms is None else round(self.peer_ms, 4),
            "ratio": None if self.ratio is None else round(self.ratio, 5),
            "note": self.note,
            "goal": self.goal,
            "met": self.met,
        }


def side_by_side(ours: Callable[[], float], peer: Callable[[], float], rounds: int) -> tuple[float, float]:
    """The medians of both after a warm-up round. Each callable returns one time in milliseconds."""
    ours(), peer()
    pairs = [(ours(), peer()) for _ in range(rounds)]
    return median(one for one, _ in pairs), median(other for _, other in pairs)


def milliseconds(work: Callable[[], object]) -> float:
    """How long `work` takes."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


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
    return each.name, _time(each.ours_ms), against, each.peer or each.note, ratio, goal, "met" if each.met else "MISSED"


def _time(milliseconds: float) -> str:
    return f"{milliseconds / 1000:.2f} s" if milliseconds >= 1000 else f"{milliseconds:.3g} ms"
