"""The cross-entropy of many sigmoids in a row, and its gradient: three ways to write it, two to add it up.

    python benchmarks/questions/crossentropy_by_row.py

Plain JAX, without Hornbeam but for its formula, inside a compiled loop, with the compiler's options of large programs.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import timing
from jax import lax

from hornbeam.engine.jax.crossentropy import sigmoid_crossentropy
from hornbeam.engine.jax.options import LARGE

SHAPE = (128, 784)
STEPS = 100


def plain(y, x):
    return jnp.maximum(x, 0) - x * y + jnp.log1p(jnp.exp(-jnp.abs(x)))


def by_reduction(values):
    return values.sum(-1)


def by_product(values):
    return values @ jnp.ones(values.shape[-1])


def prepare(formula, add, options):
    rng = np.random.default_rng(0)
    y, x = (jnp.asarray(rng.random(SHAPE), jnp.float32) for _ in range(2))

    def step(i, state):
        x, total = state
        loss, slope = jax.value_and_grad(lambda x: add(formula(y, x)).mean())(x)
        return lax.optimization_barrier(x - 0.01 * slope), total + loss

    run = jax.jit(lambda x: lax.fori_loop(0, STEPS, step, (x, 0.0)), compiler_options=options)
    return lambda: jax.block_until_ready(run(x))


def main() -> None:
    print(f"{SHAPE[0]} rows of {SHAPE[1]}, {STEPS} steps")
    timing.compare(
        {
            "plain, reduced, XLA's options": prepare(plain, by_reduction, {}),
            "plain, reduced": prepare(plain, by_reduction, LARGE),
            "plain, product with ones": prepare(plain, by_product, LARGE),
            "own gradient, reduced": prepare(sigmoid_crossentropy, by_reduction, LARGE),
            "own gradient, product with ones": prepare(sigmoid_crossentropy, by_product, LARGE),
        },
        21,
    )


if __name__ == "__main__":
    main()
