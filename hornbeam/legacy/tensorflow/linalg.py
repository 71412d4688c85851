"""`tf.linalg`."""

from __future__ import annotations

from typing import Any

from hornbeam import ops
from hornbeam.legacy.tensorflow import functions, nn, renamed

eye = functions.eye
matmul = functions.matmul
norm = functions.norm
l2_normalize = nn.l2_normalize


def band_part(input: Any, num_lower: int, num_upper: int, name: Any = None) -> Any:
    """Matrices with zeros beyond so many diagonals below and above the main one; all stay for -1."""
    x = ops.convert_to_tensor(input)
    rows, columns = ops.shape(x)[-2:]
    distance = ops.subtract(ops.expand_dims(ops.arange(rows), 1), ops.arange(columns))
    below = ops.less_equal(distance, rows if num_lower < 0 else num_lower)
    above = ops.less_equal(ops.negative(distance), columns if num_upper < 0 else num_upper)
    return ops.where(ops.logical_and(below, above), x, ops.zeros_like(x))


def set_diag(input: Any, diagonal: Any, name: Any = None) -> Any:
    """The same matrices with other diagonals."""
    x = ops.convert_to_tensor(input)
    rows, columns = (int(size) for size in x.shape[-2:])
    is_diagonal = ops.equal(ops.expand_dims(ops.arange(rows), 1), ops.arange(columns))
    values = ops.expand_dims(ops.cast(diagonal, x.dtype), -2 if columns <= rows else -1)
    return ops.where(is_diagonal, values, x)


def diag(diagonal: Any, name: Any = None) -> Any:
    """Matrices with these diagonals, zeros beside them."""
    x = ops.convert_to_tensor(diagonal)
    return ops.multiply(ops.expand_dims(x, -1), ops.eye(int(x.shape[-1]), dtype=x.dtype))


def matrix_transpose(a: Any, name: Any = None) -> Any:
    """Rows become columns."""
    return ops.swapaxes(a, -1, -2)


def matvec(a: Any, b: Any, name: Any = None) -> Any:
    """Products of matrices with vectors."""
    return ops.squeeze(ops.matmul(a, ops.expand_dims(b, -1)), -1)


__getattr__ = renamed.names_of("linalg")
