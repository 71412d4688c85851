"""How far is `fit` of a small dense model from a hand-written compiled loop in JAX?

Run: python benchmarks/questions/epoch_loop.py
"""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from timing import compare

import hornbeam
from hornbeam import layers

ROWS, BATCH = 100_000, 512
rng = np.random.default_rng(0)
x, y = rng.normal(size=(ROWS, 32)).astype("float32"), rng.integers(0, 10, ROWS).astype("int32")

model = hornbeam.Sequential(
    [
        layers.Input((32,)),
        layers.Dense(128, activation="relu"),
        layers.Dense(64, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ]
)
model.compile(loss="sparse_categorical_crossentropy", optimizer="adam", metrics=["accuracy"])


def loss(weights, x, y):
    w1, b1, w2, b2, w3, b3 = weights
    h = jax.nn.relu(x @ w1 + b1)
    h = jax.nn.relu(h @ w2 + b2)
    z = h @ w3 + b3
    log_p = jnp.take_along_axis(jax.nn.log_softmax(z), y[:, None], 1)
    return -log_p.mean(), (z.argmax(1) == y).mean()


@jax.jit
def epoch(state, x, y, order, steps):
    def step(i, state):
        weights, m, v, t, total, hits = state
        rows = lax.dynamic_slice(order, (i * BATCH,), (BATCH,))
        (value, hit), g = jax.value_and_grad(loss, has_aux=True)(weights, x[rows], y[rows])
        t = t + 1
        lr = 1e-3 * jnp.sqrt(1 - 0.999**t) / (1 - 0.9**t)
        m = [a + 0.1 * (b - a) for a, b in zip(m, g)]
        v = [a + 0.001 * (b * b - a) for a, b in zip(v, g)]
        weights = [w - lr * a / (jnp.sqrt(b) + 1e-7) for w, a, b in zip(weights, m, v)]
        return weights, m, v, t, total + value, hits + hit

    return lax.fori_loop(0, steps, step, state)


weights = [jnp.asarray(w) for w in model.get_weights()]
state = (weights, [0 * w for w in weights], [0 * w for w in weights], 0.0, 0.0, 0.0)
data = jnp.asarray(x), jnp.asarray(y)

compare(
    {
        "hand-written JAX": lambda: jax.block_until_ready(
            epoch(state, *data, rng.permutation(ROWS).astype("int32"), ROWS // BATCH)
        ),
        "model.fit": lambda: model.fit(x, y, batch_size=BATCH, verbose=0),
    }
)
