"""With the same initial weights and unshuffled rows, histories follow real Keras's, a short last batch included."""

from functools import cache

import numpy as np
import pytest

import hornbeam

keras = pytest.importorskip("keras")


def mlp(k):
    return k.Sequential([k.Input((5,)), k.layers.Dense(8, activation="relu"), k.layers.Dense(3, activation="softmax")])


def cnn(k):
    return k.Sequential(
        [
            k.Input((6, 6, 2)),
            # no bias before the normalization: its gradient is 0, and Adam would make whole steps of rounding noise
            k.layers.Conv2D(4, 3, padding="same", use_bias=False),
            k.layers.BatchNormalization(),
            k.layers.Activation("relu"),
            k.layers.MaxPooling2D(),
            k.layers.Flatten(),
            k.layers.Dense(3, activation="softmax"),
        ]
    )


def masked_lstm(k):
    return k.Sequential(
        [
            k.Input((6,)),
            k.layers.Embedding(10, 4, mask_zero=True),
            k.layers.LSTM(5, return_sequences=True),
            k.layers.LSTM(4),
            k.layers.Dense(1, activation="sigmoid"),
        ]
    )


def masked_sequences(k):
    return k.Sequential(
        [
            k.Input((6,)),
            k.layers.Embedding(10, 4, mask_zero=True),
            k.layers.LSTM(5, return_sequences=True),
            k.layers.Dense(3, activation="softmax"),
        ]
    )


def two_by_two(k):
    a, b = k.Input((5,), name="a"), k.Input((3,), name="b")
    h = k.layers.Concatenate()([k.layers.Dense(4, activation="tanh")(a), b])
    return k.Model([a, b], [k.layers.Dense(1, name="size")(h), k.layers.Dense(3, activation="softmax", name="kind")(h)])


def data(name):
    rng = np.random.default_rng(3)
    n = 38
    classes = rng.integers(0, 3, n)
    sentences = rng.integers(1, 10, (n, 6)) * (np.arange(6) < rng.integers(2, 7, (n, 1)))
    return {
        "mlp": (rng.normal(size=(n, 5)).astype("float32"), classes),
        "cnn": (rng.normal(size=(n, 6, 6, 2)).astype("float32"), classes),
        "masked_lstm": (sentences, (classes > 0).astype("float32")),
        "masked_sequences": (sentences, rng.integers(0, 3, (n, 6))),
        "two_by_two": (
            [rng.normal(size=(n, 5)).astype("float32"), rng.normal(size=(n, 3)).astype("float32")],
            [rng.normal(size=(n, 1)).astype("float32"), np.eye(3, dtype="float32")[classes]],
        ),
    }[name]


SPARSE = {"loss": "sparse_categorical_crossentropy", "metrics": ["accuracy"]}
CASES = {
    "mlp": (mlp, SPARSE),
    "cnn": (cnn, SPARSE),
    "masked_lstm": (masked_lstm, {"loss": "binary_crossentropy", "metrics": ["accuracy", "mae"]}),
    "masked_sequences": (masked_sequences, SPARSE),
    "two_by_two": (
        two_by_two,
        {
            "loss": ["mse", "categorical_crossentropy"],
            "loss_weights": [0.5, 2.0],
            "metrics": [["mae"], ["accuracy"]],
        },
    ),
}


def training(name, weighted):
    """The data of a case, and what `fit` is told."""
    x, y = data(name)
    kwargs = {"epochs": 3, "batch_size": 8, "shuffle": False, "verbose": 0}
    if weighted:
        weight = np.linspace(0.2, 2.0, 38).astype("float32")
        kwargs["sample_weight"] = [weight, weight] if name == "two_by_two" else weight
        if name == "masked_sequences":
            kwargs["sample_weight"] = np.repeat(weight[:, None], 6, 1)
    part = lambda v, s: [a[s] for a in v] if isinstance(v, list) else v[s]  # noqa: E731
    return x, y, kwargs | {"validation_data": (part(x, slice(0, 13)), part(y, slice(0, 13)))}


def trained(k, model, name, weighted):
    """The history, and what the model then predicts."""
    x, y, kwargs = training(name, weighted)
    model.compile(optimizer=k.optimizers.Adam(0.01), **CASES[name][1])
    history = model.fit(x, y, **kwargs).history
    outputs = model.predict(x, verbose=0)
    return history, outputs if isinstance(outputs, list) else [outputs]


@cache
def of_keras(name, weighted):
    """The first weights and what came of them, once for both engines."""
    model = CASES[name][0](keras)
    return model.get_weights(), *trained(keras, model, name, weighted)


@pytest.mark.parametrize("weighted", [False, True], ids=["plain", "sample_weight"])
@pytest.mark.parametrize("name", CASES)
def test_history_follows_keras(name, weighted, engine):
    weights, expected, outputs = of_keras(name, weighted)
    model = CASES[name][0](hornbeam)
    model.set_weights(weights)
    found, mine = trained(hornbeam, model, name, weighted)
    assert list(found) == sorted(expected)
    for key in expected:
        np.testing.assert_allclose(found[key], expected[key], atol=1e-3, rtol=1e-3, err_msg=key)
    for ours, theirs in zip(mine, outputs, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=5e-3)
