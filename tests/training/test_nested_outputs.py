"""Losses and metrics of models whose outputs are nested, several for one output, and one for several outputs."""

import numpy as np
import pytest

import hornbeam
from hornbeam import layers, ops

X = np.random.default_rng(0).normal(size=(6, 3)).astype("float32")
Y = [np.full((6, 1), number, "float32") for number in (1, 2, 3)]
WEIGHTS = (0.1, 0.2, 0.3)

NESTED = "a dictionary in a dictionary", lambda a, b, c: {"box": {"x": a, "y": b}, "cls": c}
LISTED = "a list in a dictionary", lambda a, b, c: {"box": [a, b], "cls": c}
IN_A_LIST = "a dictionary in a list", lambda a, b, c: [{"x": a, "y": b}, c]
FLAT = "a dictionary", lambda a, b, c: {"a": a, "b": b, "c": c}


def model_of(form, loss, cls=hornbeam.Model, **arguments):
    x = hornbeam.Input((3,))
    outputs = [layers.Dense(1, kernel_initializer=hornbeam.initializers.Constant(w), name=f"{w}"[-1:]) for w in WEIGHTS]
    model = cls(x, form[1](*(layer(x) for layer in outputs)))
    model.compile("sgd", loss, **arguments)
    return model


def logs(form, loss, **arguments):
    """Batches of four rows and of two: means go by rows."""
    return model_of(form, loss, **arguments).evaluate(X, form[1](*Y), batch_size=4, verbose=0, return_dict=True)


def mse(i):
    return float(np.mean(np.square(Y[i] - X.sum(1, keepdims=True) * WEIGHTS[i])))


def mae(i):
    return float(np.mean(np.abs(Y[i] - X.sum(1, keepdims=True) * WEIGHTS[i])))


def whole(y_true, y_pred):
    """The first output's mean absolute error, and five times the second's."""
    (a, b), (p, q) = (list(y.values()) if isinstance(y, dict) else y for y in (y_true, y_pred))
    return ops.mean(ops.abs(a - p) + 5 * ops.abs(b - q), axis=-1)


def of_both():
    return mae(0) + 5 * mae(1)


CASES = {
    "several": (FLAT, {"a": ["mse", "mae"], "b": "mse"}, None, lambda: {"a": mse(0) + mae(0), "b": mse(1)}, (1, 1)),
    "weighed": (FLAT, {"a": ["mse", "mae"], "b": "mse"}, {"a": [1, 10], "b": 2},
                lambda: {"a": mse(0) + 10 * mae(0), "b": mse(1)}, (1, 2)),
    "by place": (IN_A_LIST, [{"x": "mse"}, ["mse", "mae"]], None, lambda: {"1": mse(0), "3": mse(2) + mae(2)}, (1, 1)),
    "a part": (NESTED, {"box": {"x": "mse"}, "cls": "mae"}, {"box": {"x": 10}},
               lambda: {"box_x": mse(0), "cls": mae(2)}, (10, 1)),
    "spread": (LISTED, {"box": "mse", "cls": "mae"}, None,
               lambda: {"box_0": mse(0), "box_1": mse(1), "cls": mae(2)}, (1, 1, 1)),
    "joint": (NESTED, {"box": whole, "cls": "mse"}, {"box": 3}, lambda: {"box": of_both(), "cls": mse(2)}, (3, 1)),
    "joint in a list": (IN_A_LIST, [whole, "mse"], None, lambda: {"0": of_both(), "3": mse(2)}, (1, 1)),
    "joint of a list": (LISTED, {"box": whole, "cls": "mse"}, None, lambda: {"box": of_both(), "cls": mse(2)}, (1, 1)),
    "joint and each": (NESTED, {"box": [whole, {"x": "mse"}]}, {"box": [2, {"x": 7}]},
                       lambda: {"box": of_both(), "box_x": mse(0)}, (2, 7)),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_losses_of_nested_outputs(name, engine):
    form, loss, weights, expected, factors = CASES[name]
    expected = expected()
    found = logs(form, loss, loss_weights=weights)
    total = sum(factor * value for factor, value in zip(factors, expected.values(), strict=True))
    assert found == {
        "loss": pytest.approx(total, rel=1e-5),
        **{f"{key}_loss": pytest.approx(value, rel=1e-5) for key, value in expected.items()},
    }


def test_a_joint_loss_trains_the_outputs_that_it_compares(engine):
    model = model_of(NESTED, {"box": whole})
    before = model.get_weights()
    model.fit(X, NESTED[1](*Y), verbose=0)
    assert [bool((a == b).all()) for a, b in zip(before, model.get_weights(), strict=True)] == [False] * 4 + [True] * 2

    def other(y_true, y_pred):
        return 2 * whole(y_true, y_pred)

    assert logs(NESTED, {"box": other}) == {"loss": pytest.approx(2 * of_both(), rel=1e-5)}


@pytest.mark.parametrize(
    "metrics", [{"box": {"x": ["mae"], "y": ["mse"]}, "cls": ["mae"]}, {"box_x": "mae", "box_y": "mse", "cls": "mae"}]
)
def test_metrics_of_nested_outputs(metrics, engine):
    found = logs(NESTED, "mse", metrics=metrics)
    assert found["box_x_mae"] == pytest.approx(mae(0), rel=1e-5)
    assert found["box_y_mse"] == pytest.approx(mse(1), rel=1e-5)


@pytest.mark.parametrize(
    ("loss", "arguments", "message"),
    [
        ({"a": ["mse", "mae"]}, {"loss_weights": {"a": [1, 2, 3]}}, "a number for each of 2 losses of one output"),
        ({"q": "mse"}, {}, r"with the keys \['a', 'b', 'c'\].*unknown: \['q'\]"),
        ([whole, {"a": "mse"}, {"b": "mse"}], {}, "one structure of losses .* Received: 2 of these"),
    ],
)
def test_losses_that_fit_no_outputs(loss, arguments, message):
    with pytest.raises(ValueError, match=message):
        logs(FLAT, loss, **arguments)


def test_a_joint_loss_wants_targets_and_one_weight():
    weights = {"box": {"x": Y[0][:, 0], "y": Y[1][:, 0]}}
    with pytest.raises(ValueError, match="takes one `sample_weight`"):
        model_of(NESTED, {"box": whole}).fit(X, NESTED[1](*Y), sample_weight=weights, verbose=0)
    with pytest.raises(ValueError, match="no targets were given for some of them"):
        model_of(NESTED, {"box": whole, "cls": "mse"}).fit(X, {"cls": Y[2]}, verbose=0)


class Doubled(hornbeam.Model):
    """Compares its one output with two targets."""

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        return super().compute_loss(x=x, y=y, y_pred=[y_pred, y_pred], sample_weight=sample_weight)


class Summed(hornbeam.Model):
    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        return sum(ops.mean(ops.abs(y_pred - one)) for one in y)


@pytest.mark.parametrize("cls", [Doubled, Summed])
def test_a_compute_loss_of_ones_own_may_have_more_targets_than_outputs(cls, engine):
    model = model_of(("one", lambda a, b, c: a), ["mae", "mae"] if cls is Doubled else None, cls)
    there = X.sum(1, keepdims=True) * WEIGHTS[0]
    wanted = sum(float(np.mean(np.abs(y - there))) for y in Y[:2])
    assert model.evaluate(X, (Y[0], Y[1]), verbose=0, return_dict=True)["loss"] == pytest.approx(wanted, rel=1e-5)
    assert np.isfinite(model.fit(X, (Y[0], Y[1]), verbose=0).history["loss"]).all()
