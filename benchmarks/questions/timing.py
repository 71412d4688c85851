"""Timing of alternatives in turn: noise that comes and goes hits all of them alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable


def compare(alternatives: dict[str, Callable[[], object]], rounds: int = 7) -> dict[str, float]:
    """Median seconds of each alternative over `rounds`, after one round that is not counted; prints them."""
    times: dict[str, list[float]] = {name: [] for name in alternatives}
    for i in range(rounds + 1):
        for name, run in alternatives.items():
            start = time.perf_counter()
            run()
            if i:
                times[name].append(time.perf_counter() - start)
    medians = {name: statistics.median(values) for name, values in times.items()}
    first = next(iter(medians.values()))
    for name, median in medians.items():
        least = min(times[name])
        print(f"{name:40} median {median * 1e3:10.3f} ms   min {least * 1e3:10.3f} ms   {median / first:6.2f} x")
    return medians
