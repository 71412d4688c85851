"""What layers refuse, what they promise of shapes, and how their variables are called: the same as in real Keras."""

import re

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
    "a mask larger than the input": lambda k: k.layers.Softmax()(X[:1], mask=X > 0),
    "a mask of more axes": lambda k: k.layers.Softmax()(X, mask=X[None] > 0),
    "a fraction for an output": lambda k: k.layers.MultiHeadAttention(1, 2, output_shape=8.0),
    "a list for a number": lambda k: k.layers.RepeatVector([3]),
    "steps longer than frames": lambda k: k.layers.STFTSpectrogram(frame_length=8, frame_step=9),
    "frames longer than the transform": lambda k: k.layers.MelSpectrogram(fft_length=8, sequence_length=16),
    "no layers": lambda k: k.layers.Pipeline.from_config({"layers": None}),
    "a window that there is not": lambda k: k.layers.STFTSpectrogram(window="x"),
    "another shape than the tensor's": lambda k: k.Input((4,), tensor=k.KerasTensor((2, 3))),
    "another batch than the tensor's": lambda k: k.Input(batch_size=5, tensor=k.KerasTensor((2, 3))),
    "another dtype than the tensor's": lambda k: k.Input(dtype="float16", tensor=k.KerasTensor((2, 3))),
    "a layer of an empty stack": lambda k: k.Sequential().pop(),
}


@pytest.mark.parametrize("refused", REFUSED.values(), ids=REFUSED)
def test_what_is_refused(refused):
    with pytest.raises((TypeError, ValueError, IndexError)) as theirs:
        refused(keras)
    with pytest.raises(theirs.type):
        refused(hornbeam)


class OneState:
    """A recurrent cell that is no layer and makes no first state."""

    state_size = output_size = 4

    def call(self, inputs, states):
        return inputs + states[0], [inputs + states[0]]

    __call__ = call


def shaped_as_said(k):
    class Said(k.layers.Layer):
        def compute_output_shape(self, shape):
            return shape, [shape, shape]

        def call(self, x):
            return x, [x, x]

    return k.tree.map_structure(lambda x: x.shape, Said().compute_output_spec(k.KerasTensor((2, 3))))


def built_for(k):
    layer = k.layers.Add()
    layer.build(((2, 4), (2, 4)))
    return layer.built


def values(k, x):
    return np.round(np.asarray(k.ops.convert_to_numpy(x), "float64"), 3).tolist()


LARGE = np.full((1, 2, 4), 7e4, "float32")
SAME = {
    "deviation": lambda k: values(k, k.layers.LayerNormalization(rms_scaling=True)(np.arange(8.0).reshape(2, 4))),
    "large halves": lambda k: values(k, k.layers.LayerNormalization(dtype="mixed_float16")(LARGE)),
    "large groups": lambda k: values(k, k.layers.GroupNormalization(2, dtype="mixed_float16")(LARGE)),
    "kernel both ways": lambda k: k.layers.Bidirectional(k.layers.GRU(1, use_cudnn=False)).backward_layer.use_cudnn,
    "shape of noise": lambda k: k.layers.Dropout(0.5, noise_shape=[2, 1]).noise_shape,
    "shapes as said": shaped_as_said,
    "a tuple of shapes": built_for,
    "before adapt": lambda k: k.layers.Discretization(num_bins=3, output_mode="one_hot").compute_output_shape(
        (None, 4)
    ),
    "a size to come": lambda k: k.layers.Reshape((3, 5))(k.KerasTensor((2, None))).shape,
    "states of a stack": lambda k: [
        tuple(x.shape) for x in k.layers.RNN([OneState(), OneState()], return_state=True)(np.ones((2, 3, 4), "float32"))
    ],
    "tuples in configs": lambda k: {
        key: value
        for layer in (k.layers.Conv2D(2, [3, 3]), k.layers.ZeroPadding2D(1), k.layers.Reshape([2, 2]), k.layers.PReLU())
        for key, value in layer.get_config().items()
        if isinstance(value, tuple)
    },
}


@pytest.mark.filterwarnings("ignore:.*rms_scaling")
@pytest.mark.parametrize("found", SAME.values(), ids=SAME)
def test_what_is_the_same(found):
    assert found(hornbeam) == found(keras)


def test_no_rows_add_nothing_to_the_loss():
    layer = hornbeam.layers.Dense(2, activity_regularizer="l2")
    layer(X[:0])
    assert float(layer.losses[0]) == 0


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
    """A layer with a metric, a seed and without `build`, in another one."""

    class Inner(k.layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.mean = k.metrics.Mean(name="mean")
            self.drop, self.dense = k.layers.Dropout(0.5), k.layers.Dense(2, name="dense")
            self.steps = k.layers.GRU(2, name="steps")

        def call(self, x):
            return self.steps(self.drop(self.dense(x)))

    class Outer(k.layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.inner, self.own = Inner(name="inner"), self.add_weight((2,), name="own")

        def call(self, x):
            return self.inner(x) + self.own

    layer = Outer(name="outer")
    layer(k.Input((4, 3)))
    return layer


def test_variables_and_their_paths():
    ours, theirs = (
        [
            [re.sub(r"_\d+/", "/", v.path) for v in getattr(layer, name)]
            for name in ("variables", "non_trainable_variables")
        ]
        for layer in map(made, (hornbeam, keras))
    )
    assert ours == theirs


def test_seeds_have_paths_of_their_own():
    model = hornbeam.Sequential([hornbeam.layers.Dropout(0.1), hornbeam.layers.Dropout(0.1)])
    assert len({variable.path for variable in model.variables}) == 2
