"""The learning-rate finder: what it suggests, and that nothing is left of its run."""

import numpy as np
import pytest

import hornbeam
from hornbeam import layers
from hornbeam.callbacks import LearningRateCurve, LearningRateFinder
from hornbeam.optimizers import schedules

X = np.random.default_rng(0).normal(size=(64, 4)).astype("float32")
Y = X @ np.array([[1.0], [2.0], [-1.0], [0.5]], "float32")


def made(optimizer=None):
    model = hornbeam.Sequential([layers.Input((4,)), layers.Dense(8, "relu"), layers.Dropout(0.1), layers.Dense(1)])
    model.compile(optimizer or hornbeam.optimizers.SGD(0.01, momentum=0.9), "mse", metrics=["mae"])
    return model


def test_find_lr_leaves_no_trace(engine):
    def trained(looks):
        hornbeam.utils.set_random_seed(1)
        model = made()
        histories = []
        for _ in range(2):
            histories.append(model.fit(X, Y, epochs=2, batch_size=16, verbose=0).history)
            history = model.history
            if looks:
                curve = model.find_lr(X, Y, batch_size=8)
                assert model.history is history
                assert 1e-4 < curve.suggestion < 1
                assert curve.rates[0] == 1e-7
        variables = [*model.variables, *model.optimizer.variables]
        return histories, [variable.numpy() for variable in variables]

    (plain, expected), (looked, found) = trained(False), trained(True)
    assert plain == looked
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_a_run_that_is_too_short_a_model_that_was_never_trained_and_one_that_explodes():
    model = made()
    weights = model.get_weights()
    curve = model.find_lr(X, Y, batch_size=64, finder=LearningRateFinder(1e-6, 1.0, steps=3))
    np.testing.assert_allclose(curve.rates, [1e-6, 1e-3, 1.0])
    assert all(np.array_equal(*pair) for pair in zip(weights, model.get_weights(), strict=True))
    assert float(model.optimizer.iterations.numpy()) == 0
    assert float(model.optimizer.learning_rate) == pytest.approx(0.01)
    exploding = model.find_lr(X, Y, finder=LearningRateFinder(1.0, 1e9, steps=50))
    assert len(exploding.rates) < 50
    assert "valley" in repr(curve)


def test_the_rules_on_a_curve_that_is_known():
    exponents = np.linspace(-7, 1, 100)
    # Flat until 1e-4, down to 1e-1, then up.
    losses = np.where(
        exponents < -4, 1.0, np.where(exponents < -1, 1 - 0.3 * (exponents + 4), 0.1 + 4 * (exponents + 1) ** 2)
    )
    curve = LearningRateCurve(10.0**exponents, losses, decay=0.0)
    assert curve.minimum == pytest.approx(1e-2, rel=0.3)
    assert 10**-3.2 < curve.valley < 10**-1.8
    assert 1e-4 < curve.steep < 1e-1
    assert 1e-3 < curve.slide < 1e-1
    labels = [text.get_text() for text in curve.plot().axes[0].get_legend().get_texts()]
    assert len(labels) == 4
    assert f"minimum: {curve.minimum:.2g}" in labels


def test_mistakes_are_said():
    for kind in (ValueError, TypeError):  # of Keras's own
        with pytest.raises(kind, match="sets the learning rate, which must be a number"):
            made(hornbeam.optimizers.SGD(schedules.CosineDecay(0.1, 10))).find_lr(X, Y)
    with pytest.raises(ValueError, match="`start` must be between 0 and `stop`"):
        LearningRateFinder(1.0, 0.1)
    with pytest.raises(ValueError, match="`steps` must be an integer of at least 2"):
        LearningRateFinder(steps=1)


def test_one_cycle_goes_up_and_down():
    schedule = schedules.OneCycle(0.5, 40, warmup=0.5, start_factor=10, end_factor=100)
    rates = [float(schedule(step)) for step in range(41)]
    assert rates[0] == pytest.approx(0.05)
    assert rates[20] == pytest.approx(0.5)
    assert rates[40] == float(schedule(99)) == pytest.approx(0.005)
    assert all(np.diff(rates[:21]) > 0)
    assert all(np.diff(rates[20:]) < 0)
    assert schedules.deserialize(schedules.serialize(schedule)).get_config() == schedule.get_config()
    with pytest.raises(ValueError, match="`warmup` must be between 0 and 1"):
        schedules.OneCycle(1.0, 10, warmup=1.0)


def test_one_cycle_moves_momentum_against_the_rate(engine):
    schedule = schedules.OneCycle(0.5, 4, warmup=0.5, momentum=(0.9, 0.5))
    for optimizer in (hornbeam.optimizers.SGD(schedule, momentum=0.3), hornbeam.optimizers.SGD(schedule)):
        w, expected, m = hornbeam.Variable(1.0), 1.0, 0.0
        optimizer.build([w])
        for rate, momentum in zip([0.02, 0.26, 0.5, 0.25, 0.0], [0.9, 0.7, 0.5, 0.7, 0.9], strict=True):
            optimizer.apply([1.0])
            m = (momentum * m if optimizer.momentum else 0.0) - rate
            expected += m
            assert float(w) == pytest.approx(expected, abs=1e-5)
    made(hornbeam.optimizers.Adam(schedule)).fit(X, Y, epochs=1, verbose=0)
    with pytest.raises(ValueError, match="`momentum` must be two numbers between 0 and 1"):
        schedules.OneCycle(1.0, 10, momentum=0.9)
