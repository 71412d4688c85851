"""`tf.nn`."""

from __future__ import annotations

from typing import Any

from hornbeam import ops, random
from hornbeam.legacy.tensorflow import renamed


def softmax_cross_entropy_with_logits(labels: Any, logits: Any, axis: int = -1, name: Any = None) -> Any:
    """-Σ labels log softmax(logits), by row."""
    return ops.categorical_crossentropy(labels, logits, from_logits=True, axis=axis)


def sparse_softmax_cross_entropy_with_logits(labels: Any, logits: Any, name: Any = None) -> Any:
    """-log softmax(logits) of each row's class."""
    return ops.sparse_categorical_crossentropy(labels, logits, from_logits=True)


def sigmoid_cross_entropy_with_logits(labels: Any = None, logits: Any = None, name: Any = None) -> Any:
    """-labels log σ(logits) - (1 - labels) log(1 - σ(logits)), by element."""
    return ops.binary_crossentropy(labels, logits, from_logits=True)


def l2_normalize(x: Any, axis: Any = None, epsilon: float = 1e-12, name: Any = None) -> Any:
    """x / √max(Σ x², ε)."""
    return ops.multiply(x, ops.rsqrt(ops.maximum(ops.sum(ops.square(x), axis, keepdims=True), epsilon)))


def l2_loss(t: Any, name: Any = None) -> Any:
    """Σ t² / 2."""
    return ops.sum(ops.square(t)) / 2


def dropout(x: Any, rate: float = 0.5, noise_shape: Any = None, seed: Any = None, name: Any = None) -> Any:
    """Elements set to 0 with probability `rate`, the others made larger."""
    return random.dropout(x, rate, noise_shape, seed)


def bias_add(value: Any, bias: Any, data_format: Any = None, name: Any = None) -> Any:
    """A number added to each channel."""
    bias = ops.reshape(bias, (-1, *[1] * (len(ops.shape(value)) - 2))) if _first(data_format) else bias
    return ops.add(value, bias)


def embedding_lookup(params: Any, ids: Any, name: Any = None) -> Any:
    """The rows of a table."""
    return ops.take(params, ids, 0)


def conv2d(
    input: Any,
    filters: Any,
    strides: Any,
    padding: str,
    data_format: str = "NHWC",
    dilations: Any = None,
    name: Any = None,
) -> Any:
    """A convolution with a kernel of shape (height, width, channels, filters)."""
    layout = "channels_first" if _first(data_format) else "channels_last"
    rate = 1 if dilations is None else _sides(dilations, data_format)
    return ops.conv(input, filters, _sides(strides, data_format), padding.lower(), layout, rate)


def max_pool2d(input: Any, ksize: Any, strides: Any, padding: Any, data_format: Any = "NHWC", name: Any = None) -> Any:
    """The largest of each window."""
    layout = "channels_first" if _first(data_format) else "channels_last"
    size, steps = _sides(ksize, data_format), _sides(strides, data_format)
    return ops.max_pool(input, size, steps, padding.lower(), layout)


def avg_pool2d(input: Any, ksize: Any, strides: Any, padding: Any, data_format: Any = "NHWC", name: Any = None) -> Any:
    """The mean of each window."""
    layout = "channels_first" if _first(data_format) else "channels_last"
    size, steps = _sides(ksize, data_format), _sides(strides, data_format)
    return ops.average_pool(input, size, steps, padding.lower(), layout)


max_pool, avg_pool = max_pool2d, avg_pool2d


def _first(data_format: str | None) -> bool:
    return (data_format or "NHWC").startswith("NC")


def _sides(sizes: Any, data_format: str) -> tuple[int, int]:
    """Height and width of one size, of two, or of four with batch and channels."""
    if isinstance(sizes, int):
        return sizes, sizes
    sizes = list(sizes)
    if len(sizes) == 4:
        sizes = sizes[2:] if _first(data_format) else sizes[1:3]
    return (sizes[0], sizes[0]) if len(sizes) == 1 else (sizes[0], sizes[1])


__getattr__ = renamed.names_of("nn", "nn_further", "top_k")
