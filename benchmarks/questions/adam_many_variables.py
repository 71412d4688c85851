"""How much more does one Adam step cost for 200 small variables than for the same numbers in one variable?

    python benchmarks/questions/adam_many_variables.py jax torch

Three ways to take steps: one compiled call per step, many steps in one compiled loop as `fit` takes them, and, to
compare with, variable by variable where the engine can lay them end to end.
Times are of the processor (other processes do not count), medians of alternatives in turn.
"""

import statistics
import sys
import time

import numpy as np

from hornbeam import config, engine
from hornbeam.core.lift import lift
from hornbeam.core.variable import Variable
from hornbeam.optimizers import Adam

COUNT = 200
SIZES = (64, 1024, 8192, 65536)
LOOP = 500  # steps; `fit` takes thousands of such small ones at once


class OneByOne(Adam):
    is_elementwise = False


def stepper(count: int, size: int, in_loop: bool, make=Adam):
    variables = [Variable(np.ones(size, "float32"), name=f"v{i}") for i in range(count)]
    gradients = [engine.asarray(np.full(size, 0.1, "float32")) for _ in variables]
    optimizer = make()
    optimizer.build(variables)
    state = [*variables, *optimizer.variables]
    # Gradients change with the weights, so that no compiler takes them out of the loop; PyTorch's operations are not
    # compiled, and would take longer to make such gradients than to use them.
    once = lift(lambda g: optimizer.apply([a + 0.001 * v for a, v in zip(g, variables)], variables), state)
    plain = lift(lambda g: optimizer.apply(g, variables), state)

    step = once if engine.backend() == "jax" else plain

    def loop(values, g, steps):
        return engine.fori_loop(0, steps, lambda i, values: step(values, g)[1], values)

    compiled = engine.jit(loop if in_loop else lambda values, g, _: plain(values, g)[1], donate=(0,))
    values = [v.value for v in state]

    def run():
        nonlocal values
        values = compiled(values, gradients, LOOP)
        engine.synchronize(values)

    start = time.perf_counter()
    run()
    return run, time.perf_counter() - start


def compare(alternatives, rounds):
    times = {name: [] for name in alternatives}
    for _ in range(rounds):
        for name, run in alternatives.items():
            start = time.process_time()
            run()
            times[name].append(time.process_time() - start)
    return {name: statistics.median(values) for name, values in times.items()}


def main() -> None:
    for name in sys.argv[1:] or ["jax", "torch"]:
        config.set_backend(name)
        for in_loop in (False, True):
            for size in SIZES:
                made = {
                    "one variable": stepper(1, COUNT * size, in_loop),
                    f"{COUNT} variables": stepper(COUNT, size, in_loop),
                }
                if name != "jax":
                    made[f"{COUNT}, one by one"] = stepper(COUNT, size, in_loop, OneByOne)
                medians = compare({key: run for key, (run, _) in made.items()}, 9 if size > 9000 else 25)
                first = medians["one variable"]
                way = "in a loop" if in_loop else "per call"
                for key, median in medians.items():
                    each = median / (LOOP if in_loop else 1)
                    print(
                        f"{name:6} {way:10} {size:6} numbers each  {key:20} {each * 1e6:10.0f} us"
                        f"  {median / first:6.2f} x   first call {made[key][1]:6.2f} s",
                        flush=True,
                    )


if __name__ == "__main__":
    main()
