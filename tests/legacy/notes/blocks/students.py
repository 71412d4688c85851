"""A table of students, from the file to the report: who passes?"""

import contextlib
import io

import keras
import numpy as np
import pandas as pd
from keras.layers import Dense, Input
from keras.losses import BinaryCrossentropy
from keras.metrics import BinaryAccuracy
from keras.models import Sequential
from sklearn.metrics import classification_report
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from tensorflow.keras.optimizers import Adam


def write_table():
    rng = np.random.default_rng(1)
    hours, tuition = rng.integers(0, 9, 240), rng.integers(20, 50, 240)
    table = {"daily_study": hours, "monthly_tuition": tuition, "passing_grade": (hours > 4).astype(int)}
    pd.DataFrame(table).to_csv("students.csv", index=False)


def split_and_scaled():
    df = pd.read_csv("students.csv")
    assert df.head().shape == (5, 3)
    df = df.sample(frac=1, random_state=0).reset_index(drop=True)
    X, y = df[["daily_study", "monthly_tuition"]], df["passing_grade"].values.flatten()
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=42)
    X_train, X_valid, y_train, y_valid = train_test_split(X_train, y_train, test_size=0.3, random_state=42)
    scaler = StandardScaler()
    return scaler.fit_transform(X_train), scaler.transform(X_valid), scaler.transform(X_test), y_train, y_valid, y_test


def test_from_the_table_to_the_report():
    write_table()
    X_train, X_valid, X_test, y_train, y_valid, y_test = split_and_scaled()
    input_dimension = X_train.shape[1]
    assert input_dimension == 2

    model = Sequential()
    model.add(Dense(8, activation="relu", input_shape=(input_dimension,)))
    model.add(Dense(4, activation="relu"))
    model.add(Dense(1, activation="sigmoid"))
    with contextlib.redirect_stdout(io.StringIO()) as shown:
        model.summary()
    assert "Total params: 65" in shown.getvalue()

    model.compile(loss=BinaryCrossentropy(), optimizer=Adam(), metrics=[BinaryAccuracy()])
    model.optimizer.learning_rate = 0.02  # a few epochs for a hundred
    with contextlib.redirect_stdout(io.StringIO()) as shown:
        history = model.fit(X_train, y_train, epochs=15, batch_size=32, validation_data=(X_valid, y_valid), verbose=1)
    assert isinstance(history, keras.callbacks.History)
    assert "Epoch 15/15" in shown.getvalue() and "val_binary_accuracy" in shown.getvalue()
    assert history.history["binary_accuracy"][-1] > max(0.8, history.history["binary_accuracy"][0])

    y_pred = model.predict(X_test)
    score = model.evaluate(X_test, y_test, verbose=0)
    np.testing.assert_allclose(score[1], ((y_pred > 0.5).ravel() == y_test).mean(), rtol=1e-6)
    predicted_classes = np.where(y_pred > 0.6, 1, 0)
    report = classification_report(y_test, predicted_classes, labels=[0, 1])
    assert "precision" in report and str(len(y_test)) in report


def test_a_frame_and_a_series_are_taken_as_they_are():
    write_table()
    df = pd.read_csv("students.csv")
    model = Sequential([Input((2,)), Dense(1, activation="sigmoid")])
    model.compile("adam", BinaryCrossentropy())
    x, y = df[["daily_study", "monthly_tuition"]], df["passing_grade"]
    assert model.fit(x, y, verbose=0).history["loss"][0] > 0
    np.testing.assert_array_equal(model.predict(x), model.predict(x.values))


def test_the_arguments_of_fit_evaluate_and_predict():
    """Batches, steps, callbacks, shares held out, silence."""
    seen = []

    class Seeing(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            seen.append("train")

        def on_test_batch_end(self, batch, logs=None):
            seen.append("test")

        def on_predict_batch_end(self, batch, logs=None):
            seen.append("predict")

    X, y = np.ones((20, 2)), np.ones(20)
    model = Sequential([Input((2,)), Dense(1)])
    model.compile("sgd", "mse")
    model.fit(
        x=X,
        y=y,
        batch_size=8,
        epochs=2,
        verbose=0,
        callbacks=[Seeing()],
        validation_split=0.2,
        shuffle=False,
        validation_batch_size=4,
    )
    assert seen == ["train", "train", "test"] * 2
    seen.clear()
    model.evaluate(x=X, y=y, batch_size=8, verbose=0, steps=2, callbacks=[Seeing()])
    assert model.predict(X, batch_size=8, verbose=0, steps=1, callbacks=[Seeing()]).shape == (8, 1)
    assert seen == ["test", "test", "predict"]
