"""Schedules: the rates of real Keras at every step."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hornbeam import engine as eng
from hornbeam.core.variable import Variable
from hornbeam.optimizers import schedules

CASES = [
    ("ExponentialDecay", {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.5}),
    ("ExponentialDecay", {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.5, "staircase": True}),
    ("InverseTimeDecay", {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.5}),
    ("InverseTimeDecay", {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.5, "staircase": True}),
    ("PiecewiseConstantDecay", {"boundaries": [10, 25], "values": [0.1, 0.05, 0.01]}),
    ("PolynomialDecay", {"initial_learning_rate": 0.1, "decay_steps": 20}),
    ("PolynomialDecay", {"initial_learning_rate": 0.1, "decay_steps": 10, "power": 0.5, "cycle": True}),
    ("CosineDecay", {"initial_learning_rate": 0.1, "decay_steps": 20, "alpha": 0.1}),
    ("CosineDecay", {"initial_learning_rate": 0.0, "decay_steps": 20, "warmup_target": 0.2, "warmup_steps": 8}),
    ("CosineDecay", {"initial_learning_rate": 0.1, "decay_steps": 20, "warmup_target": 0.2}),
    ("CosineDecayRestarts", {"initial_learning_rate": 0.1, "first_decay_steps": 7, "m_mul": 0.8, "alpha": 0.1}),
    ("CosineDecayRestarts", {"initial_learning_rate": 0.1, "first_decay_steps": 7, "t_mul": 1.0}),
]
STEPS = [0, 1, 5, 6, 8, 10, 11, 19, 20, 26, 40]


@pytest.mark.parametrize(("name", "arguments"), CASES)
def test_rates_are_those_of_keras(engine, name, arguments):
    import keras

    schedule, theirs = getattr(schedules, name)(**arguments), getattr(keras.optimizers.schedules, name)(**arguments)
    rate = eng.jit(schedule)
    mine = [float(rate(eng.asarray(step, "int32"))) for step in STEPS]
    np.testing.assert_allclose(mine, [float(theirs(step)) for step in STEPS], rtol=1e-4, atol=1e-7)
    config = json.loads(json.dumps(schedules.serialize(schedule)))
    assert config == keras.optimizers.schedules.serialize(theirs)
    assert schedules.serialize(schedules.deserialize(config)) == config


@settings(deadline=None, max_examples=25)
@given(step=st.integers(0, 2**31 - 1))
@pytest.mark.parametrize(("name", "arguments"), CASES)
def test_rates_are_finite_at_any_step(name, arguments, step):
    assert np.isfinite(float(getattr(schedules, name)(**arguments)(step)))


def test_a_step_may_be_any_number():
    schedule = schedules.ExponentialDecay(1.0, 10, 0.5)
    for step in (10, 10.0, np.int64(10), np.array(10), Variable(10, dtype="int32")):
        assert float(schedule(step)) == 0.5


def test_messages():
    with pytest.raises(
        ValueError, match=r"`values` must have one more entry than `boundaries`. Received: 1 values and 1"
    ):
        schedules.PiecewiseConstantDecay([1], [0.1])
    with pytest.raises(ValueError, match=r"`decay_steps` must be positive. Received: decay_steps=0"):
        schedules.CosineDecay(0.1, 0)
    with pytest.raises(NotImplementedError, match="`LearningRateSchedule` must define"):
        schedules.LearningRateSchedule()(0)
