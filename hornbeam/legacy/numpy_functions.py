"""NumPy's functions on arrays of the engine in old code: what they give is NumPy's, as for tensors of TensorFlow.

`x - np.array(1.0)` is a tensor, also where `x` has no value yet.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from hornbeam import engine, ops
from hornbeam.core import tree
from hornbeam.core.shape import Shape
from hornbeam.core.tape import Taped
from hornbeam.legacy.tensors import Dimension

# NumPy's names of what Python's operators do, and those of `ops` where they are others.
_OPERATORS = {
    **dict.fromkeys("add subtract multiply floor_divide power matmul bitwise_and bitwise_or bitwise_xor".split()),
    **dict.fromkeys("less less_equal greater greater_equal equal not_equal".split()),
    "divide": "true_divide",
    "remainder": "mod",
}


def with_numpy(self: Any, function: Callable[..., Any], types: Any, args: Any, kwargs: Any) -> Any:
    """`function(*args, **kwargs)` where arrays are NumPy's: `np.mean(x)` would ask for a method `mean` otherwise."""
    args, kwargs = tree.map(_in_numpy, (args, kwargs))
    return function(*args, **kwargs)


def with_ufunc(self: Any, function: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
    """An operator of an array and one of NumPy's, as `ops` has it; of other functions, what NumPy gives."""
    name = function.__name__
    if method == "__call__" and name in _OPERATORS and not kwargs:
        return getattr(ops, _OPERATORS[name] or name)(*inputs)
    return getattr(function, method)(*map(_in_numpy, inputs), **kwargs)


def _in_numpy(leaf: Any) -> Any:
    return np.asarray(leaf) if engine.is_tensor(leaf) or isinstance(leaf, Taped) else leaf


def teach(name: str) -> None:
    """Let NumPy ask these functions of the arrays of an engine from now on."""
    arrays: Any = type(engine.load(name).asarray(np.float32(0)))
    arrays.__array_function__ = Taped.__array_function__ = with_numpy  # type: ignore[attr-defined]
    arrays.__array_ufunc__ = with_ufunc
    arrays.__getitem__ = _also_backwards(arrays.__getitem__)
    of_engine = engine.load(name)
    of_engine.answer_shape(Shape)
    of_engine.answer("get_shape", lambda array: Shape(map(Dimension, array.shape)))
    of_engine.answer("_keras_shape", property(lambda array: tuple(array.shape)))
    of_engine.answer("set_shape", lambda array, shape: None)  # which an array has


def _also_backwards(get_item: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """`x[key]`, also for `x[::-1]` where the engine has no such slices."""

    @functools.wraps(get_item)
    def method(self: Any, key: Any) -> Any:
        keys = key if type(key) is tuple else (key,)
        if any(type(k) is slice and k.step is not None and k.step < 0 for k in keys):
            return ops.get_item(self, key)
        return get_item(self, key)

    return method
