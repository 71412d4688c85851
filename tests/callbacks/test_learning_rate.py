"""ReduceLROnPlateau and LearningRateScheduler, against real Keras."""

import numpy as np
import pytest

from hornbeam.callbacks import LearningRateFinder, LearningRateScheduler, ReduceLROnPlateau
from hornbeam.optimizers import SGD, LossScaleOptimizer, MultiOptimizer, OptimizerMap


def rates(fakes, callback, values):
    """The learning rate that each epoch's logs say, and the one that the epoch leaves."""
    model, found = fakes.Model(), []
    model.optimizer = fakes.Optimizer(0.5)
    callback.set_model(model)
    callback.on_train_begin()
    for epoch, value in enumerate(values):
        callback.on_epoch_begin(epoch)
        logs = {"val_loss": value}
        callback.on_epoch_end(epoch, logs)
        found.append((float(logs["learning_rate"]), float(model.optimizer.learning_rate)))
    callback.on_train_end()
    return found


@pytest.mark.parametrize("values", [[1.0] * 9, [1.0, 0.9, 0.95, 0.91, 0.5, 0.6, 0.6, 0.6, 0.6], [1, 2, 3, 4, 5, 6, 7]])
@pytest.mark.parametrize(
    "arguments",
    [
        {"patience": 1},
        {"patience": 2, "factor": 0.5},
        {"patience": 1, "cooldown": 2},
        {"patience": 1, "min_lr": 0.01},
        {"patience": 2, "mode": "max", "min_delta": 0.5},
    ],
    ids=str,
)
def test_reduces_when_keras_does(values, arguments, fakes):
    keras = pytest.importorskip("keras")

    theirs = keras.callbacks.ReduceLROnPlateau(**arguments)
    np.testing.assert_allclose(rates(fakes, ReduceLROnPlateau(**arguments), values), rates(fakes, theirs, values))


def test_factor_of_one():
    with pytest.raises(ValueError, match=r"must be below 1. Received: factor=1.0"):
        ReduceLROnPlateau(factor=1.0)


@pytest.mark.parametrize("schedule", [lambda epoch, rate: rate / 2, lambda epoch: 0.5 ** (epoch + 2)])
def test_schedule_with_and_without_the_rate(schedule, fakes):
    assert [rate for _, rate in rates(fakes, LearningRateScheduler(schedule), [1.0] * 3)] == [0.25, 0.125, 0.0625]


def test_schedule_that_gives_nothing(fakes):
    with pytest.raises(ValueError, match=r"must give a number. Received: None"):
        fakes.train(LearningRateScheduler(lambda epoch: None), [1.0])


@pytest.mark.parametrize("callback", [ReduceLROnPlateau(), LearningRateScheduler(lambda epoch: 0.1)])
def test_a_schedule_in_the_optimizer_is_told_when_the_run_begins(callback, fakes):
    class Decay:
        def __call__(self, step):
            return 0.1

        def get_config(self):
            return {}

    model = fakes.Model()
    model.optimizer._learning_rate = Decay()
    callback.set_model(model)
    with pytest.raises(ValueError, match="is the schedule Decay; use one or the other"):
        callback.on_train_begin()


def test_a_model_without_an_optimizer(fakes):
    model = fakes.Model()
    model.optimizer = None
    with pytest.raises(ValueError, match="needs a model whose optimizer has a `learning_rate`"):
        fakes.train(ReduceLROnPlateau(), [1.0], model=model)


def test_each_part_of_several_optimizers_has_its_own_rate(fakes, capsys):
    first, second, third = SGD(0.5, name="a"), SGD(0.25, name="a"), SGD(0.125, name="b")
    model = fakes.Model()
    model.optimizer = LossScaleOptimizer(MultiOptimizer(OptimizerMap(third, {"x": first, "y": second})))
    logs = {"val_loss": 1.0}
    for callback in (LearningRateScheduler(lambda epoch, rate: rate / 2, verbose=1), ReduceLROnPlateau(patience=1)):
        callback.set_model(model)
        callback.on_train_begin()
        callback.on_epoch_begin(0)
        callback.on_epoch_end(0, logs)
    assert logs == {"val_loss": 1.0, "learning_rate_a": 0.25, "learning_rate_a_1": 0.125, "learning_rate_b": 0.0625}
    assert "setting learning rate a_1 to 0.125" in capsys.readouterr().out
    callback.on_epoch_end(1, logs)
    assert [float(part.learning_rate) for part in (first, second, third)] == pytest.approx([0.025, 0.0125, 0.00625])
    finder = LearningRateFinder()
    finder.set_model(model)
    with pytest.raises(ValueError, match=r"needs a model with one learning rate. Received: .* with 3, learning_rate_a"):
        finder.on_train_begin()
