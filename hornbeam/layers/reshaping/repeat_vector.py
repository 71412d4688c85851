"""`RepeatVector`: a vector several times."""

from __future__ import annotations

from typing import Any

from hornbeam import engine
from hornbeam.layers.base.checks import check_positive
from hornbeam.layers.base.input_spec import InputSpec
from hornbeam.layers.base.layer import Layer


class RepeatVector(Layer):
    """A vector n times.

    Args:
        n: how often, a positive integer.

    Input: (batch, features). Output: (batch, n, features).

    >>> import hornbeam
    >>> hornbeam.layers.RepeatVector(2)([[1.0, 2.0]]).tolist()
    [[[1.0, 2.0], [1.0, 2.0]]]
    """

    passes_values = True

    def __init__(self, n: int, **kwargs: Any):
        super().__init__(**kwargs)
        self.store(locals())
        check_positive(self, "n", n)
        self.input_spec = InputSpec(ndim=2)

    def call(self, inputs: Any) -> Any:
        batch, features = inputs.shape
        return engine.broadcast_to(inputs[:, None], (batch, self.n, features))
