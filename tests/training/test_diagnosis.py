"""What is nearly always a mistake is said once when training starts; what is right is not."""

import warnings

import numpy as np
import pytest

import hornbeam
from hornbeam import layers, losses, metrics
from hornbeam.training.diagnosis import ending

X = np.random.default_rng(0).normal(size=(6, 3)).astype("float32")
CLASSES = np.array([0, 1, 2, 0, 1, 2])
ONE_HOT = np.eye(3, dtype="float32")[CLASSES]
BINARY = (CLASSES > 0).astype("float32")
NUMBERS = np.linspace(-3, 5, 6).astype("float32")


def model(units, activation=None, loss="mse", metrics=None, **kwargs):
    out = layers.Dense(units, activation=activation, name="out")
    made = hornbeam.Sequential([hornbeam.Input((3,)), out], name="net")
    made.compile(loss=loss, metrics=metrics, **kwargs)
    return made


def start(made, y):
    """As `fit` starts: nothing is computed."""
    made.fit(X, y, epochs=0, verbose=0)


OF_LOSSES = [
    (3, "softmax", losses.SparseCategoricalCrossentropy(from_logits=True), CLASSES, "ends in a softmax, but its loss"),
    (3, "softmax", losses.CategoricalCrossentropy(from_logits=True), ONE_HOT, "leave out `from_logits=True`"),
    (1, "sigmoid", losses.BinaryFocalCrossentropy(from_logits=True), BINARY, "another sigmoid"),
    (3, None, "sparse_categorical_crossentropy", CLASSES, 'has no activation.*`activation="softmax"`'),
    (1, None, losses.BinaryCrossentropy(), BINARY, 'has no activation.*`activation="sigmoid"`'),
    (3, "relu", "categorical_crossentropy", ONE_HOT, "ends in `relu`"),
    (1, "softmax", "binary_crossentropy", BINARY, "always 1; for two classes end in a sigmoid"),
    (3, "log_softmax", "categorical_crossentropy", ONE_HOT, "ends in `log_softmax`, .* takes probabilities"),
]


@pytest.mark.parametrize(("units", "activation", "loss", "y", "message"), OF_LOSSES)
def test_losses_that_do_not_fit_the_output(units, activation, loss, y, message):
    with pytest.warns(UserWarning, match=f"Output `out` of model `net`.*{message}"):
        start(model(units, activation, loss), y)


LOGITS = losses.BinaryCrossentropy(from_logits=True)
OF_METRICS = [
    (3, "softmax", "categorical_crossentropy", "binary_accuracy", ONE_HOT, "counts each of 3 probabilities by itself"),
    (1, "sigmoid", "binary_crossentropy", "categorical_accuracy", BINARY, 'only one.*use "binary_accuracy"'),
    (1, "sigmoid", "binary_crossentropy", "sparse_categorical_accuracy", BINARY, "the same whatever is learnt"),
    (1, "sigmoid", "binary_crossentropy", metrics.Accuracy(), BINARY, 'exactly equal.*pass the name "accuracy"'),
    (1, None, "mse", "accuracy", NUMBERS, "the targets are other numbers"),
    (1, None, LOGITS, "accuracy", BINARY, "takes probabilities, and is given logits"),
    (1, None, LOGITS, metrics.AUC(), BINARY, "takes probabilities, and is given logits"),
    (1, None, LOGITS, metrics.BinaryCrossentropy(), BINARY, "takes probabilities, and is given logits"),
    (1, None, LOGITS, metrics.Recall(), BINARY, "takes probabilities, and is given logits"),
]


@pytest.mark.parametrize(("units", "activation", "loss", "metric", "y", "message"), OF_METRICS)
def test_metrics_that_do_not_fit_the_output(units, activation, loss, metric, y, message):
    with pytest.warns(UserWarning, match=f"Metric `.*` of output `out` of model `net`.*{message}"):
        start(model(units, activation, loss, [metric]), y)


RIGHT = [
    (3, "softmax", "sparse_categorical_crossentropy", ["accuracy", "sparse_top_k_categorical_accuracy"], CLASSES),
    (3, "softmax", "categorical_crossentropy", ["accuracy", metrics.AUC(), metrics.Precision()], ONE_HOT),
    (3, None, losses.SparseCategoricalCrossentropy(from_logits=True), ["accuracy"], CLASSES),
    (3, "sigmoid", "binary_crossentropy", ["accuracy", "binary_accuracy", metrics.Recall()], ONE_HOT),
    (1, "sigmoid", "binary_crossentropy", ["accuracy", metrics.AUC()], BINARY),
    (1, "sigmoid", "binary_crossentropy", ["accuracy"], 0.8 * BINARY + 0.1),
    (1, None, LOGITS, [metrics.AUC(from_logits=True), metrics.Precision(thresholds=0.9)], BINARY),
    (1, None, "mse", ["mae", metrics.R2Score()], NUMBERS[:, None]),
    (3, "relu", "poisson", None, ONE_HOT),
    (1, "hard_sigmoid", "binary_crossentropy", ["accuracy"], BINARY),
    (3, lambda x: x / 10, "categorical_crossentropy", None, ONE_HOT),
]


@pytest.mark.parametrize(("units", "activation", "loss", "measures", "y"), RIGHT)
def test_what_is_right_is_not_spoken_of(units, activation, loss, measures, y):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        start(model(units, activation, loss, measures), y)


def test_each_is_said_once_until_the_model_is_compiled_anew():
    made = model(3, loss="sparse_categorical_crossentropy")
    for _ in range(2):
        with pytest.warns(UserWarning, match="has no activation") as caught:
            start(made, CLASSES)
        assert len(caught) == 1 and caught[0].filename == __file__
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            start(made, CLASSES)
        made.compile(loss="sparse_categorical_crossentropy")


def test_what_cannot_work_is_an_error():
    for measure, loss, y, message in [
        ("sparse_categorical_accuracy", "categorical_crossentropy", ONE_HOT, "One-hot targets need"),
        ("categorical_accuracy", "sparse_categorical_crossentropy", CLASSES, "For class indices use the sparse metric"),
    ]:
        with pytest.raises(ValueError, match=message):
            model(3, "softmax", loss, [measure]).evaluate(X, y, verbose=0)


def test_how_outputs_end():
    x = hornbeam.Input((4, 3))
    inner = hornbeam.Sequential([hornbeam.Input((3,)), layers.Dense(2), layers.Activation("sigmoid")])
    for output, name in [
        (layers.Dense(2)(x), "linear"),
        (layers.Activation("linear")(layers.Dense(2, activation="softmax")(x)), "softmax"),
        (layers.Softmax()(layers.Dense(2)(x)), "softmax"),
        (layers.Flatten()(layers.Conv1D(2, 1, activation="sigmoid")(x)), "sigmoid"),
        (layers.TimeDistributed(layers.Dense(2, activation="softmax"))(x), "softmax"),
        (hornbeam.ops.softmax(layers.Dense(2)(x)), "softmax"),
        (hornbeam.ops.squeeze(layers.Dense(1, activation="sigmoid")(x), -1), "sigmoid"),
        (inner(layers.Dense(3)(hornbeam.Input((3,)))), "sigmoid"),
        (layers.Dropout(0.5)(layers.Dense(2, activation="softmax")(x)), "softmax"),
        (hornbeam.ops.flip(hornbeam.ops.sigmoid(layers.Dense(2)(x)), 1), "sigmoid"),
        (layers.Softmax(axis=1)(layers.Dense(2)(x)), None),
        (layers.LSTM(2)(x), None),
        (layers.Dense(2)(x) * 0.1, None),
        (x, None),
    ]:
        found = ending(output)
        assert (found and found.name) == name


def test_models_with_a_loss_of_their_own_are_left_alone():
    class Own(hornbeam.Model):
        def __init__(self):
            super().__init__()
            self.out = layers.Dense(3)

        def call(self, x):
            return self.out(x)

        def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
            return hornbeam.losses.sparse_categorical_crossentropy(y, y_pred, from_logits=True)

    made = Own()
    made.compile(loss="sparse_categorical_crossentropy")
    start(made, CLASSES)
