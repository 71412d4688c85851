"""kill -9 while a model is saved: `python tests/saving/killing.py FORM COUNT`, or "all" forms, at 200 moments each.

A process saves in a loop over a file that is there, now with ones for weights, now with twos. It is killed at a random
moment of that; then the file must be whole: all ones, or all twos.
"""

import os
import random
import signal
import sys
import tempfile
import time
import warnings

os.environ.setdefault("JAX_PLATFORMS", "cpu")
warnings.simplefilter("ignore")

import numpy as np  # noqa: E402

import hornbeam  # noqa: E402
from hornbeam import layers  # noqa: E402

FORMS = {
    "m.keras": lambda model, path: model.save(path),
    "m.h5": lambda model, path: model.save(path),
    "m": lambda model, path: model.save(path, zipped=False),
    "w.weights.h5": lambda model, path: model.save_weights(path),
    "w.weights.json": lambda model, path: model.save_weights(path, max_shard_size=2e-5),
    "w.safetensors": lambda model, path: model.save_weights(path),
}


def make(value):
    model = hornbeam.Sequential([hornbeam.Input((20,)), layers.Dense(100), layers.Dense(50)])
    model.compile("sgd", "mse")
    model.set_weights([np.full(w.shape, value, "float32") for w in model.get_weights()])
    return model


def values(form, path, model):
    """The numbers that the weights in a file have."""
    if form.startswith("m"):
        model = hornbeam.models.load_model(path)
    else:
        model.set_weights([0 * w for w in model.get_weights()])
        model.load_weights(path)
    return {float(x) for w in model.get_weights() for x in np.unique(w)}


def killed_at(form, path, pair, seconds):
    """Save in another process, which is killed after so many seconds."""
    pid = os.fork()
    if pid == 0:
        while True:
            for model in pair:
                FORMS[form](model, path)
    time.sleep(seconds)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def main(form, count):
    r = random.Random(form)
    pair, reader = (make(1.0), make(2.0)), make(3.0)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, form)
        start = time.perf_counter()
        for model in pair:
            FORMS[form](model, path)
        once = (time.perf_counter() - start) / 2
        found, halves = [], 0
        for _ in range(count):
            killed_at(form, path, pair, r.uniform(0, 3 * once))
            found.append(values(form, path, reader))
            halves += any(name.endswith(".tmp") for name in os.listdir(folder))
        assert all(one in ({1.0}, {2.0}) for one in found), found
        for model in pair:
            FORMS[form](model, path)
        left = [name for name in os.listdir(folder) if name.endswith(".tmp")]
        assert not left, f"{left} are still there after two more saves"
        print(f"{form}: killed {count} times, {halves} of them in the middle of writing, and never damaged", flush=True)


if __name__ == "__main__":
    forms = FORMS if sys.argv[1:2] in ([], ["all"]) else sys.argv[1:2]
    for form in forms:
        main(form, int(sys.argv[2]) if len(sys.argv) > 2 else 200)
