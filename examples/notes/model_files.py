"""A model in files: whole, to go on where training stopped; its architecture; its weights, for a network like it."""

import tempfile
from pathlib import Path

import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.preprocessing import scale

import hornbeam
from hornbeam.callbacks import ModelCheckpoint
from hornbeam.layers import Dense, Input

hornbeam.utils.set_random_seed(4)
x, y = load_breast_cancer(return_X_y=True)
x = scale(x).astype("float32")

model = hornbeam.Sequential([Input((30,)), Dense(16, activation="relu"), Dense(1, activation="sigmoid")])
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])

with tempfile.TemporaryDirectory() as name:
    folder = Path(name)
    # The best model of the run so far is in the file whenever the run ends, or is ended.
    best = ModelCheckpoint(folder / "best.keras", save_best_only=True)
    history = model.fit(x, y, epochs=12, validation_split=0.2, callbacks=[best], verbose=0).history
    kept = hornbeam.models.load_model(folder / "best.keras")
    held_out = int(len(x) * 0.8)
    loss = kept.evaluate(x[held_out:], y[held_out:], verbose=0)[0]
    print(f"The lowest loss was {min(history['val_loss']):.4f}, that of the model kept is {loss:.4f}")

    # Whole: architecture, weights, what `compile` was given, the state of the optimizer. `.h5` is what Keras 2 wrote.
    for file in ("model.keras", "model.h5"):
        model.save(folder / file)
        copy = hornbeam.models.load_model(folder / file)
        same = np.array_equal(copy.predict(x, verbose=0), model.predict(x, verbose=0))
        print(f"{file}: same predictions {same}, goes on after step {int(copy.optimizer.iterations)}")

    # The architecture is a plain dict (or JSON, by `to_json`): the weights of what is made from it are drawn anew.
    fresh = hornbeam.Sequential.from_config(model.get_config())
    fresh.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    print(f"Same architecture, accuracy {fresh.evaluate(x, y, verbose=0)[1]:.3f}")

    # The weights alone, into a network of that architecture.
    model.save_weights(folder / "trained.weights.h5")
    report = fresh.load_weights(folder / "trained.weights.h5")
    print(f"{report}: accuracy {fresh.evaluate(x, y, verbose=0)[1]:.3f}")
