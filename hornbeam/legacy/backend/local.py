"""Convolutions whose kernel is another one at each place."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from hornbeam import engine, ops
from hornbeam.core.settings import standardize_data_format
from hornbeam.ops.dispatch import Array, op


@op(row_independent=True)
def local_conv1d(
    inputs: Array, kernel: Array, kernel_size: Sequence[int], strides: Sequence[int], data_format: Any = None
) -> Array:
    """Over time, with a kernel of shape (output length, window * channels, filters)."""
    return _local(inputs, kernel, kernel_size, strides, (kernel.shape[0],), data_format)


@op(row_independent=True)
def local_conv2d(
    inputs: Array,
    kernel: Array,
    kernel_size: Sequence[int],
    strides: Sequence[int],
    output_shape: Sequence[int],
    data_format: Any = None,
) -> Array:
    """Over images, with a kernel of shape (places, window * channels, filters); `output_shape` is height and width."""
    return _local(inputs, kernel, kernel_size, strides, output_shape, data_format)


def _local(x: Array, kernel: Array, window: Any, strides: Any, output_shape: Any, data_format: Any) -> Array:
    first = standardize_data_format(data_format) == "channels_first"
    x = ops.moveaxis(x, 1, -1) if first else x
    batch, channels, places = x.shape[0], x.shape[-1], tuple(output_shape)
    seen = ops.stack([_at(x, offset, strides, places) for offset in itertools.product(*map(range, window))], -2)
    seen = ops.swapaxes(seen, -1, -2) if first else seen  # the elements of a window in the order of `data_format`
    rows = engine.reshape(seen, (batch, kernel.shape[0], seen.shape[-2] * seen.shape[-1]))
    if rows.shape[-1] != kernel.shape[1]:
        raise ValueError(
            f"`kernel` must have {rows.shape[-1]} elements for each place, for {channels} channels. "
            f"Received: shape {tuple(kernel.shape)}."
        )
    y = engine.reshape(engine.einsum("bpk,pkf->bpf", rows, kernel), (batch, *places, kernel.shape[2]))
    return ops.moveaxis(y, -1, 1) if first else y


def _at(x: Array, offset: tuple[int, ...], strides: Any, places: tuple[int, ...]) -> Array:
    """What all windows have at an offset."""
    ends = [o + (n - 1) * s + 1 for o, n, s in zip(offset, places, strides, strict=True)]
    return x[(slice(None), *(slice(o, end, s) for o, end, s in zip(offset, ends, strides, strict=True)))]
