"""What the MobileNets share: widths as factors, and weights for several sizes of images."""

from __future__ import annotations

from typing import Any, NamedTuple

from hornbeam import config, layers


class Size(NamedTuple):
    """The rows of the images."""

    of_name: int | None  # as models are called
    of_weights: int  # of the published weights that are nearest


def pretrained_size(input_shape: Any, input_tensor: Any, sizes: tuple[int, ...]) -> Size:
    """The size of the images, and that of the weights to begin with: the largest if none is for images like these."""
    shape = input_shape if input_shape is not None else getattr(input_tensor, "shape", (None,))[1:]
    first = 0 if config.image_data_format() == "channels_last" else 1
    rows, columns = shape[first : first + 2] if len(shape) == 3 else (None, None)
    of_weights = rows if rows == columns and rows in sizes else sizes[-1]
    return Size(rows if rows == columns and rows is not None else sizes[-1], of_weights)


def checked_alpha(alpha: float, weights: Any, published: tuple[float, ...]) -> None:
    """Raise a `ValueError` when there are no published weights of this width, and they are asked for."""
    if not alpha > 0:
        raise ValueError(f"`alpha` must be positive. Received: alpha={alpha}.")
    if weights == "imagenet" and alpha not in published:
        raise ValueError(
            f"The published weights are of `alpha` {', '.join(map(str, published))}. Received: alpha={alpha}; pass "
            "`weights=None`."
        )


def nearest(filters: float) -> int:
    """The multiple of 8 nearest to `filters`."""
    return max(8, int(filters + 4) // 8 * 8)


def divisible(filters: float) -> int:
    """The multiple of 8 nearest to `filters`, but not below nine tenths of it."""
    found = nearest(filters)
    return found + 8 if found < 0.9 * filters else found


def padded_for_strides(x: Any, kernel: int, name: str) -> Any:
    """Images with a border for a convolution of 2 strides, so that an even number of rows is halved from its end."""
    first = 0 if config.image_data_format() == "channels_last" else 1
    sizes = x.shape[1 + first : 3 + first]
    border = tuple((kernel // 2 - (1 if size is None or size % 2 == 0 else 0), kernel // 2) for size in sizes)
    return layers.ZeroPadding2D(border, name=name)(x)
