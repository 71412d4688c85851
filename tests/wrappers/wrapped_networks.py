"""Builders for the tests of estimators: one structure, so that few programs are compiled; importable, so that they
can be sent to other processes."""

import functools

import hornbeam
from hornbeam import layers


class Named:
    """A builder whose `repr` is its name: names of tests must not hold addresses."""

    def __init__(self, function):
        functools.update_wrapper(self, function)

    def __call__(self, *args, **kwargs):
        return self.__wrapped__(*args, **kwargs)

    def __repr__(self):
        return self.__name__

    def __reduce__(self):
        return self.__name__  # found again by it


@Named
def classifier(meta, units=None):
    """What is given is compiled by the estimator, with a loss that fits."""
    is_multilabel = meta["target_type_"] == "multilabel-indicator"
    n = meta["n_outputs_"] if is_multilabel else meta["n_classes_"]
    n = 1 if n == 2 and not is_multilabel else n
    end = "sigmoid" if is_multilabel or n == 1 else "softmax"
    hidden = [] if units is None else [layers.Dense(units, activation="relu")]
    return stack(meta["n_features_in_"], *hidden, layers.Dense(n, activation=end))


@Named
def regressor(meta):
    return stack(meta["n_features_in_"], layers.Dense(meta["n_outputs_"]))


@Named
def of_columns(X, y, meta, end=None):
    """A compiled model for `y` with a column for each class, label or number, as Keras 3's wrappers give it."""
    if end == "softmax" and meta["target_type_"] == "multilabel-indicator":
        end = "sigmoid"
    model = stack(X.shape[1], layers.Dense(y.shape[1], activation=end))
    losses = {"softmax": "categorical_crossentropy", "sigmoid": "binary_crossentropy", None: "mse"}
    model.compile(hornbeam.optimizers.Lion(0.05), losses[end])
    return model


def stack(inputs, *rest):
    return hornbeam.Sequential([hornbeam.Input((inputs,)), *rest])


def compiled(units=4, activation="relu", optimizer="adam", loss="sparse_categorical_crossentropy", depth=1):
    """As builders for Keras 2's wrapper are: of four columns, for three classes."""
    hidden = [layers.Dense(units, activation=activation) for _ in range(depth)]
    model = stack(4, *hidden, layers.Dense(3, activation="softmax"))
    model.compile(optimizer, loss, metrics=["accuracy"])
    return model


def yes_or_no():
    return stack(4, layers.Dense(1, activation="sigmoid"))
