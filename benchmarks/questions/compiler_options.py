"""What XLA's options cost and bring on the CPU: seconds to compile a training step, and microseconds to run it.

    python benchmarks/questions/compiler_options.py [ROUNDS] [--single]

With `--single` the steps come one by one from a generator of batches, otherwise they run in a compiled loop.

The engine chooses among these by how much a step computes (`hornbeam/engine/jax/options.py`).
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections import defaultdict

os.environ["HORNBEAM_CACHE_DIR"] = "off"

import jax
import numpy as np

import hornbeam
from hornbeam.engine.jax import compiling, jaxprs
from hornbeam.engine.jax.options import CONVOLVING, LARGE, NARROW, SMALL, TINY
from hornbeam.training.programs.compiled import forget_compiled

OPTIONS = {
    "XLA's own": {},
    "no YNNPACK": CONVOLVING,
    "large": LARGE,
    "narrow": NARROW,
    "small": SMALL,
    "tiny": TINY,
    "level 1": {"xla_backend_optimization_level": 1},
    "old emitters": {"xla_cpu_use_fusion_emitters": False},
}
MODELS = {  # batch size, and the widths of the layers
    "65 weights": (32, [2, 8, 4, 1]),
    "513 weights": (16, [30, 16, 1]),
    "1 400 weights": (32, [10, 32, 32, 1]),
    "7 000 weights": (32, [32, 64, 64, 10]),
    "13 000 weights": (64, [32, 128, 64, 10]),
    "13 000 weights, batch 512": (512, [32, 128, 64, 10]),
    "26 000 weights": (16, [64, 128, 128, 10]),
    "26 000 weights, batch 256": (256, [64, 128, 128, 10]),
    "84 000 weights, batch 512": (512, [64, 256, 256, 10]),
    "300 000 weights, batch 128": (128, [64, 512, 512, 10]),
}
STEPS = 256


def measure(batch: int, widths: list[int], is_single: bool) -> tuple[float, float]:
    """Seconds that XLA takes for the step of a dense classifier, and seconds of each step."""
    forget_compiled()
    jax.clear_caches()
    x = np.random.default_rng(0).normal(size=(batch * STEPS, widths[0])).astype("float32")
    layers = [hornbeam.layers.Dense(width, activation="relu") for width in widths[1:-1]]
    model = hornbeam.Sequential([hornbeam.Input((widths[0],)), *layers, hornbeam.layers.Dense(widths[-1], "sigmoid")])
    model.compile("adam", "mse", metrics=["mae"])
    y = np.zeros((len(x), widths[-1]), "float32")

    def fit() -> None:
        if is_single:
            batches = ((x[i : i + batch], y[i : i + batch]) for i in range(0, len(x), batch))
            model.fit(batches, steps_per_epoch=STEPS, verbose=0)
        else:
            model.fit(x, y, batch_size=batch, verbose=0)

    compiled.clear()
    fit()
    times = []
    for _ in range(5):
        start = time.perf_counter()
        fit()
        times.append((time.perf_counter() - start) / STEPS)
    return sum(compiled), min(times)


compiled: list[float] = []
jax.monitoring.register_event_duration_secs_listener(
    lambda event, seconds, **_: compiled.append(seconds) if event.endswith("backend_compile_duration") else None
)


def main() -> None:
    arguments = [argument for argument in sys.argv[1:] if argument != "--single"]
    rounds = int(arguments[0]) if arguments else 3
    is_single = len(arguments) < len(sys.argv) - 1
    choose, work = compiling.options_for, 0.0
    for name, (batch, widths) in MODELS.items():
        found = defaultdict(list)
        for _ in range(rounds):
            for label, options in OPTIONS.items():

                def chosen(jaxpr, steps=None, options=options):
                    nonlocal work
                    work = jaxprs.work(jaxpr)
                    return options

                compiling.options_for = chosen
                found[label].append(measure(batch, widths, is_single))
        compiling.options_for = choose
        print(f"{name}, {work:,.0f} elements a step")
        for label, pairs in found.items():
            seconds, step = (statistics.median(column) for column in zip(*pairs, strict=True))
            print(f"    {label:14} compile {seconds * 1e3:8.1f} ms    step {step * 1e6:8.1f} us")


if __name__ == "__main__":
    main()
