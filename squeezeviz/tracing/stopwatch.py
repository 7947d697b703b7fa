"""Time on a device: the host's clock where work is done when a call returns, the device's own where it is not."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch


@dataclass(frozen=True, slots=True)
class Stopwatch:
    """`mark` notes a moment in the device's work, `elapsed_ms` tells the time between two, `settle` waits for all."""

    mark: Callable[[], Any]
    elapsed_ms: Callable[[Any, Any], float]
    settle: Callable[[], None]


def stopwatch(device: torch.device) -> Stopwatch:
    """The way to measure on that device. On meta nothing is computed, and every time is 0."""
    match device.type:
        case "cpu":
            return Stopwatch(time.perf_counter, _host_ms, _nothing)
        case "cuda":
            return Stopwatch(_cuda_mark, _cuda_ms, torch.cuda.synchronize)
        case "xpu":
            return _settling(torch.xpu.synchronize)
        case "mps":
            return _settling(torch.mps.synchronize)
        case _:
            return Stopwatch(_no_time, _host_ms, _nothing)


def _settling(settle: Callable[[], None]) -> Stopwatch:
    """Every mark waits for the device, as neither of these has events that all of its drivers time well."""

    def mark() -> float:
        settle()
        return time.perf_counter()

    return Stopwatch(mark, _host_ms, settle)


def _host_ms(start: float, end: float) -> float:
    return (end - start) * 1000


def _cuda_mark() -> torch.cuda.Event:
    event = torch.cuda.Event(enable_timing=True)  # type: ignore[no-untyped-call]
    event.record()
    return event


def _cuda_ms(start: torch.cuda.Event, end: torch.cuda.Event) -> float:
    return float(start.elapsed_time(end))


def _no_time() -> float:
    return 0.0


def _nothing() -> None:
    return
