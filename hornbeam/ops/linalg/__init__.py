"""Linear algebra over the last two axes."""

from hornbeam.ops.linalg.decompositions import eig, eigh, lu_factor
from hornbeam.ops.linalg.derivatives import jvp
from hornbeam.ops.linalg.matrices import (
    cholesky,
    cholesky_inverse,
    det,
    inv,
    logdet,
    lstsq,
    matrix_rank,
    norm,
    pinv,
    qr,
    slogdet,
    solve,
    solve_triangular,
    svd,
)

# fmt: off
__all__ = [
    "norm", "inv", "solve", "solve_triangular", "cholesky", "cholesky_inverse", "qr", "svd", "det", "slogdet", "logdet",
    "pinv", "lstsq", "matrix_rank", "eig", "eigh", "lu_factor", "jvp",
]
# fmt: on
