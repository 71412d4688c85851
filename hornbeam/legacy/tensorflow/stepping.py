"""Functions that go along the first axis, and those that choose among functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hornbeam import ops
from hornbeam.legacy.backend.control import foldl as _foldl
from hornbeam.legacy.backend.control import foldr as _foldr
from hornbeam.legacy.tensorflow.functions import cond, map_fn

__all__ = ["case", "foldl", "foldr", "scan", "switch_case", "vectorized_map"]


def foldl(fn: Callable[..., Any], elems: Any, initializer: Any = None, *_: Any, **__: Any) -> Any:
    """`fn(result so far, element)` from the first element to the last."""
    return _foldl(fn, ops.convert_to_tensor(elems), initializer)


def foldr(fn: Callable[..., Any], elems: Any, initializer: Any = None, *_: Any, **__: Any) -> Any:
    """The same from the last element to the first."""
    return _foldr(fn, ops.convert_to_tensor(elems), initializer)


def scan(fn: Callable[..., Any], elems: Any, initializer: Any = None, *_: Any, **__: Any) -> Any:
    """What `foldl` has after each element."""
    found, elems = [], ops.convert_to_tensor(elems)
    state, start = (elems[0], 1) if initializer is None else (initializer, 0)
    if start:
        found.append(state)
    for i in range(start, elems.shape[0]):
        state = fn(state, elems[i])
        found.append(state)
    return ops.stack(found)


def vectorized_map(fn: Callable[..., Any], elems: Any, fallback_to_while_loop: bool = True) -> Any:
    """`fn` of each element."""
    return map_fn(fn, elems)


def case(pred_fn_pairs: Any, default: Callable[[], Any] | None = None, *_: Any, **__: Any) -> Any:
    """What the function beside the first true condition gives."""
    pairs = list(pred_fn_pairs.items() if isinstance(pred_fn_pairs, dict) else pred_fn_pairs)
    (condition, fn), *others = pairs
    if others:
        return cond(condition, fn, lambda: case(others, default))
    return fn() if default is None else cond(condition, fn, default)


def switch_case(
    branch_index: Any, branch_fns: Any, default: Callable[[], Any] | None = None, name: str | None = None
) -> Any:
    """What the function of a number gives."""
    pairs = list(branch_fns.items() if isinstance(branch_fns, dict) else enumerate(branch_fns))
    chosen: Sequence[Any] = [(ops.equal(branch_index, i), fn) for i, fn in pairs]
    return case(chosen, default or pairs[-1][1])
