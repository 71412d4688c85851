"""Making arrays and moving what is in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from hornbeam import ops
from hornbeam.core import dtypes
from hornbeam.legacy.backend.sizes import takes_sizes
from hornbeam.ops.dispatch import Array, op


def arange(start: Any, stop: Any = None, step: Any = 1, dtype: str = "int32") -> Any:
    """Numbers from `start` up to, not including, `stop`; from 0 up to `start` without one."""
    if stop is None and isinstance(start, int) and start < 0:
        start = 0
    return _arange(start, stop, step, dtype)


@takes_sizes
def _arange(start: Any, stop: Any, step: Any, dtype: str) -> Any:
    return ops.arange(start, stop, step, dtype)


def constant(value: Any, dtype: Any = None, shape: Any = None, name: str | None = None) -> Any:
    """A tensor with this value, which fills `shape`."""
    value = np.asarray(value, dtypes.numpy_dtype(dtypes.standardize(dtype)))
    if shape is not None and value.size != 1:
        value = value.reshape(shape)
    return ops.convert_to_tensor(value if shape is None else np.broadcast_to(value, tuple(shape)))


@takes_sizes
def reshape(x: Any, shape: Any) -> Any:
    """`x` in another shape; one size may be -1, or `None`, for what remains."""
    return ops.reshape(x, tuple(-1 if n is None else n for n in shape))


@takes_sizes
def tile(x: Any, n: Any) -> Any:
    """`x` repeated as a whole `n` times, a number for each axis; a single number is for the last."""
    return ops.tile(x, n)


@takes_sizes
def repeat(x: Any, n: Any) -> Any:
    """Each row of `x`, of shape (samples, features), `n` times: (samples, n, features)."""
    if len(x.shape) != 2:
        raise ValueError(f"`x` of `repeat` must have 2 axes. Received: {tuple(x.shape)}; see `repeat_elements`.")
    return ops.repeat(ops.expand_dims(x, 1), n, 1)


def repeat_elements(x: Any, rep: int, axis: int) -> Any:
    """Each element `rep` times along an axis, as `np.repeat` does."""
    return ops.repeat(x, rep, axis)


@takes_sizes
def slice(x: Any, start: Any, size: Any) -> Any:
    """The part of `x` that begins at `start` and has `size`, where -1 is all that remains."""
    return ops.slice(x, start, size)


@op(row_independent=True)
def batch_flatten(x: Array) -> Array:
    """Each row with a single axis."""
    return ops.reshape(x, (x.shape[0], int(np.prod(x.shape[1:]))))


def flatten(x: Any) -> Any:
    """All in a single axis."""
    return ops.reshape(x, (-1,))


def concatenate(tensors: Sequence[Any], axis: int = -1) -> Any:
    """The tensors one after the other along an axis."""
    return ops.concatenate(tensors, axis)


def stack(x: Sequence[Any], axis: int = 0) -> Any:
    """The tensors side by side along a new axis."""
    return ops.stack(x, axis)


def expand_dims(x: Any, axis: int = -1) -> Any:
    """`x` with a new axis of size 1."""
    return ops.expand_dims(x, axis)


def squeeze(x: Any, axis: int) -> Any:
    """`x` without an axis of size 1."""
    return ops.squeeze(x, axis)


def permute_dimensions(x: Any, pattern: Sequence[int]) -> Any:
    """The axes of `x` in another order."""
    return ops.transpose(x, tuple(pattern))


def transpose(x: Any) -> Any:
    """The axes of `x` the other way round."""
    return ops.transpose(x)


def reverse(x: Any, axes: Any) -> Any:
    """`x` backwards along an axis, or several."""
    return ops.flip(x, tuple(axes) if isinstance(axes, list) else axes)


def gather(reference: Any, indices: Any) -> Any:
    """The rows of `reference` with these numbers."""
    return ops.take(reference, ops.cast(indices, "int32"), 0)


def one_hot(indices: Any, num_classes: int) -> Any:
    """A last axis with a 1 at the place that each index says, and 0 elsewhere."""
    return ops.one_hot(ops.cast(indices, "int32"), num_classes)


def zeros_like(x: Any, dtype: Any = None, name: str | None = None) -> Any:
    """Zeros in the shape of `x`."""
    return ops.zeros_like(x, dtype)


def ones_like(x: Any, dtype: Any = None, name: str | None = None) -> Any:
    """Ones in the shape of `x`."""
    return ops.ones_like(x, dtype)


def identity(x: Any, name: str | None = None) -> Any:
    """The same values as another tensor."""
    return ops.copy(x)


def pattern_broadcast(x: Any, broadcastable: Any) -> Any:
    """`x` itself: Theano had to be told which axes have size 1."""
    return x
