"""What a variable does like Keras's: initializers by name, assigned values, operators, functions of other libraries."""

import keras
import numpy as np
import pytest

import hornbeam

VALUES = np.array([1.25, -2.6], "float32")


def plain(x):
    return np.asarray(hornbeam.ops.convert_to_numpy(x))


def test_initializers_by_name(engine):
    np.testing.assert_array_equal(hornbeam.Variable("ones", shape=(2,)).numpy(), [1, 1])
    assert hornbeam.Variable("glorot_uniform", shape=(2, 3), dtype="float16").dtype == "float16"
    with pytest.raises(ValueError, match=r"needs a `shape` when its initializer is a name"):
        hornbeam.Variable("ones")
    with pytest.raises(ValueError, match=r"Did you mean.*zeros"):
        hornbeam.Variable("zeroes", shape=(2,))


def test_assigning_returns_what_is_held(engine):
    ours, theirs = hornbeam.Variable(VALUES), keras.Variable(VALUES)
    for name, value in [("assign", [1.0, 2.0]), ("assign_add", [1.0, 1.0]), ("assign_sub", [0.5, 1.0])]:
        given = getattr(ours, name)(np.array(value, "float32"))
        assert hornbeam.ops.is_tensor(given)
        np.testing.assert_array_equal(plain(given), getattr(theirs, name)(np.array(value, "float32")))


@pytest.mark.parametrize(
    "apply", [lambda v: -v, lambda v: +v, abs, lambda v: round(v, 1), round, lambda v: 2 - v], ids="-+ar02"
)
def test_unary_operators(engine, apply):
    if apply is round:
        expected = np.round(VALUES)
    else:
        expected = np.asarray(apply(keras.Variable(VALUES)))
    np.testing.assert_allclose(plain(apply(hornbeam.Variable(VALUES))), expected, rtol=1e-6)


def test_not(engine):
    np.testing.assert_array_equal(plain(~hornbeam.Variable([True, False])), [False, True])


def test_operators_of_logic_are_logical_for_numbers_as_in_keras(engine):
    v = hornbeam.Variable([0.0, 2.0, 3.0])
    for found, expected in [
        (v & [1, 0, 1], [False, False, True]),
        (v | [1, 0, 1], [True, True, True]),
        ([4, 4, 0] ^ v, [True, False, True]),
        (hornbeam.Variable([1, 2]) & 2, [True, True]),
        (~v, [True, False, False]),
    ]:
        assert plain(found).tolist() == expected


def test_truth_values_are_subtracted_from_numbers(engine):
    truth, v = hornbeam.Variable([True, False], dtype="bool"), hornbeam.Variable([0.5, 2.0])
    for found, expected in [
        (v - truth, [-0.5, 2]),
        (truth - v, [0.5, -2]),
        (truth - 1, [0, -1]),
        (1.5 - truth, [0.5, 1.5]),
        (np.array([3, 4], np.int8) - truth, [2, 4]),
    ]:
        assert plain(found).tolist() == expected


def test_settings(engine):
    v = hornbeam.Variable(VALUES)
    assert (v.trainable, v.regularizer, v.constraint, v.overwrite_with_gradient) == (True, None, None, False)
    with pytest.raises(ValueError, match="cannot be overwritten with its gradient"):
        v.overwrite_with_gradient = True


def test_functions_of_numpy(engine):
    v = hornbeam.Variable(VALUES)
    for function in (np.sum, np.exp, np.mean, np.asarray, np.stack):
        given = function([v, v]) if function is np.stack else function(v)
        assert isinstance(given, np.ndarray | np.generic)
        np.testing.assert_allclose(given, function([VALUES, VALUES]) if function is np.stack else function(VALUES))
    for given in (VALUES + v, VALUES - v, v > VALUES):
        assert hornbeam.ops.is_tensor(given)
    np.testing.assert_array_equal(plain(VALUES - v), [0, 0])
    total = VALUES.copy()
    total += v
    np.testing.assert_allclose(total, 2 * VALUES)


def test_functions_of_the_engine(engine):
    v = hornbeam.Variable(VALUES)
    if engine == "torch":
        import torch

        given = [torch.sum(v), torch.add(v, 1).sum() - 2, torch.stack([v, v])[0].sum()]
    else:
        import jax.numpy as jnp

        given = [jnp.asarray(v).sum(), jnp.array(v).sum()]
    for value in given:
        np.testing.assert_allclose(plain(value), VALUES.sum(), rtol=1e-6)


def test_what_numpy_gives_is_a_copy(engine):
    """Also while the value waits on the host for its first use."""
    v = hornbeam.Variable(VALUES)
    for _ in range(2):
        v.numpy()[:] = 0
        np.testing.assert_array_equal(plain(v), VALUES)


@pytest.mark.parametrize("draw", [lambda shape: np.full(shape, 2.0), lambda shape, name=None: np.full(shape, 2.0)])
def test_an_initializer_may_take_nothing_but_a_shape(draw):
    variable = hornbeam.Variable(draw, shape=(2,), dtype="float16")
    assert (variable.dtype, variable.numpy().tolist()) == ("float16", [2.0, 2.0])
