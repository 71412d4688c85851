"""Mean 0 and variance 1, or length 1, over some axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hornbeam import engine
from hornbeam.core import dtypes
from hornbeam.core.settings import epsilon as default_epsilon
from hornbeam.ops.dispatch import Array, Axis, as_array, floating, fused, normalize_axes, normalize_axis, op, widely
from hornbeam.ops.math import reductions


@op(row_independent=True)
def normalize(x: Array, axis: Axis = -1, order: int = 2, epsilon: float | None = None) -> Array:
    """`x / max(norm(x), epsilon)` along `axis`."""
    least = default_epsilon() if epsilon is None else epsilon
    if not isinstance(order, int) or order < 1:
        raise ValueError(f"`order` must be a positive integer. Received: order={order}.")

    def compute(x: Array) -> Array:
        if order == 2:
            return x * engine.rsqrt(engine.maximum(engine.sum(x * x, axis, True), least**2))
        norm = engine.power(engine.sum(engine.power(engine.abs(x), order), axis, True), 1 / order)
        return x / engine.maximum(norm, least)

    return widely(compute, x)


@op
def moments(x: Array, axes: Axis, keepdims: bool = False, synchronized: bool = False) -> tuple[Array, Array]:
    """The mean and the variance over `axes`, computed in 32 bits at least; the largest float16 for what is larger."""
    x = floating(x)
    limit = float(dtypes.finfo(engine.dtype_name(x)).max)

    def within(y: Array) -> Array:
        return engine.minimum(engine.maximum(y, -limit), limit) if engine.dtype_name(x) == "float16" else y

    return widely(lambda x: (within(reductions.mean(x, axes, keepdims)), within(reductions.var(x, axes, keepdims))), x)


@op
def batch_normalization(
    x: Array,
    mean: Array,
    variance: Array,
    axis: int,
    offset: Array | None = None,
    scale: Array | None = None,
    epsilon: float = 1e-3,
) -> Array:
    """`(x - mean) / sqrt(variance + epsilon) * scale + offset`, all of them vectors along `axis`."""
    kernel = fused("batch_normalization")
    y = None if kernel is None else kernel(x, mean, variance, axis, offset, scale, epsilon)
    if y is not None:
        return y

    def along_axis(vector: Array) -> Array:
        return engine.reshape(vector, [-1 if a == axis % len(x.shape) else 1 for a in range(len(x.shape))])

    factor = engine.rsqrt(variance + epsilon)
    factor = factor if scale is None else factor * scale
    y = (x - along_axis(mean)) * along_axis(factor)
    y = y if offset is None else y + along_axis(offset)
    return engine.cast(y, engine.dtype_name(floating(x)))


def normalize_batch(
    x: Array, axis: int, offset: Array | None, scale: Array | None, epsilon: float
) -> tuple[Array, Array, Array]:
    """`batch_normalization` by the mean and variance of `x` itself over all axes but `axis`, and these two."""
    kernel = fused("batch_norm")
    if kernel is not None and axis % x.ndim == x.ndim - 1:
        gamma, beta = (
            engine.full(x.shape[-1:], default, engine.dtype_name(x)) if given is None else as_array(given)
            for given, default in ((scale, 1), (offset, 0))
        )
        return kernel(x, gamma, beta, epsilon)
    mean, variance = moments(x, [a for a in range(x.ndim) if a != axis % x.ndim])
    return batch_normalization(x, mean, variance, axis, offset, scale, epsilon), mean, variance


@op
def layer_normalization(
    x: Array,
    gamma: Array | None = None,
    beta: Array | None = None,
    axis: int | Sequence[int] = -1,
    epsilon: float | None = None,
    **kwargs: Any,
) -> Array:
    """`(x - mean(x)) / sqrt(var(x) + epsilon) * gamma + beta`, with the moments over `axis`."""
    axes = normalize_axes(axis, len(x.shape))
    epsilon = default_epsilon() if epsilon is None else epsilon
    kernel = fused("layer_norm")
    if kernel is not None and gamma is not None and beta is not None and axes == (len(x.shape) - 1,):
        return widely(lambda x: kernel(x, gamma, beta, epsilon), x)

    def compute(x: Array) -> Array:
        distance = x - reductions.mean(x, axes, True)
        y = distance * engine.rsqrt(reductions.mean(distance * distance, axes, True) + epsilon)
        return _affine(y, gamma, beta, axes)

    return widely(compute, x)


@op
def divided_by_deviation(x: Array, gamma: Array | None, axis: int | Sequence[int], epsilon: float) -> Array:
    """`x / sqrt(var(x) + epsilon) * gamma`, with the variance over `axis`."""
    axes = normalize_axes(axis, len(x.shape))
    return widely(lambda x: _affine(x * engine.rsqrt(reductions.var(x, axes, True) + epsilon), gamma, None, axes), x)


@op
def rms_normalization(
    x: Array, scale: Array | None = None, axis: int | Sequence[int] = -1, epsilon: float | None = None
) -> Array:
    """`x / sqrt(mean(x**2) + epsilon) * scale`, with the mean over `axis`."""
    axes = normalize_axes(axis, len(x.shape))
    epsilon = default_epsilon() if epsilon is None else epsilon
    kernel = fused("rms_norm")
    if kernel is not None and scale is not None and axes == (len(x.shape) - 1,):
        return widely(lambda x: kernel(x, scale, epsilon), x)
    return widely(
        lambda x: _affine(x * engine.rsqrt(reductions.mean(x * x, axes, True) + epsilon), scale, None, axes), x
    )


@op
def group_normalization(
    x: Array, groups: int, axis: int, gamma: Array | None, beta: Array | None, epsilon: float
) -> Array:
    """`(x - mean) / sqrt(var + epsilon) * gamma + beta`, with the moments of each row and group along `axis`."""
    axis = normalize_axis(axis, len(x.shape))
    others = [a for a in range(1, len(x.shape)) if a != axis]

    def compute(x: Array) -> Array:
        distance = x - by_group(x)
        scale = engine.rsqrt(by_group(distance * distance) + epsilon)
        return _affine(distance * _affine(scale, gamma, None, [axis]), None, beta, [axis])

    def by_group(x: Array) -> Array:
        """The mean of the group of every channel; first of the channel, so that large arrays have the shape of x."""
        means = reductions.mean(x, others, True) if others else x
        shape = means.shape
        in_groups = engine.reshape(means, (*shape[:axis], groups, shape[axis] // groups, *shape[axis + 1 :]))
        of_groups = reductions.mean(in_groups, axis + 1, True)
        return engine.reshape(engine.broadcast_to(of_groups, in_groups.shape), shape)

    return widely(compute, x)


def _affine(y: Array, gamma: Array | None, beta: Array | None, axes: Sequence[int]) -> Array:
    """`y * gamma + beta`, whose axes are `axes` of `y`."""
    shape = [n if a in axes else 1 for a, n in enumerate(y.shape)]
    y = y if gamma is None else y * engine.reshape(gamma, shape)
    return y if beta is None else y + engine.reshape(beta, shape)
