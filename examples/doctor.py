"""A model broken in six ways, one after the other, and mended by what the doctor says each time."""

import warnings

import numpy as np
from sklearn.datasets import load_wine

import hornbeam
from hornbeam.callbacks import Doctor
from hornbeam.layers import Dense, Input

# 178 Italian wines of three growers: 13 measurements each, some near 1, one near 1000.
x, y = load_wine(return_X_y=True)
rows = np.random.default_rng(0).permutation(len(x))
x, y = x[rows].astype("float32"), y[rows]
scaled = (x - x.mean(axis=0)) / x.std(axis=0)

GOOD = {"rate": 0.01, "activation": "relu", "end": "softmax", "kernel": "glorot_uniform", "epochs": 30, "x": scaled}

# What is wrong, what it is called, and the line of the model that the doctor's fix changes.
BROKEN = [
    ("a rate that is far too high", {"rate": 10.0}, "lr_too_high", lambda f: {"rate": f.values["learning_rate"]}),
    ("a rate that is far too low", {"rate": 1e-5}, "lr_too_low", lambda f: {"rate": f.values["learning_rate"]}),
    ("columns of all sizes", {"x": x, "epochs": 10}, "unscaled_inputs", lambda f: {"x": scaled}),
    ("no softmax at the end", {"end": None}, "missing_output_activation", lambda f: {"end": "softmax"}),
    ("weights that all start at 0", {"kernel": "zeros"}, "zero_init", lambda f: {"kernel": "glorot_uniform"}),
    ("two epochs", {"epochs": 2, "rate": 0.001}, "too_few_epochs", lambda f: {"epochs": f.values["epochs"]}),
]


def train(rate, activation, end, kernel, epochs, x):
    """How often the model is right, and what the doctor says."""
    hornbeam.utils.set_random_seed(1)
    hidden = [Dense(16, activation=activation, kernel_initializer=kernel) for _ in range(2)]
    model = hornbeam.Sequential([Input((13,)), *hidden, Dense(3, activation=end, kernel_initializer=kernel)])
    model.compile(hornbeam.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    doctor = Doctor(verbose=0)
    with warnings.catch_warnings(action="ignore"):  # some of it is said in a warning anyway
        model.fit(x, y, epochs=epochs, verbose=0, callbacks=[doctor])
    return model.evaluate(x, y, verbose=0)[1], doctor.findings


mended = 0
for what, change, name, fix in BROKEN:
    before, findings = train(**GOOD | change)
    finding = findings[0]
    print(f"{what}: right {before:.0%} of the time\n  {finding.name}: {finding.message}\n  {finding.fix}")
    after, _ = train(**GOOD | change | fix(finding))
    print(f"  mended: {after:.0%}\n")
    mended += finding.name == name and after > 0.9

print(f"Named and mended: {mended} of {len(BROKEN)}")
