"""Circle loss: as real Keras; and losses over a whole batch, whose last short one must not be padded."""

import numpy as np
import pytest

import hornbeam
from hornbeam import engine as eng
from hornbeam import losses

RNG = np.random.default_rng(0)
X = RNG.normal(size=(7, 4)).astype("float32")
X /= np.linalg.norm(X, axis=1, keepdims=True)
Y = np.array([0, 0, 1, 1, 1, 2, 0])


@pytest.mark.parametrize("arguments", [{}, {"gamma": 3.0, "margin": 0.2}, {"gamma": 2.0, "remove_diagonal": False}])
def test_values_are_those_of_keras(engine, arguments):
    import keras

    for reduction in ("sum_over_batch_size", "none"):
        mine = losses.Circle(**arguments, reduction=reduction)(Y, X)
        expected = keras.losses.Circle(**arguments, reduction=reduction)(Y, X)
        np.testing.assert_allclose(eng.to_numpy(mine), expected, rtol=1e-5)


def test_other_rows_to_compare_with():
    import keras

    mine = losses.circle(Y[:3], X[:3], Y, X, gamma=2)
    np.testing.assert_allclose(mine, keras.losses.circle(Y[:3], X[:3], Y, X, gamma=2), rtol=1e-5)


def test_a_row_without_a_like_does_not_count_and_has_no_gradient():
    loss = losses.Circle(gamma=2, reduction="none")
    (_, values), (gradient,) = eng.value_and_grad(lambda xs: (eng.sum(v := loss(Y, xs[0])), v))([eng.asarray(X)])
    assert float(values[5]) == 0 and np.isfinite(eng.to_numpy(gradient)).all()
    counted = np.delete(np.asarray(values), 5)
    assert float(losses.Circle(gamma=2)(Y, X)) == pytest.approx(counted.mean(), rel=1e-6)


@pytest.mark.parametrize("loss", ["dice", losses.Tversky(), losses.Circle(gamma=2), losses.CosineSimilarity(axis=0)])
def test_a_short_last_batch_is_exact(loss):
    """Such a loss sums over the rows of the batch: rows that pad it would count."""
    y = Y if isinstance(loss, losses.Circle) else np.eye(3, dtype="float32")[Y]
    model = hornbeam.Sequential([hornbeam.Input((4,)), hornbeam.layers.Dense(3, activation="sigmoid")])
    model.compile(loss=loss)
    outputs, fn = model.predict(X, verbose=0), losses.get(loss)
    expected = [float(np.mean(fn(y[part], outputs[part]))) for part in (slice(0, 4), slice(4, 7))]
    weights = [4, 3]
    found = model.evaluate(X, y, batch_size=4, verbose=0)
    assert found == pytest.approx(np.average(expected, weights=weights), rel=1e-5)
