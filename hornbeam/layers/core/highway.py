"""`Highway`: a layer that may let its input pass."""

from __future__ import annotations

from typing import Any

from hornbeam import ops
from hornbeam.layers.base.checks import known_size
from hornbeam.layers.core.keras1_arguments import Keras1Dense, first_input


class Highway(Keras1Dense):
    __doc__ = f"""y = t activation(x W + b) + (1 - t) x, with t = sigmoid(x W_carry + b_carry); of Keras 1. {
        (Keras1Dense.__doc__ or "").partition("these.")[2]
    }
        activation: a name or a function; none by default.

    Input and output: (batch, n). W and W_carry have shape (n, n); b begins with zeros, b_carry with ones.

    Source: Srivastava, Greff and Schmidhuber 2015, Highway networks.

    >>> import hornbeam
    >>> hornbeam.layers.Highway(activation="relu")([[1.0, 2.0]]).shape == (1, 2)
    True
    """

    def __init__(
        self,
        init: Any = "glorot_uniform",
        activation: Any = None,
        weights: Any = None,
        W_regularizer: Any = None,
        b_regularizer: Any = None,
        activity_regularizer: Any = None,
        W_constraint: Any = None,
        b_constraint: Any = None,
        bias: bool = True,
        input_dim: int | None = None,
        **kwargs: Any,
    ):
        super().__init__(activity_regularizer=activity_regularizer, **first_input(input_dim, weights), **kwargs)
        self.store({key: value for key, value in locals().items() if key != "weights"})
        self._start(input_dim)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        n = known_size(self, input_shape, -1)
        self.W = self._weight("W", (n, n), self.init)
        self.W_carry = self._weight("W_carry", (n, n), self.init)
        if self.bias:
            self.b = self._weight("b", (n,), "zeros")
            self.b_carry = self._weight("b_carry", (n,), "ones")

    def call(self, x: Any) -> Any:
        t, y = x @ self.W_carry, x @ self.W
        if self.bias:
            t, y = t + self.b_carry, y + self.b
        t = ops.sigmoid(t)
        return t * self.activation(y) + (1 - t) * x
