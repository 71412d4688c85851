"""What a new weight is made of, where the caller of `add_weight` does not say it."""

from __future__ import annotations

from typing import Any

from hornbeam import initializers
from hornbeam.core import dtypes


def first_values(initializer: Any, dtype: str) -> Any:
    """The initializer that is meant; an array is taken as it is."""
    if initializer is None:
        initializer = "glorot_uniform" if dtype in dtypes.FLOATS else "zeros"
    return initializer if hasattr(initializer, "shape") else initializers.get(initializer)


def shape_of_weight(layer: Any, shape: Any) -> tuple[int, ...]:
    """`shape` as a tuple, `()` for none."""
    if shape is not None and not hasattr(shape, "__iter__"):
        raise ValueError(f"`shape` of a weight of layer `{layer.name}` must be a tuple. Received: shape={shape!r}.")
    return tuple(shape or ())
