"""The demo: the whole way from a table to a saved model, on the Wisconsin breast-cancer data.

569 tumours, 30 measurements each (radius, texture, ...), benign or malignant: W. H. Wolberg, W. N. Street and
O. L. Mangasarian, 1995. scikit-learn carries the table, so nothing is downloaded.
"""

from __future__ import annotations

import pathlib
import sys
import time
from typing import Any

import numpy as np

from hornbeam import config, utils
from hornbeam.callbacks import EarlyStopping
from hornbeam.layers import Dense, Dropout, Input
from hornbeam.models import Sequential, load_model
from hornbeam.optimizers import Adam


def main(folder: str) -> None:
    """Run the demo; write `breast_cancer.keras` and `learning_curve.png` into `folder`."""
    try:
        from sklearn.datasets import load_breast_cancer
        from sklearn.metrics import classification_report
        from sklearn.model_selection import train_test_split
        from sklearn.preprocessing import StandardScaler
    except ImportError:
        sys.exit("The demo needs scikit-learn and matplotlib: `pip install hornbeam[demo]`.")
    utils.set_random_seed(7)
    out = pathlib.Path(folder)
    out.mkdir(parents=True, exist_ok=True)

    data = load_breast_cancer()
    x_train, x_test, y_train, y_test = train_test_split(
        data.data, data.target, test_size=0.2, stratify=data.target, random_state=7
    )
    scaler = StandardScaler().fit(x_train)
    x_train, x_test = scaler.transform(x_train), scaler.transform(x_test)
    print(f"Breast-cancer table: {len(x_train)} rows to train on, {len(x_test)} to test, {x_train.shape[1]} columns.")
    print(f"Engine: {config.backend()}\n")

    model = Sequential(
        [
            Input((30,)),
            Dense(32, activation="relu"),
            Dropout(0.2),
            Dense(16, activation="relu"),
            Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(optimizer=Adam(learning_rate=0.005), loss="binary_crossentropy", metrics=["accuracy"])
    model.summary()

    start = time.perf_counter()
    stop = EarlyStopping(monitor="val_loss", patience=8, restore_best_weights=True)
    history = model.fit(x_train, y_train, epochs=60, batch_size=32, validation_split=0.2, callbacks=[stop])
    seconds = time.perf_counter() - start
    print(f"\nTrained for {len(history.epoch)} epochs in {seconds:.1f} s, compilation included.")

    loss, accuracy = model.evaluate(x_test, y_test, verbose=0)
    predicted = model.predict(x_test, verbose=0)
    print(f"Test loss {loss:.4f}, test accuracy {accuracy:.4f}\n")
    print(classification_report(y_test, predicted[:, 0] > 0.5, target_names=data.target_names))

    path = out / "breast_cancer.keras"
    model.save(path)
    same = np.array_equal(load_model(path).predict(x_test, verbose=0), predicted)
    print(f"Saved to {path} and loaded again; the predictions are {'equal' if same else 'NOT equal'}.")
    picture = out / "learning_curve.png"
    draw(history.history, picture)
    print(f"Learning curve: {picture}")
    if not same or accuracy < 0.95:
        sys.exit("The demo did not reach what it promises.")


def draw(history: dict[str, list[Any]], path: pathlib.Path) -> None:
    """Draw loss and accuracy over the epochs."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, 2, figsize=(10, 4), layout="constrained")
    for axis, name in zip(axes, ("loss", "accuracy"), strict=True):
        epochs = range(1, len(history[name]) + 1)
        axis.plot(epochs, history[name], label="training")
        axis.plot(epochs, history[f"val_{name}"], label="validation")
        axis.set(title=name.capitalize(), xlabel="epoch")
        axis.grid(alpha=0.3)
        axis.legend()
    figure.savefig(path, dpi=120)
    pyplot.close(figure)
