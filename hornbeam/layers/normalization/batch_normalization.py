"""Batch normalization: every channel with mean 0 and variance 1 over the batch."""

from __future__ import annotations

from typing import Any

from hornbeam import engine, ops
from hornbeam.layers.base.checks import check_axes, known_size
from hornbeam.layers.base.input_spec import InputSpec
from hornbeam.layers.base.layer import Layer
from hornbeam.layers.base.weights import configured_weight
from hornbeam.ops.dispatch import widely
from hornbeam.ops.nn.masked import masked_moments
from hornbeam.ops.nn.normalization import normalize_batch


class BatchNormalization(Layer):
    """y = gamma (x - mean) / sqrt(variance + epsilon) + beta.

    In training, mean and variance (dividing by n) are those of the batch over all axes but `axis`, without what the
    mask leaves out, and the moving ones follow: `moving = momentum moving + (1 - momentum) batch`. Otherwise, and where
    `trainable` is false, they are the moving ones. 16-bit inputs are computed in float32.

    Args:
        axis: the axis of the channels.
        momentum: of the moving mean and variance.
        epsilon: keeps the division finite.
        center, scale: whether there are beta and gamma.
        beta_initializer, gamma_initializer, moving_mean_initializer, moving_variance_initializer: of shape (channels,).
        beta_regularizer, gamma_regularizer: functions added to the loss.
        beta_constraint, gamma_constraint: functions that map a weight to an allowed one after each update.
        renorm, renorm_clipping, renorm_momentum: kept for configs; batch renormalization is not there.
        synchronized: kept for configs; statistics are always those of the whole batch.

    Input and output: any shape of at least 2 axes.

    Source: Ioffe and Szegedy 2015, Batch normalization: accelerating deep network training.

    >>> import hornbeam
    >>> hornbeam.layers.BatchNormalization(epsilon=0.0)([[1.0], [3.0]], training=True).tolist()
    [[-1.0], [1.0]]
    """

    supports_masking = True
    row_independent = "inference"

    def __init__(
        self,
        axis: int = -1,
        momentum: float = 0.99,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        moving_mean_initializer: Any = "zeros",
        moving_variance_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        renorm: bool = False,
        renorm_clipping: Any = None,
        renorm_momentum: float = 0.99,
        synchronized: bool = False,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        self.store(locals())
        self.axis: Any = axis[0] if isinstance(axis, tuple | list) and len(axis) == 1 else axis
        if not isinstance(self.axis, int):
            raise ValueError(f"`axis` of `BatchNormalization` must be an integer. Received: axis={axis!r}.")
        if renorm:
            raise ValueError(
                "`BatchNormalization` has no batch renormalization: leave `renorm=False`. Received: renorm=True."
            )
        self.input_spec = InputSpec(min_ndim=2)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        check_axes(self, self.axis, len(input_shape))
        channels = known_size(self, input_shape, self.axis)

        def add(name: str, trainable: bool = True) -> Any:
            return configured_weight(self, name, (channels,), trainable=trainable, autocast=False)

        self.gamma = add("gamma") if self.scale else None
        self.beta = add("beta") if self.center else None
        self.moving_mean = add("moving_mean", trainable=False)
        self.moving_variance = add("moving_variance", trainable=False)
        self.input_spec = InputSpec(ndim=len(input_shape), axes={self.axis: channels})

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        in_training = bool(training) and self.trainable
        return widely(lambda x: self._by_batch(x, mask) if in_training else self._by_moving_moments(x), inputs)

    def _by_moving_moments(self, x: Any) -> Any:
        return self._by_moments(x, self.moving_mean.value, self.moving_variance.value)

    def _by_batch(self, x: Any, mask: Any) -> Any:
        if mask is None:
            y, mean, variance = normalize_batch(x, self.axis, self.beta, self.gamma, self.epsilon)
            self._follow(mean, variance)
            return y
        mean, variance, count = self._batch_moments(x, mask)
        self._follow(mean, variance, count)
        return self._by_moments(x, mean, variance)

    def _by_moments(self, x: Any, mean: Any, variance: Any) -> Any:
        return ops.batch_normalization(x, mean, variance, self.axis, self.beta, self.gamma, self.epsilon)

    def _batch_moments(self, x: Any, mask: Any) -> tuple[Any, Any, Any]:
        """The mean and the variance of what the mask leaves of the batch, and how much that is."""
        if mask.ndim != x.ndim - 1:
            raise ValueError(
                f"The mask of layer `{self.name}` must have one axis less than its input. "
                f"Received: mask of shape {tuple(mask.shape)}, input of shape {tuple(x.shape)}."
            )
        axes = [a for a in range(x.ndim) if a != self.axis % x.ndim]
        return masked_moments(x, engine.cast(mask, "bool")[..., None], axes)

    def _follow(self, mean: Any, variance: Any, count: Any = 1) -> None:
        """Move the moving moments towards those of the batch, unless it has nothing (a `count` of 0)."""
        for moving, now in ((self.moving_mean, mean), (self.moving_variance, variance)):
            after = moving * self.momentum + engine.cast(now, moving.dtype) * (1 - self.momentum)
            moving.assign(after if isinstance(count, int) else engine.where(count > 0, after, moving.value))
