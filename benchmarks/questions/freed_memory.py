"""What it costs a training step on a CPU to get its memory from the system again each time.

A convolutional net is trained in fresh processes, with Hornbeam's setting of the heap and with the C library's own;
seconds of an epoch, and the memory that the system had to clear for each step.
Run: python benchmarks/questions/freed_memory.py [ROUNDS]
"""

import os
import resource
import statistics
import subprocess
import sys
import time

ROWS, BATCH = 1024, 64


def train():
    import numpy as np

    from hornbeam import layers, models

    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(ROWS, 32, 32, 3)).astype("float32"), rng.integers(0, 10, ROWS)
    model = models.Sequential([layers.Input((32, 32, 3))])
    for filters in (32, 64):
        model.add(layers.Conv2D(filters, 3, padding="same", use_bias=False))
        model.add(layers.BatchNormalization())
        model.add(layers.Activation("relu"))
        model.add(layers.Conv2D(filters, 3, padding="same", activation="relu"))
        model.add(layers.MaxPooling2D())
    model.add(layers.Flatten())
    model.add(layers.Dense(10, activation="softmax"))
    model.compile(loss="sparse_categorical_crossentropy", optimizer="adam")
    model.fit(x, y, batch_size=BATCH, verbose=0)
    faults, start = resource.getrusage(resource.RUSAGE_SELF).ru_minflt, time.perf_counter()
    model.fit(x, y, batch_size=BATCH, verbose=0)
    seconds = time.perf_counter() - start
    faults = resource.getrusage(resource.RUSAGE_SELF).ru_minflt - faults
    print(seconds, faults * resource.getpagesize() / 1e6 / (ROWS / BATCH))


def main(rounds=3):
    # A setting of the C library's in the environment, here its default, keeps Hornbeam from making one.
    settings = {"Hornbeam's heap": {}, "the C library's heap": {"MALLOC_PERTURB_": "0"}}
    results = {name: [] for name in settings}
    for _ in range(rounds):
        for name, environment in settings.items():
            done = subprocess.run(
                [sys.executable, __file__, "train"],
                env=os.environ | environment,
                capture_output=True,
                text=True,
                check=True,
            )
            results[name].append([float(figure) for figure in done.stdout.split()])
    for name, figures in results.items():
        seconds, megabytes = (statistics.median(column) for column in zip(*figures, strict=True))
        print(f"{name:22} {seconds:6.3f} s an epoch, {megabytes:6.1f} MB of fresh memory a step")


if __name__ == "__main__":
    train() if sys.argv[1:] == ["train"] else main(*map(int, sys.argv[1:]))
