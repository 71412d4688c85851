"""A number from a table: the four steps, data on one scale, rows held out, and training that stops by itself."""

import numpy as np
from sklearn.datasets import load_diabetes

import hornbeam
from hornbeam.callbacks import EarlyStopping
from hornbeam.layers import Dense, Input

hornbeam.utils.set_random_seed(1)

# How far diabetes has advanced in a year, from ten measurements of 442 patients.
predictors, target = load_diabetes(return_X_y=True, scaled=False)
predictors = (predictors - predictors.mean(0)) / predictors.std(0)  # mean 0 and standard deviation 1: easier to train
order = np.random.default_rng(1).permutation(len(target))  # the last rows are held out: they should not be special
predictors, target = predictors[order], target[order]


def network(*widths: int) -> hornbeam.Sequential:
    """One hidden layer for each width, then the number."""
    model = hornbeam.Sequential([Input((predictors.shape[1],))])
    for width in widths:
        model.add(Dense(width, activation="relu"))
    model.add(Dense(1))
    model.compile(optimizer=hornbeam.optimizers.Adam(0.01), loss="mean_squared_error", metrics=["mae"])
    return model


# Which architecture is good? Try, and trust the rows that training has not seen.
always_the_mean = np.abs(target - target.mean()).mean()
print(f"Guessing the mean is off by {always_the_mean:.1f}.")
for widths in [(8,), (64,), (32, 32)]:
    stop = EarlyStopping(monitor="val_loss", patience=3, restore_best_weights=True)
    history = network(*widths).fit(predictors, target, validation_split=0.3, epochs=200, callbacks=[stop], verbose=0)
    best = int(np.argmin(history.history["val_loss"]))
    print(f"{widths!s:>8}: stopped after {len(history.epoch)} epochs, off by {history.history['val_mae'][best]:.1f}")
