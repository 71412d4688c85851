"""How much data may be held at once."""

from __future__ import annotations

import os
from pathlib import Path

from hornbeam import engine

# Data up to this size goes to the device once, however much is free.
DEVICE_BYTES = 4 * 2**30
# A part of larger data, of which some five are held: on the device, under way to it, and being read.
WINDOW_BYTES = 2**26
_SHARE = 4  # of what is free, a fourth


def budget() -> int:
    """Bytes of data that may be held in memory and on the device at once."""
    stats = engine.memory_stats()
    limits = [DEVICE_BYTES, *(free // _SHARE for free in (free_memory(), _free_on_device(stats)) if free is not None)]
    return min(limits)


def fits(size: int) -> bool:
    """Whether data of `size` bytes is within the budget; without asking the system about what is small."""
    return size <= min(WINDOW_BYTES, DEVICE_BYTES) or size <= budget()


def window_bytes() -> int:
    """Bytes of one window of data that exceeds the budget."""
    return min(WINDOW_BYTES, budget() // 8)


def _free_on_device(stats: dict[str, int]) -> int | None:
    if "bytes_limit" not in stats:
        return None
    return max(stats["bytes_limit"] - stats.get("bytes_in_use", 0), 0)


def free_memory() -> int | None:
    """Bytes of the host's memory that are free, within the limits of a container; `None` if that is not known."""
    found = [free for free in (_free_of_system(), _free_of_container()) if free is not None]
    return min(found, default=None)


def _free_of_system() -> int | None:
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    try:  # macOS says how much there is, not how much is free
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    except (AttributeError, ValueError, OSError):
        return None


def _free_of_container() -> int | None:
    """What a control group leaves: its limit without what cannot be dropped from memory."""
    for limit, used, stat in (
        ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current", "/sys/fs/cgroup/memory.stat"),
        (
            "/sys/fs/cgroup/memory/memory.limit_in_bytes",
            "/sys/fs/cgroup/memory/memory.usage_in_bytes",
            "/sys/fs/cgroup/memory/memory.stat",
        ),
    ):
        try:
            most, now = Path(limit).read_text().strip(), int(Path(used).read_text())
            cached = dict(line.split() for line in Path(stat).read_text().splitlines())
        except (OSError, ValueError):
            continue
        if most.isdigit():
            droppable = int(cached.get("inactive_file", 0)) + int(cached.get("active_file", 0))
            return max(int(most) - now + droppable, 0)
    return None
