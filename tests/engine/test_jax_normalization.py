"""Normalization by the JAX engine's own tangents."""

import jax
import numpy as np
import pytest

from hornbeam import engine

e = engine.load("jax")
ROWS = [np.random.default_rng(i).normal(size=(2, 3, 65)).astype("float32") for i in range(3)]
GAMMA, BETA, D_GAMMA, D_BETA = np.random.default_rng(3).normal(size=(4, 65)).astype("float32")


@pytest.mark.parametrize(
    "fn",
    [
        lambda x, gamma, beta: e.layer_norm(x, gamma, beta, 0.1),
        lambda x, gamma, beta: e.rms_norm(x, gamma, 0.1) + beta,
        lambda x, gamma, beta: e.scaled(x, gamma) + beta,
    ],
)
def test_forward_mode_and_row_by_row(fn):
    x, dx, by = ROWS
    y, transposed = jax.vjp(fn, x, GAMMA, BETA)
    _, dy = jax.jvp(fn, (x, GAMMA, BETA), (dx, D_GAMMA, D_BETA))
    backward = sum(float((a * b).sum()) for a, b in zip(transposed(by), (dx, D_GAMMA, D_BETA), strict=True))
    np.testing.assert_allclose((dy * by).sum(), backward, rtol=1e-3)
    np.testing.assert_allclose(jax.vmap(fn, (0, None, None))(x, GAMMA, BETA), y, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    "fn", [lambda x, gamma: e.layer_norm(x, gamma, BETA, 0.1), lambda x, gamma: e.rms_norm(x, gamma, 0.1)]
)
def test_gradients_of_weights_of_16_bits_are_added_up_in_32(fn):
    x, gamma = np.tile(ROWS[0][0, :1], (4096, 1)), jax.numpy.asarray(GAMMA, "bfloat16")
    expected = jax.grad(lambda gamma: fn(x, gamma).sum())(GAMMA)
    found = jax.grad(lambda gamma: fn(x, gamma).sum())(gamma)
    np.testing.assert_allclose(found.astype("float32"), expected, rtol=0.02, atol=1)
