"""Activations that make an axis sum to 1."""

from __future__ import annotations

from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core import logits
from hornbeam.ops import arrays
from hornbeam.ops.dispatch import Array, Axis, floating, normalize_axes, normalize_axis, op
from hornbeam.ops.nn.rectifiers import relu


@op(row_independent=True, gives="class probabilities")
def softmax(x: Array, axis: Axis = -1) -> Array:
    """`exp(x) / sum(exp(x))` along `axis`, several axes, or all (`None`).

    >>> import hornbeam
    >>> [round(float(y), 4) for y in hornbeam.activations.softmax([-1.0, 0.0, 2.0])]
    [0.042, 0.1142, 0.8438]
    """
    x = floating(x)
    p = _along(engine.softmax, x, axis)
    return logits.remember(p, x, axis % len(x.shape)) if isinstance(axis, int) else p


@op(row_independent=True)
def log_softmax(x: Array, axis: Axis = -1) -> Array:
    """`log(softmax(x))` without overflow.

    >>> import hornbeam
    >>> [round(float(y), 4) for y in hornbeam.activations.log_softmax([-1.0, 0.0, 2.0])]
    [-3.1698, -2.1698, -0.1698]
    """
    return _along(engine.log_softmax, x, axis)


def _along(fn: Any, x: Array, axis: Axis) -> Array:
    """`fn` along one axis, or along several taken together."""
    x = floating(x)
    if isinstance(axis, int):
        return fn(x, normalize_axis(axis, len(x.shape)))
    axes = normalize_axes(axis, len(x.shape))
    order = [*(a for a in range(len(x.shape)) if a not in axes), *axes]
    moved = engine.transpose(x, order)
    flat = engine.reshape(moved, tuple(moved.shape[: -len(axes) or None]) + (-1,))
    y = engine.reshape(fn(flat, len(flat.shape) - 1), moved.shape)
    return engine.transpose(y, [int(a) for a in np.argsort(order)])


@op(row_independent=True, gives="class probabilities")
def sparsemax(x: Array, axis: int = -1) -> Array:
    """The probability vector closest to `x` (Martins and Astudillo, 2016).

    >>> import hornbeam
    >>> [round(float(y), 4) for y in hornbeam.activations.sparsemax([-1.0, 0.0, 2.0])]
    [0.0, 0.0, 1.0]
    """
    x = arrays.moveaxis(floating(x), axis, -1)
    descending = engine.flip(engine.sort(x, len(x.shape) - 1), len(x.shape) - 1)
    sums = engine.cumsum(descending, len(x.shape) - 1)
    rank = engine.arange(1, x.shape[-1] + 1, 1, engine.dtype_name(x))
    support = 1 + rank * descending > sums
    k = engine.sum(engine.cast(support, engine.dtype_name(x)), -1, True)
    tau = (engine.sum(engine.where(support, descending, 0), -1, True) - 1) / k
    return arrays.moveaxis(relu(x - tau), -1, axis)
