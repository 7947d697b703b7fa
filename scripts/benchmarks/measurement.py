"""What one benchmark brings back, and how ours and a peer's times are taken side by side."""

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
