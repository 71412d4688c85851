"""Linear algebra and signals against NumPy."""

import numpy as np
import pytest

from hornbeam import ops
from hornbeam.ops import convert_to_numpy as host

rng = np.random.default_rng(2)
A = rng.normal(size=(2, 3, 3)).astype("float32") + 2 * np.eye(3, dtype="float32")
B = rng.normal(size=(2, 3, 2)).astype("float32")
S = A @ A.swapaxes(-1, -2)


def same(actual, expected, tolerance=2e-4):
    actual = host(actual)
    assert actual.shape == np.shape(expected)
    np.testing.assert_allclose(actual, expected, rtol=tolerance, atol=tolerance)


def test_systems_and_decompositions(engine):
    same(ops.inv(A), np.linalg.inv(A))
    same(ops.solve(A, B), np.linalg.solve(A, B))
    same(ops.solve(A[0], B[0, :, 0]), np.linalg.solve(A[0], B[0, :, 0]))
    same(ops.solve_triangular(A, B, lower=True), np.linalg.solve(np.tril(A), B))
    same(ops.cholesky(S), np.linalg.cholesky(S))
    with pytest.raises(ValueError, match=r"needs positive definite matrices. Received: x=\(2, 3, 3\)"):
        ops.cholesky(-S)
    same(ops.cholesky_inverse(np.linalg.cholesky(S)), np.linalg.inv(S), 2e-3)
    q, r = ops.qr(A)
    same(q @ r, A)
    u, s, vh = ops.svd(B, full_matrices=False)
    same(u * s[..., None, :] @ vh, B)
    same(ops.svd(B, compute_uv=False), np.linalg.svd(B, compute_uv=False))
    same(ops.pinv(B), np.linalg.pinv(B))
    same(ops.lstsq(B[0], A[0]), np.linalg.lstsq(B[0], A[0])[0])
    same(ops.matrix_rank(np.ones((3, 3), "float32")), 1)


def test_determinants(engine):
    singular = np.arange(9, dtype="float32").reshape(3, 3) - 4
    exchanged = np.array([[0.0, 2.0], [3.0, 1.0]], np.float32)
    same(ops.det(A), np.linalg.det(A))
    same(ops.det(exchanged), -6.0)
    same(ops.det(singular), 0.0)
    sign, log = ops.slogdet(-A)
    same(sign, np.linalg.slogdet(-A)[0])
    same(log, np.linalg.slogdet(-A)[1])
    same(ops.logdet(S), np.linalg.slogdet(S)[1])


def test_the_gradient_of_a_determinant(engine):
    from hornbeam import engine

    _, (slope,) = engine.value_and_grad(lambda xs: (ops.det(xs[0]), None))([engine.asarray(A[0])])
    same(slope, np.linalg.det(A[0]) * np.linalg.inv(A[0]).T)


@pytest.mark.parametrize("ord", [None, 1, 2, np.inf, -np.inf, "fro", "nuc", -2])
def test_norms_of_matrices(engine, ord):
    same(ops.norm(A, ord, axis=(1, 2)), np.linalg.norm(A, ord, axis=(1, 2)))


def test_norms_of_vectors(engine):
    for ord in (None, 0, 1, 2, 3, np.inf, -np.inf):
        same(ops.norm(B, ord, axis=1, keepdims=True), np.linalg.norm(B, ord, axis=1, keepdims=True))
    with pytest.raises(ValueError, match="`ord` of a matrix norm"):
        ops.norm(A[0], 3)


def test_signals(engine):
    x = rng.normal(size=(2, 8)).astype("float32")
    real, imag = ops.rfft(x)
    same(host(real) + 1j * host(imag), np.fft.rfft(x))
    same(ops.irfft((real, imag)), x)
    same(ops.rfft(x, 6)[0], np.fft.rfft(x, 6).real)
    same(ops.extract_sequences(x, 4, 2), np.lib.stride_tricks.sliding_window_view(x, 4, -1)[:, ::2])
    for name in ["bartlett", "blackman", "hamming", "hanning"]:
        same(getattr(ops, name)(5), getattr(np, name)(5))
    same(ops.kaiser(5, 8.0), np.kaiser(5, 8.0))
