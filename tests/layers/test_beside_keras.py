"""What layers refuse, what they promise of shapes, and how their variables are called: the same as in real Keras."""

import keras
import numpy as np
import pytest

import hornbeam

X = np.ones((2, 4), "float32")


def tensors(k, *shapes):
    return [k.KerasTensor(shape) for shape in shapes]


REFUSED = {
    "no input": lambda k: k.layers.Dense(2)(),
    "a string": lambda k: k.layers.Dense(2)("x"),
    "an unknown argument": lambda k: k.layers.Dense(2, foo=1),
    "a word for a number": lambda k: k.layers.RepeatVector("x"),
    "a word for a size": lambda k: k.layers.UpSampling1D("x"),
    "too many sizes": lambda k: k.layers.AdaptiveAveragePooling2D((2, 2, 2)),
    "a word for axes": lambda k: k.layers.Dot("x"),
    "a word for an axis": lambda k: k.layers.UnitNormalization(axis="x"),
    "a word for the axis": lambda k: k.layers.LayerNormalization(axis="x"),
    "a word for a rate": lambda k: k.layers.Dropout("x"),
    "an unknown kernel": lambda k: k.layers.LSTM(2, use_cudnn="x"),
    "strides and dilation": lambda k: k.layers.ConvLSTM2D(2, 3, strides=2, dilation_rate=2),
    "dropout in a fused kernel": lambda k: k.layers.MultiHeadAttention(1, 2, dropout=0.1, flash_attention=True),
    "one mask for several inputs": lambda k: k.layers.Add().compute_mask([X, X], X),
    "masks of one input": lambda k: k.layers.Add().compute_mask(X, [None]),
    "a mask too few": lambda k: k.layers.Add().compute_mask([X, X], [None]),
    "sizes that differ": lambda k: k.layers.Add()(tensors(k, (None, None, 3), (None, 2, 4))),
    "an unknown aggregation": lambda k: k.Variable(X, aggregation="x"),
    "an unknown synchronization": lambda k: k.Variable(X, synchronization="x"),
    "a word for a regularizer": lambda k: setattr(k.Variable(X), "regularizer", "x"),
    "a word for a constraint": lambda k: setattr(k.Variable(X), "constraint", "x"),
}


@pytest.mark.parametrize("refused", REFUSED.values(), ids=REFUSED)
def test_what_is_refused(refused):
    with pytest.raises((TypeError, ValueError)) as theirs:
        refused(keras)
    with pytest.raises(theirs.type):
        refused(hornbeam)


MERGED = [
    [(None, None, 3), (None, 2, 3)],
    [(None, None, 3), (None, 1, 3)],
    [(None, 2, 3), (None, None, 3), (None, 2, 1)],
]


@pytest.mark.parametrize("shapes", MERGED, ids=str)
def test_an_unknown_size_beside_a_known_one(shapes):
    ours, theirs = (k.layers.Add()(tensors(k, *shapes)) for k in (hornbeam, keras))
    assert (ours.shape, ours.dtype) == (theirs.shape, theirs.dtype)


def made(k):
    """A layer with a metric and without `build`, in another one."""

    class Inner(k.layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.mean = k.metrics.Mean(name="mean")
            self.dense = k.layers.Dense(2, name="dense")

        def call(self, x):
            return self.dense(x)

    class Outer(k.layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.inner, self.own = Inner(name="inner"), self.add_weight((2,), name="own")

        def call(self, x):
            return self.inner(x) + self.own

    layer = Outer(name="outer")
    layer(k.Input((3,)))
    return layer


def test_variables_and_their_paths():
    ours, theirs = (
        [[v.path for v in getattr(layer, name)] for name in ("variables", "non_trainable_variables")]
        for layer in map(made, (hornbeam, keras))
    )
    assert ours == theirs
