"""Keras 2's `utils.conv_utils`: lengths of convolutions, and their arguments."""

from __future__ import annotations

from typing import Any

import numpy as np

_PADDINGS = ("valid", "same", "full", "causal")


def conv_output_length(
    input_length: int | None, filter_size: int, padding: str, stride: int, dilation: int = 1
) -> int | None:
    """How long the output of a convolution is along an axis; `None` for an unknown length.

    >>> conv_output_length(10, 3, "valid", 2)
    4
    """
    _check_padding(padding)
    if input_length is None:
        return None
    reach = dilation * (filter_size - 1)
    lost = {"valid": reach, "full": -reach}.get(padding, 0)
    return -(-(input_length - lost) // stride)


def conv_input_length(output_length: int | None, filter_size: int, padding: str, stride: int) -> int | None:
    """The least length of an input from which a convolution makes this output."""
    _check_padding(padding, _PADDINGS[:3])
    if output_length is None:
        return None
    return (output_length - 1) * stride - 2 * _padded(filter_size, padding) + filter_size


def deconv_length(
    dim_size: int | None,
    stride_size: int,
    kernel_size: int,
    padding: str,
    output_padding: int | None,
    dilation: int = 1,
) -> int | None:
    """How long the output of a transposed convolution is along an axis."""
    _check_padding(padding, _PADDINGS[:3])
    if dim_size is None:
        return None
    kernel = dilation * (kernel_size - 1) + 1
    if output_padding is not None:
        return (dim_size - 1) * stride_size + kernel - 2 * _padded(kernel, padding) + output_padding
    more = {"valid": max(kernel - stride_size, 0), "full": 2 - stride_size - kernel}.get(padding, 0)
    return dim_size * stride_size + more


def _padded(kernel: int, padding: str) -> int:
    return {"same": kernel // 2, "full": kernel - 1}.get(padding, 0)


def normalize_tuple(value: Any, n: int, name: str) -> tuple[int, ...]:
    """An integer for each of `n` axes, of one for all or a list of them.

    Args:
        name: of the argument, for messages.
    """
    values = (value,) * n if isinstance(value, int) else value
    if (
        not isinstance(values, tuple | list)
        or len(values) != n
        or not all(isinstance(v, int | np.integer) for v in values)
    ):
        raise ValueError(f"`{name}` must be an integer, or a list of {n}. Received: {value!r}.")
    return tuple(values)


def normalize_padding(value: str) -> str:
    """A padding in small letters."""
    padding = value.lower()
    _check_padding(padding, ("valid", "same", "causal"))
    return padding


def _check_padding(padding: str, allowed: tuple[str, ...] = _PADDINGS) -> None:
    if padding not in allowed:
        raise ValueError(f"`padding` must be one of {', '.join(map(repr, allowed))}. Received: {padding!r}.")


def convert_kernel(kernel: Any) -> np.ndarray:
    """A kernel turned round along its spatial axes: Theano's convolutions go backwards over them."""
    kernel = np.asarray(kernel)
    if not 3 <= kernel.ndim <= 5:
        raise ValueError(f"`kernel` must be of a convolution, with 3 to 5 axes. Received: shape {kernel.shape}.")
    return np.flip(kernel, tuple(range(kernel.ndim - 2))).copy()
