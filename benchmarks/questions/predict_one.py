"""What does `predict` of one row cost beside the bare compiled function?

Run: python benchmarks/questions/predict_one.py
"""

import jax
import numpy as np
from timing import compare

import hornbeam
from hornbeam import layers

CALLS = 300
x = np.random.default_rng(0).normal(size=(1, 30)).astype("float32")
model = hornbeam.Sequential(
    [layers.Input((30,)), layers.Dense(64, activation="relu"), layers.Dense(64, activation="relu"), layers.Dense(1)]
)
weights = [jax.device_put(w) for w in model.get_weights()]


@jax.jit
def bare(weights, x):
    w1, b1, w2, b2, w3, b3 = weights
    return jax.nn.relu(jax.nn.relu(x @ w1 + b1) @ w2 + b2) @ w3 + b3


compare(
    {
        f"bare jitted function, {CALLS} calls": lambda: [np.asarray(bare(weights, x)) for _ in range(CALLS)],
        "model.predict": lambda: [model.predict(x, verbose=0) for _ in range(CALLS)],
        "model(x)": lambda: [np.asarray(model(x)) for _ in range(CALLS)],
    }
)
