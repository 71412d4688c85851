"""What a training shows: each rule with the smallest training that shows it. The healthy twins are in `test_in_fit`."""

import numpy as np
import pytest
from small_trainings import blobs, compiled, examined, net

import hornbeam
from hornbeam import layers, optimizers
from hornbeam.optimizers import schedules
from hornbeam.training.doctor import nan

X, Y = blobs(rows=128)
NUMBERS = (np.sin(X[:, 0]) + X[:, 1]).astype("float32")


def first(findings):
    return findings.alarms[0].name if findings.alarms else None


def test_rates():
    assert first(examined(compiled(net(), rate=10.0), X, Y)) == "lr_too_high"
    low = examined(compiled(net(), rate=1e-5), X, Y)
    assert first(low) == "lr_too_low"
    assert low[0].values["learning_rate"] >= 1e-3
    assert first(examined(compiled(net(), rate=0.002), X, Y, epochs=1)) == "too_few_epochs"
    decay = schedules.ExponentialDecay(0.01, 1, 0.5)
    assert first(examined(compiled(net(), rate=decay), X, Y)) == "lr_decays_too_fast"


def test_scales_are_to_blame_only_where_they_did_harm():
    scales = np.array([1, 3000, 0.01, 300], "float32")
    found = examined(compiled(net(), rate=0.02), X * scales, Y)
    assert first(found) == "unscaled_inputs"
    assert found[0].share > 0.5
    regression = compiled(net(units=1, activation=None), loss="mse")
    assert first(examined(regression, X, NUMBERS * 3000 + 9000)) == "unscaled_targets"
    # As a table of houses comes: both are, and neither alone is enough.
    houses = compiled(net(units=1, activation=None), 0.02, "mse")
    found = examined(houses, X * scales, NUMBERS * 3000 + 9000, epochs=40)
    assert first(found) == "unscaled_targets"
    assert "Scale the inputs" in found[0].fix


def test_what_the_optimizer_was_told():
    model = net()
    model.compile(optimizers.SGD(0.1, clipnorm=1e-4), "sparse_categorical_crossentropy")
    assert first(examined(model, X, Y)) == "gradient_clipped"


def test_first_weights():
    assert first(examined(compiled(net(bias_initializer=hornbeam.initializers.Constant(-20.0))), X, Y)) == "dead_relu"
    wide = hornbeam.initializers.RandomNormal(stddev=30.0)
    tanh = net(relu="tanh", kernel_initializer=wide, units=1, activation=None)
    assert first(examined(compiled(tanh, 0.02, "mse"), X, NUMBERS)) == "saturated_activations"
    assert first(examined(compiled(net(*[8] * 7, relu="sigmoid")), X, Y)) == "vanishing_gradients"


def test_capacity():
    strong = hornbeam.regularizers.L2(3.0)
    assert first(examined(compiled(net(kernel_regularizer=strong), rate=0.02), X, Y, epochs=30)) == "too_much_l2"


def dropping(rate):
    stack = [layers.Dense(8, activation="relu"), layers.Dropout(rate), layers.Dense(3, activation="softmax")]
    return compiled(hornbeam.Sequential([hornbeam.Input((4,)), *stack]), 0.05)


def test_too_much_is_dropped():
    found = examined(dropping(0.998), X, Y, epochs=10)
    assert first(found) == "too_much_dropout"
    assert found[0].values["kept"] == pytest.approx(0.002)
    assert not examined(dropping(0.3), X, Y, epochs=10).alarms


def test_a_model_that_cannot_express_what_is_in_the_data():
    x = np.random.default_rng(0).uniform(-1, 1, (256, 2)).astype("float32")
    y = (x.prod(axis=1) > 0).astype("float32")  # opposite corners: no line tells them apart
    line = hornbeam.Sequential([hornbeam.Input((2,)), layers.Dense(1, activation="sigmoid")])
    found = examined(compiled(line, 0.05, "binary_crossentropy"), x, y)
    assert first(found) == "underfitting"
    assert "% on its own rows, where a regression has" in found.alarms[0].message


def test_rows_that_come_in_the_order_of_their_targets():
    x, y = blobs(rows=192, spread=1.2)
    order = np.argsort(y)

    def line():
        model = hornbeam.Sequential([hornbeam.Input((4,)), layers.Dense(3, activation="softmax")])
        model.compile(optimizers.SGD(0.3), "sparse_categorical_crossentropy", metrics=["accuracy"])
        return model

    found = examined(line(), x[order], y[order], shuffle=False, batch_size=8, epochs=5)
    assert first(found) == "unshuffled_sorted_batches"
    assert found[0].share > 0.5
    assert not examined(line(), x, y, shuffle=False, batch_size=8, epochs=5).alarms


def test_averages_that_do_not_fit():
    def normalized(momentum):
        stack = [layers.Dense(8), layers.BatchNormalization(momentum=momentum), layers.ReLU()]
        return compiled(
            hornbeam.Sequential([hornbeam.Input((4,)), *stack, layers.Dense(3, activation="softmax")]), 0.05
        )

    shifted = X * 3 + 20
    assert "batchnorm_statistics" in examined(normalized(0.9999), shifted, Y, epochs=20).names
    assert "batchnorm_statistics" not in examined(normalized(0.8), shifted, Y, epochs=20).names


def test_learnt_by_heart():
    rng = np.random.default_rng(0)
    few = rng.normal(size=(24, 4)).astype("float32")
    labels = rng.integers(0, 3, 24)
    other = rng.normal(size=(24, 4)).astype("float32"), rng.integers(0, 3, 24)
    model = compiled(net(64, 64), metrics=["accuracy"])
    assert first(examined(model, few, labels, epochs=60, validation_data=other)) == "overfitting"


def test_nothing_to_learn():
    x, y = blobs(rows=528)
    y = np.random.default_rng(0).permutation(y)
    model = compiled(net(), metrics=["accuracy"])
    shuffled = examined(model, x[:128], y[:128], validation_data=(x[128:], y[128:]), epochs=3)
    assert first(shuffled) == "shuffled_labels"


def test_weights_that_no_gradient_reaches():
    stack = [layers.Dense(8, activation="relu"), layers.Lambda(hornbeam.ops.stop_gradient)]
    model = hornbeam.Sequential([hornbeam.Input((4,)), *stack, layers.Dense(3, activation="softmax")])
    found = examined(compiled(model), X, Y, epochs=3)
    assert first(found) == "no_gradient_to_weights"
    assert found[0].values["layers"] == [model.layers[0].path]


def test_one_loss_drowns_the_other():
    start = hornbeam.Input((4,))
    hidden = layers.Dense(8, activation="relu")(start)
    outputs = [layers.Dense(3, activation="softmax", name="kind")(hidden), layers.Dense(1, name="size")(hidden)]
    model = hornbeam.Model(start, outputs)
    model.compile(
        optimizers.SGD(0.05, global_clipnorm=1.0),
        ["sparse_categorical_crossentropy", "mse"],
        loss_weights={"kind": 1.0, "size": 1e5},
    )
    found = examined(model, X, [Y, NUMBERS], epochs=8)
    assert first(found) == "loss_weight_imbalance"
    assert found[0].values["most"] == "size"


@pytest.mark.filterwarnings("ignore")
def test_after_nan_the_layer_the_operation_and_the_rows(monkeypatch):
    monkeypatch.setattr(nan, "SECONDS", 600.0)  # a slow machine finds it, too
    x = np.abs(X) + 0.5
    x[17] = 0

    class Logarithm(layers.Layer):
        def call(self, inputs):
            return hornbeam.ops.log(inputs)

    model = hornbeam.Sequential(
        [hornbeam.Input((4,)), Logarithm(name="logarithm"), layers.Dense(3, activation="softmax")]
    )
    found = examined(compiled(model), x, Y, epochs=2)
    assert [f.name for f in found.alarms] == ["nan_loss"]
    place = found.alarms[0]
    assert place.values["layer"].endswith("logarithm")
    assert place.values["operation"] == "log"
    assert place.values["rows"] == [17]
