"""What layers and losses are made of: normalization, dropout, crossentropies."""

from __future__ import annotations

from typing import Any

from hornbeam import engine, ops, random
from hornbeam.core.settings import standardize_data_format
from hornbeam.ops.dispatch import Array, normalize_axis, op


def softmax(x: Any, axis: int = -1) -> Any:
    """Positive numbers that add up to 1 along an axis."""
    return ops.softmax(x, axis)


def dropout(x: Any, level: float, noise_shape: Any = None, seed: int | None = None) -> Any:
    """`x` with the fraction `level` of the elements set to 0 and the others divided by `1 - level`."""
    return random.dropout(x, level, noise_shape, seed)


def in_top_k(predictions: Any, targets: Any, k: int) -> Any:
    """Whether the target is among the `k` largest predictions of its row."""
    return ops.in_top_k(ops.cast(targets, "int32"), predictions, k)


def _along(x: Array, axis: int, values: Array | None) -> Any:
    """One value for each place of an axis, in a shape that broadcasts with `x`."""
    if values is None or len(values.shape) != 1:
        return values
    return engine.reshape(values, tuple(-1 if i == axis else 1 for i in range(len(x.shape))))


@op
def batch_normalization(
    x: Array,
    mean: Array,
    var: Array,
    beta: Array | None,
    gamma: Array | None,
    axis: int = -1,
    epsilon: float = 1e-3,
) -> Array:
    """`gamma * (x - mean) / sqrt(var + epsilon) + beta`, values for each place of `axis` or in a shape that fits."""
    at = normalize_axis(axis, len(x.shape))
    mean, var, beta, gamma = (_along(x, at, values) for values in (mean, var, beta, gamma))
    scale = engine.rsqrt(var + epsilon) * (1 if gamma is None else gamma)
    return (x - mean) * scale + (0 if beta is None else beta)


@op
def normalize_batch_in_training(
    x: Array, gamma: Array | None, beta: Array | None, reduction_axes: Any, epsilon: float = 1e-3
) -> tuple[Array, Array, Array]:
    """`x` with mean 0 and variance 1 over some axes, then `gamma` and `beta`; and that mean and variance."""
    axes = tuple(sorted(a % len(x.shape) for a in reduction_axes))
    mean, var = ops.moments(x, axes)
    inside = tuple(1 if i in axes else n for i, n in enumerate(x.shape))
    fit = lambda v: v if v is None or len(v.shape) == len(x.shape) else engine.reshape(v, inside)  # noqa: E731
    scale = engine.rsqrt(fit(var) + epsilon) * (1 if gamma is None else fit(gamma))
    return (x - fit(mean)) * scale + (0 if beta is None else fit(beta)), mean, var


@op
def bias_add(x: Array, bias: Array, data_format: Any = None) -> Array:
    """`x` plus a bias for each channel, or one for each place and channel."""
    first = standardize_data_format(data_format) == "channels_first" and len(x.shape) > 2
    if len(bias.shape) == 1:
        return x + _along(x, 1 if first else len(x.shape) - 1, bias)
    if len(bias.shape) != len(x.shape) - 1:
        raise ValueError(
            f"`bias` must have 1 axis or {len(x.shape) - 1}, one less than `x`. Received: {tuple(bias.shape)}."
        )
    return x + (ops.moveaxis(bias, -1, 0) if first else bias)


def categorical_crossentropy(target: Any, output: Any, from_logits: bool = False, axis: int = -1) -> Any:
    """`-sum(target * log(output))` along an axis, of probabilities or of logits."""
    return ops.categorical_crossentropy(target, output, from_logits, axis)


@op
def sparse_categorical_crossentropy(target: Array, output: Array, from_logits: bool = False, axis: int = -1) -> Array:
    """The same for targets that are the numbers of classes."""
    at = normalize_axis(axis, len(output.shape))
    shape = tuple(n for i, n in enumerate(output.shape) if i != at)
    numbers = engine.cast(engine.reshape(target, shape), "int32")
    return ops.sparse_categorical_crossentropy(numbers, output, from_logits, axis)


def binary_crossentropy(target: Any, output: Any, from_logits: bool = False) -> Any:
    """`-target * log(output) - (1 - target) * log(1 - output)` for each element."""
    return ops.binary_crossentropy(target, output, from_logits)
