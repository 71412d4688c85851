"""Complex numbers: their parts, and made of them."""

from __future__ import annotations

from hornbeam import engine
from hornbeam.core.brief import shown_shape
from hornbeam.core.promotion import common_floats
from hornbeam.ops.dispatch import Array, floating, op


@op(row_independent=True)
def real(x: Array) -> Array:
    """The real part."""
    return engine.real(x)


@op(row_independent=True)
def imag(x: Array) -> Array:
    """The imaginary part; zeros of real numbers."""
    return engine.imag(x)


@op(row_independent=True)
def conj(x: Array) -> Array:
    """The complex conjugate."""
    return engine.complex(engine.real(x), -engine.imag(x)) if is_complex(x) else x


conjugate = conj


@op(row_independent=True)
def angle(x: Array) -> Array:
    """The angle with the positive real axis, in radians."""
    x = floating(x)
    return engine.arctan2(engine.imag(x), engine.real(x))


@op(row_independent=True)
def polar(abs_: Array, angle: Array) -> Array:
    """The complex number of this size and angle, `abs_ (cos(angle) + i sin(angle))`."""
    size, turn = _at_least_32(*common_floats(abs_, angle))
    return engine.complex(size * engine.cos(turn), size * engine.sin(turn))


@op
def view_as_complex(x: Array) -> Array:
    """Pairs of real and imaginary parts, along the last axis, as complex numbers."""
    if not x.shape or x.shape[-1] != 2:
        raise ValueError(f"The last axis of `x` must have size 2: (real, imag). Received: {shown_shape(x.shape)}.")
    x = floating(x)
    return engine.complex(*_at_least_32(x[..., 0], x[..., 1]))


@op
def view_as_real(x: Array) -> Array:
    """Real and imaginary parts along a new last axis."""
    return engine.concatenate([engine.real(x)[..., None], engine.imag(x)[..., None]], -1)


def is_complex(x: Array) -> bool:
    return engine.dtype_name(x).startswith("complex")


def _at_least_32(*xs: Array) -> tuple[Array, ...]:
    return tuple(engine.cast(x, "float32") if engine.dtype_name(x) in ("float16", "bfloat16") else x for x in xs)
