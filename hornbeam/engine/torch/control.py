"""Control flow is Python's own; under `trace_shapes` a body runs once."""

import torch

from hornbeam.engine.protocol import Spec
from hornbeam.engine.torch.arrays import as_dtype, asarray, counted, default_device, dtype_name
from hornbeam.engine.torch.modes import is_recorded, modes
from hornbeam.engine.torch.shapes import trace_shapes
from hornbeam.engine.torch.trees import tree_leaves, tree_map


def scan(fn, init, xs, length=None, reverse=False):
    # One `unbind` and not many `a[i]`: the backward pass of each index would fill an array of the whole length.
    steps = [asarray(leaf).unbind(0) for leaf in tree_leaves(xs)]
    n = len(steps[0]) if steps else length
    if n == 0 or modes.tracing:
        return _scan_once(fn, init, xs, n)
    carry, ys = init, [None] * n
    for i in reversed(range(n)) if reverse else range(n):
        now = iter([step[i] for step in steps])
        carry, ys[i] = fn(carry, tree_map(lambda _, now=now: next(now), xs))
    return carry, tree_map(lambda *y: torch.stack([asarray(item) for item in y]), *ys)


def _scan_once(fn, init, xs, n):
    """The shapes of a scan from one step of it; the values too where there is no step."""
    x = tree_map(lambda leaf: Spec(tuple(leaf.shape[1:]), dtype_name(leaf)), xs)
    carry, y = trace_shapes(fn, init, x)
    device = default_device() if n == 0 and not modes.tracing else "meta"

    def empty(spec, shape=()):
        spec = spec if isinstance(spec, Spec) else trace_shapes(asarray, spec)
        return torch.empty((*shape, *spec.shape), dtype=as_dtype(spec.dtype), device=device)

    return init if n == 0 else tree_map(empty, carry), tree_map(lambda spec: empty(spec, (n,)), y)


def while_loop(condition, body, state):
    if modes.tracing:
        return body(state)
    while condition(state):
        state = body(state)
    return state


def fori_loop(start, stop, body, state):
    if modes.tracing:
        return body(asarray(start, "int32"), state)
    if is_recorded(stop) and not modes.differentiating:
        return modes.recorder.loop(start, stop, body, state)
    for i in counted(start, stop):
        state = body(i, state)
    return state


def cond(predicate, true_fn, false_fn, *operands):
    if is_recorded(predicate) and not modes.differentiating:
        return modes.recorder.cond(predicate, lambda: true_fn(*operands), lambda: false_fn(*operands))
    if isinstance(predicate, torch.Tensor) and predicate.is_meta:
        return true_fn(*operands)
    return true_fn(*operands) if predicate else false_fn(*operands)


def vmap(fn, in_axes=0, out_axes=0):
    return torch.func.vmap(fn, in_axes, out_axes, randomness="different")
