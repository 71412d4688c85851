"""What layers refuse, and how they say so."""

import numpy as np
import pytest

from hornbeam import layers as L

ARGUMENTS = [
    (lambda: L.Dense(0), r"`units` of `Dense` must be a positive integer. Received: units=0"),
    (lambda: L.Dropout(1.5), r"`rate` of `Dropout` must be in \[0, 1\]. Received: rate=1.5"),
    (lambda: L.Dropout(0.5, noise_shape=(0,)), r"`noise_shape` of `Dropout` must be .* Received: noise_shape=\(0,\)"),
    (lambda: L.GaussianNoise(-1), r"`stddev` of `GaussianNoise` must not be negative. Received: stddev=-1"),
    (lambda: L.GaussianDropout(1), r"`rate` of `GaussianDropout` must be in \[0, 1\). Received: rate=1"),
    (lambda: L.Reshape((-1, -1)), r"`target_shape` of `Reshape` .* at most one -1. Received: target_shape=\(-1, -1\)"),
    (lambda: L.Permute((1, 3)), r"`dims` of `Permute` must hold each of 1, ..., n once.* Received: dims=\(1, 3\)"),
    (lambda: L.RepeatVector(2.5), r"`n` of `RepeatVector` must be a positive integer. Received: n=2.5"),
    (lambda: L.Embedding(0, 2), r"`input_dim` of `Embedding` must be a positive integer. Received: input_dim=0"),
    (lambda: L.Lambda(3), r"`function` of `Lambda` must be callable. Received: function=3"),
    (
        lambda: L.Conv2D(3, (2, 2, 2)),
        r"`kernel_size` of `Conv2D` must be a positive integer or 2 of them. Received: ker",
    ),
    (lambda: L.Conv2D(3, 2, padding="causal"), r"`padding` of `Conv2D` must be one of 'valid', 'same'. Received: pad"),
    (lambda: L.Conv2D(3, 2, 2, dilation_rate=2), r"`Conv2D` takes `strides` or `dilation_rate` above 1, not both. Rec"),
    (lambda: L.Conv1D(3, 2, groups=2), r"`filters` must be a multiple of `groups`. Received: filters=3, groups=2"),
    (lambda: L.Conv2DTranspose(3, 2, 2, output_padding=2), r"`output_padding` of `Conv2DTranspose` must be less than"),
    (
        lambda: L.MaxPooling2D(0),
        r"`pool_size` of `MaxPooling2D` must be a positive integer or 2 of them. Received: pool",
    ),
    (
        lambda: L.ZeroPadding2D((1, 2, 3)),
        r"`padding` of `ZeroPadding2D` must be a number, or a pair .*Received: padding",
    ),
    (
        lambda: L.UpSampling2D(2, interpolation="x"),
        r"`interpolation` of `UpSampling2D` must be one of 'nearest', 'bili",
    ),
    (lambda: L.BatchNormalization(axis=(1, 2)), r"`axis` of `BatchNormalization` must be an integer. Received: axis="),
    (lambda: L.LeakyReLU(-1), r"`negative_slope` of `LeakyReLU` must not be negative. Received: negative_slope=-1"),
    (lambda: L.Dot(axes="a"), r"`axes` of `Dot` must be an integer or two of them. Received: axes='a'"),
    (lambda: L.LSTM(-1), r"`units` of `LSTMCell` must be a positive integer. Received: units=-1"),
    (lambda: L.GRU(3, dropout=2), r"`dropout` of `GRUCell` must be in \[0, 1\]. Received: dropout=2"),
    (lambda: L.RNN(3), r"A recurrent cell must have a method `call\(inputs, states\)` and .*Received: cell=3"),
    (lambda: L.Bidirectional(3), r"`layer` of `Bidirectional` must be a layer. Received: layer=3"),
    (
        lambda: L.Bidirectional(L.Dense(2)),
        r"`layer` of `Bidirectional` must be a recurrent layer.*Received: layer=Dense",
    ),
    (lambda: L.Bidirectional(L.GRU(2), "x"), r"`merge_mode` of `Bidirectional` must be one of 'concat', 'sum'"),
    (lambda: L.Bidirectional(L.GRU(2), backward_layer=L.GRU(2)), r"must have opposite `go_backwards`. Received: False"),
    (lambda: L.TimeDistributed("x"), r"`layer` of `TimeDistributed` must be a layer. Received: layer='x'"),
    (
        lambda: L.MultiHeadAttention(0, 2),
        r"`num_heads` of `MultiHeadAttention` must be a positive integer. Received: nu",
    ),
    (lambda: L.EinsumDense("ab->ac", 3), r"`equation` of `EinsumDense` must look like .*Received: equation='ab->ac'"),
    (lambda: L.EinsumDense("ab,bc->ad", 3), r"Every letter of the output must be in the input or the kernel"),
    (
        lambda: L.Flatten(data_format="last"),
        r"`data_format` must be 'channels_last' or 'channels_first'. Received: 'last'",
    ),
]

ROWS, STEPS, IMAGES = np.ones((2, 4)), np.ones((2, 5, 4)), np.ones((2, 6, 6, 3))
INPUTS = [
    (L.Conv2D(3, 2, name="a"), ROWS, r"The input of layer `a` \(Conv2D\) must have 4 axes.* Received: shape \(2, 4\)"),
    (L.LSTM(3, name="a"), ROWS, r"The input of layer `a` \(LSTM\) must have 3 axes.* Received: shape \(2, 4\)"),
    (L.RepeatVector(3, name="a"), STEPS, r"The input of layer `a` \(RepeatVector\) must have 2 axes"),
    (L.Reshape((3, -1), name="a"), ROWS, r"Layer `a` cannot reshape \(4,\) \(4 elements\).*target_shape=\(3, -1\)"),
    (
        L.Conv2D(4, 2, groups=2, name="a"),
        IMAGES,
        r"layer `a` must have a multiple of `groups` channels. Received: 3 ch",
    ),
    (
        L.Add(name="a"),
        ROWS,
        r"Layer `a` \(Add\) takes a list of at least 1 tensor. Received: one tensor of shape \(2, 4\)",
    ),
    (
        L.Add(name="a"),
        [ROWS, ROWS[:, :3]],
        r"layer `a` \(Add\) must have one shape.*Received: shapes \(2, 4\), \(2, 3\)",
    ),
    (L.Maximum(name="a"), [ROWS, ROWS[:, :3]], r"layer `a` \(Maximum\) must have one shape"),
    (
        L.Conv2D(4, 7, name="a"),
        IMAGES,
        r"layer `a` \(Conv2D\) must be as large as the window, \(7, 7\), unless padding",
    ),
    (L.SeparableConv1D(4, 3, dilation_rate=3, name="a"), STEPS, r"must be as large as the window, \(7,\)"),
    (L.DepthwiseConv2D(7, name="a"), IMAGES, r"`a` \(DepthwiseConv2D\) must be as large as the window"),
    (
        L.Subtract(name="a"),
        [ROWS] * 3,
        r"Layer `a` \(Subtract\) takes a list of 2 tensors. Received: shapes \[\(2, 4\)",
    ),
    (
        L.Concatenate(name="a"),
        [STEPS, STEPS[:, :2]],
        r"layer `a` \(Concatenate\) must agree in shape but for axis -1. Rec",
    ),
    (L.Dot(axes=1, name="a"), [STEPS, ROWS], r"layer `a` \(Dot\) must have equal sizes along `axes`.*Received: axes=1"),
    (L.LayerNormalization(axis=3, name="a"), ROWS, r"`axis` of layer `a` must be in \[-2, 2\).* Received: axis=3"),
    (
        L.TimeDistributed(L.Dense(2), name="a"),
        ROWS,
        r"layer `a` \(TimeDistributed\) must have at least 3 axes: batch, time",
    ),
    (
        L.Cropping1D(3, name="a"),
        STEPS,
        r"Layer `a` \(Cropping1D\) leaves nothing of its input. Received: cropping=\(3, 3\)",
    ),
    (
        L.EinsumDense("abc,cd->abd", 3, name="a"),
        ROWS,
        r"layer `a` must have an axis for each letter of 'abc'. Received",
    ),
]


@pytest.mark.parametrize(("make", "message"), ARGUMENTS)
def test_arguments(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(("layer", "inputs", "message"), INPUTS, ids=[type(layer).__name__ for layer, *_ in INPUTS])
def test_inputs(layer, inputs, message):
    with pytest.raises(ValueError, match=message):
        layer(inputs)


def test_masks_that_do_not_fit_are_named(engine):
    with pytest.raises(ValueError, match=r"`mask` of layer `a` \(LSTM\).* \(2, 5\).*Received: shape \(2, 4\)"):
        L.LSTM(2, name="a")(STEPS, mask=np.ones((2, 4), bool))
    with pytest.raises(ValueError, match=r"`attention_mask` of layer `a`.* \(5, 5\).*Received: shape \(2, 5, 4\)"):
        L.MultiHeadAttention(1, 2, name="a")(STEPS, STEPS, attention_mask=np.ones((2, 5, 4), bool))


def test_unknown_arguments_are_named():
    with pytest.raises(TypeError, match=r"`MaxPooling2D` has no argument `pool`"):
        L.MaxPooling2D(pool=2)


@pytest.mark.parametrize(
    ("layer", "shape", "message"),
    [
        (L.Dense(3, name="a"), (None,), r"makes weights for the last axis of its input.*Received: input shape"),
        (
            L.LSTM(3, unroll=True, name="a"),
            (None, 4),
            r"Layer `a` can be unrolled only over a known number of time steps",
        ),
        (L.LSTM(3, stateful=True, name="a"), (5, 4), r"Layer `a` is stateful, so the batch size must be known"),
    ],
)
def test_unknown_sizes(layer, shape, message):
    with pytest.raises(ValueError, match=message):
        layer(L.Input(shape))


def test_a_layer_built_for_one_size_refuses_another():
    layer = L.Conv1D(2, 2, name="a")
    layer(STEPS)
    with pytest.raises(ValueError, match=r"must have size 4 in its last axis, for which the layer was built"):
        layer(np.ones((2, 5, 3)))


def test_lstm_counts_its_initial_states():
    with pytest.raises(ValueError, match=r"Layer `a` has 2 states. Received: 1 in `initial_state`"):
        L.LSTM(4, name="a")(STEPS, initial_state=[ROWS])
