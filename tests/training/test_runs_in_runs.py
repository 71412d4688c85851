"""Callbacks that evaluate, predict or train the model that is running: each run counts for itself."""

import numpy as np
import pytest

import hornbeam
from hornbeam import callbacks, layers, metrics

X, Y = np.ones((12, 2), "float32"), np.arange(12, dtype="float32")[:, None]
FAR = np.full((4, 1), 100.0, "float32")


class Noted(layers.Layer):
    """Counts what goes through it."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.note = metrics.Mean(name="note")

    def call(self, x):
        self.note.update_state(hornbeam.ops.mean(x))
        return x


class Between(callbacks.Callback):
    """Does something with the model after each batch."""

    def __init__(self, hook, act):
        self.act = act
        setattr(self, hook, lambda batch, logs=None: act(self.model))


def build(**kwargs):
    hornbeam.utils.set_random_seed(3)
    model = hornbeam.Sequential([hornbeam.Input((2,)), Noted(), layers.Dense(1)])
    model.compile(hornbeam.optimizers.SGD(0.01), "mse", metrics=["mae", metrics.RootMeanSquaredError()], **kwargs)
    return model


OTHER = {
    "evaluate": lambda model: model.evaluate(X[:4] * 7, FAR, verbose=0),
    "test_on_batch": lambda model: model.test_on_batch(X[:4] * 7, FAR),
    "predict": lambda model: model.predict(X[:4] * 7, verbose=0),
    "predict_on_batch": lambda model: model.predict_on_batch(X[:4] * 7),
    "several": lambda model: (model.test_on_batch(X[:4] * 7, FAR), model.evaluate(X, Y, verbose=0)),
}


@pytest.mark.parametrize("eager", [False, True])
@pytest.mark.parametrize("other", OTHER)
def test_an_epoch_counts_its_own_batches_alone(engine, other, eager):
    """As if the callback did nothing; and the inner run gives what it gives outside."""

    def histories(act):
        found = []
        for hook in ("on_train_batch_begin", "on_train_batch_end", "on_test_batch_end"):
            model = build(run_eagerly=eager)
            arguments = {"epochs": 2, "batch_size": 4, "shuffle": False, "verbose": 0, "validation_data": (X, Y)}
            found.append(model.fit(X, Y, callbacks=[Between(hook, act)], **arguments).history)
        return found

    for found, expected in zip(histories(OTHER[other]), histories(lambda model: None), strict=True):
        assert found.keys() == expected.keys()
        for name in expected:
            np.testing.assert_allclose(found[name], expected[name], rtol=1e-6, err_msg=name)


def test_the_inner_run_counts_from_the_beginning(engine):
    inner = []
    model = build()
    see = Between("on_train_batch_end", lambda model: inner.append(model.evaluate(X[:4], FAR, verbose=0)))
    model.fit(X, Y, batch_size=12, verbose=0, callbacks=[see])
    np.testing.assert_allclose(model.evaluate(X[:4], FAR, verbose=0), inner[0], rtol=1e-5)


def test_an_evaluation_inside_of_an_evaluation(engine):
    model = build()
    expected = model.evaluate(X, Y, batch_size=4, verbose=0)
    act = Between("on_test_batch_end", lambda model: model.test_on_batch(X[:4], FAR))
    assert model.evaluate(X, Y, batch_size=4, verbose=0, callbacks=[act]) == expected


def test_a_model_that_shares_a_metric_gives_it_back(engine):
    model = build()
    other = hornbeam.Sequential([hornbeam.Input((2,)), model.layers[0], layers.Dense(1)])
    other.compile("sgd", "mse")
    act = Between("on_train_batch_end", lambda _: other.evaluate(X * 9, Y, verbose=0))
    assert model.fit(X, Y, batch_size=4, verbose=0, callbacks=[act]).history["note"] == [1.0]


def test_another_model_keeps_what_it_counted(engine):
    model, other = build(), build()
    act = Between("on_train_batch_end", lambda _: other.evaluate(X * 9, Y, verbose=0))
    model.fit(X, Y, batch_size=4, verbose=0, callbacks=[act])
    assert float(other.layers[0].note.result()) == pytest.approx(9.0)


@pytest.mark.parametrize("inner", ["train_on_batch", "fit"])
def test_training_inside_of_training_moves_the_weights_and_counts_apart(engine, inner):
    """`loss` of the outer run is the mean over its batches, each at the weights that it met."""
    model, losses = build(), []

    def train(model):
        if inner == "fit":
            early = callbacks.EarlyStopping("loss", patience=0, mode="max", baseline=1e9)
            assert set(model.fit(X, Y, verbose=0, epochs=3, callbacks=[early]).history) == {*names, "loss"}
        else:
            model.train_on_batch(X, Y)
        losses.append(model.test_on_batch(X[:4], Y[:4])[0])

    names = ("note", "mae", "root_mean_squared_error")
    first = model.test_on_batch(X[:4], Y[:4])[0]
    act = Between("on_train_batch_end", train)
    history = model.fit(X[:4], Y[:4], batch_size=4, epochs=3, shuffle=False, verbose=0, callbacks=[act])
    assert len(history.epoch) == 3 and model.history is history
    np.testing.assert_allclose(history.history["loss"], [first, *losses[:2]], rtol=1e-5)


def test_a_run_that_was_stopped_early_stops_no_evaluation(engine):
    model = build()
    stop = callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: setattr(model, "stop_training", True))
    model.fit(X, Y, batch_size=4, verbose=0, callbacks=[stop])
    watched = Between("on_test_batch_end", lambda model: None)
    assert model.evaluate(X, Y, batch_size=4, verbose=0, callbacks=[watched]) == pytest.approx(
        model.evaluate(X, Y, batch_size=4, verbose=0)
    )
