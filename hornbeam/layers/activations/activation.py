"""`Activation`: a function applied to every element."""

from __future__ import annotations

from typing import Any

from hornbeam.core.declarations import fact
from hornbeam.layers.base.layer import Layer


class Activation(Layer):
    """y = activation(x).

    Args:
        activation: a name such as "relu", or a function of one array.

    Input and output: any shape.

    >>> import hornbeam
    >>> hornbeam.layers.Activation("relu")([-1.0, 2.0]).tolist()
    [0.0, 2.0]
    """

    supports_masking = True

    def __init__(self, activation: Any, **kwargs: Any):
        super().__init__(**kwargs)
        self.store(locals())

    @fact
    def passes_values(self) -> bool:
        """Whether the function is the identity."""
        return getattr(self.activation, "passes_values", False)

    @fact
    def last_activation(self) -> Any:
        """The function that `call` ends with."""
        return self.activation

    def call(self, inputs: Any) -> Any:
        return self.activation(inputs)
