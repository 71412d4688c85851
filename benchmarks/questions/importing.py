"""What Python's garbage collector costs while an engine is imported, and in the first `fit` after it.

    python benchmarks/questions/importing.py [ROUNDS]

Each round is two fresh processes, one that collects garbage all the time and one that does as `hornbeam.engine.load`
does. Medians, in milliseconds.
"""

from __future__ import annotations

import contextlib
import json
import os
import statistics
import subprocess
import sys
import time


def child(is_collecting: bool) -> None:
    import numpy as np

    from hornbeam import Input, Sequential, engine, layers

    if is_collecting:
        engine._without_collections = contextlib.nullcontext
    start = time.perf_counter()
    engine.devices()
    imported = time.perf_counter()
    x = np.random.default_rng(0).normal(size=(490, 2)).astype("float32")
    model = Sequential([Input((2,)), layers.Dense(8, activation="relu"), layers.Dense(1, activation="sigmoid")])
    model.compile("adam", "binary_crossentropy")
    model.fit(x, x[:, 0] > 0, verbose=0)
    print(json.dumps({"import": imported - start, "fit": time.perf_counter() - imported}))


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    for name in ("jax", "torch"):
        found: dict[str, list[dict[str, float]]] = {"collecting": [], "not collecting": []}
        environment = os.environ | {"HORNBEAM_CACHE_DIR": "off", "HORNBEAM_ENGINE": name}
        for _ in range(rounds):
            for label, runs in found.items():
                command = [sys.executable, __file__, f"--child={label}"]
                run = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
                runs.append(json.loads(run.stdout))
        for label, runs in found.items():
            parts = "    ".join(f"{key} {statistics.median(run[key] for run in runs) * 1e3:7.1f}" for key in runs[0])
            print(f"{name:6} {label:16} {parts}")


if __name__ == "__main__":
    given = [argument for argument in sys.argv if argument.startswith("--child=")]
    child(given[0] == "--child=collecting") if given else main()
