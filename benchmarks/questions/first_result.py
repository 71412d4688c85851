"""Where the time until the first result goes: a 65-weight classifier, 100 epochs of 16 batches, validated.

    python benchmarks/questions/first_result.py [ROUNDS]

Each round is a fresh process, once with an empty compilation cache and once with the one that it filled. Medians.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

STAGES = ["NumPy", "Hornbeam", "engine", "build", "trace", "lower", "compile", "rest of fit", "again", "programs"]


def child() -> None:
    start = time.perf_counter()
    found = {}

    def done(stage: str) -> None:
        nonlocal start
        now = time.perf_counter()
        found[stage], start = now - start, now

    import numpy as np

    done("NumPy")
    import hornbeam

    hornbeam.layers, hornbeam.models, hornbeam.losses, hornbeam.metrics, hornbeam.optimizers  # noqa: B018
    done("Hornbeam")
    from hornbeam import engine

    engine.devices()
    done("engine")
    import jax

    seconds: dict[str, list[float]] = {"trace": [], "lower": [], "compile": []}
    events = {"jaxpr_trace": "trace", "jaxpr_to_mlir_module": "lower", "backend_compile": "compile"}

    def listen(event: str, duration: float, **_: object) -> None:
        stage = events.get(event.rsplit("/")[-1].removesuffix("_duration"))
        if stage is not None:
            seconds[stage].append(duration)

    jax.monitoring.register_event_duration_secs_listener(listen)
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(700, 2)).astype("float32"), rng.integers(0, 2, 700)
    start = time.perf_counter()
    dense = hornbeam.layers.Dense
    model = hornbeam.Sequential([hornbeam.Input((2,)), dense(8, "relu"), dense(4, "relu"), dense(1, "sigmoid")])
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    done("build")
    seconds["trace"].clear()
    fit = {"epochs": 100, "batch_size": 32, "validation_data": (x[490:], y[490:]), "verbose": 0}
    model.fit(x[:490], y[:490], **fit)
    done("rest of fit")
    found |= {stage: sum(durations) for stage, durations in seconds.items()}
    found["rest of fit"] -= sum(sum(durations) for durations in seconds.values())
    found["programs"] = len(seconds["compile"]) / 1e3
    model.fit(x[:490], y[:490], **fit)
    done("again")
    print(json.dumps(found))


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    columns: dict[str, list[dict[str, float]]] = {"empty cache": [], "filled cache": []}
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            for runs in columns.values():
                environment = os.environ | {"HORNBEAM_CACHE_DIR": folder, "HORNBEAM_ENGINE": "jax"}
                run = subprocess.run(
                    [sys.executable, __file__, "--child"],
                    env=environment,
                    stdout=subprocess.PIPE,
                    text=True,
                    check=True,
                )
                runs.append(json.loads(run.stdout))
    print(f"{'milliseconds':14}" + "".join(f"{name:>16}" for name in columns))
    for stage in STAGES:
        print(f"{stage:14}" + "".join(f"{_median(runs, [stage]) * 1e3:16.1f}" for runs in columns.values()))
    print(f"{'to the result':14}" + "".join(f"{_median(runs, STAGES[:-2]) * 1e3:16.1f}" for runs in columns.values()))


def _median(runs: list[dict[str, float]], stages: list[str]) -> float:
    return statistics.median(sum(run[stage] for stage in stages) for run in runs)


if __name__ == "__main__":
    child() if "--child" in sys.argv else main()
