"""Values between the elements of an array, at any coordinates."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

from hornbeam import engine
from hornbeam.ops.dispatch import Array

# Where a coordinate that is outside of [0, n) is looked up.
_FOLDED: dict[str, Callable[[Array, int], Array]] = {
    "constant": lambda i, n: engine.minimum(engine.maximum(i, 0), n - 1),  # and then not counted
    "nearest": lambda i, n: engine.minimum(engine.maximum(i, 0), n - 1),
    "wrap": lambda i, n: engine.remainder(i, n),
    "reflect": lambda i, n: _back_and_forth(i, 2 * n, 2 * n - 1),  # b a | a b c | c b
    "mirror": lambda i, n: _back_and_forth(i, max(2 * n - 2, 1), max(2 * n - 2, 0)),  # c b | a b c | b a
}
FILL_MODES = tuple(_FOLDED)


def _back_and_forth(i: Array, period: int, last: int) -> Array:
    i = engine.remainder(i, period)
    return engine.minimum(i, last - i)


def check_fill_mode(fill_mode: str) -> None:
    if fill_mode not in FILL_MODES:
        raise ValueError(f"`fill_mode` must be one of {', '.join(map(repr, FILL_MODES))}. Received: {fill_mode!r}.")


def sample(
    table: Array,
    sizes: Sequence[int],
    places: Sequence[Array],
    order: int,
    fill_mode: str,
    fill_value: Any,
    base: Any = 0,
) -> Array:
    """Values at `places`: of the nearest element for order 0, for 1 between the nearest two of each axis.

    Args:
        table: the elements in rows, in the order of `sizes`; a row may hold several, such as the channels of a pixel.
        sizes: of the axes.
        places: a coordinate for each axis, of one shape.
        order: 0 or 1.
        fill_mode: what is outside.
        fill_value: for "constant".
        base: the row that the first element is in, for each place.
    """
    axes = [_neighbours(p, n, order, fill_mode) for p, n in zip(places, sizes, strict=True)]
    strides = [math.prod(sizes[i + 1 :]) for i in range(len(sizes))]
    rest = (1,) * (len(table.shape) - 1)
    total: Any = 0
    counted: Any = 0
    for corner in itertools.product(*axes):
        row = sum((index * stride for (index, _), stride in zip(corner, strides, strict=True)), base)
        weight: Any = math.prod(w for _, w in corner)
        weight = engine.reshape(weight, (*weight.shape, *rest))
        total, counted = total + engine.take(table, row, 0) * weight, counted + weight
    return total + (1 - counted) * fill_value if fill_mode == "constant" else total


def _neighbours(place: Array, n: int, order: int, fill_mode: str) -> list[tuple[Array, Array]]:
    """The elements beside `place` on one axis: their indices, and how much each counts."""
    if order == 0:
        first, weights = _rounded(place), [engine.full(tuple(place.shape), 1, engine.dtype_name(place))]
    else:
        first = engine.floor(place)
        weights = [1 - (place - first), place - first]
    first = engine.cast(first, "int32")
    found = []
    for i, weight in enumerate(weights):
        index = first + i
        if fill_mode == "constant":
            weight = engine.where((index >= 0) & (index < n), weight, 0.0)
        found.append((_FOLDED[fill_mode](index, n), weight))
    return found


def _rounded(x: Array) -> Array:
    """The nearest integer; halves away from zero."""
    return engine.sign(x) * engine.floor(engine.abs(x) + 0.5)


def in_dtype(y: Array, dtype: str) -> Array:
    """`y` as `dtype`; rounded where that has integers."""
    return engine.cast(_rounded(y) if "int" in dtype else y, dtype)
