"""Square matrices as products of simpler ones."""

from __future__ import annotations

from hornbeam import engine
from hornbeam.core.brief import shown_shape
from hornbeam.ops.dispatch import Array, floating, op


def square(x: Array, name: str = "x") -> Array:
    """`x` as floats.

    Raises:
        ValueError: unless its last two axes are of the same size.
    """
    if len(x.shape) < 2 or x.shape[-1] != x.shape[-2]:
        raise ValueError(f"`{name}` must hold square matrices. Received: shape {shown_shape(x.shape)}.")
    return floating(x)


@op
def eig(x: Array) -> tuple[Array, Array]:
    """Eigenvalues and eigenvectors, the columns `v` for which `x @ v = v * values`; complex, in any order."""
    return engine.eig(square(x))


@op
def eigh(x: Array) -> tuple[Array, Array]:
    """Eigenvalues in ascending order, and eigenvectors as columns, of symmetric or Hermitian matrices."""
    return engine.eigh(square(x))


@op
def lu_factor(x: Array) -> tuple[Array, Array]:
    """Gaussian elimination with row exchanges.

    Returns:
        `l` and `u` in one matrix, without the ones on the diagonal of `l`, and for each row the one it was exchanged
        with.
    """
    return engine.lu_factor(floating(x))
