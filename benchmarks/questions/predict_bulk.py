"""What does `predict` of many rows cost beside the bare compiled function, by the size of the pieces?

The answer decides the batch size that `predict` takes when nobody gives one.
Run: python benchmarks/questions/predict_bulk.py
"""

import jax
import numpy as np
from timing import compare

import hornbeam
from hornbeam import layers

ROWS = 200_000
x = np.random.default_rng(0).normal(size=(ROWS, 64)).astype("float32")
model = hornbeam.Sequential(
    [
        layers.Input((64,)),
        layers.Dense(128, activation="relu"),
        layers.Dense(128, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ]
)
weights = [jax.device_put(w) for w in model.get_weights()]


@jax.jit
def bare(weights, x):
    w1, b1, w2, b2, w3, b3 = weights
    return jax.nn.softmax(jax.nn.relu(jax.nn.relu(x @ w1 + b1) @ w2 + b2) @ w3 + b3)


def in_pieces(size):
    return np.concatenate([np.asarray(y) for y in [bare(weights, x[i : i + size]) for i in range(0, ROWS, size)]])


compare(
    {
        "bare jitted function": lambda: np.asarray(bare(weights, x)),
        "bare jitted function, pieces of 8192": lambda: in_pieces(8192),
        "model.predict": lambda: model.predict(x, verbose=0),
        **{
            f"model.predict, batch_size={size}": lambda size=size: model.predict(x, batch_size=size, verbose=0)
            for size in (2048, 4096, 8192, 65536)
        },
    }
)
