"""`Reshape`: the same elements in another shape."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from hornbeam import engine
from hornbeam.core.running import running
from hornbeam.layers.base.layer import Layer


class Reshape(Layer):
    """The same elements in another shape.

    Args:
        target_shape: sizes without the batch; -1 once, for the size that follows from the others.

    Input: (batch, ...). Output: (batch, *target_shape).

    >>> import hornbeam
    >>> hornbeam.layers.Reshape((-1, 2))([[1.0, 2.0, 3.0, 4.0]]).tolist()
    [[[1.0, 2.0], [3.0, 4.0]]]
    """

    passes_values = True

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
            if -1 not in self.target_shape and running.probe and {*inputs.shape[1:]} & {*running.probe.values()}:
                return engine.full((batch, *self.target_shape), 0, engine.dtype_name(inputs))  # the shape alone
            raise ValueError(
                f"Layer `{self.name}` cannot reshape {tuple(inputs.shape[1:])} ({elements} elements) "
                f"to `target_shape`. Received: target_shape={self.target_shape}."
            )
        return engine.reshape(inputs, (batch, *(free if n == -1 else n for n in self.target_shape)))
