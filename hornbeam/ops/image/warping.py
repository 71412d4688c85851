"""Images whose pixels come from elsewhere in the image: by an affine map, by a perspective, by chance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hornbeam import engine
from hornbeam.core.brief import shown_shape
from hornbeam.core.random_keys import draw_key
from hornbeam.ops.control import if_any
from hornbeam.ops.dispatch import Array, floating, op
from hornbeam.ops.image.axes import as_batch, check_rank, from_channels_last, spatial_axes, to_channels_last
from hornbeam.ops.image.filters import blurred
from hornbeam.ops.image.sampling import check_fill_mode, in_dtype, sample

INTERPOLATIONS = ("nearest", "bilinear")


def check_interpolation(interpolation: str) -> None:
    if interpolation not in INTERPOLATIONS:
        raise ValueError(f"`interpolation` must be 'nearest' or 'bilinear'. Received: {interpolation!r}.")


@op
def affine_transform(
    images: Array,
    transform: Array,
    interpolation: str = "bilinear",
    fill_mode: str = "constant",
    fill_value: float = 0,
    data_format: str | None = None,
) -> Array:
    """The pixel at (x, y) is that of `images` at `(a0 x + a1 y + a2, b0 x + b1 y + b2) / (c0 x + c1 y + 1)`.

    Args:
        images: shape (height, width, channels), or a batch of them; or with channels first.
        transform: `(a0, a1, a2, b0, b1, b2, c0, c1)`, for each image of a batch; the last two are 0 in an affine map.
        interpolation: "nearest" or "bilinear".
        fill_mode: what is outside: "constant", "nearest", "wrap", "mirror" or "reflect".
        fill_value: for "constant".
        data_format: "channels_last" or "channels_first"; the global setting by default.
    """
    check_rank(images)
    if transform.shape[-1] != 8 or len(transform.shape) != len(images.shape) - 2:
        raise ValueError(
            "`transform` must hold 8 numbers, for each image of a batch. Received: transform of shape "
            f"{shown_shape(transform.shape)} for images of shape {shown_shape(images.shape)}."
        )
    numbers = engine.cast(floating(transform), "float32")
    places = _map(numbers)
    return if_any(
        numbers != engine.asarray(_STILL, "float32"),
        lambda x: warp(x, places, interpolation, fill_mode, fill_value, data_format),
        images,
    )


@op
def perspective_transform(
    images: Array,
    start_points: Array,
    end_points: Array,
    interpolation: str = "bilinear",
    fill_value: float = 0,
    data_format: str | None = None,
) -> Array:
    """The images seen so that four points come to lie at four others.

    Args:
        images: shape (height, width, channels), or a batch of them; or with channels first.
        start_points: shape (4, 2): (x, y) of four points, for each image of a batch.
        end_points: where they come to lie, likewise.
        interpolation: "nearest" or "bilinear".
        fill_value: what is outside.
        data_format: "channels_last" or "channels_first"; the global setting by default.
    """
    check_rank(images)
    for name, points in (("start_points", start_points), ("end_points", end_points)):
        if len(points.shape) not in (2, 3) or points.shape[-2:] != (4, 2):
            raise ValueError(
                f"`{name}` must have shape (4, 2), or (batch, 4, 2). Received: shape {shown_shape(points.shape)}."
            )
    transform = homography(end_points, start_points)
    return warp(images, _map(transform), interpolation, "constant", fill_value, data_format)


_STILL = (1, 0, 0, 0, 1, 0, 0, 0)  # the map that leaves every pixel where it is
Places = Callable[[Array, Array], tuple[Array, Array]]


def _map(transform: Array) -> Places:
    numbers = engine.reshape(engine.cast(floating(transform), "float32"), (-1, 8, 1, 1))
    a0, a1, a2, b0, b1, b2, c0, c1 = (numbers[:, i] for i in range(8))

    def places(x: Array, y: Array) -> tuple[Array, Array]:
        below = c0 * x + c1 * y + 1
        return (a0 * x + a1 * y + a2) / below, (b0 * x + b1 * y + b2) / below

    return places


def homography(points: Array, images: Array) -> Array:
    """The eight numbers for which (u, v) = (a0 x + a1 y + a2, b0 x + b1 y + b2) / (c0 x + c1 y + 1) at four points."""
    points, images = (engine.reshape(engine.cast(floating(p), "float32"), (-1, 4, 2)) for p in (points, images))
    x, y, u, v = points[..., :1], points[..., 1:], images[..., :1], images[..., 1:]
    one, zero = x * 0 + 1, x * 0
    for_u = engine.concatenate([x, y, one, zero, zero, zero, -u * x, -u * y], -1)
    for_v = engine.concatenate([zero, zero, zero, x, y, one, -v * x, -v * y], -1)
    solved = engine.solve(engine.concatenate([for_u, for_v], 1), engine.concatenate([u, v], 1))
    return solved[..., 0]


@op
def elastic_transform(
    images: Array,
    alpha: float = 20.0,
    sigma: float = 5.0,
    interpolation: str = "bilinear",
    fill_mode: str = "reflect",
    fill_value: float = 0.0,
    seed: Any = None,
    data_format: str | None = None,
) -> Array:
    """Pixels moved by a smooth field of random displacements.

    Source: Simard, Steinkraus, Platt, "Best Practices for Convolutional Neural Networks" (2003).

    Args:
        images: shape (height, width, channels), or a batch of them; or with channels first.
        alpha: how far pixels move.
        sigma: how smooth the field is: the standard deviation of the Gaussian that blurs it.
        interpolation: "nearest" or "bilinear".
        fill_mode: what is outside: "constant", "nearest", "wrap", "mirror" or "reflect".
        fill_value: for "constant".
        seed: an integer, a `SeedGenerator` or None.
        data_format: "channels_last" or "channels_first"; the global setting by default.
    """
    check_rank(images)
    batch = images.shape[0] if len(images.shape) == 4 else 1
    height, width = (images.shape[a] for a in spatial_axes(data_format))
    noise = engine.random_normal(draw_key(seed), (2, batch, height, width), "float32") * sigma
    size = int(6 * sigma) | 1
    moved = blurred(noise, (-2, -1), (size, size), (sigma, sigma)) * alpha
    return warp(images, lambda x, y: (x + moved[0], y + moved[1]), interpolation, fill_mode, fill_value, data_format)


def warp(
    images: Array, places: Places, interpolation: str, fill_mode: str, fill_value: float, data_format: str | None
) -> Array:
    """The images whose pixels at (x, y) are those of `images` at `places(x, y)`.

    `places` gets x as a row and y as a column, and gives arrays of shape (batch or 1, height, width).
    """
    check_interpolation(interpolation)
    check_fill_mode(fill_mode)
    batch, height, width, channels = (x := to_channels_last(as_batch(images), data_format)).shape
    grid_x, grid_y = engine.arange(0, width, 1, "float32")[None], engine.arange(0, height, 1, "float32")[:, None]
    along_x, along_y = places(grid_x, grid_y)
    table = engine.reshape(engine.cast(floating(x), "float32"), (-1, channels))
    first = engine.reshape(engine.arange(0, batch, 1, "int32") * (height * width), (-1, 1, 1))
    order = INTERPOLATIONS.index(interpolation)
    found = sample(table, (height, width), (along_y, along_x), order, fill_mode, fill_value, first)
    y = from_channels_last(engine.reshape(in_dtype(found, engine.dtype_name(x)), x.shape), data_format)
    return y if len(images.shape) == 4 else y[0]
