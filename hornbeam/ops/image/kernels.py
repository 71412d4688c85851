"""How much a pixel at a distance counts for a new one: the kernels of interpolation, and their weights as a matrix.

`lib` computes: NumPy for sizes that are known, the engine for numbers that may be traced.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

Kernel = Callable[[Any, Any], Any]


def linear(lib: Any, x: Any) -> Any:
    """1 - |x|, within 1."""
    return lib.maximum(1 - lib.abs(x), 0)


def cubic(lib: Any, x: Any) -> Any:
    """Keys's kernel with a = -1/2: third-order polynomials within 1, and from 1 to 2."""
    x = lib.abs(x)
    near = (1.5 * x - 2.5) * x * x + 1
    far = ((-0.5 * x + 2.5) * x - 4) * x + 2
    return lib.where(x < 1, near, lib.where(x < 2, far, 0.0))


def lanczos(radius: int, lib: Any, x: Any) -> Any:
    """sinc(x) sinc(x / radius), within the radius."""
    away = lib.abs(x) > 1e-3
    t = lib.where(away, x, 1.0) * math.pi
    y = radius * lib.sin(t) * lib.sin(t / radius) / (t * t)
    return lib.where(lib.abs(x) > radius, 0.0, lib.where(away, y, 1.0))


KERNELS: dict[str, Kernel] = {
    "linear": linear,
    "cubic": cubic,
    "lanczos3": functools.partial(lanczos, 3),
    "lanczos5": functools.partial(lanczos, 5),
}
KERNELS |= {"bilinear": linear, "trilinear": linear, "bicubic": cubic, "tricubic": cubic}


def weights(lib: Any, kernel: Kernel, old: Any, new: Any, scale: Any, shift: Any, antialias: bool) -> Any:
    """The matrix (new, old) that makes pixels of `scale * x + shift` from those of `x`.

    Args:
        lib: NumPy or the engine.
        kernel: one of `KERNELS`.
        old: the centres of the old pixels: 0, 1, ..., as a row.
        new: those of the new ones, as a column.
        scale: how many new pixels there are for an old one.
        shift: in new pixels.
        antialias: widen the kernel where pixels get fewer.
    """
    places = (new + 0.5 - shift) / scale - 0.5
    distance = places - old
    if antialias:
        distance = distance * lib.minimum(scale, 1.0)
    w = kernel(lib, distance)
    total = lib.sum(w, 1, keepdims=True)
    empty = lib.abs(total) <= 1e-4
    w = lib.where(empty, 0.0, w / lib.where(empty, 1.0, total))
    return lib.where((places >= -0.5) & (places <= old.shape[-1] - 0.5), w, 0.0)
