"""The tables that courses train on, read as they do: by pandas, whole, or as one array of objects."""

import numpy as np
import pytest

import hornbeam
from hornbeam.callbacks import EarlyStopping
from hornbeam.layers import Dense
from hornbeam.utils import to_categorical

pd = pytest.importorskip("pandas")
pytestmark = pytest.mark.filterwarnings("ignore::hornbeam.OldNameWarning")


@pytest.fixture
def table(shared):
    def read(name, **settings):
        path = shared / "data" / name
        if not path.is_file():
            pytest.skip(f"no {name} in the folder of real data")
        return pd.read_csv(path, **settings)

    return read


def stack(inputs, outputs, activation=None):
    model = hornbeam.Sequential()
    model.add(Dense(16, activation="relu", input_shape=(inputs,)))
    model.add(Dense(outputs, activation=activation))
    return model


def scaled(x):
    x = np.asarray(x, "float32")
    return (x - x.mean(0)) / x.std(0)


def test_wages(table):
    df = table("hourly_wages.csv")
    predictors, target = df.drop(columns="wage_per_hour"), df.wage_per_hour
    model = stack(predictors.shape[1], 1)
    model.compile(optimizer=hornbeam.optimizers.Adam(lr=0.02), loss="mean_squared_error")
    stop = EarlyStopping(patience=2)
    history = model.fit(scaled(predictors), target, validation_split=0.3, epochs=30, callbacks=[stop], verbose=0)
    assert history.history["val_loss"][-1] < target.var() < history.history["val_loss"][0]


def test_survivors(table):
    """True and False among numbers: the frame is one array of objects."""
    df = table("titanic_all_numeric.csv")
    predictors = df.drop(columns=["survived"]).values
    assert predictors.dtype == object
    model = stack(predictors.shape[1], 2, "softmax")
    model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
    history = model.fit(predictors, to_categorical(df.survived), epochs=8, verbose=0).history
    assert max(history["acc"]) > df.survived.eq(0).mean() and history["loss"][-1] < history["loss"][0]
    probability_true = model.predict(predictors)[:, 1]
    assert probability_true.shape == (891,) and ((probability_true >= 0) & (probability_true <= 1)).all()


def test_fields(table):
    df = table("irrigation_machine.csv", index_col=0)
    sensors, parcels = df.filter(like="sensor"), df.filter(like="parcel")
    model = stack(20, 3, "sigmoid")
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    history = model.fit(scaled(sensors), parcels, epochs=5, validation_split=0.2, verbose=0).history
    assert history["val_loss"][-1] < history["val_loss"][0] < 1
    assert ((model.predict(scaled(sensors)) > 0.5) == parcels.values).mean() > 0.8


def test_circles_and_banknotes(table):
    """Two classes in one column, whose names or places say which is the target."""
    circles = table("circles.csv")
    notes = table("banknote_authentication.csv", header=None)
    for features, target in [
        (circles[["x0", "x1"]], circles.labels),
        (notes.iloc[:, [0, 1]], notes.iloc[:, 4]),
    ]:
        model = stack(2, 1, "sigmoid")
        model.compile(hornbeam.optimizers.Adam(lr=0.03), "binary_crossentropy", metrics=["accuracy"])
        model.fit(scaled(features), target, epochs=15, verbose=0)
        assert model.evaluate(scaled(features), target, verbose=0)[1] > 0.8


def test_scores_of_darts(table):
    """Numbers that are classes: codes, then columns."""
    df = table("darts.csv")
    df.score = pd.Categorical(df.score)
    y = to_categorical(df.score.cat.codes)
    model = stack(2, y.shape[1], "softmax")
    model.compile("adam", "categorical_crossentropy")
    losses = model.fit(scaled(df[["x", "y"]]), y, epochs=5, verbose=0).history["loss"]
    assert losses[-1] < losses[0] and model.predict(scaled(df[["x", "y"]])).argmax(1).max() < y.shape[1]
