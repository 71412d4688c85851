"""Two classes, several classes, several labels at once."""

import unittest

import numpy as np
import pandas as pd
from keras.layers import Activation, Dense
from keras.models import Sequential
from keras.utils import to_categorical

rng = np.random.default_rng(0)


def circles(n=60):
    angle, radius = rng.uniform(0, 6.28, n), np.repeat([0.3, 1.0], n // 2)
    points = {"x0": radius * np.cos(angle), "x1": radius * np.sin(angle)}
    return pd.DataFrame(points | {"target": np.repeat([0, 1], n // 2)})


def test_a_plot_of_pairs():
    try:
        import seaborn as sns
    except ImportError:
        raise unittest.SkipTest("seaborn, which has no part in Keras, is not installed") from None
    assert sns.pairplot(circles(), hue="target").axes.shape == (2, 2)


def test_the_sigmoid_squashes():
    z = np.array([[-30.0, -1.0, 0.0, 1.0, 30.0]])
    squashed = np.asarray(Activation("sigmoid")(z))
    np.testing.assert_allclose(squashed, 1 / (1 + np.exp(-z)), rtol=1e-5, atol=1e-9)


def test_a_column_of_words_becomes_columns_of_classes():
    df = pd.DataFrame({"response": ["no", "yes", "maybe", "yes"]})
    df.to_csv("data.csv", index=False)
    df = pd.read_csv("data.csv")
    df.response = pd.Categorical(df.response)
    df.response = df.response.cat.codes
    y = to_categorical(df.response)
    assert y.tolist() == [[0, 1, 0], [0, 0, 1], [1, 0, 0], [0, 0, 1]]


def test_several_labels_at_once():
    """Each output says for itself whether its label is there: probabilities that need not sum to one."""
    model = Sequential()
    model.add(Dense(2, input_shape=(1,)))
    model.add(Dense(3, activation="sigmoid"))
    model.compile(optimizer="adam", loss="binary_crossentropy")
    x = np.linspace(-1, 1, 40, dtype="float32")[:, None]
    y = np.concatenate([x > 0, x > -0.5, x < 0.5], 1).astype("float32")
    history = model.fit(x, y, epochs=3, validation_split=0.2, verbose=0).history
    assert history["loss"][-1] < history["loss"][0]
    p = model.predict(x)
    assert p.shape == (40, 3) and ((p > 0) & (p < 1)).all()
    loss = -(y * np.log(p) + (1 - y) * np.log(1 - p)).mean()
    np.testing.assert_allclose(model.evaluate(x, y, verbose=0), loss, rtol=1e-4)
