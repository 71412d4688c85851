"""Layer normalization: every row with mean 0 and variance 1 over its features."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hornbeam import engine, ops
from hornbeam.core.integers import is_integer
from hornbeam.core.renaming.notice import warn_caller
from hornbeam.layers.base.checks import WrongKindError, check_axes, known_size
from hornbeam.layers.base.layer import Layer
from hornbeam.layers.base.weights import configured_weight
from hornbeam.ops.nn.normalization import divided_by_deviation


class LayerNormalization(Layer):
    """y = gamma (x - mean) / sqrt(variance + epsilon) + beta, mean and variance over `axis` of every row.

    16-bit inputs are computed in float32.

    Args:
        axis: an axis or several.
        epsilon: keeps the division finite.
        center, scale: whether there are beta and gamma.
        beta_initializer, gamma_initializer: of the shape of the input along `axis`.
        beta_regularizer, gamma_regularizer: functions added to the loss.
        beta_constraint, gamma_constraint: functions that map a weight to an allowed one after each update.
        rms_scaling: y = gamma x / sqrt(variance + epsilon) instead; by the root mean square divides `RMSNormalization`.

    Input and output: any shape.

    Source: Ba, Kiros and Hinton 2016, Layer normalization.

    >>> import hornbeam
    >>> hornbeam.layers.LayerNormalization(epsilon=0.0)([[1.0, 3.0]]).tolist()
    [[-1.0, 1.0]]
    """

    supports_masking = True
    normalizes = True

    def __init__(
        self,
        axis: int | Sequence[int] = -1,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        rms_scaling: bool = False,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        self.store(locals())
        self.axis: Any = list(axis) if isinstance(axis, tuple | list) else axis
        if not all(is_integer(one) for one in (self.axis if isinstance(self.axis, list) else [self.axis])):
            raise WrongKindError(
                f"`axis` of `LayerNormalization` must be an integer or several. Received: axis={axis!r}."
            )
        if rms_scaling:
            warn_caller(
                "`rms_scaling=True` of `LayerNormalization` divides by the standard deviation, not by the root mean "
                "square: use `RMSNormalization`, unless weights were trained so."
            )
        self.autocast = False  # large numbers are normalized before they become 16-bit ones

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        self.axis = sorted(check_axes(self, self.axis, len(input_shape)))
        shape = [known_size(self, input_shape, axis) for axis in self.axis]
        self.gamma = configured_weight(self, "gamma", shape, autocast=False) if self.scale else None
        shifts = self.center and not self.rms_scaling
        self.beta = configured_weight(self, "beta", shape, autocast=False) if shifts else None

    def call(self, inputs: Any) -> Any:
        if self.rms_scaling:
            y = divided_by_deviation(inputs, self.gamma, self.axis, self.epsilon)
        else:
            y = ops.layer_normalization(inputs, self.gamma, self.beta, self.axis, self.epsilon)
        return engine.cast(y, self.compute_dtype)
