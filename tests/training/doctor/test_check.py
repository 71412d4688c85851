"""`model.check`: what can be seen before training. Each rule with data that show it, and its healthy twin."""

import numpy as np
import pytest
from small_trainings import blobs, compiled, net

import hornbeam
from hornbeam import layers, losses

X, Y = blobs()
ONE_HOT = np.eye(3, dtype="float32")[Y]
NUMBERS = (X @ np.array([1.0, -0.5, 0.3, 0.8]) / 2).astype("float32")


def names(model, x, y, **options):
    return model.check(x, y, **options).names


def alarms(model, x, y, **options):
    return [finding.name for finding in model.check(x, y, **options).alarms]


def test_a_healthy_model_has_nothing():
    model = compiled(net(), metrics=["accuracy"])
    before = model.get_weights()
    found = model.check(X, Y, validation_split=0.2)
    assert found.names == []
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))
    assert model.compile_count() == 0


def with_column(x, value):
    return np.c_[x, value].astype("float32")


def test_scales_and_constant_columns_are_notes():
    model = compiled(net())
    found = model.check(X * np.array([1, 1, 1, 3000], "float32"), Y)
    assert [(f.name, f.severity) for f in found] == [("unscaled_inputs", "note")]
    assert names(compiled(net(columns=5)), with_column(X, np.ones(len(X))), Y) == ["constant_column"]
    behind = hornbeam.Sequential(
        [hornbeam.Input((4,)), layers.BatchNormalization(), layers.Dense(3, activation="softmax")]
    )
    assert names(compiled(behind), X * 1000, Y) == []
    regression = net(units=1, activation=None)
    assert names(compiled(regression, loss="mse"), X, NUMBERS * 1000 + 5000) == ["unscaled_targets"]
    assert names(compiled(regression, loss="mse"), X, NUMBERS) == []


def test_what_fit_refuses_is_an_error_here_and_raises_nothing():
    model = compiled(net())
    found = model.check(np.where(X > 2, np.nan, X), Y + 1)
    assert [(f.name, f.severity) for f in found if f.severity == "error"] == [
        ("nan_inputs", "error"),
        ("labels_out_of_range", "error"),
    ]
    assert names(model, X[:, :3], Y) == ["refused"]
    assert names(model, X, None) == ["refused"]
    assert names(model, [1, "a"], Y) == ["refused"]
    regression = compiled(net(units=1, activation=None), loss="mse")
    assert alarms(regression, X, np.where(NUMBERS > 1, np.inf, NUMBERS)) == ["nan_targets"]


def test_a_leak_is_a_column_that_knows_what_the_others_do_not():
    rng = np.random.default_rng(0)
    noise = rng.normal(size=(200, 4))
    target = (noise[:, 0] * 0.3 + rng.normal(size=200)).astype("float32")
    model = compiled(net(units=1, activation=None, columns=5), loss="mse")
    found = model.check(with_column(noise, target * -2 + 0.01 * rng.normal(size=200)), target)
    assert found[0].name == "target_leak"
    assert found[0].values["column"] == 4
    series = np.cumsum(rng.normal(size=204))
    lags = np.stack([series[i : i + 200] for i in range(4)], 1)
    assert "target_leak" not in names(compiled(net(units=1, activation=None), loss="mse"), lags, series[4:])


def test_rows_of_the_validation():
    model = compiled(net())
    rng = np.random.default_rng(1)
    other, labels = blobs(seed=0, rows=96)
    fresh = (other + 0.3 * rng.normal(size=other.shape)).astype("float32")
    assert names(model, X, Y, validation_data=(fresh, labels)) == []
    assert names(model, X, Y, validation_data=(X[:40], Y[:40])) == ["train_val_leak"]
    rows = np.round(rng.normal(size=(200, 4))).clip(0, 1)
    kinds = rows.sum(1) > 1
    assert "train_val_leak" not in names(model, rows[:150], kinds[:150], validation_data=(rows[150:], kinds[150:]))
    order = np.argsort(Y)
    found = model.check(X[order], Y[order], validation_split=0.3)
    assert found.names[0] == "val_from_other_distribution"
    assert "`validation_split` takes the last rows" in found[0].fix


def test_rare_classes_and_labels_without_signal_are_notes():
    rare = np.where((Y == 2) & (np.arange(len(Y)) > 6), 0, Y)
    assert names(compiled(net()), X, rare) == ["class_imbalance"]
    assert names(compiled(net()), X, rare, class_weight="balanced") == []
    rng = np.random.default_rng(2)
    assert names(compiled(net()), X, rng.permutation(Y)) == ["shuffled_labels"]


BINARY = (Y > 0).astype("float32")
OUTPUTS = [
    ("wrong_loss_mse", {"units": 3, "activation": "softmax"}, "mse", ONE_HOT, "note"),
    ("cce_one_unit", {"units": 1, "activation": "sigmoid"}, "categorical_crossentropy", BINARY[:, None], "error"),
    ("softmax_one_unit", {"units": 1, "activation": "softmax"}, "binary_crossentropy", BINARY, "warning"),
    ("missing_output_activation", {"activation": None}, "sparse_categorical_crossentropy", Y, "warning"),
    ("relu_output_classification", {"activation": "relu"}, "sparse_categorical_crossentropy", Y, "warning"),
    ("double_softmax", {}, losses.SparseCategoricalCrossentropy(from_logits=True), Y, "warning"),
    ("sigmoid_output_regression", {"units": 1, "activation": "sigmoid"}, "mse", NUMBERS, "warning"),
    ("sigmoid_output_regression", {"units": 1, "activation": "tanh"}, "mse", NUMBERS * 3, "warning"),
    ("relu_output_regression", {"units": 1, "activation": "relu"}, "mse", NUMBERS, "warning"),
    ("wrong_loss_regression", {"units": 2, "activation": "softmax"}, "categorical_crossentropy", X[:, :2], "warning"),
    ("wrong_loss_regression", {"units": 1, "activation": None}, "hinge", NUMBERS, "warning"),
    ("no_hidden_activation", {"relu": None}, "sparse_categorical_crossentropy", Y, "note"),
    ("softmax_hidden", {"relu": "softmax"}, "sparse_categorical_crossentropy", Y, "note"),
]


@pytest.mark.parametrize(("name", "made", "loss", "y", "severity"), OUTPUTS)
def test_outputs_and_losses(name, made, loss, y, severity):
    found = compiled(net(**made), loss=loss).check(X, y)
    assert [(f.name, f.severity) for f in found if f.name == name] == [(name, severity)]


def test_outputs_whose_targets_fit():
    half = (NUMBERS - NUMBERS.min()) / np.ptp(NUMBERS)
    assert names(compiled(net(units=1, activation="sigmoid"), loss="mse"), X, half) == []
    assert names(compiled(net(units=1, activation="relu"), loss="mse"), X, half) == []
    twice = hornbeam.Sequential([hornbeam.Input((4,)), layers.Dense(3, activation="softmax"), layers.Softmax()])
    assert names(compiled(twice), X, Y) == ["double_softmax"]
    told = compiled(net(units=1, activation=None), loss="mse", metrics=["accuracy"]).check(X, NUMBERS)
    assert told.names == ["metric_mismatch"]
    normalized = [layers.Dense(8), layers.BatchNormalization(), layers.ReLU(), layers.Dense(3, activation="softmax")]
    assert names(compiled(hornbeam.Sequential([hornbeam.Input((4,)), *normalized])), X, Y) == []


def test_wiring():
    a, b = hornbeam.Input((4,), name="a"), hornbeam.Input((4,), name="b")
    hidden = layers.Dense(4, activation="relu")(a)
    alone = layers.Dense(3, activation="softmax", name="alone")(hidden)
    lost = compiled(hornbeam.Model([a, b], alone))
    assert names(lost, [X, X], Y) == ["unconnected_input"]
    both = hornbeam.Model(a, [alone, layers.Dense(1, name="number")(hidden)])
    both.compile("adam", {"alone": "sparse_categorical_crossentropy"})
    assert names(both, X, {"alone": Y}) == ["output_without_loss"]
    both.compile("adam", {"alone": "sparse_categorical_crossentropy", "number": "mse"})
    assert names(both, X, {"alone": Y, "number": NUMBERS}) == []


def test_weights_and_flags():
    assert names(compiled(net(kernel_initializer="zeros")), X, Y) == ["zero_init"]
    frozen = net()
    frozen.layers[0].trainable = False
    assert names(compiled(frozen), X, Y) == ["frozen_body"]
    trained = net()
    trained.layers[0].set_weights([w + 0.1 for w in trained.layers[0].get_weights()])
    trained.layers[0].trainable = False
    assert names(compiled(trained), X, Y) == []
    frozen.trainable = False
    assert names(compiled(frozen), X, Y) == ["all_frozen"]
    one = hornbeam.Sequential(
        [hornbeam.Input((4,)), layers.Dense(4), layers.BatchNormalization(), layers.Dense(3, "softmax")]
    )
    assert names(compiled(one), X, Y, batch_size=1) == ["batchnorm_batch_1"]
    assert names(compiled(one), X, Y, batch_size=8) == []


def test_order_and_padding():
    order = np.argsort(Y)
    assert names(compiled(net()), X[order], Y[order], shuffle=False) == ["unshuffled_sorted_batches"]
    assert names(compiled(net()), X, Y, shuffle=False) == []
    words = np.random.default_rng(0).integers(1, 9, (40, 10))
    words[:, 4:] = 0

    def reader(mask):
        stack = [layers.Embedding(9, 4, mask_zero=mask), layers.SimpleRNN(4), layers.Dense(1, activation="sigmoid")]
        return compiled(hornbeam.Sequential([hornbeam.Input((10,), dtype="int32"), *stack]), loss="binary_crossentropy")

    y = (words[:, 0] > 4).astype("float32")
    assert "unmasked_padding" in names(reader(False), words, y)
    assert "unmasked_padding" not in names(reader(True), words, y)


def test_thorough_says_what_keeps_four_rows_from_being_learnt():
    model = compiled(net(), rate=1e-7)
    before = model.get_weights()
    assert alarms(model, X, Y, thorough=True)[0] == "lr_too_low"
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))
    assert alarms(compiled(net()), X, Y, thorough=True) == []
