"""Single batches, running eagerly, several steps at once: the numbers are those of compiled training, and Keras's."""

import numpy as np
import pytest

import hornbeam
from hornbeam import callbacks

SPARSE = "sparse_categorical_crossentropy"


def test_methods_of_single_batches_give_the_numbers_of_keras(data, make_mlp, engine):
    keras = pytest.importorskip("keras")
    theirs, ours = make_mlp(keras), make_mlp(hornbeam)
    ours.set_weights(theirs.get_weights())
    x, y = data.x, data.classes
    results = []
    for k, model in ((keras, theirs), (hornbeam, ours)):
        model.compile(k.optimizers.Adam(0.05), SPARSE, metrics=["accuracy"])
        model.predict(x[:1], verbose=0)
        results.append(
            [
                model.train_on_batch(x[:8], y[:8]),
                model.train_on_batch(x[8:], y[8:], sample_weight=data.weight[8:]),
                *model.train_on_batch(x, y, class_weight={0: 1.0, 1: 2.0, 2: 3.0}, return_dict=True).items(),
                model.test_on_batch(x[:8], y[:8]),
                *model.test_on_batch(x, y, sample_weight=data.weight, return_dict=True).items(),
                *model.predict_on_batch(x[:3]),
            ]
        )
    for mine, other in zip(results[1], results[0], strict=True):
        if isinstance(mine, tuple):
            assert mine[0] == other[0]
            mine, other = mine[1], other[1]
        np.testing.assert_allclose(mine, other, rtol=1e-4, atol=1e-5)


def test_results_are_python_numbers(data, classifier):
    for found in (
        classifier.train_on_batch(data.x, data.classes),
        classifier.test_on_batch(data.x, data.classes),
        classifier.evaluate(data.x, data.classes, verbose=0),
        list(classifier.evaluate(data.x, data.classes, verbose=0, return_dict=True).values()),
    ):
        assert [type(value) for value in found] == [float, float]


def test_a_loss_alone_is_a_number(data, regressor):
    assert isinstance(regressor.evaluate(data.x, data.y, verbose=0), float)
    assert isinstance(regressor.train_on_batch(data.x, data.y), float)


@pytest.mark.parametrize("arguments", [{"run_eagerly": True}, {"jit_compile": False}, {"steps_per_execution": 2}])
def test_other_ways_to_run_give_the_same_numbers(arguments, data, make_mlp, engine):
    results = []
    for extra in ({}, arguments):
        hornbeam.utils.set_random_seed(1)
        model = make_mlp(hornbeam)
        model.compile(hornbeam.optimizers.SGD(0.1), SPARSE, metrics=["accuracy"], **extra)
        history = model.fit(data.x, data.classes, epochs=2, batch_size=8, validation_split=0.25, verbose=0)
        results.append((history.history, model.get_weights(), model.predict(data.x, verbose=0)))
    (expected, weights, outputs), (found, *_) = results
    for name in expected:
        np.testing.assert_allclose(found[name], expected[name], rtol=1e-5, err_msg=name)
    np.testing.assert_allclose(results[1][1][0], weights[0], rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(results[1][2], outputs, rtol=1e-4, atol=1e-6)


def test_python_runs_at_every_step_when_eager(data, engine):
    calls = []

    class Watched(hornbeam.layers.Layer):
        def call(self, x):
            calls.append(x)
            return x

    model = hornbeam.Sequential([Watched(), hornbeam.layers.Dense(1)])
    model.compile("sgd", "mse", run_eagerly=True)
    calls.clear()
    model.train_on_batch(data.x, data.y)
    before = len(calls)
    model.train_on_batch(data.x, data.y)
    assert len(calls) == before + 1
    assert float(hornbeam.ops.sum(calls[-1])) == pytest.approx(float(data.x.sum()), rel=1e-4)


@pytest.mark.parametrize(("steps", "expected"), [(1, [0, 1, 2, 3, 4]), (2, [1, 3, 4]), (9, [4])])
def test_hooks_come_after_as_many_batches_as_asked(steps, expected, data, regressor):
    ended = []

    class Watch(callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            ended.append(batch)

    regressor.compile("sgd", "mse", steps_per_execution=steps)
    regressor.fit(data.x, data.y, batch_size=4, verbose=0, callbacks=[Watch()])
    assert ended == expected
