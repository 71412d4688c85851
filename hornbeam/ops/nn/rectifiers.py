"""Activations that are 0, or nearly, for negative arguments and straight for positive ones; and thresholds."""

from __future__ import annotations

import math

from hornbeam import engine
from hornbeam.ops.dispatch import Array, floating, fused, op


@op(row_independent=True)
def relu(x: Array) -> Array:
    """`max(x, 0)`, with gradient 0 at 0."""
    kernel = fused("relu")
    return kernel(x) if kernel is not None else engine.where(x <= 0, 0, x)


@op(row_independent=True)
def relu6(x: Array) -> Array:
    """`min(max(x, 0), 6)`.

    >>> import hornbeam
    >>> [round(float(y), 4) for y in hornbeam.activations.relu6([-1.0, 0.0, 2.0])]
    [0.0, 0.0, 2.0]
    """
    return engine.where(x <= 0, 0, engine.where(x >= 6, 6, x))


@op(row_independent=True)
def leaky_relu(x: Array, negative_slope: float = 0.2) -> Array:
    """`x` where it is positive, `negative_slope * x` elsewhere.

    >>> import hornbeam
    >>> [round(float(y), 4) for y in hornbeam.activations.leaky_relu([-1.0, 0.0, 2.0])]
    [-0.2, 0.0, 2.0]
    """
    x = floating(x)
    return engine.where(x > 0, x, negative_slope * x)


def parametric_relu(x: Array, alpha: Array) -> Array:
    """`x` where it is positive, `alpha * x` elsewhere, with an array `alpha` of as many axes as a row of `x`."""
    below = relu(-x)  # a choice between `x` and `alpha * x` takes XLA on a CPU three times as long
    kernel = fused("scaled")
    of_channels = alpha.ndim > 0 and alpha.shape[-1] == x.shape[-1] == math.prod(alpha.shape)
    if kernel is not None and of_channels:
        return relu(x) - kernel(below, engine.reshape(alpha, (-1,)))
    return relu(x) - alpha * below


@op(row_independent=True)
def elu(x: Array, alpha: float = 1.0) -> Array:
    """`x` where it is positive, `alpha * (exp(x) - 1)` elsewhere.

    >>> import hornbeam
    >>> [round(float(y), 4) for y in hornbeam.activations.elu([-1.0, 0.0, 2.0])]
    [-0.6321, 0.0, 2.0]
    """
    x = floating(x)
    return engine.where(x > 0, x, alpha * engine.expm1(engine.where(x > 0, 0, x)))


@op(row_independent=True)
def selu(x: Array) -> Array:
    """`scale * elu(x, alpha)`, with the constants that keep mean 0 and variance 1 (Klambauer et al., 2017).

    >>> import hornbeam
    >>> [round(float(y), 4) for y in hornbeam.activations.selu([-1.0, 0.0, 2.0])]
    [-1.1113, 0.0, 2.1014]
    """
    return 1.0507009873554805 * elu(x, 1.6732632423543772)


@op(row_independent=True)
def celu(x: Array, alpha: float = 1.0) -> Array:
    """`x` where it is positive, `alpha * (exp(x / alpha) - 1)` elsewhere.

    >>> import hornbeam
    >>> [round(float(y), 4) for y in hornbeam.activations.celu([-1.0, 0.0, 2.0])]
    [-0.6321, 0.0, 2.0]
    """
    x = floating(x)
    return engine.where(x > 0, x, alpha * engine.expm1(engine.where(x > 0, 0, x) / alpha))


@op(row_independent=True)
def gelu(x: Array, approximate: bool = True) -> Array:
    """`x * (1 + erf(x / sqrt(2))) / 2`, or its approximation by a tanh (Hendrycks and Gimpel, 2016)."""
    x = floating(x)
    if (kernel := fused("gelu")) is not None:
        return kernel(x, approximate)
    if approximate:
        return x * 0.5 * (1 + engine.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x * x * x)))
    return x * 0.5 * (1 + engine.erf(x * math.sqrt(0.5)))


@op(row_independent=True)
def tanh_shrink(x: Array) -> Array:
    """`x - tanh(x)`.

    >>> import hornbeam
    >>> [round(float(y), 4) for y in hornbeam.activations.tanh_shrink([-1.0, 0.0, 2.0])]
    [-0.2384, 0.0, 1.036]
    """
    x = floating(x)
    return x - engine.tanh(x)


@op(row_independent=True)
def soft_shrink(x: Array, threshold: float = 0.5) -> Array:
    """`x` moved towards 0 by `threshold`, and 0 within it.

    >>> import hornbeam
    >>> [round(float(y), 4) for y in hornbeam.activations.soft_shrink([-1.0, 0.0, 2.0])]
    [-0.5, 0.0, 1.5]
    """
    x = floating(x)
    return engine.where(x > threshold, x - threshold, engine.where(x < -threshold, x + threshold, 0))


@op(row_independent=True)
def hard_shrink(x: Array, threshold: float = 0.5) -> Array:
    """`x` where `|x| > threshold`, otherwise 0.

    >>> import hornbeam
    >>> [round(float(y), 4) for y in hornbeam.activations.hard_shrink([-1.0, 0.0, 2.0])]
    [-1.0, 0.0, 2.0]
    """
    x = floating(x)
    return engine.where(engine.abs(x) > threshold, x, 0)


@op(row_independent=True)
def threshold(x: Array, threshold: float, default_value: float) -> Array:
    """`x` where `x > threshold`, otherwise `default_value`.

    >>> import hornbeam
    >>> [round(float(y), 4) for y in hornbeam.activations.threshold([-1.0, 0.0, 2.0], 0.5, 0.0)]
    [0.0, 0.0, 2.0]
    """
    x = engine.cast(x, "int32") if engine.dtype_name(x) == "bool" else x
    return engine.where(x > threshold, x, default_value)
