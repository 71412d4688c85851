"""What can this machine do at best? Arithmetic in matrix products, and bytes read and written in memory.

    python benchmarks/suite/machine_peak.py

The best of several libraries, sizes and rounds: a peak is a maximum. `docs/performance.md` sets programs against it.
"""

from __future__ import annotations

import json
import os
import platform
import sys
import time
from importlib import metadata, util
from pathlib import Path

import numpy as np

LARGE = 64 * 2**20  # numbers: 256 MB, beyond every cache


def rate(run, amount: float, seconds: float) -> float:
    """The best `amount` per second of `run` within some seconds."""
    run()
    best, end = 0.0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        run()
        best = max(best, amount / (time.perf_counter() - start))
    return best


def matmul_rates(n: int, seconds: float) -> dict[str, float]:
    a = np.random.default_rng(0).normal(size=(n, n)).astype("float32")
    rates = {"numpy": rate(lambda: a @ a, 2 * n**3, seconds)}
    if util.find_spec("torch"):
        import torch

        t = torch.from_numpy(a)
        rates["torch"] = rate(lambda: t @ t, 2 * n**3, seconds)
    if util.find_spec("jax"):
        import jax

        j, product = jax.device_put(a), jax.jit(lambda x: x @ x)
        rates["jax"] = rate(lambda: product(j).block_until_ready(), 2 * n**3, seconds)
    return rates


def copy_rate(numbers: int, seconds: float) -> float:
    """Bytes read and written by a copy on all cores."""
    if util.find_spec("torch"):
        import torch

        source, target = torch.ones(numbers), torch.empty(numbers)
        return rate(lambda: target.copy_(source), 8 * numbers, seconds)
    source, target = np.ones(numbers, "float32"), np.empty(numbers, "float32")
    return rate(lambda: np.copyto(target, source), 8 * numbers, seconds)


def peak(tiny: bool = False) -> dict[str, float]:
    sizes, seconds, numbers = ((64,), 0.001, 1000) if tiny else ((1024, 2048), 0.5, LARGE)
    products = [best for n in sizes for best in matmul_rates(n, seconds).values()]
    return {"operations": max(products), "bytes": copy_rate(numbers, seconds)}


def describe() -> dict[str, object]:
    """Processor, cores, memory and versions, as far as the system tells."""
    processor, flags = platform.processor() or platform.machine(), ""
    if Path("/proc/cpuinfo").exists():
        lines = dict(line.split(":", 1) for line in Path("/proc/cpuinfo").read_text().splitlines() if ":" in line)
        info = {key.strip(): value.strip() for key, value in lines.items()}
        processor, flags = info.get("model name", processor), info.get("flags", "")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 0
    installed = [name for name in ("numpy", "jax", "torch", "keras") if util.find_spec(name)]
    return {
        "processor": processor,
        "cores": cores,
        "avx512": "avx512f" in flags,
        "memory": memory,
        "system": f"{platform.system()} {platform.machine()}",
        "versions": {"python": platform.python_version(), **{name: metadata.version(name) for name in installed}},
    }


if __name__ == "__main__":
    print(json.dumps({**describe(), "peak": peak("--tiny" in sys.argv)}))
