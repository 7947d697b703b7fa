"""The kinds of devices that torch can run a pass on: which are here, how they are timed, and the memory they have."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import torch

from squeezeviz.analysis.arithmetic import Arithmetic, Precision
from squeezeviz.model.errors import Place, shown
from squeezeviz.trace.failures import FailureKind, PassError
from squeezeviz.trace.memory import host_free_bytes, total_bytes
from squeezeviz.trace.protocol import Device


@dataclass(frozen=True, slots=True)
class Stopwatch:
    """`mark` notes a moment in the device's work, `elapsed_ms` returns the time between two marks, and `settle`
    waits for all work. `hold` keeps a device with a queue busy for a while, so that what Python enqueues meanwhile runs
    without gaps."""

    mark: Callable[[], Any]
    elapsed_ms: Callable[[Any, Any], float]
    settle: Callable[[], None]
    hold: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True)
class DeviceKind:
    """What a pass needs from one kind of device. Its entry in `_KINDS` is all that a new kind needs.

    `listed` returns its devices, or a missing one with the reason. `free_bytes` returns how many bytes a pass may still
    take, or None if that is unlimited or unknown. `current` makes a device the current one inside a `with`. `peak`
    starts measuring, beside the given bytes that the pass holds, and returns a function for the peak in bytes; without
    it the tensors' sizes are added up.

    `is_gpu` tells that work runs beside Python: hooks then cost time that a person's own pass does not take, and
    libraries and clocks need a whole pass to be ready. `cannot` returns why the device cannot compute in a precision,
    or an empty text. `tf32` allows or forbids it inside a `with`. `beside` names what the device takes beyond a
    prediction of memory.
    """

    listed: Callable[[], list[Device]]
    stopwatch: Stopwatch
    free_bytes: Callable[[torch.device], int | None]
    current: Callable[[torch.device], AbstractContextManager[object]] = nullcontext
    peak: Callable[[torch.device, int], Callable[[], int]] | None = None
    is_gpu: bool = False
    cannot: Callable[[torch.device, Precision], str] = lambda _, precision: _NO_TF32 if precision == "tf32" else ""
    tf32: Callable[[bool], AbstractContextManager[object]] = lambda _: nullcontext()
    beside: str = ""


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


def check_arithmetic(device: torch.device, arithmetic: Arithmetic) -> None:
    """Raise PassError if the device cannot compute in that precision."""
    reason = kind_of_device(device).cannot(device, arithmetic.precision)
    if reason:
        raise PassError(
            FailureKind.REFUSED,
            f"{device} cannot compute in {arithmetic.precision}: {reason}",
            Place(column="precision"),
        )


@contextmanager
def computing(device: torch.device, precision: Precision) -> Iterator[None]:
    """Compute in that precision inside the `with`, whatever torch would choose by itself.

    Autocast keeps its copies of the weights until the end of the `with`.
    """
    to = {Precision.BFLOAT16: torch.bfloat16, Precision.FLOAT16: torch.float16}.get(precision)
    autocast = torch.autocast(device.type, dtype=to) if to is not None else nullcontext()
    with kind_of_device(device).tf32(precision is Precision.TF32), autocast:
        yield


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


def _cuda_hold() -> None:
    torch.cuda._sleep(_HOLD_CYCLES)  # type: ignore[no-untyped-call]  # the one work that takes time and no memory


_HOLD_CYCLES = 40_000_000
"""About 20 ms, in which Python enqueues many more operations than are timed at once."""


def _cuda_cannot(_: torch.device, precision: Precision) -> str:
    """Return why the current device cannot compute in that precision, or an empty text."""
    native = torch.cuda.is_bf16_supported(including_emulation=False)
    if precision is Precision.TF32 and (not native or torch.version.hip is not None):
        return "TF32 needs an NVIDIA GPU of compute capability 8.0 (Ampere) or newer"
    if precision is Precision.BFLOAT16 and not native:
        return "bfloat16 needs an NVIDIA GPU of compute capability 8.0 (Ampere) or newer"
    return ""


@contextmanager
def _cuda_tf32(allowed: bool) -> Iterator[None]:
    """Allow or forbid TF32 inside the `with`. Torch allows it in convolutions unless it is told otherwise."""
    cudnn, matmul = torch.backends.cudnn, torch.backends.cuda.matmul
    conv = getattr(cudnn, "conv", cudnn)
    newer = conv is not cudnn  # since 2.9, which warns of the older names
    name = "fp32_precision" if newer else "allow_tf32"
    places = (conv, matmul)
    before = [getattr(place, name) for place in places]
    try:
        for place in places:
            setattr(place, name, ("tf32" if allowed else "ieee") if newer else allowed)
        yield
    finally:
        for place, value in zip(places, before, strict=True):
            setattr(place, name, value)


_NO_TF32 = "TF32 is a format of NVIDIA GPUs"


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
        Stopwatch(_cuda_mark, lambda start, end: float(start.elapsed_time(end)), torch.cuda.synchronize, _cuda_hold),
        _cuda_free,
        torch.cuda.device,
        _cuda_peak,
        is_gpu=True,
        cannot=_cuda_cannot,
        tf32=_cuda_tf32,
        beside=", and beside that what cuDNN takes to work in, which is unknown before it runs",
    ),
    "xpu": DeviceKind(
        _xpu,
        _settling(torch.xpu.synchronize),
        lambda device: torch.xpu.get_device_properties(device).total_memory - torch.xpu.memory_allocated(device),
        torch.xpu.device,
        is_gpu=True,
        beside=", and beside that what oneDNN takes to work in, which is unknown before it runs",
    ),
    "mps": DeviceKind(
        _mps,
        _settling(torch.mps.synchronize),
        lambda _: torch.mps.recommended_max_memory() - torch.mps.driver_allocated_memory(),
        is_gpu=True,
    ),
    "meta": DeviceKind(
        lambda: [Device("meta", "Meta · shapes only, no arithmetic", 0)],
        Stopwatch(lambda: 0.0, _host_ms, lambda: None),
        lambda _: None,
    ),
}
"""Every kind of device by its type in torch, in the order in which devices are listed. Meta computes nothing, so that
every time on it is 0."""
