"""`tf.math`."""

from __future__ import annotations

import functools
from typing import Any

from hornbeam import ops
from hornbeam.legacy.tensorflow import functions, nn, renamed

argmax, argmin = functions.argmax, functions.argmin
squared_difference = functions.squared_difference
l2_normalize = nn.l2_normalize
cumsum = functions.cumsum
reduce_prod = functions.reduce_prod


def reduce_euclidean_norm(input_tensor: Any, axis: Any = None, keepdims: bool = False, name: Any = None) -> Any:
    """√Σ x²."""
    return ops.sqrt(ops.sum(ops.square(input_tensor), axis, keepdims))


def zero_fraction(value: Any, name: Any = None) -> Any:
    """The share of zeros."""
    return ops.mean(ops.cast(ops.equal(value, 0), "float32"))


def cumprod(x: Any, axis: int = 0, exclusive: bool = False, reverse: bool = False, name: Any = None) -> Any:
    """Products from the first element on, or the last with `reverse`; without the element itself if `exclusive`."""
    x = ops.flip(x, axis) if reverse else ops.convert_to_tensor(x)
    if exclusive:
        before = ops.split(x, [x.shape[axis] - 1], axis)[0]
        x = ops.concatenate([ops.ones_like(ops.take(x, [0], axis)), before], axis)
    total = ops.cumprod(x, axis)
    return ops.flip(total, axis) if reverse else total


def unsorted_segment_mean(data: Any, segment_ids: Any, num_segments: int, name: Any = None) -> Any:
    """The means of the rows of each segment, 0 for one without rows."""
    ones = ops.ones((len(segment_ids), *(1 for _ in data.shape[1:])), data.dtype)
    counts = ops.segment_sum(ones, segment_ids, num_segments)
    return ops.segment_sum(data, segment_ids, num_segments) / ops.maximum(counts, 1)


def polyval(coeffs: Any, x: Any, name: Any = None) -> Any:
    """The value of a polynomial, the coefficient of its highest power first."""
    return functools.reduce(lambda total, c: total * x + c, coeffs)


def multiply_no_nan(x: Any, y: Any, name: Any = None) -> Any:
    """x y, and 0 where y is 0."""
    return ops.where(ops.equal(y, 0), 0.0, ops.multiply(x, y))


def confusion_matrix(
    labels: Any, predictions: Any, num_classes: int | None = None, weights: Any = None, dtype: Any = "int32"
) -> Any:
    """How often each class was predicted for each."""
    labels, predictions = ops.convert_to_tensor(labels), ops.convert_to_tensor(predictions)
    count = num_classes or 1 + int(max(ops.max(labels), ops.max(predictions)))
    ones = ops.cast(ops.ones_like(labels) if weights is None else weights, str(dtype))
    return ops.scatter(ops.stack([labels, predictions], axis=1), ones, (count, count))


__getattr__ = renamed.names_of("math", "further", "top_k")
