"""Sorting, and places in an order."""

from __future__ import annotations

from typing import Any

from hornbeam import engine
from hornbeam.ops.arrays.shapes import ravel
from hornbeam.ops.dispatch import Array, floating, normalize_axis, op


@op(passes_values=True)
def sort(x: Array, axis: int | None = -1) -> Array:
    """`x` in ascending order along `axis`, or of `x` as a vector."""
    if axis is None:
        x, axis = ravel(x), 0
    return engine.sort(x, normalize_axis(axis, len(x.shape)))


@op
def argsort(x: Array, axis: int | None = -1) -> Array:
    """The indices that sort `x`; equal elements stay in their order."""
    if len(x.shape) == 0:
        return engine.reshape(engine.argsort(ravel(x), 0), ())
    if axis is None:
        x, axis = ravel(x), 0
    return engine.argsort(x, normalize_axis(axis, len(x.shape)))


def argpartition(x: Any, kth: int, axis: int = -1) -> Array:
    """Indices that put the `kth` smallest at its place, smaller ones before it and larger ones after."""
    return argsort(x, axis)


@op
def top_k(x: Array, k: int, sorted: bool = True) -> tuple[Array, Array]:
    """The `k` largest values along the last axis, in descending order, and their indices."""
    return engine.top_k(x, k)


@op
def in_top_k(targets: Array, predictions: Array, k: int) -> Array:
    """Whether the score of each row's target is among the row's `k` highest; ties count for it, NaN never does.

    >>> import hornbeam
    >>> hornbeam.ops.in_top_k([2, 0], [[0.1, 0.2, 0.7], [0.1, 0.2, 0.7]], 2).tolist()
    [True, False]
    """
    classes = predictions.shape[-1]
    known = engine.logical_and(targets >= 0, targets < classes)
    score = engine.take_along_axis(predictions, targets[..., None], len(predictions.shape) - 1)
    higher = engine.sum(predictions > score, -1)
    finite = engine.all(engine.isfinite(floating(predictions)), -1)
    return engine.logical_and(engine.logical_and(higher < k, known), finite)


@op
def searchsorted(sorted_sequence: Array, values: Array, side: str = "left") -> Array:
    """Where `values` belong in an ascending vector: before ("left") or after ("right") equal elements."""
    places = engine.searchsorted(sorted_sequence, ravel(values), side)
    return engine.reshape(places, values.shape)


@op
def digitize(x: Array, bins: Array) -> Array:
    """The number of the ascending `bins` that are at most `x`."""
    x = engine.cast(x, "int32") if engine.dtype_name(x) == "bool" else x
    bins = engine.cast(bins, "int32") if engine.dtype_name(bins) == "bool" else bins
    return searchsorted(bins, x, "right")
