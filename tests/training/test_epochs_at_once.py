"""Epochs that nobody looks at run several in one dispatch, and nothing else changes."""

import numpy as np
import pytest

import hornbeam
from hornbeam import callbacks, layers
from hornbeam.training.loop.steps_per_dispatch import StepsPerDispatch
from hornbeam.training.programs.program import Program


class Look(callbacks.Callback):
    """Makes the loop stop after each epoch."""

    def on_epoch_end(self, epoch, logs=None):
        pass


def trained(data, watching, epochs=7, **settings):
    hornbeam.utils.set_random_seed(3)
    model = hornbeam.Sequential(
        [layers.Input((4,)), layers.Dense(5, "tanh"), layers.Dropout(0.3), layers.Dense(3, "softmax")]
    )
    rate = hornbeam.optimizers.schedules.ExponentialDecay(0.05, 4, 0.9)
    metrics = ["accuracy", hornbeam.metrics.F1Score()]
    model.compile(hornbeam.optimizers.Adam(rate), "categorical_crossentropy", metrics=metrics)
    model.fit(data.x, data.onehot, epochs=1, batch_size=8, verbose=0)
    model.fit(data.x, data.onehot, epochs=epochs, batch_size=8, verbose=0, callbacks=watching, **settings)
    return model


@pytest.mark.parametrize("settings", [{}, {"initial_epoch": 4}, {"shuffle": False}, {"steps_per_epoch": 4}])
def test_the_bits_are_those_of_epochs_one_by_one(jax, data, settings, monkeypatch):
    monkeypatch.setattr(StepsPerDispatch, "epochs", lambda self, steps, done: 1000)
    one_by_one, at_once = trained(data, [Look()], **settings), trained(data, None, **settings)
    assert at_once.history.epoch == one_by_one.history.epoch
    assert str(at_once.history.history) == str(one_by_one.history.history)
    for mine, other in zip(at_once.variables, one_by_one.variables, strict=True):
        np.testing.assert_array_equal(mine.numpy(), other.numpy())
    drawn = [np.asarray(hornbeam.random.uniform((2,))), hornbeam.initializers.GlorotUniform()((2, 2))]
    trained(data, [Look()], **settings)
    np.testing.assert_array_equal(drawn[0], hornbeam.random.uniform((2,)))
    np.testing.assert_array_equal(drawn[1], hornbeam.initializers.GlorotUniform()((2, 2)))


def test_a_hundred_epochs_are_few_dispatches(jax, data, monkeypatch):
    monkeypatch.setattr(StepsPerDispatch, "epochs", lambda self, steps, done: 1000)
    dispatched, run = [], Program.run_passes

    def counted(self, *args):
        dispatched.append(args[-1])
        return run(self, *args)

    monkeypatch.setattr(Program, "run_passes", counted)
    model = trained(data, None, epochs=100)
    assert sum(dispatched[-3:]) >= 100
    assert len(model.history.history["loss"]) == 100
    assert model.compile_count() <= 1


def test_a_callback_that_is_a_history_may_end_the_run(engine, data):
    class Enough(callbacks.History):
        def on_epoch_end(self, epoch, logs=None):
            super().on_epoch_end(epoch, logs)
            self.model.stop_training = epoch == 2

    model = trained(data, [Enough()])
    assert model.history.epoch == [0, 1, 2]
    assert model.optimizer.iterations.numpy() == 4 * 3


def test_a_metric_that_counts_itself_is_reset_before_every_epoch(engine, data):
    class Batches(hornbeam.metrics.Metric):
        resets = 0

        def __init__(self):
            super().__init__(name="batches")
            self.count = self.add_variable((), "zeros", name="count")

        def update_state(self, y_true, y_pred, sample_weight=None):
            self.count.assign_add(1.0)

        def result(self):
            return self.count.value

        def reset_state(self):
            super().reset_state()
            Batches.resets += 1

    model = hornbeam.Sequential([layers.Input((4,)), layers.Dense(1)])
    model.compile("sgd", "mse", metrics=[Batches()])
    history = model.fit(data.x, data.y, epochs=6, batch_size=10, verbose=0).history
    assert history["batches"] == [2.0] * 6
    assert Batches.resets >= 6
