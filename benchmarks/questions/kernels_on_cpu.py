"""Adam on 200 small variables is 600 kernels on JAX's CPU: what does it cost, and would fewer, larger arrays cost less?

    python benchmarks/questions/kernels_on_cpu.py

Plain JAX, without Hornbeam. Three ways to hold 200 variables and their moments while a compiled loop takes steps:
apart, as Hornbeam does; end to end, one array of all variables and one of each moment, from which the step cuts the
variables and into which it joins the gradients; and as one variable, which has nothing to cut or join. A gradient is
a + 0.001 w, so that it has to be computed in each step. "In and out" is what a call of no steps takes: dispatch with
all arrays donated and, end to end, laying the arrays end to end and cutting them apart again.
"""

import statistics
import time

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

COUNT = 200
SIZES = (64, 256, 1024, 4096)
STEPS = 500


def adam(g, w, t, m, v):
    m = m + 0.1 * (g - m)
    v = v + 0.001 * (g * g - v)
    alpha = 0.001 * jnp.sqrt(1 - 0.999**t) / (1 - 0.9**t)
    return w - alpha * m / (jnp.sqrt(v) + 1e-7), m, v


def apart(steps, state, a, starts):
    def step(i, state):
        return [list(adam(g + 0.001 * w, w, i + 1.0, m, v)) for g, (w, m, v) in zip(a, state, strict=True)]

    return lax.fori_loop(0, steps, step, state)


def end_to_end(steps, state, a, starts):
    """The places are arguments: slices at places that XLA knows would be kernels of their own to compile."""
    size = a[0].size

    def cut(whole):
        return [lax.dynamic_slice(whole, (start,), (size,)) for start in starts]

    def lay(arrays):
        whole, always = jnp.zeros(COUNT * size), starts[0] == 0
        for start, x in zip(starts, arrays, strict=True):
            # The selection makes a fusion of it: equal fusions are compiled once.
            whole = lax.dynamic_update_slice(whole, jnp.where(always, x, 0), (start,))
        return whole

    def step(i, wholes):
        g = lax.optimization_barrier([g + 0.001 * w for g, w in zip(a, cut(wholes[0]), strict=True)])
        return list(adam(lax.optimization_barrier(jnp.concatenate(g)), wholes[0], i + 1.0, *wholes[1:]))

    wholes = lax.fori_loop(0, steps, step, [lay(column) for column in zip(*state, strict=True)])
    return [list(row) for row in zip(*map(cut, wholes), strict=True)]


def prepare(way, count, size):
    state = [[jnp.ones(size), jnp.zeros(size), jnp.zeros(size)] for _ in range(count)]
    a = [jnp.full(size, 0.1) for _ in range(count)]
    starts = [jnp.asarray(i * size, jnp.uint32) for i in range(count)]
    started = time.perf_counter()
    compiled = jax.jit(way, donate_argnums=1).lower(0, state, a, starts).compile()
    seconds = time.perf_counter() - started

    def run(steps):
        nonlocal state
        started = time.perf_counter()
        state = compiled(steps, state, a, starts)
        jax.block_until_ready(state)
        return time.perf_counter() - started

    return run, seconds, lambda: np.asarray(state[0][0])


def main() -> None:
    for size in SIZES:
        made = {
            "one variable": prepare(apart, 1, COUNT * size),
            "apart": prepare(apart, COUNT, size),
            "end to end": prepare(end_to_end, COUNT, size),
        }
        times = {name: ([], []) for name in made}
        for _ in range(9):
            for name, (run, _, _) in made.items():
                times[name][0].append(run(0))
                times[name][1].append(run(STEPS))
        assert np.allclose(made["apart"][2](), made["end to end"][2](), rtol=1e-5)
        first = None
        for name, (idle, busy) in times.items():
            around = statistics.median(idle)
            step = (statistics.median(busy) - around) / STEPS
            first = first or step
            print(
                f"{size:6} numbers each  {name:14} {step * 1e6:8.1f} us a step {step / first:6.2f} x"
                f"   in and out {around * 1e6:7.0f} us   compiled in {made[name][1]:5.2f} s",
                flush=True,
            )
        if size == SIZES[0]:
            one, many, _ = (
                (statistics.median(busy) - statistics.median(idle)) / STEPS for idle, busy in times.values()
            )
            kernels = 3 * COUNT
            print(f"       each of {kernels} kernels of {size} numbers: {(many - one) / kernels * 1e6:.3f} us more")


if __name__ == "__main__":
    main()
