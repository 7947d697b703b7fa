"""What one benchmark brings back, how ours and a peer's times are taken side by side, and all of it as a table."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Measurement:
    """One line of the table, times in milliseconds, memory in MiB.

    Where there is a peer, `goal` is the largest ratio of ours to it; where there is none, the largest number.
    """

    name: str
    ours: float
    goal: float
    peer: str | None = None
    of_peer: float | None = None
    note: str = ""
    """What of ours took that long, where several things were measured."""

    unit: str = "ms"

    @property
    def ratio(self) -> float | None:
        return None if self.of_peer is None else self.ours / self.of_peer

    @property
    def met(self) -> bool:
        return (self.ours if self.ratio is None else self.ratio) <= self.goal

    def to_json(self) -> dict[str, Any]:
        unit = self.unit.lower()
        return {
            "name": self.name,
            f"ours_{unit}": round(self.ours, 4),
            "peer": self.peer,
            f"peer_{unit}": None if self.of_peer is None else round(self.of_peer, 4),
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
    ours, against = ("" if number is None else _shown(number, each.unit) for number in (each.ours, each.of_peer))
    ratio = "" if each.ratio is None else f"{each.ratio:.3g}×"
    goal = f"≤ {each.goal:g} {each.unit}" if each.ratio is None else f"≤ {each.goal:g}×"
    return each.name, ours, against, each.peer or each.note, ratio, goal, "met" if each.met else "MISSED"


def _shown(number: float, unit: str) -> str:
    return f"{number / 1000:.2f} s" if unit == "ms" and number >= 1000 else f"{number:.3g} {unit}"
