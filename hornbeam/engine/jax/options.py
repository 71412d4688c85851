"""Which options XLA compiles a program with on a CPU, by what the program consists of."""

import builtins
import math
import os
from typing import Any, TypeAlias

from jax import lax

from hornbeam.engine.jax.jaxprs import Operation, convolves, has, operations, results, work

Options: TypeAlias = dict[str, Any]

# Options of XLA on the CPU, from measurements with jax 0.10.2 on two AVX-512 cores
# (`benchmarks/questions/compiler_options.py`).
# Vectors as wide as the processor has, where XLA takes half of that: exponentials and the like in half the time.
LARGE: Options = {"xla_cpu_prefer_vector_width": 512}
# YNNPACK fusions: convolutions of many channels and their gradients take 1.1 to 1.8 times as long with them. Programs
# that convolve do without. Steps of dense layers take 0.5 to 1 times as long with them where weights are large beside
# the rows, and 1.2 to 1.35 times as long where they are small.
NARROW: Options = {"xla_cpu_experimental_ynn_fusion_type": "", **LARGE}
CONVOLVING: Options = {"xla_cpu_experimental_ynn_fusion_type": ""}
# Where a step has little to compute, what its user waits for is the compiler. Without the newer fusion emitters and at
# LLVM's first level it takes half the time; without LLVM's optimizations a fifth, and a step some microseconds more.
SMALL: Options = {
    "xla_cpu_use_fusion_emitters": False,
    "xla_backend_optimization_level": 1,
    "xla_cpu_parallel_codegen_split_count": 2,
}
TINY: Options = {
    "xla_cpu_use_fusion_emitters": False,
    "xla_backend_optimization_level": 0,
    "xla_cpu_parallel_codegen_split_count": 1,
}
# Elements that a step computes, up to which a program counts as tiny or small.
TINY_WORK = 2**14
SMALL_WORK = 2**16
# Elements computed in all, where it is known how often a program runs, up to which it is compiled in haste. A step that
# is not tiny loses up to 2 ns for each; compiling takes 0.1 s instead of 0.4 or 0.9.
TINY_RUN, SMALL_RUN = 2**27, 2**28
# The same for a program without a loop: the host dispatches its steps one by one, 0.1 ms and more each. What the older
# emitters lose is in overwriting state, half a nanosecond for each number: there must be little. With as much as is
# allowed a step takes a tenth longer, so compiling it so pays off up to some 10 000 steps.
SMALL_SINGLE_WORK = 2**20
SMALL_SINGLE_STATE = 3 * 2**14
# Operations, up to which a small program is compiled without the newer fusion emitters. They compile equal kernels
# once: a program of many layers takes half the time with them.
SMALL_LENGTH = 700
# Narrow are products of this many rows with weights of so many numbers, without sums along longer rows than these.
_MANY_ROWS, _NARROW_WEIGHTS, _NARROW_ROW = 256, 2**14, 64


def options_for(jaxpr, steps: int | None = None) -> Options:
    """The compiler's options for a program on the CPU; what the user sets in XLA_FLAGS stays.

    Args:
        jaxpr: the program.
        steps: how many steps it will run in all, where that is known.
    """
    done = operations(jaxpr)
    if convolves(done):
        options = CONVOLVING
    else:
        amount = work(done)
        is_single = not has(done, lax.while_p, lax.scan_p) and results(jaxpr) <= SMALL_SINGLE_STATE
        in_all = math.inf if steps is None else steps * amount
        is_small = amount <= (SMALL_SINGLE_WORK if is_single else SMALL_WORK) or in_all <= SMALL_RUN
        large = NARROW if _is_narrow(done) else LARGE
        is_tiny = amount <= TINY_WORK or in_all <= TINY_RUN
        options = TINY if is_tiny else SMALL if is_small and len(done) <= SMALL_LENGTH else large
    flags = os.environ.get("XLA_FLAGS", "")
    return {name: value for name, value in options.items() if name not in flags} if flags else options


def _is_narrow(operations: list[Operation]) -> bool:
    """Whether all products of matrices are of many rows with small weights, and all reductions along rows short."""
    products = []
    for equation, _ in operations:
        if equation.primitive is lax.dot_general_p:
            (contracted, _), (batched, _) = equation.params["dimension_numbers"]
            if batched:
                return False
            x, w = [v.aval.shape for v in equation.invars]
            if len(x) == len(w) == 2 and tuple(contracted) == (1,):  # not the gradients of weights
                products.append((x[0], math.prod(w)))
        elif equation.primitive in (lax.reduce_sum_p, lax.reduce_max_p):
            shape = equation.invars[0].aval.shape
            if len(shape) > 1 and len(shape) - 1 in equation.params["axes"] and shape[-1] > _NARROW_ROW:
                return False
    return bool(products) and builtins.all(rows >= _MANY_ROWS and w <= _NARROW_WEIGHTS for rows, w in products)
