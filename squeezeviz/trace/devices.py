"""The kinds of devices that torch can run a pass on: which are here, how they are timed, and the memory they have."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import torch

from squeezeviz.model.errors import Place, shown
from squeezeviz.trace.failures import FailureKind, PassError
from squeezeviz.trace.memory import host_free_bytes, total_bytes
from squeezeviz.trace.protocol import Device


@dataclass(frozen=True, slots=True)
class Stopwatch:
    """`mark` notes a moment in the device's work, `elapsed_ms` returns the time between two marks, and `settle`
    waits for all work."""

    mark: Callable[[], Any]
    elapsed_ms: Callable[[Any, Any], float]
    settle: Callable[[], None]


@dataclass(frozen=True, slots=True)
class DeviceKind:
    """What a pass needs from one kind of device. Its entry in `_KINDS` is all that a new kind needs.

    `listed` returns its devices, or a missing one with the reason. `free_bytes` returns how many bytes a pass may still
    take, or None if that is unlimited or unknown. `current` makes a device the current one inside a `with`. `peak`
    starts measuring, beside the given bytes that the pass holds, and returns a function for the peak in bytes; without
    it the tensors' sizes are added up.
    """

    listed: Callable[[], list[Device]]
    stopwatch: Stopwatch
    free_bytes: Callable[[torch.device], int | None]
    current: Callable[[torch.device], AbstractContextManager[object]] = nullcontext
    peak: Callable[[torch.device, int], Callable[[], int]] | None = None


def devices() -> list[Device]:
    """Return cpu, every cuda and xpu device, mps and meta. A missing kind is listed once, with the reason."""
    return [device for kind in _KINDS.values() for device in kind.listed()]


def find_device(identifier: str) -> Device:
    """Return the device with that id (`cuda` means `cuda:0`). Raises PassError, which lists the devices there are."""
    wanted = identifier.strip().lower()
    there = devices()
    for device in there:
        if device.id in (wanted, f"{wanted}:0") and device.available:
            return device
    usable = ", ".join(device.id for device in there if device.available)
    kind = wanted.partition(":")[0]
    reason = next((f": {device.reason}" for device in there if device.id == kind and not device.available), "")
    raise PassError(
        FailureKind.DEVICE,
        f"there is no device {shown(identifier)} here{reason}; there are {usable}",
        Place(column="device"),
    )


def kind_of_device(device: torch.device) -> DeviceKind:
    return _KINDS[device.type]


def _cpu() -> list[Device]:
    threads = torch.get_num_threads()
    return [Device("cpu", f"CPU · {threads} thread{'s' if threads > 1 else ''}", total_bytes())]


def _cuda() -> list[Device]:
    built = torch.version.cuda is not None or torch.version.hip is not None
    return _gpus("cuda", "CUDA", "NVIDIA", built)


def _xpu() -> list[Device]:
    return _gpus("xpu", "Intel XPU", "Intel", getattr(torch.version, "xpu", None) is not None)


def _gpus(kind: str, name: str, maker: str, built: bool) -> list[Device]:
    module = getattr(torch, kind)
    if not built:
        return [_missing(kind, name, f"this build of PyTorch has no {kind.upper()}")]
    count = module.device_count()
    if not count:
        return [_missing(kind, name, f"no {maker} GPU, or no driver for it, was found")]
    try:
        found = [module.get_device_properties(index) for index in range(count)]
    except RuntimeError as error:
        return [_missing(kind, name, f"the driver cannot start it: {str(error).splitlines()[0]}")]
    return [Device(f"{kind}:{index}", each.name, each.total_memory) for index, each in enumerate(found)]


def _mps() -> list[Device]:
    if not torch.backends.mps.is_built():
        return [_missing("mps", "Apple GPU", "this build of PyTorch has no MPS, which needs macOS")]
    if not torch.backends.mps.is_available():
        return [_missing("mps", "Apple GPU", "MPS needs macOS 12.3 or newer and a GPU that supports Metal")]
    return [Device("mps", "Apple GPU", torch.mps.recommended_max_memory())]


def _missing(identifier: str, name: str, reason: str) -> Device:
    return Device(identifier, name, 0, available=False, reason=reason)


def _cuda_free(device: torch.device) -> int:
    unused = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
    return torch.cuda.mem_get_info(device)[0] + unused


def _cuda_peak(device: torch.device, held_bytes: int) -> Callable[[], int]:
    torch.cuda.reset_peak_memory_stats(device)
    others = torch.cuda.memory_allocated(device) - held_bytes
    return lambda: torch.cuda.max_memory_allocated(device) - others


def _cuda_mark() -> torch.cuda.Event:
    event = torch.cuda.Event(enable_timing=True)  # type: ignore[no-untyped-call]
    event.record()
    return event


def _host_ms(start: float, end: float) -> float:
    return (end - start) * 1000


def _settling(settle: Callable[[], None]) -> Stopwatch:
    """Return a stopwatch whose marks wait for the device, for devices without events that all drivers time well."""

    def mark() -> float:
        settle()
        return time.perf_counter()

    return Stopwatch(mark, _host_ms, settle)


_KINDS = {
    "cpu": DeviceKind(_cpu, Stopwatch(time.perf_counter, _host_ms, lambda: None), lambda _: host_free_bytes()),
    "cuda": DeviceKind(
        _cuda,
        Stopwatch(_cuda_mark, lambda start, end: float(start.elapsed_time(end)), torch.cuda.synchronize),
        _cuda_free,
        torch.cuda.device,
        _cuda_peak,
    ),
    "xpu": DeviceKind(
        _xpu,
        _settling(torch.xpu.synchronize),
        lambda device: torch.xpu.get_device_properties(device).total_memory - torch.xpu.memory_allocated(device),
        torch.xpu.device,
    ),
    "mps": DeviceKind(
        _mps,
        _settling(torch.mps.synchronize),
        lambda _: torch.mps.recommended_max_memory() - torch.mps.driver_allocated_memory(),
    ),
    "meta": DeviceKind(
        lambda: [Device("meta", "Meta · shapes only, no arithmetic", 0)],
        Stopwatch(lambda: 0.0, _host_ms, lambda: None),
        lambda _: None,
    ),
}
"""Every kind of device by its type in torch, in the order in which devices are listed. Meta computes nothing, so that
every time on it is 0."""
