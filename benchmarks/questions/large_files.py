"""What it costs to write and read a large model: time, and memory beyond the model's own, beside Keras on JAX.

    python benchmarks/questions/large_files.py                 # 1 GB of weights
    python benchmarks/questions/large_files.py --gigabytes 2

Each contestant works in a process of its own: it makes a model of dense layers and writes it; a fresh one reads it.
Memory is the process's highest, less what it had before the call; shares are of the weights' size.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time

UNITS = 4096  # a layer of 64 MiB
FORMS = {"keras": ["m.keras", "w.weights.h5", "m.h5"], "hornbeam": ["m.keras", "w.weights.h5", "m.h5", "w.safetensors"]}


class Peak:
    """The highest memory of the process inside, in bytes, less that before."""

    def __enter__(self):
        self.before = self.most = self.now()
        self.going = True
        self.thread = threading.Thread(target=self.watch)
        self.thread.start()
        return self

    def now(self):
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * resource.getpagesize()

    def watch(self):
        while self.going:
            self.most = max(self.most, self.now())
            time.sleep(0.005)

    def __exit__(self, *_):
        self.going = False
        self.thread.join()
        self.bytes = max(self.most, self.now()) - self.before


def make(k, count):
    model = k.Sequential([k.Input((UNITS,)), *(k.layers.Dense(UNITS, use_bias=False) for _ in range(count))])
    return model


def work(name, form, count, folder, what):
    if name == "keras":
        os.environ["KERAS_BACKEND"] = "jax"
        import keras as k
    else:
        import hornbeam as k
    path = os.path.join(folder, form)
    model = make(k, count) if what == "write" or form.startswith("w.") else None
    if model is not None:
        k.ops.convert_to_numpy(model.weights[-1])[:1]  # all there
    start = time.perf_counter()
    with Peak() as peak:
        if what == "write":
            (model.save if form.startswith("m.") else model.save_weights)(path)
        elif form.startswith("m."):
            model = k.saving.load_model(path)
        else:
            model.load_weights(path)
    seconds = time.perf_counter() - start
    print(json.dumps({"seconds": seconds, "bytes": peak.bytes}))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--gigabytes", type=float, default=1.0)
    parser.add_argument("work", nargs="*")
    given = parser.parse_args()
    if given.work:
        name, form, count, folder, what = given.work
        work(name, form, int(count), folder, what)
        return
    count = round(given.gigabytes * 2**30 / (4 * UNITS**2))
    size = count * 4 * UNITS**2
    with tempfile.TemporaryDirectory() as folder:
        for form in FORMS["hornbeam"]:
            for what in ("write", "read"):
                for name in ("hornbeam", "keras"):
                    if form not in FORMS[name]:
                        continue
                    run = [sys.executable, "-W", "ignore", __file__, name, form, str(count), folder, what]
                    done = subprocess.run(run, capture_output=True, text=True, check=True)
                    found = json.loads(done.stdout.splitlines()[-1])
                    share = found["bytes"] / size
                    print(f"{form:14} {what:6} {name:9} {found['seconds']:7.2f} s   memory {share:5.2f} of the weights")
            os.remove(os.path.join(folder, form))


if __name__ == "__main__":
    main()
