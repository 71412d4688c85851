"""Neural-network functions: activations, normalization, encodings, crossentropies, attention."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core import dtypes, logits
from hornbeam.core.settings import epsilon as default_epsilon
from hornbeam.ops import arrays, reductions
from hornbeam.ops.conv import (
    adaptive_average_pool,
    adaptive_max_pool,
    average_pool,
    conv,
    conv_transpose,
    depthwise_conv,
    max_pool,
    separable_conv,
)
from hornbeam.ops.ctc import ctc_loss
from hornbeam.ops.ctc_decode import ctc_decode
from hornbeam.ops.dispatch import Array, Axis, floating, fused, normalize_axes, normalize_axis, op, widely

# fmt: off
__all__ = [
    "relu", "relu6", "leaky_relu", "elu", "selu", "celu", "gelu", "silu", "swish", "hard_silu", "hard_swish",
    "sigmoid", "log_sigmoid", "hard_sigmoid", "sparse_sigmoid", "softplus", "sparse_plus", "squareplus", "softsign",
    "hard_tanh", "tanh_shrink", "soft_shrink", "hard_shrink", "threshold", "glu",
    "softmax", "log_softmax", "sparsemax",
    "conv", "depthwise_conv", "separable_conv", "conv_transpose",
    "max_pool", "average_pool", "adaptive_max_pool", "adaptive_average_pool",
    "one_hot", "multi_hot", "normalize", "moments",
    "batch_normalization", "layer_normalization", "rms_normalization",
    "binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy", "ctc_loss", "ctc_decode",
    "dot_product_attention", "psnr", "depth_to_space", "space_to_depth",
]
# fmt: on


# activations


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
def silu(x: Array) -> Array:
    """`x * sigmoid(x)`.

    >>> import hornbeam
    >>> [round(float(y), 4) for y in hornbeam.activations.silu([-1.0, 0.0, 2.0])]
    [-0.2689, 0.0, 1.7616]
    """
    x = floating(x)
    return x * engine.sigmoid(x)


@op(row_independent=True)
def hard_silu(x: Array) -> Array:
    """`x * hard_sigmoid(x)`.

    >>> import hornbeam
    >>> [round(float(y), 4) for y in hornbeam.activations.hard_silu([-1.0, 0.0, 2.0])]
    [-0.3333, 0.0, 1.6667]
    """
    x = floating(x)
    return x * hard_sigmoid(x)


swish = silu
hard_swish = hard_silu


@op(row_independent=True)
def sigmoid(x: Array) -> Array:
    """`1 / (1 + exp(-x))`.

    >>> import hornbeam
    >>> [round(float(y), 4) for y in hornbeam.activations.sigmoid([-1.0, 0.0, 2.0])]
    [0.2689, 0.5, 0.8808]
    """
    x = floating(x)
    return logits.remember(engine.sigmoid(x), x)


@op(row_independent=True)
def log_sigmoid(x: Array) -> Array:
    """`log(sigmoid(x))` without overflow.

    >>> import hornbeam
    >>> [round(float(y), 4) for y in hornbeam.activations.log_sigmoid([-1.0, 0.0, 2.0])]
    [-1.3133, -0.6931, -0.1269]
    """
    return -softplus(-floating(x))


@op(row_independent=True)
def hard_sigmoid(x: Array) -> Array:
    """`relu6(x + 3) / 6`.

    >>> import hornbeam
    >>> [round(float(y), 4) for y in hornbeam.activations.hard_sigmoid([-1.0, 0.0, 2.0])]
    [0.3333, 0.5, 0.8333]
    """
    return relu6(floating(x) + 3) / 6


@op(row_independent=True)
def sparse_sigmoid(x: Array) -> Array:
    """0 up to -1, 1 from 1 on, and straight between: the derivative of `sparse_plus`.

    >>> import hornbeam
    >>> [round(float(y), 4) for y in hornbeam.activations.sparse_sigmoid([-1.0, 0.0, 2.0])]
    [0.0, 0.5, 1.0]
    """
    x = floating(x)
    return engine.where(x <= -1, 0, engine.where(x >= 1, 1, 0.5 * (x + 1)))


@op(row_independent=True)
def softplus(x: Array) -> Array:
    """`log(1 + exp(x))` without overflow.

    >>> import hornbeam
    >>> [round(float(y), 4) for y in hornbeam.activations.softplus([-1.0, 0.0, 2.0])]
    [0.3133, 0.6931, 2.1269]
    """
    x = floating(x)
    return engine.maximum(x, 0) + engine.log1p(engine.exp(-engine.abs(x)))


@op(row_independent=True)
def sparse_plus(x: Array) -> Array:
    """0 up to -1, `x` from 1 on, and `(x + 1)**2 / 4` between.

    >>> import hornbeam
    >>> [round(float(y), 4) for y in hornbeam.activations.sparse_plus([-1.0, 0.0, 2.0])]
    [0.0, 0.25, 2.0]
    """
    x = floating(x)
    return engine.where(x <= -1, 0, engine.where(x >= 1, x, 0.25 * (x + 1) * (x + 1)))


@op(row_independent=True)
def squareplus(x: Array, b: float = 4) -> Array:
    """`(x + sqrt(x**2 + b)) / 2`.

    >>> import hornbeam
    >>> [round(float(y), 4) for y in hornbeam.activations.squareplus([-1.0, 0.0, 2.0])]
    [0.618, 1.0, 2.4142]
    """
    x = floating(x)
    return (x + engine.sqrt(x * x + b)) / 2


@op(row_independent=True)
def softsign(x: Array) -> Array:
    """`x / (1 + |x|)`.

    >>> import hornbeam
    >>> [round(float(y), 4) for y in hornbeam.activations.softsign([-1.0, 0.0, 2.0])]
    [-0.5, 0.0, 0.6667]
    """
    x = floating(x)
    return x / (1 + engine.abs(x))


@op(row_independent=True)
def hard_tanh(x: Array) -> Array:
    """`min(max(x, -1), 1)`.

    >>> import hornbeam
    >>> [round(float(y), 4) for y in hornbeam.activations.hard_tanh([-1.0, 0.0, 2.0])]
    [-1.0, 0.0, 1.0]
    """
    x = floating(x)
    return engine.where(x > 1, 1, engine.where(x < -1, -1, x))


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
    x = floating(x)
    return engine.where(x > threshold, x, default_value)


@op
def glu(x: Array, axis: int = -1) -> Array:
    """`a * sigmoid(b)` of the two halves of `x` along `axis`.

    >>> import hornbeam
    >>> [round(float(y), 4) for y in hornbeam.activations.glu([1.0, 2.0, 0.0, 3.0])]
    [0.5, 1.9051]
    """
    if x.shape[axis] % 2:
        raise ValueError(f"`axis` must have an even size. Received: axis={axis} for shape {tuple(x.shape)}.")
    a, b = arrays.split(floating(x), 2, axis)
    return a * engine.sigmoid(b)


@op
def softmax(x: Array, axis: Axis = -1) -> Array:
    """`exp(x) / sum(exp(x))` along `axis`, several axes, or all (`None`).

    >>> import hornbeam
    >>> [round(float(y), 4) for y in hornbeam.activations.softmax([-1.0, 0.0, 2.0])]
    [0.042, 0.1142, 0.8438]
    """
    x = floating(x)
    p = _along(engine.softmax, x, axis)
    return logits.remember(p, x, axis % len(x.shape)) if isinstance(axis, int) else p


@op
def log_softmax(x: Array, axis: Axis = -1) -> Array:
    """`log(softmax(x))` without overflow.

    >>> import hornbeam
    >>> [round(float(y), 4) for y in hornbeam.activations.log_softmax([-1.0, 0.0, 2.0])]
    [-3.1698, -2.1698, -0.1698]
    """
    return _along(engine.log_softmax, x, axis)


def _along(fn: Any, x: Array, axis: Axis) -> Array:
    """`fn` along one axis, or along several taken together."""
    x = floating(x)
    if isinstance(axis, int):
        return fn(x, normalize_axis(axis, len(x.shape)))
    axes = normalize_axes(axis, len(x.shape))
    order = [*(a for a in range(len(x.shape)) if a not in axes), *axes]
    moved = engine.transpose(x, order)
    flat = engine.reshape(moved, tuple(moved.shape[: -len(axes) or None]) + (-1,))
    y = engine.reshape(fn(flat, len(flat.shape) - 1), moved.shape)
    return engine.transpose(y, [int(a) for a in np.argsort(order)])


@op
def sparsemax(x: Array, axis: int = -1) -> Array:
    """The probability vector closest to `x` (Martins and Astudillo, 2016).

    >>> import hornbeam
    >>> [round(float(y), 4) for y in hornbeam.activations.sparsemax([-1.0, 0.0, 2.0])]
    [0.0, 0.0, 1.0]
    """
    x = arrays.moveaxis(floating(x), axis, -1)
    descending = engine.flip(engine.sort(x, len(x.shape) - 1), len(x.shape) - 1)
    sums = engine.cumsum(descending, len(x.shape) - 1)
    rank = engine.arange(1, x.shape[-1] + 1, 1, engine.dtype_name(x))
    support = 1 + rank * descending > sums
    k = engine.sum(engine.cast(support, engine.dtype_name(x)), -1, True)
    tau = (engine.sum(engine.where(support, descending, 0), -1, True) - 1) / k
    return arrays.moveaxis(relu(x - tau), -1, axis)


# encodings


@op
def one_hot(x: Array, num_classes: int, axis: int = -1, dtype: Any = None, sparse: bool = False) -> Array:
    """1 at the place that `x` names and 0 elsewhere, along a new axis; all zeros for what is no class.

    >>> import hornbeam
    >>> hornbeam.ops.one_hot([0, 2], 3).tolist()
    [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]
    """
    classes = engine.arange(0, num_classes, 1, "int32")
    hot = engine.cast(engine.cast(x, "int32")[..., None] == classes, dtypes.standardize(dtype))
    return arrays.moveaxis(hot, -1, axis)


@op
def multi_hot(
    inputs: Array,
    num_classes: int | None = None,
    axis: int = -1,
    dtype: Any = None,
    sparse: bool = False,
    **kwargs: Any,
) -> Array:
    """1 at all the places that a row of `inputs` names and 0 elsewhere."""
    if num_classes is None:
        num_classes = kwargs["num_tokens"]
    hot = one_hot(inputs, num_classes, axis, dtype)
    return engine.max(hot, 1 if len(inputs.shape) > 1 else 0)


# normalization


@op
def normalize(x: Array, axis: Axis = -1, order: int = 2, epsilon: float | None = None) -> Array:
    """`x / max(norm(x), epsilon)` along `axis`."""
    x = floating(x)
    epsilon = default_epsilon() if epsilon is None else epsilon
    if order == 2:
        return x * engine.rsqrt(engine.maximum(engine.sum(x * x, axis, True), epsilon**2))
    if not isinstance(order, int) or order < 1:
        raise ValueError(f"`order` must be a positive integer. Received: order={order}.")
    norm = engine.power(engine.sum(engine.power(engine.abs(x), order), axis, True), 1 / order)
    return x / engine.maximum(norm, epsilon)


@op
def moments(x: Array, axes: Axis, keepdims: bool = False, synchronized: bool = False) -> tuple[Array, Array]:
    """The mean and the variance over `axes`, computed in 32 bits at least."""
    return widely(lambda x: (reductions.mean(x, axes, keepdims), reductions.var(x, axes, keepdims)), x)


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
    shape = [1] * len(x.shape)
    shape[axis] = mean.shape[0]
    factor = engine.rsqrt(variance + epsilon)
    factor = factor if scale is None else factor * scale
    shift = -mean * factor
    shift = shift if offset is None else shift + offset
    y = x * engine.reshape(factor, shape) + engine.reshape(shift, shape)
    return engine.cast(y, engine.dtype_name(floating(x)))


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
def rms_normalization(
    x: Array, scale: Array | None = None, axis: int | Sequence[int] = -1, epsilon: float | None = None
) -> Array:
    """`x / sqrt(mean(x**2) + epsilon) * scale`, with the mean over `axis`."""
    axes = normalize_axes(axis, len(x.shape))
    epsilon = default_epsilon() if epsilon is None else epsilon
    return widely(
        lambda x: _affine(x * engine.rsqrt(reductions.mean(x * x, axes, True) + epsilon), scale, None, axes), x
    )


def _affine(y: Array, gamma: Array | None, beta: Array | None, axes: Sequence[int]) -> Array:
    """`y * gamma + beta`, whose axes are `axes` of `y`."""
    shape = [n if a in axes else 1 for a, n in enumerate(y.shape)]
    y = y if gamma is None else y * engine.reshape(gamma, shape)
    return y if beta is None else y + engine.reshape(beta, shape)


# crossentropies


@op
def binary_crossentropy(target: Array, output: Array, from_logits: bool = False) -> Array:
    """`-(target * log(output) + (1 - target) * log(1 - output))`, element by element.

    Args:
        target: numbers in [0, 1], of the shape of `output`.
        output: probabilities, or logits.
        from_logits: whether `output` holds logits.
    """
    _check_same_shape(target, output)
    output = floating(output)
    target = engine.cast(target, engine.dtype_name(output))
    if from_logits:
        return softplus(output) - target * output
    output = _clipped(output)
    return -(target * engine.log(output) + (1 - target) * engine.log(1 - output))


@op
def categorical_crossentropy(target: Array, output: Array, from_logits: bool = False, axis: int = -1) -> Array:
    """`-sum(target * log(output))` along `axis`.

    Args:
        target: probabilities of the classes, such as one-hot vectors.
        output: probabilities, scaled here to sum to 1, or logits.
        from_logits: whether `output` holds logits.
        axis: where the classes are.
    """
    _check_same_shape(target, output)
    log_p = _log_probabilities(output, from_logits, axis)
    return -engine.sum(engine.cast(target, engine.dtype_name(log_p)) * log_p, axis)


@op
def sparse_categorical_crossentropy(target: Array, output: Array, from_logits: bool = False, axis: int = -1) -> Array:
    """`-log(output[target])` along `axis`; 0 for a target that is no class.

    Args:
        target: integers, of the shape of `output` without `axis` (or with size 1 there).
        output: probabilities, scaled here to sum to 1, or logits.
        from_logits: whether `output` holds logits.
        axis: where the classes are.
    """
    axis = normalize_axis(axis, len(output.shape)) if len(output.shape) else 0
    if len(target.shape) == len(output.shape) and target.shape[axis] == 1:
        target = arrays.squeeze(target, axis)
    expected = tuple(n for a, n in enumerate(output.shape) if a != axis)
    if len(output.shape) < 1 or tuple(target.shape) != expected:
        raise ValueError(
            f"`target` must have the shape of `output` without the axis of the classes, {expected}. "
            f"Received: target of shape {tuple(target.shape)}, output of shape {tuple(output.shape)}."
        )
    log_p = _log_probabilities(output, from_logits, axis)
    places = [-1 if a == axis else 1 for a in range(len(output.shape))]
    classes = engine.reshape(engine.arange(0, output.shape[axis], 1, "int32"), places)
    hit = arrays.expand_dims(engine.cast(target, "int32"), axis) == classes
    return -engine.sum(engine.where(hit, log_p, 0), axis)


def _log_probabilities(output: Array, from_logits: bool, axis: int) -> Array:
    output = floating(output)
    if from_logits:
        return engine.log_softmax(output, normalize_axis(axis, len(output.shape)))
    return engine.log(_clipped(output / engine.sum(output, axis, True)))


def _clipped(p: Array) -> Array:
    low = default_epsilon()
    return engine.minimum(engine.maximum(p, low), 1 - low)


def _check_same_shape(target: Array, output: Array) -> None:
    if tuple(target.shape) != tuple(output.shape):
        raise ValueError(
            f"`target` and `output` must have the same shape. "
            f"Received: target of shape {tuple(target.shape)}, output of shape {tuple(output.shape)}."
        )


# attention and images


@op
def dot_product_attention(
    query: Array,
    key: Array,
    value: Array,
    bias: Array | None = None,
    mask: Array | None = None,
    scale: float | None = None,
    is_causal: bool = False,
    flash_attention: bool | None = None,
    attn_logits_soft_cap: float | None = None,
) -> Array:
    """`softmax(query @ key.T * scale + bias) @ value` for every head (Vaswani et al., 2017).

    Args:
        query: shape (batch, targets, heads, size).
        key: shape (batch, sources, key heads, size); every key head serves heads / key heads query heads.
        value: like `key`.
        bias: added to the logits; broadcasts to (batch, heads, targets, sources).
        mask: what may be attended to; booleans that broadcast to (batch, heads, targets, sources).
        scale: `1 / sqrt(size)` by default.
        is_causal: a target attends to sources up to its own place only.
        flash_attention: accepted for compatibility; the engine chooses its kernel.
        attn_logits_soft_cap: `cap * tanh(logits / cap)` keeps logits within it.
    """
    if not len(query.shape) == len(key.shape) == len(value.shape) == 4:
        raise ValueError(
            "`query`, `key` and `value` must have the shape (batch, length, heads, size). "
            f"Received: {tuple(query.shape)}, {tuple(key.shape)}, {tuple(value.shape)}."
        )
    query = floating(query)
    dtype, (_, targets, heads, depth), sources = engine.dtype_name(query), query.shape, key.shape[1]
    if key.shape[2] != heads:
        key, value = (arrays.repeat(x, heads // key.shape[2], 2) for x in (key, value))
    scale = 1 / math.sqrt(depth) if scale is None else scale
    if is_causal:
        causal = arrays.tri(targets, sources, 0, "bool")[None, None]
        mask = causal if mask is None else engine.logical_and(mask, causal)
    if (kernel := fused("attention")) is not None and bias is None and attn_logits_soft_cap is None:
        return kernel(query, key, value, mask, scale)
    scores = engine.cast(engine.einsum("btnh,bsnh->bnts", query, key), "float32") * scale
    if attn_logits_soft_cap is not None:
        scores = attn_logits_soft_cap * engine.tanh(scores / attn_logits_soft_cap)
    scores = scores if bias is None else scores + bias
    if mask is not None:
        scores = engine.where(engine.cast(mask, "bool"), scores, -0.7 * float(np.finfo(np.float32).max))
    weights = engine.cast(engine.softmax(scores, 3), dtype)
    return engine.einsum("bnts,bsnh->btnh", weights, value)


@op
def psnr(x1: Array, x2: Array, max_val: float) -> Array:
    """The peak signal-to-noise ratio, `20 log10(max_val) - 10 log10(mean((x1 - x2)**2))`, in decibels."""
    distance = floating(x1) - floating(x2)
    error = reductions.mean(distance * distance)
    return 20 * math.log10(max_val) - engine.log(error) * (10 / math.log(10))


@op(passes_values=True)
def depth_to_space(x: Array, block_size: int, data_format: str = "channels_last") -> Array:
    """Every `block_size**2` channels as a square of pixels."""
    return _reblock(x, block_size, data_format, to_space=True)


@op(passes_values=True)
def space_to_depth(x: Array, block_size: int, data_format: str = "channels_last") -> Array:
    """Every square of `block_size**2` pixels as channels."""
    return _reblock(x, block_size, data_format, to_space=False)


def _reblock(x: Array, k: int, data_format: str, to_space: bool) -> Array:
    """The position within a square comes before the channel with channels last, and after it with channels first."""
    if data_format == "channels_last":
        b, h, w, c = x.shape
        split, order, joined = (
            ((b, h, w, k, k, c // k**2), (0, 1, 3, 2, 4, 5), (b, h * k, w * k, c // k**2))
            if to_space
            else ((b, h // k, k, w // k, k, c), (0, 1, 3, 2, 4, 5), (b, h // k, w // k, c * k**2))
        )
    else:
        b, c, h, w = x.shape
        split, order, joined = (
            ((b, c // k**2, k, k, h, w), (0, 1, 4, 2, 5, 3), (b, c // k**2, h * k, w * k))
            if to_space
            else ((b, c, h // k, k, w // k, k), (0, 1, 3, 5, 2, 4), (b, c * k**2, h // k, w // k))
        )
    return engine.reshape(engine.transpose(engine.reshape(x, split), order), joined)
