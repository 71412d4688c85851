"""What data costs that is on disk, or comes batch by batch: the same training from memory, a memory map, generators.

    python benchmarks/questions/stream_from_disk.py            # the questions in turn, each with its alternatives
    python benchmarks/questions/stream_from_disk.py disk       # one of: disk, generator, workers

`disk`: an MLP on a table of 300,000 rows of 40 columns (48 MB), one epoch in batches of 64 (4,688 steps), shuffled:
arrays in memory sent to the device once; the same in windows, as beyond the budget; a memory map in windows, by blocks.
`generator`: 300 steps of 64 rows from a generator that is ready at once, and from one that waits 2 ms for each batch
while a step takes as long.
`workers`: a `PyDataset` whose batches take 5 ms of Python's own time, or of waiting, with threads and with processes.
"""

import sys
import tempfile
import time

import numpy as np
from timing import compare

import hornbeam
from hornbeam.data import memory, prefetch

ROWS, COLUMNS = 300_000, 40


def mlp(columns=COLUMNS, units=64):
    layers = [hornbeam.layers.Dense(units, activation="relu") for _ in range(2)]
    model = hornbeam.Sequential([hornbeam.Input((columns,)), *layers, hornbeam.layers.Dense(1, activation="sigmoid")])
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


def disk(folder: str) -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(ROWS, COLUMNS)).astype("float32")
    y = (x @ rng.normal(size=COLUMNS) > 0).astype("float32")
    np.save(f"{folder}/x.npy", x)
    mapped = np.load(f"{folder}/x.npy", mmap_mode="r")
    most = memory.DEVICE_BYTES

    def epoch(inputs, budget):
        model = mlp()

        def run():
            memory.DEVICE_BYTES = budget
            model.fit(inputs, y, batch_size=64, verbose=0)
            memory.DEVICE_BYTES = most

        return run

    small = 2**25
    compare(
        {
            "in memory, sent once": epoch(x, most),
            "in memory, in windows of 4 MB": epoch(x, small),
            "memory map, in windows of 4 MB": epoch(mapped, small),
        },
        rounds=5,
    )


def generator(_: str) -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(3200, 32)).astype("float32"), rng.integers(0, 2, 3200)

    def batches(wait):
        while True:
            for i in range(0, len(x), 64):
                if wait:
                    time.sleep(wait)
                yield x[i : i + 64], y[i : i + 64]

    class Used(hornbeam.callbacks.Callback):
        """Something to do between steps, such as a step on a busy processor."""

        def on_train_batch_end(self, batch, logs=None):
            time.sleep(0.002)

    model = mlp(32)

    def fit(wait, steps, is_ahead, callbacks=()):
        def run():
            handover = prefetch.AdaptivePrefetch._HANDOVER
            prefetch.AdaptivePrefetch._HANDOVER = handover if is_ahead is None else -1.0 if is_ahead else 1e9
            model.fit(batches(wait), steps_per_epoch=steps, verbose=0, callbacks=list(callbacks))
            prefetch.AdaptivePrefetch._HANDOVER = handover

        return run

    for title, wait, steps, callbacks in (("ready at once", 0, 300, ()), ("2 ms each", 0.002, 100, (Used(),))):
        print(f"a generator, {title}:")
        compare(
            {
                "thread as measured": fit(wait, steps, None, callbacks),
                "always a thread": fit(wait, steps, True, callbacks),
                "never a thread": fit(wait, steps, False, callbacks),
            },
            rounds=5,
        )


class Slow(hornbeam.utils.PyDataset):
    """100 batches that take 5 ms each."""

    def __init__(self, waits, **arguments):
        super().__init__(**arguments)
        self.waits = waits

    def __len__(self):
        return 100

    def __getitem__(self, index):
        if self.waits:
            time.sleep(0.005)
        until = time.thread_time() + (0 if self.waits else 0.005)
        while time.thread_time() < until:
            sum(range(100))
        return np.full((64, 32), index / 100, "float32"), np.zeros(64, "float32")


def workers(_: str) -> None:
    model = mlp(32)

    def fit(data, epochs=1):
        return lambda: model.fit(data, epochs=epochs, verbose=0)

    for title, waits in (("waiting", True), ("Python", False)):
        print(f"batches that take 5 ms of {title}, 3 epochs of 100:")
        compare(
            {
                "one worker": fit(Slow(waits), 3),
                "two threads": fit(Slow(waits, workers=2), 3),
                "four threads": fit(Slow(waits, workers=4), 3),
                "two processes (with their start)": fit(Slow(waits, workers=2, use_multiprocessing=True), 3),
            },
            rounds=2,
        )


if __name__ == "__main__":
    questions = {"disk": disk, "generator": generator, "workers": workers}
    with tempfile.TemporaryDirectory() as folder:
        for name in sys.argv[1:] or questions:
            questions[name](folder)
