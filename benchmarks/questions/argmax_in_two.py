"""From how many numbers on is the largest and then its place faster than both at once, on a CPU?

The answer decides `engine.argmax` of the JAX engine, which counts accuracy.
Run: python benchmarks/questions/argmax_in_two.py
"""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from timing import compare

STEPS = 50


def in_two(x):
    places = lax.broadcasted_iota(jnp.int32, x.shape, 1)
    return jnp.min(jnp.where((x == jnp.max(x, 1, keepdims=True)) | (x != x), places, x.shape[1]), 1)


def counting(argmax, rows, classes):
    x = jax.device_put(np.random.default_rng(0).normal(size=(rows, classes)).astype("float32"))

    def step(_, state):
        return state[0] * 1.0001, state[1] + argmax(state[0]).sum()

    run = jax.jit(lambda x: lax.fori_loop(0, STEPS, step, (x, 0)))
    return lambda: jax.block_until_ready(run(x))


print(f"jax {jax.__version__}, {STEPS} steps")
for rows, classes in ((512, 10), (512, 24), (512, 32), (512, 64), (64, 2000), (32, 100), (8192, 10)):
    print(f"{rows} rows of {classes}")
    compare({"at once": counting(lambda x: jnp.argmax(x, 1), rows, classes), "in two": counting(in_two, rows, classes)})
