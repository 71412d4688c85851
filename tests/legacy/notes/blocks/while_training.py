"""Validation, early stopping, checkpoints and what `fit` gives back."""

import contextlib
import io
import os

import numpy as np
from keras.callbacks import EarlyStopping, History, ModelCheckpoint
from keras.layers import Dense
from keras.models import Sequential, load_model

rng = np.random.default_rng(0)
X = rng.normal(size=(60, 4)).astype("float32")
y = (X[:, 0] > 0).astype("float32")
noise = rng.integers(0, 2, 60).astype("float32")  # which nothing can be learned from
X_train, X_test, y_train, y_test = X[:40], X[40:], y[:40], y[40:]


def compiled():
    model = Sequential()
    model.add(Dense(8, activation="relu", input_shape=(4,)))
    model.add(Dense(1, activation="sigmoid"))
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return model


def test_stops_two_epochs_after_the_best():
    early_stopping_monitor = EarlyStopping(patience=2)
    model = compiled()
    model.optimizer.learning_rate = 0.1
    model.fit(X, noise, validation_split=0.3, callbacks=[early_stopping_monitor], epochs=40, verbose=0)
    losses = model.history.history["val_loss"]
    assert len(losses) == 1 + int(np.argmin(losses)) + 2 < 40


def test_a_share_is_held_out():
    history = compiled().fit(X, y, validation_split=0.3, epochs=2, verbose=0)
    assert history.history.keys() == {"loss", "accuracy", "val_loss", "val_accuracy"}


def test_what_fit_gives_back():
    """The metrics after every epoch, as lists; validation data may be a list of two arrays."""
    model = compiled()
    history = model.fit(X_train, y_train, epochs=3, validation_data=[X_test, y_test], verbose=0)
    assert isinstance(history, History) and len(history.history["loss"]) == 3 == len(history.history["val_loss"])
    loss, accuracy = model.evaluate(X_test, y_test, verbose=0)
    np.testing.assert_allclose(history.history["val_loss"][-1], loss, rtol=1e-5)
    assert history.history["val_accuracy"][-1] == accuracy


def test_metrics_given_to_fit():
    model = compiled()
    model.compile(optimizer="adam", loss="binary_crossentropy")
    history = model.fit(X_train, y_train, epochs=1, validation_data=[X_test, y_test], metrics=["accuracy"], verbose=0)
    assert "val_accuracy" in history.history


def test_stops_with_more_patience():
    early_stopping = EarlyStopping(monitor="val_loss", patience=5)
    history = compiled().fit(
        X_train, y_train, epochs=8, validation_data=(X_test, y_test), callbacks=[early_stopping], verbose=0
    )
    assert 6 <= len(history.epoch) <= 8


def test_the_best_model_is_in_the_file():
    model_save = ModelCheckpoint("best_model.hd5", save_best_only=True)
    model = compiled()
    model.optimizer.learning_rate = 0.1
    history = model.fit(
        X_train, noise[:40], epochs=6, validation_data=(X_test, noise[40:]), callbacks=[model_save], verbose=0
    )
    with open("best_model.hd5", "rb") as file:
        assert file.read(4) == b"\x89HDF"
    best = load_model("best_model.hd5").evaluate(X_test, noise[40:], verbose=0)[0]
    np.testing.assert_allclose(best, min(history.history["val_loss"]), rtol=1e-5)
    assert os.listdir() == ["best_model.hd5"]


def test_how_much_is_shown():
    model, shown = compiled(), {}
    for verbose in (0, 1, 2):
        with contextlib.redirect_stdout(io.StringIO()) as text:
            model.fit(X_train, y_train, epochs=2, verbose=verbose)
        shown[verbose] = text.getvalue()
    assert shown[0] == ""
    assert all("Epoch 1/2" in shown[v] and "loss: " in shown[v] for v in (1, 2))
    assert shown[2].count("\n") <= 4
