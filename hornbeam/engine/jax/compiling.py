"""Compilation: options by program, and loop or steps."""

import functools
import threading
from typing import Any

import jax

from hornbeam.engine.jax.arrays import not_tracing
from hornbeam.engine.jax.heap import keep_freed_memory
from hornbeam.engine.jax.jaxprs import convolves, operations
from hornbeam.engine.jax.options import TINY, Options, options_for
from hornbeam.engine.jax.placement import on_cpu


def jit(fn, donate=(), steady=0, steps=lambda: None):
    donate = tuple(donate)
    plain = jax.jit(fn, donate_argnums=donate)  # JAX refuses compiler options while another function is traced
    by_options: dict[Any, Any] = {(): plain}
    by_shapes: dict[Any, Any] = {}
    single: dict[int | None, Any] = {}  # the function to call whatever the shapes
    locks: dict[Any, threading.RLock] = {}

    def first_call(shapes, expected, args, kwargs):
        """Choose the function for these shapes, and call it: it shares the trace."""
        known = single.get(expected)
        if known is not None:
            results = known(*args, **kwargs)
            by_shapes[shapes, expected] = known
            return results
        options: Options = {}
        if on_cpu():
            keep_freed_memory()
            options = options_for(plain.trace(*args, **kwargs).jaxpr.jaxpr, expected)
        key = tuple(options.items())
        chosen = by_options.get(key) or jax.jit(fn, donate_argnums=donate, compiler_options=options)
        try:
            results = chosen(*args, **kwargs)
        except jax.errors.JaxRuntimeError as error:
            if "compile option" not in str(error):
                raise
            chosen, results = plain, plain(*args, **kwargs)  # another release of XLA, which has other options
        is_first = all(others != expected for _, others in by_shapes)
        by_options[key] = by_shapes[shapes, expected] = chosen
        if is_first and not options.keys() & TINY.keys():
            single[expected] = chosen
        return results

    @functools.wraps(fn)
    def call(*args, **kwargs):
        if not not_tracing():
            return plain(*args, **kwargs)
        # What was compiled in haste for few rows must not serve many, and threads do not compile the same at once.
        shapes = tuple([getattr(leaf, "shape", None) for leaf in jax.tree.leaves((args[steady:], kwargs))])
        key = shapes, steps()
        chosen = by_shapes.get(key)
        if chosen is not None:
            return chosen(*args, **kwargs)
        with locks.setdefault(shapes, threading.RLock()):
            if key not in by_shapes:
                return first_call(*key, args, kwargs)
        return by_shapes[key](*args, **kwargs)

    call.trace = plain.trace  # type: ignore[attr-defined]
    return call


def steps_beat_loops(fn, *args):
    """Convolutions inside a compiled loop run 5 to 10 times slower than outside on a CPU (jax 0.10.2)."""
    return on_cpu() and convolves(operations(fn.trace(*args).jaxpr.jaxpr))
