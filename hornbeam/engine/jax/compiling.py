"""Compilation: options by program, and loop or steps."""

import builtins
import functools
import math
import os
from typing import Any, TypeAlias

import jax
from jax import lax

from hornbeam.engine.jax.arrays import not_tracing
from hornbeam.engine.jax.heap import keep_freed_memory
from hornbeam.engine.jax.placement import on_cpu

Options: TypeAlias = dict[str, Any]

# Options of XLA on the CPU, from measurements with jax 0.10.2 on two AVX-512 cores (benchmarks/compiler_options.py).
# Vectors as wide as the processor has, where XLA takes half of that: exponentials and the like in half the time.
_LARGE: Options = {"xla_cpu_prefer_vector_width": 512}
# YNNPACK fusions: convolutions of many channels and their gradients take 1.1 to 1.8 times as long with them. Programs
# that convolve do without. Steps of dense layers take 0.5 to 1 times as long with them where weights are large beside
# the rows, and 1.2 to 1.35 times as long where they are small.
_NARROW: Options = {"xla_cpu_experimental_ynn_fusion_type": "", **_LARGE}
_CONVOLVING: Options = {"xla_cpu_experimental_ynn_fusion_type": ""}
# Where a step has little to compute, what its user waits for is the compiler. Without the newer fusion emitters and at
# LLVM's first level it takes half the time; without LLVM's optimizations a fifth, and a step some microseconds more.
_SMALL: Options = {
    "xla_cpu_use_fusion_emitters": False,
    "xla_backend_optimization_level": 1,
    "xla_cpu_parallel_codegen_split_count": 2,
}
_TINY: Options = {
    "xla_cpu_use_fusion_emitters": False,
    "xla_backend_optimization_level": 0,
    "xla_cpu_parallel_codegen_split_count": 1,
}
# Elements that a step computes, up to which a program counts as tiny or small.
_TINY_WORK = 2**14
_SMALL_WORK = 2**16
# The same for a program without a loop: the host dispatches its steps one by one, 0.1 ms and more each. What the older
# emitters lose is in overwriting state, half a nanosecond for each number: there must be little. With as much as is
# allowed a step takes a tenth longer, so compiling it so pays off up to some 10 000 steps.
_SMALL_SINGLE_WORK = 2**20
_SMALL_SINGLE_STATE = 3 * 2**14
# Equations, up to which a small program is compiled without the newer fusion emitters. They compile equal kernels once:
# a program of many layers takes half the time with them.
_SMALL_LENGTH = 700
_MULTIPLICATIONS_PER_ELEMENT = 8
# Narrow are products of this many rows with weights of so many numbers, without sums along longer rows than these.
_MANY_ROWS, _NARROW_WEIGHTS, _NARROW_ROW = 256, 2**14, 64


def jit(fn, donate=()):
    donate = tuple(donate)
    plain = jax.jit(fn, donate_argnums=donate)  # JAX refuses compiler options while another function is traced
    by_options: dict[Any, Any] = {(): plain}
    by_shapes: dict[Any, Any] = {}
    single = None  # the function to call whatever the shapes

    def first_call(shapes, args, kwargs):
        """Choose the function for these shapes, and call it: it shares the trace."""
        nonlocal single
        if on_cpu():
            keep_freed_memory()
        options = _options(plain.trace(*args, **kwargs).jaxpr.jaxpr) if on_cpu() else {}
        key = tuple(options.items())
        chosen = by_options.get(key) or jax.jit(fn, donate_argnums=donate, compiler_options=options)
        try:
            results = chosen(*args, **kwargs)
        except jax.errors.JaxRuntimeError as error:
            if "compile option" not in str(error):
                raise
            chosen, results = plain, plain(*args, **kwargs)  # another release of XLA, which has other options
        by_options[key] = by_shapes[shapes] = chosen
        if len(by_shapes) == 1 and not options.keys() & _TINY.keys():
            single = chosen
        return results

    @functools.wraps(fn)
    def call(*args, **kwargs):
        if not not_tracing():
            return plain(*args, **kwargs)
        if single is not None:
            return single(*args, **kwargs)
        # What was compiled in haste for few rows must not serve many: look at the shapes in every call.
        shapes = tuple([getattr(leaf, "shape", None) for leaf in jax.tree.leaves((args, kwargs))])
        chosen = by_shapes.get(shapes)
        return chosen(*args, **kwargs) if chosen is not None else first_call(shapes, args, kwargs)

    call.trace = plain.trace  # type: ignore[attr-defined]
    return call


def _options(jaxpr) -> Options:
    """The compiler's options for a program on the CPU; what the user sets in XLA_FLAGS stays."""
    if _convolves(jaxpr):
        options = _CONVOLVING
    else:
        work = _work(jaxpr)
        is_single = not _has(jaxpr, lax.while_p, lax.scan_p) and _results(jaxpr) <= _SMALL_SINGLE_STATE
        is_small = work <= (_SMALL_SINGLE_WORK if is_single else _SMALL_WORK) and _length(jaxpr) <= _SMALL_LENGTH
        large = _NARROW if _is_narrow(jaxpr) else _LARGE
        options = _TINY if work <= _TINY_WORK else _SMALL if is_small else large
    flags = os.environ.get("XLA_FLAGS", "")
    return {name: value for name, value in options.items() if name not in flags} if flags else options


def _length(jaxpr) -> int:
    """How many equations a program consists of, those inside of others counted too."""
    inner = [program for equation in jaxpr.eqns for value in equation.params.values() for program in _jaxprs(value)]
    return len(jaxpr.eqns) + builtins.sum(map(_length, inner))


def _work(jaxpr) -> float:
    """About how many elements a program computes; the body of a loop of unknown length counts once."""
    work = 0.0
    for equation in jaxpr.eqns:
        inner = [_work(inner) for value in equation.params.values() for inner in _jaxprs(value)]
        if inner:
            work += builtins.sum(inner) * (equation.params["length"] if equation.primitive is lax.scan_p else 1)
            continue
        size = builtins.max((math.prod(v.aval.shape) for v in equation.outvars if hasattr(v.aval, "shape")), default=0)
        if equation.primitive is lax.dot_general_p:
            (contracted, _), _ = equation.params["dimension_numbers"]
            depth = math.prod(equation.invars[0].aval.shape[axis] for axis in contracted)
            size *= builtins.max(depth / _MULTIPLICATIONS_PER_ELEMENT, 1)
        work += size
    return work


def _is_narrow(jaxpr) -> bool:
    """Whether all products of matrices are of many rows with small weights, and all reductions along rows short."""
    products = []
    for equation in _equations(jaxpr):
        shapes = [v.aval.shape for v in equation.invars if hasattr(v.aval, "shape")]
        if equation.primitive is lax.dot_general_p:
            (contracted, _), (batched, _) = equation.params["dimension_numbers"]
            if batched:
                return False
            if list(map(len, shapes)) == [2, 2] and tuple(contracted) == (1,):  # not the gradients of weights
                products.append((shapes[0][0], math.prod(shapes[1])))
        elif equation.primitive in (lax.reduce_sum_p, lax.reduce_max_p) and len(shapes[0]) > 1:
            if len(shapes[0]) - 1 in equation.params["axes"] and shapes[0][-1] > _NARROW_ROW:
                return False
    return bool(products) and builtins.all(rows >= _MANY_ROWS and w <= _NARROW_WEIGHTS for rows, w in products)


def _equations(jaxpr):
    """The equations of a program, and those inside of them."""
    for equation in jaxpr.eqns:
        yield equation
        for value in equation.params.values():
            for inner in _jaxprs(value):
                yield from _equations(inner)


def _jaxprs(value):
    """The programs inside a parameter of an equation."""
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from _jaxprs(item)
    elif hasattr(value, "jaxpr"):
        yield value.jaxpr
    elif hasattr(value, "eqns"):
        yield value


def _convolves(jaxpr) -> bool:
    return _has(jaxpr, lax.conv_general_dilated_p)


def _results(jaxpr) -> int:
    """How many numbers a program returns; a training step returns its state."""
    return builtins.sum(math.prod(v.aval.shape) for v in jaxpr.outvars)


def _has(jaxpr, *primitives) -> bool:
    """Whether one of these is among the operations of a program, or of a program inside of it."""
    return builtins.any(
        equation.primitive in primitives
        or builtins.any(_has(inner, *primitives) for value in equation.params.values() for inner in _jaxprs(value))
        for equation in jaxpr.eqns
    )


def steps_beat_loops(fn, *args):
    """Convolutions inside a compiled loop run 5 to 10 times slower than outside on a CPU (jax 0.10.2)."""
    return on_cpu() and _convolves(fn.trace(*args).jaxpr.jaxpr)
