"""`MaxoutDense`: the largest of several linear functions."""

from __future__ import annotations

from typing import Any

from hornbeam import engine
from hornbeam.layers.base.checks import check_positive, known_size
from hornbeam.layers.core.keras1_arguments import Keras1Dense, first_input


class MaxoutDense(Keras1Dense):
    __doc__ = f"""y = max over k of x W[k] + b[k]; of Keras 1. {(Keras1Dense.__doc__ or "").partition("these.")[2]}
        output_dim: the number of outputs.
        nb_feature: how many linear functions the maximum is taken of.

    Input: (batch, inputs). Output: (batch, output_dim). W has shape (nb_feature, inputs, output_dim).

    Source: Goodfellow et al. 2013, Maxout networks.

    >>> import hornbeam
    >>> hornbeam.layers.MaxoutDense(3)([[1.0, 2.0]]).shape == (1, 3)
    True
    """

    def __init__(
        self,
        output_dim: int,
        nb_feature: int = 4,
        init: Any = "glorot_uniform",
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
        check_positive(self, "output_dim", output_dim)
        check_positive(self, "nb_feature", nb_feature)
        self._start(input_dim)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        inputs = known_size(self, input_shape, -1)
        self.W = self._weight("W", (self.nb_feature, inputs, self.output_dim), self.init)
        if self.bias:
            self.b = self._weight("b", (self.nb_feature, self.output_dim), "zeros")

    def call(self, x: Any) -> Any:
        y = engine.einsum("bi,kio->bko", x, self.W.value)
        return engine.max(y + self.b if self.bias else y, 1)
