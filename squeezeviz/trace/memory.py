"""The main memory that this process may use: what the system, a container or service, and `ulimit -v` leave it."""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path

if sys.platform != "win32":
    import resource


def host_free_bytes() -> int | None:
    """Return how many bytes of main memory a pass may still take, or None if that is unknown."""
    known = [free for free in (_system_free(), control_group_free(), _process_free()) if free is not None]
    return max(0, min(known)) if known else None


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
