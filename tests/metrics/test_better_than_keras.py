"""Where real Keras computes, or writes, something else than it says."""

import json

import numpy as np
import pytest

from hornbeam import losses, metrics

RNG = np.random.default_rng(0)
Y = RNG.normal(size=(20, 2)).astype("float32")
P = (Y + 0.3 * RNG.normal(size=(20, 2))).astype("float32")


def test_the_adjusted_r2_of_several_columns_counts_rows():
    """Real Keras counts entries, so that its correction fades with the number of columns."""
    import keras

    r2 = float(metrics.R2Score()(Y, P))
    right = 1 - (1 - r2) * (20 - 1) / (20 - 3 - 1)
    assert float(metrics.R2Score(num_regressors=3)(Y, P)) == pytest.approx(right, rel=1e-5)
    theirs = keras.metrics.R2Score(num_regressors=3)
    theirs.update_state(Y, P)
    assert abs(float(theirs.result()) - right) > 1e-3


def test_r2_of_targets_far_from_zero():
    """Sums of squares about 0 leave no digits of it in real Keras."""
    import keras

    mine, theirs = metrics.R2Score(), keras.metrics.R2Score()
    for part in (slice(0, 8), slice(8, 20)):
        mine.update_state(Y[part] + 10_000, P[part] + 10_000)
        theirs.update_state(Y[part] + 10_000, P[part] + 10_000)
    right = float(metrics.R2Score()(Y, P))
    assert float(mine.result()) == pytest.approx(right, abs=1e-3)
    assert not abs(float(theirs.result()) - right) < 0.1


def test_what_does_not_vary():
    """Not a number in real Keras, for good, as the mean of later batches with it is none either."""
    constant, other = np.ones((3, 1), "float32"), np.array([[1.0], [2.0], [0.0]], "float32")
    assert float(metrics.R2Score()(constant, constant)) == 1.0
    assert float(metrics.R2Score()(constant, other)) == 0.0
    assert float(metrics.PearsonCorrelation()(constant.T, other.T)) == 0.0


@pytest.mark.parametrize(
    ("family", "make", "argument", "value"),
    [
        (losses, lambda k: k.Huber(delta=2.0), "delta", 2.0),
        (losses, lambda k: k.CosineSimilarity(axis=0), "axis", 0),
        (metrics, lambda k: k.CosineSimilarity(axis=0), "axis", 0),
    ],
)
def test_arguments_that_keras_forgets_when_it_writes(family, make, argument, value):
    import keras

    mine = make(family)
    config = json.loads(json.dumps(mine.get_config()))
    assert config[argument] == value and type(mine).from_config(config)._kwargs[argument] == value
    assert argument not in make(getattr(keras, family.__name__.rpartition(".")[2])).get_config()


def test_a_mean_of_weighted_steps_counts_each_weight():
    """A weight per row stands for all of the row's steps; real Keras divides by the weights of the rows alone."""
    y, p, weight = np.zeros((2, 3, 1)), np.ones((2, 3, 1)), np.array([[1.0], [3.0]])
    loss = losses.MeanSquaredError(reduction="mean_with_sample_weight")
    assert float(loss(y, p, sample_weight=weight)) == pytest.approx(1.0)
