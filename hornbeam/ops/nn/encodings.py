"""Classes as vectors of 0 and 1."""

from __future__ import annotations

from typing import Any

from hornbeam import engine
from hornbeam.core import dtypes
from hornbeam.ops import arrays
from hornbeam.ops.dispatch import Array, op


@op
def one_hot(x: Array, num_classes: int, axis: int = -1, dtype: Any = None, sparse: bool = False) -> Array:
    """1 at the place that `x` names and 0 elsewhere, along a new axis; all zeros for what is no class.

    >>> import hornbeam
    >>> hornbeam.ops.one_hot([0, 2], 3).tolist()
    [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]
    """
    classes = engine.arange(0, num_classes, 1, "int32")
    hot = engine.cast(engine.cast(x, "int32")[..., None] == classes, dtypes.standardize(dtype))
    return arrays.moveaxis(hot, -1, axis)


@op
def multi_hot(
    inputs: Array,
    num_classes: int | None = None,
    axis: int = -1,
    dtype: Any = None,
    sparse: bool = False,
    **kwargs: Any,
) -> Array:
    """1 at all the places that a row of `inputs` names and 0 elsewhere."""
    if num_classes is None:
        num_classes = kwargs["num_tokens"]
    hot = one_hot(inputs, num_classes, axis, dtype)
    return engine.max(hot, 1 if len(inputs.shape) > 1 else 0)
