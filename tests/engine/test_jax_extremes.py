"""Derivatives of largest and smallest values by the JAX engine, which must hold however XLA rounds."""

import functools
import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import hornbeam
from hornbeam import engine, layers
from hornbeam.engine.jax.options import TINY

e = engine.load("jax")
X = np.round(np.random.default_rng(0).normal(size=(4, 5, 6)), 1).astype("float32")  # with equal numbers
OF_TWO = {"maximum": jnp.maximum, "minimum": jnp.minimum}
OF_MANY = {"max": jnp.max, "min": jnp.min}


def gradient(fn, x=X):
    return jax.grad(lambda x: (fn(x) ** 2).sum())(x)


@pytest.mark.parametrize("name", OF_MANY)
def test_as_jax_has_them(name):
    mine, theirs = getattr(e, name), OF_MANY[name]
    for axis, keepdims in itertools.product((None, 0, -1, (0, 2)), (False, True)):
        of = {"axis": axis, "keepdims": keepdims}
        np.testing.assert_allclose(
            gradient(functools.partial(mine, **of)), gradient(functools.partial(theirs, **of)), err_msg=f"{of}"
        )
    for transform in (
        lambda f: jax.vmap(lambda x: gradient(lambda x: f(x, 1), x))(X),
        lambda f: jax.hessian(lambda x: (f(x, 0) ** 3).sum())(X[:, 0, :2]),
        lambda f: jax.jvp(lambda x: f(x, 1), (X,), (X[::-1],))[1],
    ):
        np.testing.assert_allclose(transform(mine), transform(theirs), rtol=1e-6)


@pytest.mark.parametrize("name", OF_TWO)
@pytest.mark.parametrize("other", [0.3, X[0], np.arange(6), jnp.float16(0.5)])
def test_of_two(name, other):
    mine = getattr(e, name)
    np.testing.assert_allclose(gradient(lambda x: mine(x, other)), gradient(lambda x: OF_TWO[name](x, other)))
    assert jax.jit(lambda x: mine(x, 0.3))(jnp.float16(1)).dtype == jnp.float16


def normalized(x, gamma):
    """Its last multiplication and addition are contracted in some loops and not in others."""
    mean = x.mean((0, 1))
    return (x - mean) * (jax.lax.rsqrt(((x - mean) ** 2).mean((0, 1)) + 1e-3) * gamma) + gamma / 10


@pytest.mark.parametrize("seed", range(5))
def test_an_array_that_is_computed_twice_in_two_ways(seed):
    x, w = np.random.default_rng(seed).normal(size=(2, 5, 6, 4)).astype("float32")
    gamma = np.ones(4, "float32")

    def loss(gamma, x):
        y = normalized(x, gamma)
        return (e.max(y, 1) * w[:, 0]).sum() + (e.maximum(y, 0.3) @ w[0, :4]).sum()

    compiled = jax.jit(jax.grad(loss, (0, 1)), compiler_options=TINY)
    with jax.disable_jit():
        expected = jax.grad(loss, (0, 1))(gamma, x)
    for found, wanted in zip(compiled(gamma, x), expected, strict=True):
        np.testing.assert_allclose(found, wanted, rtol=1e-3, atol=1e-4)
    places = jax.jit(lambda x: e.argmax(normalized(x, gamma).reshape(3, 40), -1), compiler_options=TINY)(x)
    assert places.max() < 40
    assert e.argmax(jnp.zeros((0, 40)), -1).shape == (0,)


def test_a_model_that_pools_what_was_normalized_trains(engine):
    model = hornbeam.Sequential(
        [hornbeam.Input((6, 4)), layers.BatchNormalization(), layers.GlobalMaxPooling1D(), layers.Dense(2)]
    )
    model.compile("sgd", "mse")
    history = model.fit(X[:, [0, 1, 2, 3, 4, 0], :4], X[:, 0, :2], epochs=4, verbose=0)
    assert np.isfinite(history.history["loss"]).all()
