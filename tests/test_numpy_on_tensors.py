"""Code that needs numbers of a tensor: where there are none yet, one sentence says so, and what to use."""

import numpy as np
import pytest

import hornbeam
from hornbeam import engine as eng
from hornbeam import layers, ops

pytestmark = pytest.mark.usefixtures("engine")

SENTENCE = r"needs the numbers of a tensor .* Use `hornbeam.ops`"

NEEDS_NUMBERS = {
    "ufunc": np.log,
    "conversion": lambda x: np.asarray(x) + 1,
    "clip": lambda x: np.clip(x, 0, 1),
    "concatenate": lambda x: np.concatenate([x, x]),
    "x.numpy()": lambda x: x.numpy(),
    "float": lambda x: x * float(x[0, 0]),
    "int": lambda x: x[: int(x[0, 0])],
    "if": lambda x: x if x.sum() > 0 else -x,
}


@pytest.mark.parametrize("name", NEEDS_NUMBERS)
def test_lambda_says_that_there_are_no_numbers_yet(name):
    with pytest.raises(TypeError, match=r"`call` of layer `mine` \(Lambda\) " + SENTENCE):
        layers.Lambda(NEEDS_NUMBERS[name], name="mine")(hornbeam.Input((3,)))


def test_a_model_of_ones_own_says_so_in_fit():
    class Mine(hornbeam.Model):
        def __init__(self):
            super().__init__()
            self.dense = layers.Dense(3)

        def call(self, x):
            return np.log(self.dense(x))

    model = Mine()
    model.compile("sgd", "mse")
    with pytest.raises(TypeError, match=SENTENCE):
        model.fit(np.ones((2, 3)), np.ones((2, 3)), verbose=0)


def log_distance(y_true, y_pred):
    return np.log(1 + (y_true - y_pred) ** 2)


def test_old_code_is_told_the_same(engine, monkeypatch):
    if engine == "torch":
        import torch

        for name in ("numpy", "__array__"):
            monkeypatch.setattr(torch.Tensor, name, getattr(torch.Tensor, name))  # to have it back
        eng.answer_numpy.__wrapped__()
    model = hornbeam.Sequential([hornbeam.Input((3,)), layers.Dense(1)])
    model.compile("sgd", log_distance)
    with pytest.raises(TypeError, match=SENTENCE):
        model.fit(np.ones((2, 3)), np.ones((2, 1)), verbose=0)
    assert np.asarray(model(np.ones((2, 3)), training=True)).shape == (2, 1)  # what is not differentiated has numbers


@pytest.mark.parametrize("where", ["Loss", "Metric"])
def test_a_loss_or_metric_of_ones_own_says_so(where, engine):
    if engine == "torch" and where == "Metric":
        pytest.skip("a metric runs step by step, with the numbers at hand")
    model = hornbeam.Sequential([hornbeam.Input((3,)), layers.Dense(1)])
    model.compile("sgd", log_distance if where == "Loss" else "mse", metrics=[log_distance])
    with pytest.raises(TypeError, match=f"{where} `log_distance` {SENTENCE}"):
        model.fit(np.ones((2, 3)), np.ones((2, 1)), verbose=0)


def test_errors_of_numpy_on_arrays_stay_what_they_are():
    with pytest.raises(ValueError, match="cannot reshape"):
        layers.Lambda(lambda x: x + np.reshape(np.ones(3), (2, 2)))(hornbeam.Input((3,)))


def test_numpy_may_be_used_on_what_is_no_tensor():
    layer = layers.Lambda(lambda x: x * np.sqrt(x.shape[-1]).astype("float32"))
    np.testing.assert_allclose(ops.convert_to_numpy(layer(np.ones((1, 4), "float32"))), 2 * np.ones((1, 4)))


def test_an_array_on_the_left_of_a_tensor(engine):
    """PyTorch takes none there, and says so; JAX does."""
    mine = layers.Lambda(lambda x: np.ones(3, "float32") * x, name="mine")
    if engine == "torch":
        with pytest.raises(TypeError, match=r"`x \* a` for `a \* x`"):
            mine(hornbeam.Input((3,)))
    else:
        assert mine(hornbeam.Input((3,))).shape == (None, 3)
