"""Branches, loops and functions of functions, the same in and out of compiled programs."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Sequence
from typing import Any

from hornbeam import engine
from hornbeam.core import tree
from hornbeam.ops import arrays
from hornbeam.ops.dispatch import Array, arrays_of, as_array, fused, op

# fmt: off
__all__ = [
    "stop_gradient", "custom_gradient", "cond", "switch", "scan", "associative_scan", "while_loop", "fori_loop",
    "map", "vectorized_map", "vectorize",
]
# fmt: on


@op(row_independent=True, passes_values=True)
def stop_gradient(variable: Array) -> Array:
    """The same value, constant for gradients."""
    return engine.stop_gradient(variable)


def custom_gradient(f: Callable[..., Any]) -> Callable[..., Any]:
    """A function with a gradient of your own: `f(*xs)` returns its value and `grad(dy)`, one gradient per argument."""
    inner = engine.custom_gradient(f)

    def call(*args: Any) -> Any:
        return inner(*(as_array(x) for x in args))

    return call


def cond(pred: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
    """`true_fn()` if `pred` holds, otherwise `false_fn()`; both give arrays of the same shapes and dtypes."""
    if isinstance(pred, bool):
        return true_fn() if pred else false_fn()
    return _cond(pred, true_fn, false_fn)


@op
def _cond(pred: Array, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
    return engine.cond(engine.cast(pred, "bool"), lambda: arrays_of(true_fn()), lambda: arrays_of(false_fn()))


@op
def switch(index: Array, branches: Sequence[Callable[..., Any]], *operands: Any) -> Any:
    """`branches[index](*operands)`, with `index` moved into range."""
    operands = tuple(arrays_of(x) for x in operands)
    last = len(branches) - 1
    if last == 0:
        return branches[0](*operands)
    return engine.cond(
        index <= 0,
        lambda *xs: arrays_of(branches[0](*xs)),
        lambda *xs: switch(index - 1, branches[1:], *xs),
        *operands,
    )


@op
def scan(
    f: Callable[[Any, Any], tuple[Any, Any]],
    init: Any,
    xs: Any = None,
    length: int | None = None,
    reverse: bool = False,
    unroll: int | bool = 1,
) -> tuple[Any, Any]:
    """`carry, y = f(carry, x)` for every `x` along the first axis of `xs`; gives the last carry and all `y` stacked.

    Args:
        f: takes the carry (a tree) and a slice of `xs`; returns both anew.
        init: the first carry.
        xs: a tree of arrays with a common first axis, or `None` with a `length`.
        length: the number of steps, where `xs` does not say it.
        reverse: go from the last slice to the first; the `y` stay next to their `x`.
        unroll: accepted for compatibility.

    >>> import hornbeam
    >>> total, sums = hornbeam.ops.scan(lambda s, x: (s + x, s + x), 0.0, [1.0, 2.0, 3.0])
    >>> sums.tolist()
    [1.0, 3.0, 6.0]
    """
    if unroll is not True and unroll is not False and not (isinstance(unroll, int) and unroll > 0):
        raise ValueError(f"`unroll` must be a positive integer or a boolean. Received: unroll={unroll!r}.")
    if xs is None and length is None:
        raise ValueError("`scan` needs `xs`, or a `length` without them. Received: neither.")
    xs = as_array(xs) if _is_numbers(xs) else arrays_of(xs)
    init = arrays_of(init)
    dtypes = tree.map(lambda x: None if x is None else engine.dtype_name(x), init)

    def step(carry: Any, x: Any) -> tuple[Any, Any]:
        carry, y = f(carry, x)
        same = tree.map(lambda x, dtype: None if x is None else engine.cast(as_array(x), dtype), carry, dtypes)
        return same, arrays_of(y)

    return engine.scan(step, init, xs, length, reverse)


def _is_numbers(xs: Any) -> bool:
    """A list of numbers is an array; a list of arrays is a tree."""
    return isinstance(xs, list) and not builtins.any(hasattr(leaf, "shape") for leaf in tree.leaves(xs))


@op
def associative_scan(f: Callable[[Any, Any], Any], elems: Any, reverse: bool = False, axis: int = 0) -> Any:
    """All running results of an associative `f` along `axis`, in logarithmically many steps."""
    leaves, structure = tree.flatten(arrays_of(elems))
    leaves = [arrays.flip(x, axis) if reverse else x for x in leaves]
    n, width = leaves[0].shape[axis], 1
    while width < n:
        heads = [arrays.split(x, [n - width], axis)[0] for x in leaves]
        starts, tails = zip(*(arrays.split(x, [width], axis) for x in leaves), strict=True)
        combined = tree.leaves(f(tree.unflatten(structure, heads), tree.unflatten(structure, list(tails))))
        leaves = [arrays.concatenate([a, b], axis) for a, b in zip(starts, combined, strict=True)]
        width *= 2
    return tree.unflatten(structure, [arrays.flip(x, axis) if reverse else x for x in leaves])


@op
def while_loop(
    cond: Callable[..., Any], body: Callable[..., Any], loop_vars: Any, maximum_iterations: int | None = None
) -> Any:
    """`loop_vars = body(*loop_vars)` while `cond(*loop_vars)` holds, and at most `maximum_iterations` times.

    >>> import hornbeam
    >>> [float(x) for x in hornbeam.ops.while_loop(lambda i, x: i < 3, lambda i, x: (i + 1, 2 * x), (0, 1.0))]
    [3.0, 8.0]
    """
    several = isinstance(loop_vars, tuple | list)
    state = tuple(arrays_of(x) for x in (loop_vars if several else (loop_vars,)))

    def test(count_and_state: tuple[Array, tuple[Any, ...]]) -> Array:
        count, state = count_and_state
        more = engine.cast(as_array(cond(*state)), "bool")
        return more if maximum_iterations is None else engine.logical_and(more, count < maximum_iterations)

    def step(count_and_state: tuple[Array, tuple[Any, ...]]) -> tuple[Array, tuple[Any, ...]]:
        count, state = count_and_state
        after = body(*state)
        after = tuple(after) if isinstance(after, list | tuple) else (after,)
        return count + 1, _like(after, state)

    _, state = engine.while_loop(test, step, (as_array(0), state))
    return type(loop_vars)(state) if several else state[0]


def _like(values: Any, examples: Any) -> Any:
    return tree.map(lambda x, example: engine.cast(as_array(x), engine.dtype_name(example)), values, examples)


@op
def fori_loop(lower: Any, upper: Any, body_fun: Callable[[Any, Any], Any], init_val: Any) -> Any:
    """`state = body_fun(i, state)` for `i` from `lower` up to, not including, `upper`."""
    init_val = arrays_of(init_val)
    return engine.fori_loop(lower, upper, lambda i, state: _like(body_fun(i, state), init_val), init_val)


def map(f: Callable[[Any], Any], xs: Any) -> Any:
    """`f` of every slice along the first axis of `xs`, one after the other."""
    return scan(lambda carry, x: (carry, f(x)), 0, xs)[1]


@op
def vectorized_map(function: Callable[[Any], Any], elements: Any) -> Any:
    """`function` of every slice along the first axis of `elements`, all at once."""
    return engine.vmap(lambda x: arrays_of(function(x)))(arrays_of(elements))


def map_elementwise(fn: Callable[..., Sequence[Array]], rows: Sequence[Sequence[Array]]) -> list[Sequence[Array]]:
    """`[fn(*row) for row in rows]` of a function that works by element; the arrays of a row have the same shape.

    Hundreds of small arrays cost more than one of their size where operations are dispatched one by one: an engine
    that does so lays them end to end.
    """
    kernel = fused("map_elementwise") if len(rows) > 1 else None
    return [fn(*row) for row in rows] if kernel is None else kernel(fn, rows)


def if_any(condition: Array, fn: Callable[[Array], Array], x: Array) -> Array:
    """`fn(x)`, where `fn` leaves x as it is unless some element of `condition` is true.

    For an `fn` that reads elements at any places: an engine that would compute x again at each of these places has all
    of it in memory first.
    """
    kernel = fused("if_any")
    return fn(x) if kernel is None else kernel(condition, fn, x)


def vectorize(pyfunc: Callable[..., Any], *, excluded: Any = None, signature: str | None = None) -> Callable[..., Any]:
    """`pyfunc`, written for single numbers, as a function of arrays, whose shapes broadcast.

    Args:
        pyfunc: takes and returns scalars, or arrays of the axes that `signature` names.
        excluded: positions of arguments that are passed as they are.
        signature: such as "(n),(n)->()"; scalars by default.
    """
    excluded = set(excluded or ())

    def call(*args: Any) -> Any:
        mapped = [i for i in range(len(args)) if i not in excluded]
        values = [as_array(args[i]) for i in mapped]
        inner = [s.count(",") + bool(s.strip(" ()")) for s in _groups(signature)] if signature else [0] * len(values)
        outer = [tuple(v.shape[: len(v.shape) - n]) for v, n in zip(values, inner, strict=True)]
        shape = _broadcast(outer)
        values = [
            engine.broadcast_to(v, shape + tuple(v.shape[len(v.shape) - n :]))
            for v, n in zip(values, inner, strict=True)
        ]

        def fn(*xs: Any) -> Any:
            filled = list(args)
            for i, x in zip(mapped, xs, strict=True):
                filled[i] = x
            return arrays_of(pyfunc(*filled))

        for _ in shape:
            fn = engine.vmap(fn)
        return fn(*values)

    return call


def _groups(signature: str) -> list[str]:
    return signature.partition("->")[0].replace(" ", "").strip("()").split("),(")


def _broadcast(shapes: list[tuple[int, ...]]) -> tuple[int, ...]:
    n = builtins.max((len(s) for s in shapes), default=0)
    padded = [(1,) * (n - len(s)) + s for s in shapes]
    return tuple(builtins.max(sizes, key=lambda size: (size != 1, size)) for sizes in zip(*padded, strict=True))
