"""One-hot targets and unit vectors, in NumPy; of tensors, as tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

from hornbeam import engine, ops
from hornbeam.core.renaming.arguments import takes_old_arguments
from hornbeam.core.tape import Taped, plain


@takes_old_arguments("keras.utils")
def to_categorical(x: Any, num_classes: int | None = None, dtype: Any = "float32") -> Any:
    """One-hot vectors of class indices.

    Args:
        x: class indices 0, 1, ..., of any shape; a last axis of 1 is left out.
        num_classes: how many there are; by default one more than the highest.
        dtype: of the result.

    Returns:
        An array of shape (*shape of x, num_classes); a tensor if `x` is one.

    Raises:
        ValueError: for a number that is no class: negative, `num_classes` or more, or a fraction. Inside of compiled
            code, where numbers are not known, such a row is zeros.

    >>> to_categorical([0, 2])
    array([[1., 0., 0.],
           [0., 0., 1.]], dtype=float32)
    """
    x = plain(x) if isinstance(x, Taped) else x
    if engine.is_tensor(x):
        if engine.is_traced(x):
            return _of_traced(x, num_classes, dtype)
        return engine.asarray(to_categorical(engine.to_numpy(x), num_classes, dtype))
    given = np.asarray(x)
    if given.dtype.kind not in "iufb":
        raise ValueError(
            f"`x` must hold integers. Received: {given.flat[0]!r}; number the classes first: "
            "`numpy.unique(x, return_inverse=True)[1]`."
        )
    classes = given.astype(np.int64)
    if classes.ndim > 1 and classes.shape[-1] == 1:
        classes = classes[..., 0]
    count = (int(classes.max()) + 1 if classes.size else 0) if num_classes is None else num_classes
    if classes.size and (classes.min() < 0 or classes.max() >= count or np.any(given != given.astype(np.int64))):
        raise ValueError(
            f"`x` must hold integers from 0 to {count - 1}. Received: numbers from {given.min()} to {given.max()}."
        )
    return (classes[..., None] == np.arange(count)).astype(dtype)


def _of_traced(x: Any, num_classes: int | None, dtype: Any) -> Any:
    if num_classes is None:
        raise ValueError("`to_categorical` needs `num_classes` in compiled code, where numbers are not known.")
    return ops.one_hot(x[..., 0] if x.ndim > 1 and x.shape[-1] == 1 else x, num_classes, dtype=dtype)


def normalize(x: Any, axis: int = -1, order: int = 2) -> Any:
    """x / ||x||, along an axis; what is zero stays zero.

    Args:
        x: an array, or a tensor, of which it makes a tensor.
        axis: the axis along which each vector gets the length 1.
        order: of the norm; 2 for the Euclidean one.

    >>> normalize(np.array([[3.0, 4.0]]))
    array([[0.6, 0.8]])
    """
    if engine.is_tensor(x) or isinstance(x, Taped):
        length = ops.norm(x, order, axis, keepdims=True)
        return x / ops.where(ops.equal(length, 0), 1, length)
    x = np.asarray(x)
    length = np.linalg.norm(x, order, axis, keepdims=True)
    return x / np.where(length == 0, 1, length)
