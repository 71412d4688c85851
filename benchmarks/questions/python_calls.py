"""How many Python calls does the library make around the engine's programs? A count does not depend on a busy machine.

Run: python benchmarks/questions/python_calls.py                      # any checkout, by PYTHONPATH
     python benchmarks/questions/python_calls.py --where "first fit"  # the functions that are called most in one row
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "jax")

import numpy as np

import hornbeam
from hornbeam import layers, ops

HERE = os.path.dirname(hornbeam.__file__) + os.sep
x = np.random.default_rng(0).normal(size=(32, 4)).astype("float32")
y = x[:, :1]


def calls_of(run: Callable[[], object]) -> Counter[tuple[str, str]]:
    """How often each Python function is called while `run` runs, by file and name."""
    calls: Counter[tuple[str, str]] = Counter()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            calls[frame.f_code.co_filename, frame.f_code.co_qualname] += 1

    sys.setprofile(note)
    try:
        run()
    finally:
        sys.setprofile(None)
    return calls


def made(*units: int) -> Any:
    """A compiled model of dense layers."""
    model = hornbeam.Sequential([layers.Input((4,)), *(layers.Dense(n) for n in units)])
    model.compile(optimizer="adam", loss="mse")
    return model


def cases() -> Iterator[tuple[str, Callable[[], object]]]:
    """What is counted, one after the other: a case runs before the next is made ready."""
    tensor = ops.convert_to_tensor(x)
    yield "construct a Dense", lambda: layers.Dense(1)
    yield "construct and compile the model", lambda: made(1)
    model = made(1)
    yield "first fit", lambda: model.fit(x, y, verbose=0)
    yield "second fit", lambda: model.fit(x, y, verbose=0)
    dense = layers.Dense(1)
    dense(tensor)
    yield "dense(x)", lambda: dense(tensor)
    model(x)
    yield "model(x)", lambda: model(x)
    model.predict(x[:1], verbose=0)
    yield "predict of one row", lambda: model.predict(x[:1], verbose=0)
    model.train_on_batch(x, y)
    yield "train_on_batch", lambda: model.train_on_batch(x, y)


def warm_up() -> None:
    """Everything once with a model of another structure, so that what happens once in a process is not counted."""
    model = made(2, 1)
    model.fit(x, y, verbose=0)
    model.predict(x[:1], verbose=0)
    model.train_on_batch(x, y)
    layers.Dense(3)(ops.convert_to_tensor(x))


def print_counts(where: str | None) -> None:
    print(f"{'':34}{'hornbeam':>10}{'all':>10}")
    for name, run in cases():
        calls = calls_of(run)
        ours = Counter({key: count for key, count in calls.items() if key[0].startswith(HERE)})
        print(f"{name:34}{ours.total():10}{calls.total():10}")
        if name == where:
            for (file, function), count in ours.most_common(60):
                print(f"{count:10}  {file.removeprefix(HERE)}: {function}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--where")
    options = parser.parse_args()
    warm_up()
    print_counts(options.where)
