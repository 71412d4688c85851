"""`loss_weights` in any form that numbers have."""

import numpy as np
import pytest

import hornbeam
from hornbeam import layers


@pytest.mark.parametrize(
    "weights",
    [2, 2.0, [2.0], (2.0,), np.array([2.0]), np.array(2), np.float32(2), [np.float64(2)], {"out": np.float32(2)}],
)
def test_numbers_of_any_kind_weigh_the_loss(engine, weights, tmp_path):
    model = hornbeam.Sequential([hornbeam.Input((1,)), layers.Dense(1, kernel_initializer="zeros", name="out")])
    model.compile("sgd", "mse", loss_weights=weights)
    arrays = np.ones((2, 1), "float32"), np.full((2, 1), 3.0, "float32")
    assert model.evaluate(*arrays, verbose=0) == pytest.approx(18.0)
    model.save(tmp_path / "m.keras")
    assert hornbeam.models.load_model(tmp_path / "m.keras").evaluate(*arrays, verbose=0) == pytest.approx(18.0)


def test_an_array_has_a_weight_for_each_output(engine, make_two_by_two, data):
    model = make_two_by_two(hornbeam)
    weights = dict(zip(sorted(model.output_names), (0.0, 3.0), strict=True))
    y = {"kind": data.onehot, "size": data.y}
    x = {"a": data.x, "b": data.x[:, :2]}
    found = []
    for given in (weights, np.array([0.0, 3.0], "float32"), (0, 3)):
        model.compile("sgd", "mse", loss_weights=given)
        found.append(model.evaluate(x, y, verbose=0, return_dict=True)["loss"])
    assert found[0] == found[1] == found[2] > 0


def test_what_is_no_number_is_told():
    model = hornbeam.Sequential([hornbeam.Input((1,)), hornbeam.layers.Dense(1)])
    with pytest.raises(ValueError, match=r"`loss_weights` must be numbers.*Received: loss_weights='much'"):
        model.compile("sgd", "mse", loss_weights="much")
