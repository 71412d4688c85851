"""Windows that slide over the spatial axes: their sizes, and the padding that they need.

`padding` is "valid" (none) or "same" (as TensorFlow has it: ceil(n / stride) outputs, the odd element at the end).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from hornbeam.core.integers import is_integer
from hornbeam.core.settings import standardize_data_format
from hornbeam.core.tracebacks import WrongArgumentsError
from hornbeam.ops import arrays
from hornbeam.ops.dispatch import Array

Sizes = int | Sequence[int]


def each_axis(value: Sizes, spatial: int, name: str) -> tuple[int, ...]:
    """One number per spatial axis."""
    values = list(value) if isinstance(value, Sequence | np.ndarray) else [value] * spatial
    if len(values) != spatial or not all(is_integer(v, 1) for v in values):
        raise WrongArgumentsError(
            f"`{name}` must be a positive integer or {spatial} of them. Received: {name}={value!r}."
        )
    return tuple(map(int, values))


def channels_last(fn: Callable[[Array], Array], x: Array, data_format: str | None) -> Array:
    """`fn`, which wants channels last, of an array in `data_format`."""
    if standardize_data_format(data_format) == "channels_last":
        return fn(x)
    return arrays.moveaxis(fn(arrays.moveaxis(x, 1, -1)), -1, 1)


def is_same(padding: str) -> bool:
    """Whether `padding`, in letters of any case, is "same" and not "valid".

    Raises:
        ValueError: if it is neither.
    """
    name = padding.lower() if isinstance(padding, str) else padding
    if name not in ("valid", "same"):
        raise ValueError(f"`padding` must be 'valid' or 'same'. Received: padding={padding!r}.")
    return name == "same"


def pads_for(
    padding: str, sizes: Sequence[int], window: Sequence[int], strides: Sequence[int], dilation: Sequence[int]
) -> list[tuple[int, int]]:
    """The (before, after) pairs that `padding` means for spatial `sizes`."""
    if not is_same(padding):
        return [(0, 0)] * len(sizes)
    pads = []
    for n, w, s, d in zip(sizes, window, strides, dilation, strict=True):
        total = max((-(-n // s) - 1) * s + (w - 1) * d + 1 - n, 0)
        pads.append((total // 2, total - total // 2))
    return pads
