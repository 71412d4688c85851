"""Functions of `tf.nn` that fewer scripts use."""

from __future__ import annotations

from typing import Any

from hornbeam import ops
from hornbeam.legacy.tensorflow.nn import _first, _sides


def conv1d(input: Any, filters: Any, stride: Any, padding: str, data_format: str = "NWC", **_: Any) -> Any:
    """A convolution with a kernel of shape (width, channels, filters)."""
    layout = "channels_first" if _first(data_format) else "channels_last"
    return ops.conv(input, filters, int(stride), padding.lower(), layout)


def depthwise_conv2d(input: Any, filter: Any, strides: Any, padding: str, data_format: str = "NHWC", **_: Any) -> Any:
    """A convolution of each channel by itself, with a kernel of shape (height, width, channels, multiplier)."""
    layout = "channels_first" if _first(data_format) else "channels_last"
    return ops.depthwise_conv(input, filter, _sides(strides, data_format), padding.lower(), layout)


def conv2d_transpose(
    input: Any,
    filters: Any,
    output_shape: Any,
    strides: Any,
    padding: str = "SAME",
    data_format: str = "NHWC",
    **_: Any,
) -> Any:
    """A transposed convolution with a kernel of shape (height, width, filters, channels)."""
    layout = "channels_first" if _first(data_format) else "channels_last"
    return ops.conv_transpose(input, filters, _sides(strides, data_format), padding.lower(), None, layout)


def max_pool1d(input: Any, ksize: Any, strides: Any, padding: str, data_format: str = "NWC", name: Any = None) -> Any:
    """The largest of each window."""
    layout = "channels_first" if _first(data_format) else "channels_last"
    return ops.max_pool(input, int(ksize), int(strides), padding.lower(), layout)


def weighted_cross_entropy_with_logits(labels: Any, logits: Any, pos_weight: Any, name: Any = None) -> Any:
    """-w labels log σ(logits) - (1 - labels) log(1 - σ(logits)), by element."""
    labels = ops.convert_to_tensor(labels)
    right = ops.multiply(pos_weight, ops.multiply(labels, ops.softplus(ops.negative(logits))))
    return ops.add(right, ops.multiply(ops.subtract(1, labels), ops.softplus(logits)))


def crelu(features: Any, axis: int = -1, name: Any = None) -> Any:
    """What is above zero, and what is below."""
    return ops.concatenate([ops.relu(features), ops.relu(ops.negative(features))], axis)


def zero_fraction(value: Any, name: Any = None) -> Any:
    """How many elements are 0, of all."""
    return ops.mean(ops.cast(ops.equal(value, 0), "float32"))


def compute_average_loss(
    per_example_loss: Any, sample_weight: Any = None, global_batch_size: int | None = None, **_: Any
) -> Any:
    """The sum of the losses of rows, each times its weight, divided by the size of the batch."""
    losses = per_example_loss if sample_weight is None else ops.multiply(per_example_loss, sample_weight)
    return ops.divide(
        ops.sum(losses), ops.shape(per_example_loss)[0] if global_batch_size is None else global_batch_size
    )


def scale_regularization_loss(regularization_loss: Any) -> Any:
    """The sum: there is one device."""
    return ops.sum(ops.stack(regularization_loss) if isinstance(regularization_loss, list) else regularization_loss)
