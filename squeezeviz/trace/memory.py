"""How much memory a device has free, and whether a pass fits into it. This is checked before anything is allocated."""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path

import torch

from squeezeviz.analysis.accounting import BYTES_PER_VALUE
from squeezeviz.analysis.memory import pass_bytes
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.model.errors import Place, brief, shown
from squeezeviz.model.layers import LARGEST
from squeezeviz.model.problems import LARGEST_COUNT
from squeezeviz.model.wording import readable_bytes
from squeezeviz.trace.failures import FailureKind, PassError
from squeezeviz.trace.module import GivenWeights, SqueezeNet, reusable_bytes

if sys.platform != "win32":
    import resource


def check_batch(batch: int) -> None:
    """Raise PassError unless `batch` is a whole number from 1 to 10^12."""
    if not isinstance(batch, int) or isinstance(batch, bool) or not 1 <= batch <= LARGEST:
        raise PassError(
            FailureKind.REFUSED,
            f"batch must be a whole number from 1 to 10^12, not {shown(batch)}",
            Place(column="batch"),
        )


def check_countable(network: ResolvedNetwork, batch: int) -> None:
    """Raise PassError if a tensor of the pass has more bytes than a 64-bit count holds, on any device."""
    if pass_bytes(network, batch) <= LARGEST_COUNT:
        return
    image = network.table.input
    _check_tensor("the input", "input", batch * image.channels * image.height * image.width)
    for layer, step in network.operations():
        _check_tensor(f"the weights of {brief(step.name)}", layer.name, step.parameters.value)
        shape = step.shape
        _check_tensor(
            f"the output of {brief(step.name)}", layer.name, batch * shape.channels * shape.height * shape.width
        )


def check_fits(
    network: ResolvedNetwork,
    batch: int,
    device: torch.device,
    previous: SqueezeNet | None,
    weights: GivenWeights | None = None,
) -> None:
    """Raise PassError if the pass needs more memory than the device has free. Rows reused from `previous` need none."""
    needed, free = pass_bytes(network, batch), free_bytes(device)
    if free is None or needed <= free:
        return
    needed -= reusable_bytes(previous, network, device, weights)
    if needed <= free:
        return
    heaviest = max(network.layers, key=lambda layer: layer.parameters.value + batch * layer.activations.value)
    smaller = "take a smaller batch or input" if batch > 1 else "take smaller layers or a smaller input"
    raise PassError(
        FailureKind.MEMORY,
        f"this pass would take {readable_bytes(needed)}, and {device} has {readable_bytes(free)} free; {smaller}, or "
        "the meta device, which works out shapes without computing",
        Place(row=heaviest.name),
    )


def free_bytes(device: torch.device) -> int | None:
    """Return how many bytes a pass may still take on the device, or None if that is unlimited (meta) or unknown."""
    match device.type:
        case "cpu":
            known = [free for free in (_system_free(), control_group_free(), _process_free()) if free is not None]
            return max(0, min(known)) if known else None
        case "cuda":
            unused = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
            return torch.cuda.mem_get_info(device)[0] + unused
        case "xpu":
            return torch.xpu.get_device_properties(device).total_memory - torch.xpu.memory_allocated(device)
        case "mps":
            return torch.mps.recommended_max_memory() - torch.mps.driver_allocated_memory()
        case _:
            return None


@cache
def total_bytes() -> int:
    """Return the main memory that this process may use in all, in bytes, or 0 if the system does not say."""
    sizes = [size for size in (_physical_bytes(), control_group_limit()) if size]
    return min(sizes, default=0)


def control_group_limit(root: Path = Path("/")) -> int | None:
    """Return the memory limit that a container or service sets, in bytes, or None if there is none."""
    return min((limit for limit, _ in _control_groups(root)), default=None)


def control_group_free(root: Path = Path("/")) -> int | None:
    """Return the bytes left under the limit of a container or service, or None if there is none.

    Cached file pages count as free.
    """
    return min((limit - used for limit, used in _control_groups(root)), default=None)


def _check_tensor(what: str, row: str, values: int) -> None:
    if values * BYTES_PER_VALUE > LARGEST_COUNT:
        raise PassError(
            FailureKind.REFUSED,
            f"{what} would hold {values:.1e} values, which at 4 bytes each exceed a 64-bit count of bytes; "
            "take smaller numbers or a smaller batch",
            Place(row=row),
        )


def _control_groups(root: Path) -> list[tuple[int, int]]:
    """Return (limit, bytes used) for this process's control group and each one above it, versions 2 and 1."""
    found = []
    for line in _read(root / "proc/self/cgroup").splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers == "":
            base, names = root / "sys/fs/cgroup", ("memory.max", "memory.current", "inactive_file")
        elif "memory" in controllers.split(","):
            base = root / "sys/fs/cgroup/memory"
            names = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
        else:
            continue
        group = base / path.strip("/")
        while True:
            found += _control_group(group, *names)
            if group == base:
                break
            group = group.parent
    return found


def _control_group(group: Path, limit_file: str, used_file: str, cached_key: str) -> list[tuple[int, int]]:
    limit, used = _read(group / limit_file).strip(), _read(group / used_file).strip()
    if not limit.isdecimal() or not used.isdecimal() or int(limit) >= 2**60:
        return []
    return [(int(limit), int(used) - _field(_read(group / "memory.stat"), cached_key, 0))]


def _system_free() -> int | None:
    """Return MemAvailable on Linux. Other systems give no such number, so return all physical memory there."""
    kibibytes = _field(_read(Path("/proc/meminfo")), "MemAvailable:", 0)
    return kibibytes * 1024 if kibibytes else _physical_bytes()


def _physical_bytes() -> int | None:
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None


def _process_free() -> int | None:
    """Return the bytes that `ulimit -v` leaves this process."""
    if sys.platform == "win32":
        return None
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    pages = _read(Path("/proc/self/statm")).split()
    if limit == resource.RLIM_INFINITY or not pages:
        return None
    return limit - int(pages[0]) * resource.getpagesize()


def _field(text: str, key: str, default: int) -> int:
    """Return the number after `key` at the start of a line, as in /proc/meminfo and memory.stat."""
    for line in text.splitlines():
        words = line.split()
        if len(words) > 1 and words[0] == key and words[1].isdecimal():
            return int(words[1])
    return default


def _read(path: Path) -> str:
    """Return the file's text, or an empty text if it cannot be read."""
    try:
        return path.read_text()
    except OSError:
        return ""
