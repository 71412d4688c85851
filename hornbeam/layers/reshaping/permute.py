"""`Permute`: axes in another order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hornbeam import engine
from hornbeam.layers.base.input_spec import InputSpec
from hornbeam.layers.base.layer import Layer


class Permute(Layer):
    """Reorders the axes after the batch.

    Args:
        dims: for each output axis the input axis it comes from, counted from 1: `(2, 1)` swaps two axes.

    Input: (batch, ...). Output: (batch, ...), reordered.

    >>> import hornbeam
    >>> hornbeam.layers.Permute((2, 1))([[[1.0, 2.0, 3.0]]]).shape == (1, 3, 1)
    True
    """

    passes_values = True

    def __init__(self, dims: Sequence[int], **kwargs: Any):
        super().__init__(**kwargs)
        self.store(locals())
        if not isinstance(dims, tuple | list) or sorted(dims) != list(range(1, len(dims) + 1)):
            raise ValueError(
                "`dims` of `Permute` must hold each of 1, ..., n once; the batch is not counted. "
                f"Received: dims={dims!r}."
            )
        self.dims = tuple(dims)
        self.input_spec = InputSpec(ndim=len(dims) + 1)

    def call(self, inputs: Any) -> Any:
        return engine.transpose(inputs, (0, *self.dims))
