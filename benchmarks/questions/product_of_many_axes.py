"""Is x W slower, with its gradients, when x has three axes and not two?

The answer is why `engine.matmul` and `engine.einsum` of the JAX engine make products of two matrices.
Run: python benchmarks/questions/product_of_many_axes.py
"""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from timing import compare

STEPS = 20
rng = np.random.default_rng(0)


def training(product, batch, time, inputs, units):
    x = jax.device_put(rng.normal(size=(batch, time, inputs)).astype("float32"))
    w = jax.device_put(rng.normal(size=(inputs, units)).astype("float32"))

    def step(_, weights):
        return [a - 1e-3 * g for a, g in zip(weights, jax.grad(lambda xw: (product(*xw) ** 2).sum())(weights))]

    run = jax.jit(lambda weights: lax.fori_loop(0, STEPS, step, weights))
    return lambda: jax.block_until_ready(run([x, w]))


def flat(x, w):
    return jnp.reshape(jnp.reshape(x, (-1, x.shape[-1])) @ w, (*x.shape[:-1], w.shape[-1]))


print(f"jax {jax.__version__}, {STEPS} steps with gradients by x and W")
for sizes in ((64, 20, 32, 256), (32, 64, 128, 256), (32, 64, 256, 128), (32, 64, 128, 128)):
    print("batch {}, time {}, {} inputs, {} units".format(*sizes))
    compare({"as it is": training(jnp.matmul, *sizes), "as two matrices": training(flat, *sizes)})
