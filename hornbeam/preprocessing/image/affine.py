"""Images turned, moved, sheared and zoomed: a matrix tells from which place of the old image a pixel comes."""

from __future__ import annotations

from typing import Any

import numpy as np

_PIXELS = 12_000  # that are made at once: what is needed for them stays in the cache
FILL_MODES = ("constant", "nearest", "reflect", "wrap")


def apply_affine_transform(
    x: np.ndarray,
    theta: float = 0,
    tx: float = 0,
    ty: float = 0,
    shear: float = 0,
    zx: float = 1,
    zy: float = 1,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
    order: int = 1,
) -> np.ndarray:
    """An image turned, moved, sheared and zoomed, about its middle.

    Args:
        x: the image, of three axes.
        theta: degrees by which it is turned.
        tx, ty: pixels by which it is moved, along rows and columns.
        shear: degrees.
        zx, zy: how much of the image is seen along rows and columns: 0.5 enlarges to twice the size.
        row_axis, col_axis, channel_axis: which axes of `x` these are.
        fill_mode: what lies beyond the borders: "nearest" (aaa|abcd|ddd), "constant" (kkk|abcd|kkk), "reflect"
            (cba|abcd|dcb) or "wrap" (bcd|abcd|abc).
        cval: the constant.
        order: of the spline between pixels: 0 takes the nearest one, 1 is bilinear; 2 to 5 need the package `scipy`.
    """
    axes = (row_axis, col_axis, channel_axis)
    x = np.asarray(x)
    if x.ndim != 3:
        raise ValueError(f"`x` must be one image, with 3 axes. Received: shape {x.shape}.")
    if {axis % 3 for axis in axes} != {0, 1, 2}:
        raise ValueError(f"`row_axis`, `col_axis` and `channel_axis` must be three different axes. Received: {axes}.")
    if (theta, tx, ty, shear, zx, zy) == (0, 0, 0, 0, 1, 1):
        return x
    image = x.transpose(axes)
    maps = matrices((theta, tx, ty, shear, zx, zy), *image.shape[:2])
    return transformed(image[None], maps, fill_mode, cval, order)[0].transpose(np.argsort(np.mod(axes, 3)))


def matrices(changes: Any, height: int, width: int) -> np.ndarray:
    """For each new place (row, column, 1) the old one: shape (n, 3, 3).

    As in Keras since 2.3, they are put together for (column, row), but for the middle (row, column).

    Args:
        changes: `(theta, tx, ty, shear, zx, zy)`, for one image or a row for each.
    """
    theta, tx, ty, shear, zx, zy = np.atleast_2d(np.asarray(changes, float)).T
    turn, lean = np.deg2rad(theta), np.deg2rad(shear)
    rotation = _matrix(np.cos(turn), -np.sin(turn), 0, np.sin(turn), np.cos(turn), 0)
    shift = _matrix(1, 0, tx, 0, 1, ty)
    sheared = _matrix(1, -np.sin(lean), 0, 0, np.cos(lean), 0)
    zoom = _matrix(zx, 0, 0, 0, zy, 0)
    row, column = height / 2 - 0.5, width / 2 - 0.5
    to_middle, from_middle = _matrix(1, 0, row, 0, 1, column), _matrix(1, 0, -row, 0, 1, -column)
    maps = to_middle @ (rotation @ shift @ sheared @ zoom) @ from_middle
    return maps[:, [[1], [0], [2]], [1, 0, 2]]


def _matrix(*entries: Any) -> np.ndarray:
    columns = np.broadcast_arrays(*np.atleast_1d(*entries, 0, 0, 1))
    return np.stack(columns, -1).reshape(-1, 3, 3).astype(float)


def transformed(images: np.ndarray, maps: np.ndarray, fill_mode: str, cval: float, order: int) -> np.ndarray:
    """Images (n, height, width, channels), each by its matrix."""
    if order not in (0, 1) or fill_mode not in FILL_MODES:
        return _by_scipy(images, maps, fill_mode, cval, order)
    n, h, w, c = images.shape
    result = np.empty((n, h, w, c), images.dtype)
    several = max(1, _PIXELS // (h * w))
    for start in range(0, n, several):
        part = slice(start, start + several)
        planes = np.ascontiguousarray(images[part].reshape(-1, c).T, _dtype_between(images.dtype))
        pixels = result[part].reshape(-1, c)
        for rows, values in _sampled(planes, maps[part], (h, w), fill_mode, cval, order):
            pixels[rows] = _as(values, images.dtype).T
    return result


def _dtype_between(dtype: np.dtype) -> Any:
    return np.float32 if dtype in (np.float16, np.float32) else np.float64


def _as(values: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """Whole numbers are rounded, half away from zero."""
    if dtype.kind not in "iu":
        return values
    limits = np.iinfo(dtype)
    return np.clip(np.trunc(values + np.copysign(0.5, values)), limits.min, limits.max)


def _sampled(
    planes: np.ndarray, maps: np.ndarray, size: tuple[int, int], fill_mode: str, cval: float, order: int
) -> Any:
    """Pieces of the new images: the pixels' numbers, as a slice, and their values (channels, pixels)."""
    h, w = size
    image, row = np.divmod(np.arange(len(maps) * h), h)
    column = np.arange(w)
    several = max(1, _PIXELS // w)
    for start in range(0, len(row), several):
        part = slice(start, start + several)
        at = maps[image[part]]
        # In the order in which SciPy adds: at a border, the last bit decides what is beyond it.
        down, right = ((at[:, k, 2] + row[part] * at[:, k, 0])[:, None] + column * at[:, k, 1, None] for k in (0, 1))
        beyond = (down < 0) | (down > h - 1) | (right < 0) | (right > w - 1) if fill_mode == "constant" else None
        first = image[part, None] * (h * w)
        values = (_nearest if order == 0 else _between)(planes, first, down, right, size, fill_mode)
        if beyond is not None:
            values[:, beyond.ravel()] = cval
        yield slice(start * w, start * w + values.shape[1]), values


def _nearest(planes: np.ndarray, first: np.ndarray, down: np.ndarray, right: np.ndarray, size: Any, mode: str) -> Any:
    above, left = (_rounded(at, n, mode) for at, n in zip((down, right), size))
    return planes.take((first + above * size[1] + left).ravel(), 1)


def _rounded(at: np.ndarray, n: int, mode: str) -> np.ndarray:
    if mode == "reflect":
        at = np.mod(at, 2 * n)
        at = np.where(at > n - 1, 2 * n - 1 - at, at)
    return np.clip(np.floor(_folded(at, n, mode) + 0.5), 0, n - 1).astype(np.intp)


def _between(planes: np.ndarray, first: np.ndarray, down: np.ndarray, right: np.ndarray, size: Any, mode: str) -> Any:
    """Bilinear: first along the rows, then between them."""
    (above, below, y), (left, right_of, x) = (
        _pair(_folded(at, n, mode), n, mode) for at, n in zip((down, right), size)
    )
    x, y = x.astype(planes.dtype).ravel(), y.astype(planes.dtype).ravel()
    upper, lower = (first + rows * size[1] for rows in (above, below))
    corners = ((upper, left), (upper, right_of), (lower, left), (lower, right_of))
    a, b, c, d = (planes.take((rows + columns).ravel(), 1) for rows, columns in corners)
    for p, q, away in ((a, b, x), (c, d, x), (b, d, y)):  # q = p + away (q - p)
        q -= p
        q *= away
        q += p
    return d


def _folded(at: np.ndarray, n: int, mode: str) -> np.ndarray:
    """Places beyond the borders, brought back as "wrap" does: the first pixel lies on the last."""
    if mode != "wrap":
        return at
    period = max(n - 1, 1)
    turns = np.where(at < 0, np.trunc(-at / period) + 1, np.where(at > n - 1, -np.trunc(at / period), 0))
    return at + turns * period


def _pair(at: np.ndarray, n: int, mode: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The pixels before and behind each place, and how far it is from the first."""
    if mode == "reflect":
        before = np.floor(at)
        i = before.astype(np.intp)
        return _reflected(i, n), _reflected(i + 1, n), at - before
    at = np.clip(at, 0, n - 1)
    i = np.minimum(at.astype(np.intp), max(n - 2, 0))
    return i, np.minimum(i + 1, n - 1), at - i


def _reflected(i: np.ndarray, n: int) -> np.ndarray:
    i = np.mod(i, 2 * n)
    return np.minimum(i, 2 * n - 1 - i)


def _by_scipy(images: np.ndarray, maps: np.ndarray, fill_mode: str, cval: float, order: int) -> np.ndarray:
    try:
        from scipy import ndimage
    except ImportError:
        raise ImportError(
            f"An interpolation of order {order} with fill_mode={fill_mode!r} needs the package `scipy`: "
            f"`pip install scipy`, or use order 0 or 1 and one of {', '.join(map(repr, FILL_MODES))}."
        ) from None
    result = np.empty_like(images, order="C")
    for i, m in enumerate(maps):
        for c in range(images.shape[-1]):
            result[i, ..., c] = ndimage.affine_transform(
                images[i, ..., c], m[:2, :2], m[:2, 2], order=order, mode=fill_mode, cval=cval
            )
    return result
