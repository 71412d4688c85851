"""Is a convolution inside a compiled loop slower on a CPU than the same convolution dispatched step by step?

The answer decides `engine.steps_beat_loops`. Run: python benchmarks/questions/convolution_in_loop.py
"""

import jax
import numpy as np
from jax import lax
from timing import compare

STEPS = 20
rng = np.random.default_rng(0)
x = jax.device_put(rng.normal(size=(32, 28, 28, 1)).astype("float32"))
kernels = [jax.device_put(rng.normal(size=s).astype("float32") * 0.1) for s in ((3, 3, 1, 32), (3, 3, 32, 8))]


def loss(kernels, x):
    for kernel in kernels:
        x = jax.nn.relu(
            lax.conv_general_dilated(x, kernel, (1, 1), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC"))
        )
    return (x * x).mean()


def step(kernels, x):
    return [k - 0.01 * g for k, g in zip(kernels, jax.grad(loss)(kernels, x))]


one = jax.jit(step)
many = jax.jit(lambda kernels, x, n: lax.fori_loop(0, n, lambda i, k: step(k, x), kernels))


def by_step():
    k = kernels
    for _ in range(STEPS):
        k = one(k, x)
    jax.block_until_ready(k)


print(f"jax {jax.__version__}, {STEPS} steps with gradients")
compare({"step by step": by_step, "one loop": lambda: jax.block_until_ready(many(kernels, x, STEPS))})
