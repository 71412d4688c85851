"""Activations with parameters, as layers: ReLU, LeakyReLU, PReLU, ELU, Softmax."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hornbeam import activations, engine, ops
from hornbeam.layers.base.checks import known_size
from hornbeam.layers.base.input_spec import InputSpec
from hornbeam.layers.base.layer import Layer


class ReLU(Layer):
    """y = min(x, max_value) where x > threshold, negative_slope (x - threshold) elsewhere.

    Args:
        max_value: the largest output; none by default.
        negative_slope: of what is at most `threshold`.
        threshold: only what is above it passes.

    >>> import hornbeam
    >>> hornbeam.layers.ReLU(max_value=6.0)([-1.0, 2.0, 9.0]).tolist()
    [0.0, 2.0, 6.0]
    """

    supports_masking = True

    def __init__(
        self, max_value: float | None = None, negative_slope: float = 0.0, threshold: float = 0.0, **kwargs: Any
    ):
        super().__init__(**kwargs)
        self.store(locals())
        if max_value is not None:
            _check_not_negative(self, "max_value", max_value)
        _check_not_negative(self, "negative_slope", negative_slope)
        _check_not_negative(self, "threshold", threshold)

    def call(self, inputs: Any) -> Any:
        return activations.relu(inputs, self.negative_slope, self.max_value, self.threshold)


class LeakyReLU(Layer):
    """y = x where x > 0, negative_slope x elsewhere.

    Args:
        negative_slope: a number, not negative.

    Source: Maas, Hannun and Ng 2013, Rectifier nonlinearities improve neural network acoustic models.

    >>> import hornbeam
    >>> hornbeam.layers.LeakyReLU(0.5)([-1.0, 2.0]).tolist()
    [-0.5, 2.0]
    """

    supports_masking = True

    def __init__(self, negative_slope: float = 0.3, **kwargs: Any):
        super().__init__(**kwargs)
        self.store(locals())
        _check_not_negative(self, "negative_slope", negative_slope)

    def call(self, inputs: Any) -> Any:
        return activations.leaky_relu(inputs, self.negative_slope)


class PReLU(Layer):
    """y = x where x > 0, alpha x elsewhere, with a learned alpha for every element of a row.

    Args:
        alpha_initializer: of alpha, the shape of a row with 1 in `shared_axes`.
        alpha_regularizer: a function of alpha, added to the loss.
        alpha_constraint: a function that maps alpha to an allowed one after each update.
        shared_axes: axes along which alpha is the same, the batch not counted: `[1, 2]` for images.

    Source: He et al. 2015, Delving deep into rectifiers.

    >>> import hornbeam
    >>> hornbeam.layers.PReLU()([[-1.0, 2.0]]).tolist()
    [[0.0, 2.0]]
    """

    supports_masking = True

    def __init__(
        self,
        alpha_initializer: Any = "Zeros",
        alpha_regularizer: Any = None,
        alpha_constraint: Any = None,
        shared_axes: int | Sequence[int] | None = None,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        self.store(locals())
        self.shared_axes = [shared_axes] if isinstance(shared_axes, int) else shared_axes and list(shared_axes)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        shared = self.shared_axes or ()
        rank = len(input_shape)
        sizes = {axis: known_size(self, input_shape, axis) for axis in range(1, rank) if axis not in shared}
        self.alpha = self.add_weight(
            [sizes.get(axis, 1) for axis in range(1, rank)],
            self.alpha_initializer,
            regularizer=self.alpha_regularizer,
            constraint=self.alpha_constraint,
            name="alpha",
        )
        self.input_spec = InputSpec(ndim=rank, axes=sizes)

    def call(self, inputs: Any) -> Any:
        return activations.relu(inputs) - self.alpha * activations.relu(-inputs)


class ELU(Layer):
    """y = x where x > 0, alpha (exp(x) - 1) elsewhere.

    Args:
        alpha: minus the smallest output.

    Source: Clevert, Unterthiner and Hochreiter 2015, Fast and accurate deep network learning.

    >>> import hornbeam
    >>> hornbeam.layers.ELU()([0.0, 2.0]).tolist()
    [0.0, 2.0]
    """

    supports_masking = True

    def __init__(self, alpha: float = 1.0, **kwargs: Any):
        super().__init__(**kwargs)
        self.store(locals())

    def call(self, inputs: Any) -> Any:
        return activations.elu(inputs, self.alpha)


class Softmax(Layer):
    """y = exp(x) / sum(exp(x)) over `axis`, of what the mask leaves; 0 where it does not.

    Args:
        axis: an axis or several.

    Call arguments:
        inputs: any shape.
        mask: booleans that broadcast to the inputs.

    >>> import hornbeam
    >>> hornbeam.layers.Softmax()([0.0, 0.0]).tolist()
    [0.5, 0.5]
    """

    supports_masking = True

    def __init__(self, axis: int | Sequence[int] = -1, **kwargs: Any):
        super().__init__(**kwargs)
        self.store(locals())

    def call(self, inputs: Any, mask: Any = None) -> Any:
        if mask is None:
            return ops.softmax(inputs, self.axis)
        mask = engine.cast(mask, "bool")
        lowest = -3e4 if engine.dtype_name(inputs) == "float16" else -1e9
        return engine.where(mask, ops.softmax(engine.where(mask, inputs, lowest), self.axis), 0)


def _check_not_negative(layer: Layer, name: str, value: Any) -> None:
    if value is None or value < 0:
        raise ValueError(f"`{name}` of `{type(layer).__name__}` must not be negative. Received: {name}={value!r}.")
