"""Products of matrices on JAX: in whatever form they are computed, their gradients are those of x W."""

import jax
import numpy as np
import pytest

from hornbeam.engine.jax import linear

SHAPES = [(3, 4, 2), (600, 130, 8), (600, 130, 140)]  # as it stands, transposed, laid out


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_the_gradients_of_a_product(shape):
    rows, inputs, outputs = shape
    x, w, dy = (np.random.default_rng(0).normal(size=s).astype("f") for s in ((rows, inputs), (inputs, outputs), (1,)))
    both = jax.jit(jax.grad(lambda x, w: (linear.matmul(x, w) * dy).sum(), (0, 1)))(x, w)
    alone = jax.jit(jax.grad(lambda w: (linear.matmul(x, w) * dy).sum()))(w)
    ones = np.full((rows, outputs), dy)
    for found, expected in zip((*both, alone), (ones @ w.T, x.T @ ones, x.T @ ones), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-3)
