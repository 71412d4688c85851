"""`Dense`: every output sees every input."""

from __future__ import annotations

from typing import Any

from hornbeam.core.declarations import fact
from hornbeam.layers.base.checks import check_positive, check_unquantized, known_size
from hornbeam.layers.base.from_build import from_build
from hornbeam.layers.base.input_spec import InputSpec
from hornbeam.layers.base.layer import Layer
from hornbeam.layers.base.weights import configured_weight


class Dense(Layer):
    """y = activation(x W + b).

    Args:
        units: the number of outputs, a positive integer.
        activation: a name or a function; none by default.
        use_bias: whether b is added.
        kernel_initializer, bias_initializer: of W, shape (inputs, units), and b, shape (units,).
        kernel_regularizer, bias_regularizer, activity_regularizer: functions added to the loss.
        kernel_constraint, bias_constraint: functions that map a weight to an allowed one after each update.
        quantization_config: kept for configs; `None`, since layers compute in floats.

    Input: (batch, ..., inputs). Output: (batch, ..., units).

    >>> import hornbeam
    >>> hornbeam.layers.Dense(3)([[1.0, 2.0]]).shape == (1, 3)
    True
    """

    supports_masking = True
    kernel: Any = from_build()

    def __init__(
        self,
        units: int,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        quantization_config: Any = None,
        **kwargs: Any,
    ):
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        self.store(locals())
        check_positive(self, "units", units)
        check_unquantized(self)
        self.input_spec = InputSpec(min_ndim=2)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        inputs = known_size(self, input_shape, -1)
        self.kernel = configured_weight(self, "kernel", (inputs, self.units))
        self.bias = configured_weight(self, "bias", (self.units,)) if self.use_bias else None
        self.input_spec = InputSpec(min_ndim=2, axes={-1: inputs})

    @fact
    def last_activation(self) -> Any:
        """The function that `call` ends with."""
        return self.activation

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        y = inputs @ self.kernel
        if self.bias is not None:
            y = y + self.bias
        return self.activation(y)
