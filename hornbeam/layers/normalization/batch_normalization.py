"""Batch normalization: every channel with mean 0 and variance 1 over the batch."""

from __future__ import annotations

from typing import Any

from hornbeam import engine, ops
from hornbeam.layers.base.checks import check_axes, known_size
from hornbeam.layers.base.input_spec import InputSpec
from hornbeam.layers.base.layer import Layer
from hornbeam.layers.base.weights import configured_weight
from hornbeam.layers.normalization.renormalization import check_clipping, corrections
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
        renorm: whether training uses y = gamma ((x - mean) / stddev r + d) + beta, with the batch's moments, where
            r = stddev / renorm_stddev and d = (mean - renorm_mean) / renorm_stddev are constants for the gradient: the
            values that moving moments would give.
        renorm_clipping: a dictionary of bounds: "rmin" and "rmax" of r, "dmax" of the size of d.
        renorm_momentum: of renorm_mean and renorm_stddev, which follow as the other moving moments do.
        synchronized: kept for configs; statistics are always those of the whole batch.

    Input and output: any shape of at least 2 axes.

    Sources: Ioffe and Szegedy 2015, Batch normalization: accelerating deep network training; Ioffe 2017, Batch
    renormalization.

    >>> import hornbeam
    >>> hornbeam.layers.BatchNormalization(epsilon=0.0)([[1.0], [3.0]], training=True).tolist()
    [[-1.0], [1.0]]
    """

    supports_masking = True
    normalizes = True
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
            self.renorm_clipping = check_clipping(self, renorm_clipping)
        self.input_spec = InputSpec(min_ndim=2)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        check_axes(self, self.axis, len(input_shape))
        channels = known_size(self, input_shape, self.axis)

        def add(name: str, **options: Any) -> Any:
            return configured_weight(self, name, (channels,), autocast=False, **options)

        self.gamma = add("gamma") if self.scale else None
        self.beta = add("beta") if self.center else None
        self.moving_mean = add("moving_mean", trainable=False)
        self.moving_variance = add("moving_variance", trainable=False)
        if self.renorm:
            stddev = _stddev_of(self.moving_variance_initializer)
            self.moving_stddev = add("moving_stddev", trainable=False, initializer=stddev)
            self.renorm_mean = add("renorm_mean", trainable=False, initializer=self.moving_mean_initializer)
            self.renorm_stddev = add("renorm_stddev", trainable=False, initializer=stddev)
        self.input_spec = InputSpec(ndim=len(input_shape), axes={self.axis: channels})

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        in_training = bool(training) and self.trainable
        return widely(lambda x: self._by_batch(x, mask) if in_training else self._by_moving_moments(x), inputs)

    def _by_moving_moments(self, x: Any) -> Any:
        return self._by_moments(x, self.moving_mean.value, self.moving_variance.value)

    def _by_batch(self, x: Any, mask: Any) -> Any:
        if mask is None and not self.renorm:
            y, mean, variance = normalize_batch(x, self.axis, self.beta, self.gamma, self.epsilon)
            self._follow(mean, variance)
            return y
        mean, variance, count = self._batch_moments(x, mask)
        if self.renorm:
            return self._renormalized(x, mean, variance, count)
        self._follow(mean, variance, count)
        return self._by_moments(x, mean, variance)

    def _by_moments(self, x: Any, mean: Any, variance: Any) -> Any:
        return ops.batch_normalization(x, mean, variance, self.axis, self.beta, self.gamma, self.epsilon)

    def _renormalized(self, x: Any, mean: Any, variance: Any, count: Any) -> Any:
        stddev = engine.sqrt(variance + self.epsilon)
        r, d = corrections(mean, stddev, self.renorm_mean.value, self.renorm_stddev.value, self.renorm_clipping)
        offset, scale = (d, r) if self.gamma is None else (d * self.gamma.value, r * self.gamma.value)
        offset = offset if self.beta is None else offset + self.beta.value
        self._approach(self.renorm_mean, mean, self.renorm_momentum, count)
        self._approach(self.renorm_stddev, stddev, self.renorm_momentum, count)
        self._approach(self.moving_mean, mean, self.momentum, count)
        self._approach(self.moving_stddev, stddev, self.momentum, count)
        self.moving_variance.assign(engine.maximum(self.moving_stddev.value**2 - self.epsilon, 0))
        return ops.batch_normalization(x, mean, variance, self.axis, offset, scale, self.epsilon)

    def _batch_moments(self, x: Any, mask: Any) -> tuple[Any, Any, Any]:
        """The mean and the variance of what the mask leaves of the batch, and how much that is."""
        axes = [a for a in range(x.ndim) if a != self.axis % x.ndim]
        if mask is None:
            return *ops.moments(x, axes), 1
        if mask.ndim != x.ndim - 1:
            raise ValueError(
                f"The mask of layer `{self.name}` must have one axis less than its input. "
                f"Received: mask of shape {tuple(mask.shape)}, input of shape {tuple(x.shape)}."
            )
        return masked_moments(x, engine.cast(mask, "bool")[..., None], axes)

    def _follow(self, mean: Any, variance: Any, count: Any = 1) -> None:
        self._approach(self.moving_mean, mean, self.momentum, count)
        self._approach(self.moving_variance, variance, self.momentum, count)

    def _approach(self, moving: Any, now: Any, momentum: float, count: Any) -> None:
        """Move a moving moment towards that of the batch, unless it has nothing (a `count` of 0)."""
        after = moving * momentum + engine.cast(now, moving.dtype) * (1 - momentum)
        moving.hold(after if isinstance(count, int) else engine.where(count > 0, after, moving.value))


def _stddev_of(variance: Any) -> Any:
    """The initializer of standard deviations whose variances `variance` gives."""
    return lambda shape, dtype=None: variance(shape, dtype=dtype) ** 0.5
