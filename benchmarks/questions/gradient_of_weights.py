"""The gradient of a weight, x' dy: as it stands, as (dy' x)' where x is the larger one, or with x' laid out first?

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

from hornbeam.engine.jax.linear import _ROWS_LAID_OUT, _SPARED_AT_LEAST, _WEIGHTS_LAID_OUT

SHAPES = [
    (32, 64, 10), (128, 64, 10), (512, 64, 10), (128, 784, 32), (128, 784, 128), (512, 128, 64), (512, 32, 128),
    (512, 512, 10), (1024, 512, 256), (512, 256, 256), (1024, 256, 512), (2048, 256, 256),
]  # fmt: skip
STEPS = 100


ACROSS = (((0,), (0,)), ((), ()))
FORMS = {
    "x' dy": lambda x, dy: lax.optimization_barrier(lax.dot_general(x, dy, ACROSS)),
    "(dy' x)'": lambda x, dy: lax.optimization_barrier(lax.dot_general(dy, x, ACROSS)).T,
    "x' laid out": lambda x, dy: lax.optimization_barrier(lax.optimization_barrier(x.T) @ dy),
}


def prepare(rows: int, inputs: int, outputs: int, form):
    rng = np.random.default_rng(0)
    x, dy = (jnp.asarray(rng.normal(size=(rows, n)), jnp.float32) for n in (inputs, outputs))

    def step(i, w):
        return w - 0.01 * form(*lax.optimization_barrier((x * (1 + i * 1e-9), dy)))

    run = jax.jit(lambda w: lax.fori_loop(0, STEPS, step, w))
    w = jnp.zeros((inputs, outputs))
    return lambda: run(w).block_until_ready()


def chosen(rows: int, inputs: int, outputs: int) -> str:
    if rows * (inputs - outputs) - inputs * outputs > _SPARED_AT_LEAST:
        return "(dy' x)'"
    return "x' laid out" if rows >= _ROWS_LAID_OUT and inputs * outputs > _WEIGHTS_LAID_OUT else "x' dy"


def main() -> None:
    for shape in SHAPES:
        print("{} rows, {} to {}".format(*shape), f"; chosen: {chosen(*shape)}; {STEPS} steps")
        timing.compare({name: prepare(*shape, form) for name, form in FORMS.items()}, 21)


if __name__ == "__main__":
    main()
