"""What does the live progress bar cost? Run: python benchmarks/questions/progress_cost.py"""

import contextlib
import io

import numpy as np
from timing import compare

import hornbeam
from hornbeam import layers


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


rng = np.random.default_rng(0)
x, y = rng.normal(size=(50_000, 64)).astype("float32"), rng.integers(0, 10, 50_000)
model = hornbeam.Sequential(
    [layers.Input((64,)), layers.Dense(256, activation="relu"), layers.Dense(10, activation="softmax")]
)
model.compile(loss="sparse_categorical_crossentropy", optimizer="adam", metrics=["accuracy"])


def with_bar():
    with contextlib.redirect_stdout(Terminal()):
        model.fit(x, y, epochs=3, verbose=1)


compare({"verbose=0": lambda: model.fit(x, y, epochs=3, verbose=0), "verbose=1": with_bar})
