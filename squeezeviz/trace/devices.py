"""The devices on which torch can run a pass here, and why the others are missing."""

from __future__ import annotations

import torch

from squeezeviz.model.errors import Place, shown
from squeezeviz.trace.failures import FailureKind, PassError
from squeezeviz.trace.memory import total_bytes
from squeezeviz.trace.protocol import Device


def devices() -> list[Device]:
    """Return cpu, every cuda and xpu device, mps and meta. A missing kind is listed once, with the reason."""
    threads = torch.get_num_threads()
    cpu = Device("cpu", f"CPU · {threads} thread{'s' if threads > 1 else ''}", total_bytes())
    return [cpu, *_cuda(), *_xpu(), _mps(), Device("meta", "Meta · shapes only, no arithmetic", 0)]


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


def _cuda() -> list[Device]:
    if torch.version.cuda is None and torch.version.hip is None:
        return [_missing("cuda", "CUDA", "this build of PyTorch has no CUDA")]
    count = torch.cuda.device_count()
    if not count:
        return [_missing("cuda", "CUDA", "no NVIDIA GPU, or no driver for it, was found")]
    try:
        found = [torch.cuda.get_device_properties(index) for index in range(count)]
    except RuntimeError as error:
        return [_missing("cuda", "CUDA", f"the driver cannot start it: {str(error).splitlines()[0]}")]
    return [Device(f"cuda:{index}", each.name, each.total_memory) for index, each in enumerate(found)]


def _xpu() -> list[Device]:
    if getattr(torch.version, "xpu", None) is None:
        return [_missing("xpu", "Intel XPU", "this build of PyTorch has no XPU")]
    count = torch.xpu.device_count()
    if not count:
        return [_missing("xpu", "Intel XPU", "no Intel GPU, or no driver for it, was found")]
    found = [torch.xpu.get_device_properties(index) for index in range(count)]
    return [Device(f"xpu:{index}", each.name, each.total_memory) for index, each in enumerate(found)]


def _mps() -> Device:
    if not torch.backends.mps.is_built():
        return _missing("mps", "Apple GPU", "this build of PyTorch has no MPS, which needs macOS")
    if not torch.backends.mps.is_available():
        return _missing("mps", "Apple GPU", "MPS needs macOS 12.3 or newer and a GPU that supports Metal")
    return Device("mps", "Apple GPU", torch.mps.recommended_max_memory())


def _missing(identifier: str, name: str, reason: str) -> Device:
    return Device(identifier, name, 0, available=False, reason=reason)
