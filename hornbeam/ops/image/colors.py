"""Colours, pixel by pixel."""

from __future__ import annotations

from hornbeam import engine
from hornbeam.core.brief import shown_shape
from hornbeam.ops.dispatch import Array, floating, is_inexact, op
from hornbeam.ops.image.axes import along, channel_axis, check_rank


@op
def rgb_to_grayscale(images: Array, data_format: str | None = None) -> Array:
    """The luma of ITU-R BT.601, `0.2989 red + 0.587 green + 0.114 blue`, with one channel; an image of one as it is."""
    check_rank(images)
    channels = images.shape[channel_axis(data_format)]
    if channels == 1:
        return images
    if channels != 3:
        raise ValueError(f"`images` must have 1 or 3 channels. Received: shape {shown_shape(images.shape)}.")
    r, g, b = each_channel(engine.cast(floating(images), "float32"), data_format)
    return engine.cast(0.2989 * r + 0.587 * g + 0.114 * b, engine.dtype_name(images))


def _channels(images: Array, data_format: str | None) -> list[Array]:
    """The three channels of floats between 0 and 1."""
    check_rank(images)
    if images.shape[channel_axis(data_format)] != 3:
        raise ValueError(f"`images` must have 3 channels. Received: shape {shown_shape(images.shape)}.")
    if not is_inexact(images):
        raise ValueError(
            f"`images` must hold floats between 0 and 1. Received: dtype {engine.dtype_name(images)}; divide by 255."
        )
    return each_channel(images, data_format)


def each_channel(images: Array, data_format: str | None) -> list[Array]:
    """The three channels, each with an axis of size 1."""
    axis = channel_axis(data_format)
    return [images[tuple(along(images, [axis], [slice(i, i + 1)], slice(None)))] for i in range(3)]


@op
def rgb_to_hsv(images: Array, data_format: str | None = None) -> Array:
    """Red, green and blue as hue, saturation and value, all between 0 and 1.

    Args:
        images: floats of shape (height, width, 3), or a batch of them; or with channels first.
        data_format: "channels_last" or "channels_first"; the global setting by default.
    """
    r, g, b = _channels(images, data_format)
    value = engine.maximum(engine.maximum(r, g), b)
    spread = value - engine.minimum(engine.minimum(r, g), b)
    saturation = engine.where(value > 0, spread / engine.where(value > 0, value, 1.0), 0.0)
    divisor = engine.where(spread == 0, 1.0, spread) * 6
    hue = engine.where(
        r == value,
        (g - b) / divisor,
        engine.where(g == value, (b - r) / divisor + 2 / 6, (r - g) / divisor + 4 / 6),
    )
    hue = engine.where(spread > 0, engine.where(hue < 0, hue + 1, hue), 0.0)
    return engine.concatenate([hue, saturation, value], channel_axis(data_format))


@op
def hsv_to_rgb(images: Array, data_format: str | None = None) -> Array:
    """Hue, saturation and value as red, green and blue: the inverse of `rgb_to_hsv`.

    Args:
        images: floats of shape (height, width, 3), or a batch of them; or with channels first.
        data_format: "channels_last" or "channels_first"; the global setting by default.
    """
    hue, saturation, value = _channels(images, data_format)
    h = hue * 6
    # The largest channel is where |6h - its place| is large (red), or small (green at 2, blue at 4).
    shares = (engine.abs(h - 3) - 1, 2 - engine.abs(h - 2), 2 - engine.abs(h - 4))
    clipped = (engine.minimum(engine.maximum(share, 0.0), 1.0) for share in shares)
    channels = [((1 - saturation) + saturation * share) * value for share in clipped]
    return engine.concatenate(channels, channel_axis(data_format))
