"""The gradient of a weight, x' dy: as it stands, or as (dy' x)' where x is the larger one?

    python benchmarks/questions/gradient_of_weights.py

Plain JAX, without Hornbeam, inside a compiled loop. Eigen, to which XLA on the CPU hands this product, gathers the
columns of the first operand number by number; the transposition goes into what comes after, here a sum. "chosen" is
what Hornbeam takes (`hornbeam/engine/jax/linear.py`).
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import timing
from jax import lax

from hornbeam.engine.jax.linear import _SPARED_AT_LEAST

SHAPES = [
    (32, 64, 10), (128, 64, 10), (512, 64, 10), (128, 784, 32), (128, 784, 128), (512, 128, 64), (512, 32, 128),
    (512, 512, 10), (1024, 512, 256),
]  # fmt: skip
STEPS = 100


def prepare(rows: int, inputs: int, outputs: int, swapped: bool):
    rng = np.random.default_rng(0)
    x, dy = (jnp.asarray(rng.normal(size=(rows, n)), jnp.float32) for n in (inputs, outputs))

    def step(i, w):
        scaled = lax.optimization_barrier((x * (1 + i * 1e-9), dy))
        a, b = scaled[::-1] if swapped else scaled
        product = lax.optimization_barrier(lax.dot_general(a, b, (((0,), (0,)), ((), ()))))
        return w - 0.01 * (product.T if swapped else product)

    run = jax.jit(lambda w: lax.fori_loop(0, STEPS, step, w))
    w = jnp.zeros((inputs, outputs))
    return lambda: run(w).block_until_ready()


def main() -> None:
    for rows, inputs, outputs in SHAPES:
        chosen = rows * (inputs - outputs) - inputs * outputs > _SPARED_AT_LEAST
        print(f"{rows} rows, {inputs} to {outputs}; chosen: {'(dy x)' if chosen else 'x dy'}; {STEPS} steps")
        timing.compare(
            {"x' dy": prepare(rows, inputs, outputs, False), "(dy' x)'": prepare(rows, inputs, outputs, True)}, 21
        )


if __name__ == "__main__":
    main()
