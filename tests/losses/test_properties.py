"""For any data: what a loss is never below, where it is least, and how weights and masks enter."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hornbeam import config, losses

pytest.importorskip("torch")
few = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))

# the class, its arguments, and its least value, which it has where outputs are the targets ("real", "one-hot")
NOT_NEGATIVE = [
    ("MeanSquaredError", {}, "real"),
    ("MeanAbsoluteError", {}, "real"),
    ("MeanAbsolutePercentageError", {}, "real"),
    ("MeanSquaredLogarithmicError", {}, "real"),
    ("Huber", {"delta": 0.3}, "real"),
    ("LogCosh", {}, "real"),
    ("BinaryCrossentropy", {}, "one-hot"),
    ("CategoricalCrossentropy", {}, "one-hot"),
    ("BinaryFocalCrossentropy", {}, "one-hot"),
    ("CategoricalFocalCrossentropy", {}, "one-hot"),
    ("CategoricalHinge", {}, "one-hot"),
    ("Dice", {}, "one-hot"),
    ("Tversky", {"alpha": 0.2, "beta": 0.7}, "one-hot"),
    ("Hinge", {}, None),
    ("SquaredHinge", {}, None),
]


@pytest.fixture(autouse=True, scope="module")
def eagerly():
    """Each example has shapes of its own: on an engine that compiles, all of the time would go there."""
    previous = config.backend()
    config.set_backend("torch")
    yield
    config.set_backend(previous)


@st.composite
def pairs(draw, kind):
    rows = draw(st.integers(1, 5))
    low, high = (-20, 20) if kind == "real" else (0, 1)
    p = draw(arrays("float32", (rows, 3), elements=st.floats(low, high, width=32)))
    if kind == "real":
        return draw(arrays("float32", (rows, 3), elements=st.floats(low, high, width=32))), p
    return np.eye(3, dtype="float32")[draw(arrays("int32", rows, elements=st.integers(0, 2)))], p


@pytest.mark.parametrize(("name", "arguments", "kind"), NOT_NEGATIVE)
@few
@given(data=st.data())
def test_no_loss_is_negative_and_the_right_answer_costs_least(name, arguments, kind, data):
    y, p = data.draw(pairs(kind))
    if name in ("CategoricalCrossentropy", "CategoricalFocalCrossentropy"):
        p = (p + 0.01) / (p + 0.01).sum(1, keepdims=True)
    loss = getattr(losses, name)(**arguments)
    value = float(loss(y, p))
    assert value >= -1e-6
    if kind is not None:
        assert -1e-6 <= float(loss(y, y)) <= value + 1e-5


@few
@given(data=st.data())
def test_cosines_are_between_minus_one_and_one(data):
    y, p = data.draw(pairs("real"))
    values = np.asarray(losses.CosineSimilarity(reduction="none")(y, p))
    assert (np.abs(values) <= 1 + 1e-5).all()


@few
@given(data=st.data())
def test_a_weight_of_two_is_the_row_twice_and_a_mask_is_its_absence(data):
    y, p = data.draw(pairs("real"))
    loss = losses.MeanSquaredError(reduction="mean_with_sample_weight")
    weight = data.draw(arrays("int32", len(y), elements=st.integers(0, 3)))
    repeated = losses.MeanSquaredError()(np.repeat(y, weight, 0), np.repeat(p, weight, 0)) if weight.any() else 0.0
    assert float(loss(y, p, sample_weight=weight)) == pytest.approx(float(repeated), rel=1e-4, abs=1e-5)
    kept = weight > 0
    alone = losses.MeanSquaredError()(y[kept], p[kept]) if kept.any() else 0.0
    assert float(losses.MeanSquaredError()(y, p, mask=kept)) == pytest.approx(float(alone), rel=1e-4, abs=1e-5)
