"""Shapes as Keras 2 asks for them: a size of a symbolic tensor that is not known yet is a `Size`, a number to come."""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from hornbeam.core import symbolic, tree
from hornbeam.core.running import running
from hornbeam.core.shape import Sizes
from hornbeam.core.symbolic import Operation, SymbolicTensor
from hornbeam.core.variable import Variable
from hornbeam.ops import arrays


class Size(SymbolicTensor):
    """A whole number that is known once there are values: when a model computes, it is a plain `int`.

    Args:
        sources: the tensors whose sizes it depends on.
        now: what it is while shapes are inferred, when other numbers stand for the unknown ones.
    """

    def __init__(self, sources: list[SymbolicTensor], now: Callable[[], int]):
        super().__init__((), "int32")
        self.sources = sources
        self.now = now


def _of_numbers(function: Callable[[Any, Any], Any], swapped: bool) -> Callable[[Any, Any], Any]:
    in_graph = getattr(SymbolicTensor, f"__{'r' * swapped}{function.__name__.strip('_')}__")

    def method(self: Size, other: Any) -> Any:
        if isinstance(other, bool) or not isinstance(other, int | np.integer | Size):
            return in_graph(self, other)
        pair = (other, self) if swapped else (self, other)
        sizes = [n for n in pair if isinstance(n, Size)]
        now = lambda: function(*(n.now() if isinstance(n, Size) else int(n) for n in pair))  # noqa: E731
        result = Size([source for size in sizes for source in size.sources], now)
        return symbolic.record(Operation(function), pair, {}, result)

    return method


for _function in (operator.add, operator.sub, operator.mul, operator.floordiv, operator.mod):
    for _swapped in (False, True):
        setattr(Size, f"__{'r' * _swapped}{_function.__name__}__", _of_numbers(_function, _swapped))


class _Hidden:
    """A `Size` among arguments that are traced, where it is a number already."""

    def __init__(self, size: Size):
        self.size = size


def takes_sizes(fn: Callable[..., Any]) -> Callable[..., Any]:
    """Let a function that wants numbers, in a shape, take a `Size` there: the call becomes a node of the graph."""

    @functools.wraps(fn)
    def call(*args: Any, **kwargs: Any) -> Any:
        sizes = [leaf for leaf in tree.leaves((args, kwargs)) if isinstance(leaf, Size)]
        if not sizes:
            return fn(*args, **kwargs)
        hidden = tree.map(lambda x: _Hidden(x) if isinstance(x, Size) else x, (args, kwargs))
        sources = [source for size in sizes for source in size.sources]
        return symbolic.record(Operation(call), args, kwargs, symbolic.infer(of_numbers, (hidden, sources)))

    def of_numbers(given: Any, sources: Any) -> Any:
        args, kwargs = tree.map(lambda x: x.size.now() if isinstance(x, _Hidden) else x, given)
        return fn(*args, **kwargs)

    return call


def _size_of(x: Any, axis: int) -> int:
    return x.shape[axis]


def _probe(axis: int) -> int:
    return running.probe["other" if axis else "batch"] if running.probe else 1


def _size(x: SymbolicTensor, axis: int) -> Any:
    if x.shape[axis] is not None:
        return x.shape[axis]
    size = Size([x], functools.partial(_probe, axis))
    return symbolic.record(Operation(_size_of), (x, axis), {}, size)


def shape(x: Any) -> tuple[Any, ...]:
    """The sizes of `x`; what a symbolic tensor does not know yet can be calculated with, and be part of a shape."""
    if isinstance(x, SymbolicTensor):
        return Sizes(_size(x, axis) for axis in range(len(x.shape)))
    return Sizes(arrays.shape(x))


def int_shape(x: Any) -> tuple[int | None, ...] | None:
    """The sizes of `x`, `None` for unknown ones; `None` for what has no shape."""
    return tuple(x.shape) if hasattr(x, "shape") else None


def ndim(x: Any) -> int:
    """The number of axes."""
    return len(arrays.shape(x))


def size(x: Any, name: str | None = None) -> Any:
    """The number of elements."""
    return functools.reduce(operator.mul, shape(x), 1)


def count_params(x: Any) -> int:
    """The number of elements of a variable, or of a tensor whose shape is known."""
    sizes = arrays.shape(x)
    if None in sizes:
        raise ValueError(f"`count_params` needs a shape that is known. Received: {sizes}.")
    return math.prod(n for n in sizes if n is not None)


def get_variable_shape(x: Variable) -> tuple[int | None, ...] | None:
    """The shape of a variable."""
    return int_shape(x)
