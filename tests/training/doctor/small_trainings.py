"""One small structure and its data: most rules are shown on it, so that it is compiled once."""

import numpy as np

import hornbeam
from hornbeam import layers, optimizers
from hornbeam.callbacks import Doctor


def blobs(rows=96, classes=3, columns=4, seed=0, spread=0.6):
    """Classes around points of their own."""
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.arange(rows) % classes)
    return (rng.normal(size=(classes, columns))[y] * 1.5 + spread * rng.normal(size=(rows, columns))).astype(
        "float32"
    ), y


def net(*hidden, units=3, activation="softmax", columns=4, relu="relu", **options):
    """A network of dense layers."""
    stack = [layers.Dense(n, activation=relu, **options) for n in hidden or (8, 8)]
    return hornbeam.Sequential([hornbeam.Input((columns,)), *stack, layers.Dense(units, activation=activation)])


def compiled(model, rate=0.01, loss="sparse_categorical_crossentropy", **options):
    model.compile(optimizers.Adam(rate), loss, **options)
    return model


def examined(model, x, y, epochs=15, **options):
    """What the doctor finds in a training."""
    doctor = Doctor(verbose=0)
    model.fit(x, y, epochs=epochs, verbose=0, callbacks=[doctor], **options)
    return doctor.findings
