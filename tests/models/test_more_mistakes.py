"""Mistakes of beginners that end in one sentence, which says what to do."""

import copy
import pickle
import re

import numpy as np
import pytest

import hornbeam as hb
from hornbeam import callbacks, layers, losses, metrics

pytestmark = pytest.mark.usefixtures("on_torch")

X = np.arange(24, dtype="float32").reshape(6, 4)
Y = np.arange(6) % 3
IMAGES = np.ones((6, 4, 4), "float32")


class AddsWeightInCall(layers.Layer):
    def call(self, x):
        return x * self.add_weight((4,), name="w")


class MakesLayerInCall(hb.Model):
    def call(self, x):
        return layers.Dense(2)(x)


class TwoInputs(hb.Model):
    def call(self, a, b):
        return a + b


class NoIntegerLength(hb.utils.PyDataset):
    def __len__(self):
        return 6 / 3

    def __getitem__(self, index):
        return X, Y


def stack(*members):
    return hb.Sequential([hb.Input((4,)), *members])


def fit(model, y, loss="sparse_categorical_crossentropy", x=X, **kwargs):
    model.compile("sgd", loss)
    model.fit(x, y, verbose=0, **kwargs)


def adapted():
    layer = layers.Normalization(name="n")
    layer.adapt(X)
    return layer


def classifier(units=3):
    return stack(layers.Dense(units, activation="softmax", name="out"))


FIXES = {
    "classes from 1": (
        lambda: fit(classifier(), Y + 1),
        "Received: indices from 1 to 3. Classes count from 0: pass `y - 1`.",
    ),
    "too few units": (lambda: fit(classifier(2), Y), "Give the output 3 units, or number the classes from 0."),
    "one unit": (
        lambda: fit(classifier(1), Y % 2),
        "For two classes end in one sigmoid unit, with `binary_crossentropy`.",
    ),
    "classes for squares": (
        lambda: fit(classifier(), Y, "mse"),
        "For class indices use `sparse_categorical_crossentropy`",
    ),
    "units for columns": (
        lambda: fit(classifier(4), np.eye(3)[Y], "mse"),
        "Give the output 3 units, one for each column",
    ),
    "no Flatten": (
        lambda: fit(hb.Sequential([layers.Conv2D(3, 2)]), Y, x=IMAGES[..., None]),
        "for one answer per row put `Flatten()` or a global pooling before the last layer.",
    ),
    "(x, y) as x": (lambda: fit(classifier(), None, x=(X, Y)), "pass them one by one: `fit(x, y)`."),
    "a list of images": (
        lambda: fit(hb.Sequential([layers.Flatten(), layers.Dense(3)]), Y, x=list(IMAGES)),
        "and 2 more. If each item of the list `x` is one sample, pass `numpy.stack(x)`.",
    ),
    "no channels": (lambda: layers.Conv2D(2, 2)(IMAGES), "Add an axis for the channels, `x[..., None]`"),
    "no steps": (lambda: layers.LSTM(2)(X), "give the recurrent layer before `return_sequences=True`"),
    "nothing to pool": (lambda: layers.MaxPooling2D(5)(IMAGES[..., None]), "must be as large as the window, (5, 5)"),
    "an array as shape": (lambda: hb.Input(X), "Received: shape=(6, 4) float32. Write `Input(x.shape[1:])`"),
    "one row": (lambda: classifier().predict(X[0], verbose=0), "Received: data of shape (4,). A single row needs"),
    "a metric as loss": (lambda: fit(classifier(), Y, metrics.MeanSquaredError()), "pass it in `metrics`."),
    "swapped": (
        lambda: classifier().compile("mse", "adam"),
        "which is an optimizer; the order is `compile(optimizer, loss)`.",
    ),
    "a loss of one argument": (lambda: fit(classifier(), Y, lambda y: y), "must be a function of `(y_true, y_pred)`."),
    "a loss of text": (lambda: fit(classifier(), Y, lambda y, p: "0"), "must return a number for each row, or one."),
    "a class that needs arguments": (lambda: classifier().compile(np.ndarray, "mse"), "the class ndarray of `numpy`"),
    "a class as layer": (lambda: stack(layers.Dense), "Received: the class Dense. Make an object of it: `Dense(...)`."),
    "text as layer": (lambda: stack("relu"), "For an activation write `layers.Activation('relu')`."),
    "several arguments": (lambda: hb.Sequential(layers.Dense(1), layers.Dense(1)), "takes its layers as one list"),
    "a missing argument": (
        lambda: layers.Dense(out_features=3),
        "`Dense` must be given `units`. Received: out_features=3.",
    ),
    "a layer called as it is made": (
        lambda: layers.Dense(hb.Input((4,))),
        "A layer is made, then called: `Dense(...)(x)`.",
    ),
    "tensors one by one": (lambda: layers.Add()(X, X), "one tensor of shape (6, 4); write `Add()([a, b])`."),
    "targets in a call": (lambda: classifier()(X, Y), "`training` must be True or False. Received: training=(6,)"),
    "a weight of each call": (
        lambda: fit(stack(AddsWeightInCall()), X, "mse"),
        "make all in `__init__` or in `build`. Received: a weight 'w'",
    ),
    "a layer of each call": (
        lambda: fit(MakesLayerInCall(), X[:, :2], losses.MeanSquaredError()),
        "Received: a layer Dense that `call` makes.",
    ),
    "inputs in a list": (lambda: fit(TwoInputs(), X, "mse", x=[X, X]), "Several inputs come in one list"),
    "a length that is no integer": (lambda: fit(classifier(), None, x=NoIntegerLength()), "must give an integer"),
    "a rate as schedule": (lambda: callbacks.LearningRateScheduler(0.1), "must be a function of the epoch"),
    "patience as text": (lambda: callbacks.EarlyStopping(patience="3"), "`patience` must be a non-negative integer."),
    "a number that was not measured": (
        lambda: fit(classifier(), Y, callbacks=[callbacks.EarlyStopping("accuracy")]),
        "Pass `metrics=['accuracy']` to `compile`.",
    ),
    "custom objects in a list": (
        lambda: hb.saving.custom_object_scope([TwoInputs]).__enter__(),
        "`custom_objects` must be a dictionary of classes and functions by name",
    ),
    "classes as text": (lambda: hb.utils.to_categorical(["a", "b"]), "number the classes first: `numpy.unique("),
    "classes for AUC": (
        lambda: metrics.AUC(name="auc")(Y, np.ones((6, 3))),
        "Class indices need a loss or metric that is `sparse`, or `utils.to_categorical(y)`.",
    ),
    "inputs that do not fit to weights": (
        lambda: adapted()(X[:, :3]),
        "`call` of layer `n` (Normalization) cannot compute with its inputs and weights",
    ),
    "a category too large": (
        lambda: layers.CategoryEncoding(3, name="c")([[0, 3]]),
        "The input of layer `c` (CategoryEncoding) must be integers from 0 to 2, as it has `num_tokens=3`.",
    ),
    "a tensor of a graph as data": (
        lambda: classifier().predict(hb.Input((4,)), verbose=0),
        "`x` must be data, such as an array. Received: the tensor <SymbolicTensor",
    ),
    "a history as a dictionary": (lambda: callbacks.History()["loss"], "write `.history['loss']`."),
    "a number of no validation": (lambda: callbacks.History().history["val_loss"], "pass `validation_data`"),
}


@pytest.mark.filterwarnings("ignore:Model `.*` has no weights to train")
@pytest.mark.parametrize("name", FIXES)
def test_the_sentence_says_what_to_do(name):
    act, fix = FIXES[name]
    with pytest.raises((KeyError, TypeError, ValueError), match=re.escape(fix)) as caught:
        act()
    assert "\n" not in str(caught.value)


def test_the_columns_of_a_table_stay_in_order():
    pd = pytest.importorskip("pandas")
    table = pd.DataFrame(X, columns=list("abcd"))
    model = classifier()
    fit(model, Y, x=table)
    turned = table[["d", "c", "b", "a"]]
    for act in (model.predict, lambda x: model.evaluate(x, Y), lambda x: model.fit(x, Y)):
        with pytest.raises(
            ValueError, match=r"in the order of `fit`: 'a', 'b', 'c', 'd'. .*pass `x\[\['a', 'b', 'c', 'd'\]\]`"
        ):
            act(turned)
    assert model.predict(table[:2], verbose=0).shape == (2, 3)


def test_layers_are_copied_without_their_arguments():
    assert copy.deepcopy(layers.Dense(3)).units == pickle.loads(pickle.dumps(layers.Dense(3))).units == 3


def test_hooks_that_nothing_calls_are_told_of():
    class Misspelt(callbacks.Callback):
        def on_epoch_ends(self, epoch, logs=None):
            pass

        def on_success(self):
            pass

    with pytest.warns(UserWarning, match="`on_epoch_ends` of `Misspelt` is never called: did you mean `on_epoch_end`"):
        fit(classifier(), Y, callbacks=[Misspelt()])


def test_fractions_for_an_embedding_are_told_of():
    with pytest.warns(UserWarning, match=r"\(Embedding\) takes integers, and cuts off the fractions .* such as 0.5"):
        layers.Embedding(9, 2)(np.array([[1, 0.5]]))
