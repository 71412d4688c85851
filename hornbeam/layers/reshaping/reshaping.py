"""Layers that move elements without computing: Flatten, Reshape, Permute, RepeatVector."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from hornbeam import engine
from hornbeam.core.settings import standardize_data_format
from hornbeam.layers.base.checks import check_positive
from hornbeam.layers.base.input_spec import InputSpec
from hornbeam.layers.base.layer import Layer


class Flatten(Layer):
    """All axes but the batch become one.

    Args:
        data_format: "channels_last" (default) or "channels_first"; the latter is flattened with its channels last.

    Input: (batch, ...). Output: (batch, product of the rest); (batch, 1) for input of shape (batch,).

    >>> import hornbeam
    >>> hornbeam.layers.Flatten()([[[1.0, 2.0], [3.0, 4.0]]]).tolist()
    [[1.0, 2.0, 3.0, 4.0]]
    """

    def __init__(self, data_format: str | None = None, **kwargs: Any):
        super().__init__(**kwargs)
        self.store(locals())
        self.data_format = standardize_data_format(data_format)
        self.input_spec = InputSpec(min_ndim=1)

    def call(self, inputs: Any) -> Any:
        rank = inputs.ndim
        if self.data_format == "channels_first" and rank > 2:
            inputs = engine.transpose(inputs, (0, *range(2, rank), 1))
        return engine.reshape(inputs, (inputs.shape[0], math.prod(inputs.shape[1:])))


class Reshape(Layer):
    """The same elements in another shape.

    Args:
        target_shape: sizes without the batch; -1 once, for the size that follows from the others.

    Input: (batch, ...). Output: (batch, *target_shape).

    >>> import hornbeam
    >>> hornbeam.layers.Reshape((-1, 2))([[1.0, 2.0, 3.0, 4.0]]).tolist()
    [[[1.0, 2.0], [3.0, 4.0]]]
    """

    def __init__(self, target_shape: Sequence[int], **kwargs: Any):
        super().__init__(**kwargs)
        self.store(locals())
        sizes = (target_shape,) if isinstance(target_shape, int) else target_shape
        if (
            not isinstance(sizes, tuple | list)
            or any(not isinstance(n, int) or n < -1 for n in sizes)
            or sizes.count(-1) > 1
        ):
            raise ValueError(
                "`target_shape` of `Reshape` must be a tuple of sizes without the batch, with at most one -1. "
                f"Received: target_shape={target_shape!r}."
            )
        self.target_shape = tuple(sizes)

    def call(self, inputs: Any) -> Any:
        batch, elements = inputs.shape[0], math.prod(inputs.shape[1:])
        known = math.prod(n for n in self.target_shape if n != -1)
        free = elements // known if known and -1 in self.target_shape else 1
        if known * free != elements:
            raise ValueError(
                f"Layer `{self.name}` cannot reshape {tuple(inputs.shape[1:])} ({elements} elements) "
                f"to `target_shape`. Received: target_shape={self.target_shape}."
            )
        return engine.reshape(inputs, (batch, *(free if n == -1 else n for n in self.target_shape)))


class Permute(Layer):
    """Reorders the axes after the batch.

    Args:
        dims: for each output axis the input axis it comes from, counted from 1: `(2, 1)` swaps two axes.

    Input: (batch, ...). Output: (batch, ...), reordered.

    >>> import hornbeam
    >>> hornbeam.layers.Permute((2, 1))([[[1.0, 2.0, 3.0]]]).shape == (1, 3, 1)
    True
    """

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


class RepeatVector(Layer):
    """A vector n times.

    Args:
        n: how often, a positive integer.

    Input: (batch, features). Output: (batch, n, features).

    >>> import hornbeam
    >>> hornbeam.layers.RepeatVector(2)([[1.0, 2.0]]).tolist()
    [[[1.0, 2.0], [1.0, 2.0]]]
    """

    def __init__(self, n: int, **kwargs: Any):
        super().__init__(**kwargs)
        self.store(locals())
        check_positive(self, "n", n)
        self.input_spec = InputSpec(ndim=2)

    def call(self, inputs: Any) -> Any:
        batch, features = inputs.shape
        return engine.broadcast_to(inputs[:, None], (batch, self.n, features))
