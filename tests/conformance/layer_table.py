"""Every layer once: how to make it, what to call it on, and which properties do not apply to it, with the reason.

A row's constructor takes the namespace, so that the same row makes Hornbeam's layer and real Keras's. The first row of
a class has its name and arguments far from the defaults where that is legal: a property that holds for the defaults
alone is no property. What follows the name in further rows says what is different there.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np


def normal(*shape: int) -> np.ndarray:
    """Eight rows; tests take the first ones of them."""
    return np.random.default_rng(len(shape) + sum(shape)).normal(size=(8, *shape)).astype("float32")


def eight(*rows: list[int]) -> np.ndarray:
    return np.resize(np.array(rows), (8, len(rows[0])))


ROWS = normal(4)
STEPS = normal(5, 4)
IMAGES = normal(7, 6, 4)
VOLUMES = normal(4, 5, 4, 2)
FIRST = np.ascontiguousarray(IMAGES.transpose(0, 3, 1, 2))
IDS = eight([1, 2, 0], [3, 0, 0]).astype("int32")
MASK = eight([1, 1, 1, 1, 1], [0, 1, 0, 1, 0], [1, 1, 0, 0, 0]).astype(bool)
OTHER = eight([1, 0, 1, 1, 1], [0, 1, 1, 0, 0], [0, 0, 0, 1, 0]).astype(bool)
PADDED = np.where(MASK[..., None], STEPS, 0).astype("float32")


def each(layer: Any, *tensors: Any, **kwargs: Any) -> Any:
    return layer(*tensors, **kwargs)


def together(layer: Any, *tensors: Any, **kwargs: Any) -> Any:
    return layer(list(tensors), **kwargs)


def as_cell(layer: Any, x: Any, *states: Any, **kwargs: Any) -> Any:
    return layer(x, list(states), **kwargs)


@dataclass
class Row:
    """A layer.

    `make`: takes `hornbeam.layers` or `keras.layers`.
    `inputs`: eight rows of each.
    `call`: how the inputs are passed; `kwargs`: what else beside real Keras.
    `mask`: what the inputs carry beside real Keras, in their order.
    `free`: axes that are unknown in a symbolic call.
    `masking`: "steps" when a masked step leaves no trace, "passed" when the mask goes on to the next layer unchanged.
    `without`: properties that do not apply, each with the reason.
    """

    make: Callable[[Any], Any]
    inputs: tuple[np.ndarray, ...]
    call: Callable[..., Any] = each
    kwargs: dict[str, Any] = field(default_factory=dict)
    mask: tuple[np.ndarray | None, ...] = ()
    free: tuple[int, ...] = (0,)
    masking: str | None = None
    without: dict[str, str] = field(default_factory=dict)


def row(
    make: Callable[[Any], Any], *inputs: np.ndarray, mask: np.ndarray | tuple[np.ndarray | None, ...] = (), **rest: Any
) -> Row:
    return Row(make, inputs, mask=mask if isinstance(mask, tuple) else (mask,), **rest)


NOISE = {"gradient": "its output in training is random"}

LAYERS = {
    # core
    "InputLayer": row(
        lambda k: k.InputLayer(shape=(4,), name="start"),
        ROWS,
        without={"forward": "it is where a graph begins, not something to call"},
    ),
    "Dense": row(lambda k: k.Dense(3, activation="tanh", kernel_regularizer="l2", bias_constraint="non_neg"), ROWS),
    "Dense steps": row(
        lambda k: k.Dense(3, activation="relu", kernel_constraint="non_neg"), STEPS, mask=MASK, free=(0, 1)
    ),
    "EinsumDense": row(
        lambda k: k.EinsumDense("abc,cd->abd", (None, 5), bias_axes="d", activation="relu"), STEPS, free=(0, 1)
    ),
    "EinsumDense axes": row(lambda k: k.EinsumDense("abc,cde->abde", (None, 2, 3), bias_axes="de"), STEPS, free=(0, 1)),
    "EinsumDense before": row(lambda k: k.EinsumDense("...b,bc->...c", 3, "tanh", "c"), IMAGES, free=(0, 1, 2)),
    "EinsumDense after": row(lambda k: k.EinsumDense("ab...,bc->ac...", 3, bias_axes="c"), STEPS),
    "Embedding": row(lambda k: k.Embedding(7, 3, mask_zero=True), IDS, free=(0, 1)),
    "Embedding floats": row(lambda k: k.Embedding(5, 3), IDS.astype("float32")),
    "Activation": row(lambda k: k.Activation("softplus"), STEPS, mask=MASK, free=(0, 1), masking="passed"),
    "Masking": row(lambda k: k.Masking(0.5), np.where(MASK[..., None], STEPS, np.float32(0.5))),
    "Masking zeros": row(lambda k: k.Masking(), PADDED, free=(0, 1)),
    "Lambda": row(
        lambda k: k.Lambda(lambda x: x * 2 + 1),
        ROWS,
        without={
            "config": "a lambda has no name; named functions have a test of their own",
            "model": "a lambda cannot be saved",
            "copies": "a lambda cannot be pickled",
            "declared": "what its function does is not known",
        },
    ),
    "Identity": row(lambda k: k.Identity(), STEPS, mask=MASK, masking="passed"),
    "ActivityRegularization": row(lambda k: k.ActivityRegularization(l1=0.1, l2=0.2), ROWS, masking="passed"),
    # activations
    "ReLU": row(lambda k: k.ReLU(max_value=0.8, negative_slope=0.1, threshold=0.1), STEPS, mask=MASK, masking="passed"),
    "LeakyReLU": row(lambda k: k.LeakyReLU(negative_slope=0.2), ROWS, masking="passed"),
    "PReLU": row(lambda k: k.PReLU(alpha_initializer="ones", shared_axes=[1]), STEPS, masking="passed"),
    "PReLU alone": row(lambda k: k.PReLU(), STEPS),
    "PReLU images": row(lambda k: k.PReLU(shared_axes=[1, 2]), IMAGES, free=(0, 1, 2)),
    "ELU": row(lambda k: k.ELU(alpha=0.5), ROWS, masking="passed"),
    "Softmax": row(lambda k: k.Softmax(axis=-2), STEPS),
    "Softmax axes": row(lambda k: k.Softmax(axis=(1, 2)), STEPS),
    "Softmax mask": row(lambda k: k.Softmax(), STEPS, kwargs={"mask": STEPS > 0}),
    # noise
    "Dropout": row(
        lambda k: k.Dropout(0.4, noise_shape=[None, 1, 4], seed=3), STEPS, mask=MASK, masking="passed", without=NOISE
    ),
    "SpatialDropout1D": row(lambda k: k.SpatialDropout1D(0.4, seed=3), STEPS, masking="passed", without=NOISE),
    "SpatialDropout2D": row(lambda k: k.SpatialDropout2D(0.4, seed=3), IMAGES, masking="passed", without=NOISE),
    "SpatialDropout2D first": row(
        lambda k: k.SpatialDropout2D(0.5, data_format="channels_first"), FIRST, without=NOISE
    ),
    "GaussianNoise": row(lambda k: k.GaussianNoise(0.3, seed=3), ROWS, masking="passed", without=NOISE),
    "GaussianDropout": row(lambda k: k.GaussianDropout(0.3, seed=3), ROWS, masking="passed", without=NOISE),
    # shapes
    "Flatten": row(lambda k: k.Flatten(data_format="channels_first"), FIRST),
    "Flatten steps": row(lambda k: k.Flatten(), STEPS, mask=MASK, free=(0, 1)),
    "Flatten rows": row(lambda k: k.Flatten(), ROWS[:, 0]),
    "Reshape": row(lambda k: k.Reshape((-1, 2)), STEPS, free=(0, 1)),
    "Reshape known": row(lambda k: k.Reshape((2, 10)), STEPS, mask=MASK),
    "Permute": row(lambda k: k.Permute((2, 1)), STEPS),
    "Permute images": row(lambda k: k.Permute((3, 1, 2)), IMAGES, free=(0, 2)),
    "RepeatVector": row(lambda k: k.RepeatVector(3), ROWS),
    "ZeroPadding1D": row(lambda k: k.ZeroPadding1D((1, 2)), STEPS, free=(0, 1)),
    "ZeroPadding2D": row(lambda k: k.ZeroPadding2D(((1, 0), (2, 1))), IMAGES),
    "ZeroPadding2D first": row(lambda k: k.ZeroPadding2D((1, 2), data_format="channels_first"), FIRST),
    "Cropping1D": row(lambda k: k.Cropping1D((1, 2)), STEPS),
    "Cropping2D": row(lambda k: k.Cropping2D(((1, 0), (1, 1))), IMAGES),
    "UpSampling1D": row(lambda k: k.UpSampling1D(3), STEPS),
    "UpSampling2D": row(lambda k: k.UpSampling2D((2, 3), interpolation="bilinear"), IMAGES),
    "UpSampling2D nearest": row(lambda k: k.UpSampling2D((2, 3)), IMAGES, free=(0, 1, 2)),
    # convolutions
    "Conv1D": row(lambda k: k.Conv1D(3, 2, strides=2, padding="causal", activation="relu"), STEPS),
    "Conv1D mask": row(lambda k: k.Conv1D(3, 3, activation="relu"), STEPS, mask=MASK, free=(0, 1)),
    "Conv1D causal": row(lambda k: k.Conv1D(2, 3, padding="causal", dilation_rate=2), STEPS, free=(0, 1)),
    "Conv1D same": row(lambda k: k.Conv1D(2, 2, strides=2, padding="same", use_bias=False), STEPS),
    "Conv2D": row(lambda k: k.Conv2D(4, (2, 3), padding="same", strides=2, groups=2, use_bias=False), IMAGES),
    "Conv2D unknown": row(lambda k: k.Conv2D(3, (3, 2)), IMAGES, free=(0, 1, 2)),
    "Conv2D same": row(lambda k: k.Conv2D(3, 3, strides=(2, 3), padding="same"), IMAGES),
    "Conv2D groups": row(lambda k: k.Conv2D(6, 2, groups=2, dilation_rate=(2, 1)), IMAGES),
    "Conv2D first": row(lambda k: k.Conv2D(3, 2, padding="same", data_format="channels_first"), FIRST),
    "Conv3D": row(lambda k: k.Conv3D(2, 2, dilation_rate=2), VOLUMES),
    "Conv1DTranspose": row(lambda k: k.Conv1DTranspose(2, 3, strides=2), STEPS),
    "Conv2DTranspose": row(
        lambda k: k.Conv2DTranspose(2, 3, strides=2, padding="same", activation="elu"), IMAGES, free=(0, 1, 2)
    ),
    "Conv2DTranspose more": row(lambda k: k.Conv2DTranspose(2, 3, 2, "valid", output_padding=1), IMAGES),
    "Conv3DTranspose": row(lambda k: k.Conv3DTranspose(1, 2, strides=(1, 2, 1)), VOLUMES),
    "DepthwiseConv1D": row(lambda k: k.DepthwiseConv1D(2, depth_multiplier=2), STEPS),
    "DepthwiseConv2D": row(lambda k: k.DepthwiseConv2D(2, depth_multiplier=2, padding="same"), IMAGES),
    # pooling
    "MaxPooling1D": row(lambda k: k.MaxPooling1D(2, strides=1, padding="same"), STEPS),
    "MaxPooling1D mask": row(lambda k: k.MaxPooling1D(), STEPS, mask=MASK, free=(0, 1)),
    "MaxPooling2D": row(lambda k: k.MaxPooling2D((2, 3), strides=2), IMAGES),
    "MaxPooling2D same": row(lambda k: k.MaxPooling2D((2, 3), strides=2, padding="same"), IMAGES),
    "MaxPooling2D first": row(lambda k: k.MaxPooling2D(data_format="channels_first"), FIRST),
    "MaxPooling3D": row(lambda k: k.MaxPooling3D(2), VOLUMES),
    "AveragePooling1D": row(lambda k: k.AveragePooling1D(3, strides=2, padding="same"), STEPS),
    "AveragePooling2D": row(lambda k: k.AveragePooling2D((2, 3), strides=1), IMAGES, free=(0, 1, 2)),
    "AveragePooling2D same": row(lambda k: k.AveragePooling2D(3, strides=1, padding="same"), IMAGES, free=(0, 1, 2)),
    "AveragePooling3D": row(lambda k: k.AveragePooling3D(2, padding="same"), VOLUMES),
    "GlobalAveragePooling1D": row(lambda k: k.GlobalAveragePooling1D(keepdims=True), STEPS, mask=MASK, masking="steps"),
    "GlobalAveragePooling1D unknown": row(lambda k: k.GlobalAveragePooling1D(), STEPS, free=(0, 1)),
    "GlobalAveragePooling2D": row(lambda k: k.GlobalAveragePooling2D(), IMAGES),
    "GlobalAveragePooling2D keep": row(lambda k: k.GlobalAveragePooling2D(keepdims=True), IMAGES, free=(0, 1, 2)),
    "GlobalAveragePooling3D": row(lambda k: k.GlobalAveragePooling3D(keepdims=True), VOLUMES),
    "GlobalMaxPooling1D": row(lambda k: k.GlobalMaxPooling1D(), STEPS),
    "GlobalMaxPooling2D": row(lambda k: k.GlobalMaxPooling2D(keepdims=True), IMAGES),
    "GlobalMaxPooling2D first": row(lambda k: k.GlobalMaxPooling2D(data_format="channels_first"), FIRST),
    "GlobalMaxPooling3D": row(lambda k: k.GlobalMaxPooling3D(), VOLUMES),
    # normalization
    "BatchNormalization": row(
        lambda k: k.BatchNormalization(momentum=0.8, epsilon=0.01, gamma_initializer="ones"),
        STEPS,
        mask=MASK,
        free=(0, 1),
        masking="passed",
    ),
    "BatchNormalization training": row(lambda k: k.BatchNormalization(momentum=0.5), IMAGES, kwargs={"training": True}),
    "BatchNormalization mask": row(lambda k: k.BatchNormalization(), STEPS, mask=MASK, kwargs={"training": True}),
    "BatchNormalization axis": row(
        lambda k: k.BatchNormalization(axis=1, center=False, scale=False), FIRST, kwargs={"training": True}
    ),
    "LayerNormalization": row(lambda k: k.LayerNormalization(axis=[1, 2], epsilon=0.01), STEPS, masking="passed"),
    "LayerNormalization last": row(lambda k: k.LayerNormalization(center=False), STEPS, mask=MASK, free=(0, 1)),
    "RMSNormalization": row(lambda k: k.RMSNormalization(axis=-1, epsilon=0.01), STEPS, free=(0, 1)),
    "RMSNormalization axes": row(lambda k: k.RMSNormalization(axis=[2, 1]), STEPS),
    # merging
    "Add": row(lambda k: k.Add(), STEPS, PADDED, call=together, mask=(MASK, OTHER), free=(0, 1)),
    "Add rows": row(lambda k: k.Add(), STEPS, STEPS, ROWS, call=together, mask=(MASK, OTHER, None)),
    "Subtract": row(lambda k: k.Subtract(), STEPS, PADDED, call=together),
    "Multiply": row(lambda k: k.Multiply(), STEPS, STEPS[..., :1], PADDED, call=together, mask=(MASK, OTHER)),
    "Average": row(lambda k: k.Average(), STEPS, PADDED, STEPS, call=together),
    "Maximum": row(lambda k: k.Maximum(), STEPS, -STEPS, call=together, mask=(MASK, OTHER)),
    "Minimum": row(lambda k: k.Minimum(), STEPS, -STEPS, STEPS + 1, call=together, mask=(OTHER, None, MASK)),
    "Concatenate": row(lambda k: k.Concatenate(axis=1), STEPS, PADDED, call=together, mask=(MASK, OTHER), free=(0, 1)),
    "Concatenate last": row(
        lambda k: k.Concatenate(), STEPS, STEPS[..., :2], call=together, mask=(MASK, None), free=(0, 1)
    ),
    "Dot": row(lambda k: k.Dot(axes=(1, 2), normalize=True), STEPS, STEPS.transpose(0, 2, 1), call=together),
    "Dot both": row(lambda k: k.Dot(axes=(2, 1)), STEPS, ROWS, call=together),
    "Dot rows": row(lambda k: k.Dot(axes=1, normalize=True), ROWS, ROWS + 1, call=together),
    "Dot steps": row(lambda k: k.Dot(axes=-1), STEPS, PADDED, call=together, mask=(MASK, OTHER)),
    # recurrence
    "SimpleRNN": row(
        lambda k: k.SimpleRNN(3, activation="relu", go_backwards=True), STEPS, free=(0, 1), masking="steps"
    ),
    "SimpleRNN mask": row(lambda k: k.SimpleRNN(3, return_sequences=True), STEPS, mask=MASK),
    "LSTM": row(
        lambda k: k.LSTM(3, return_sequences=True, return_state=True, unit_forget_bias=False, recurrent_dropout=0.0),
        STEPS,
        mask=MASK,
        masking="steps",
    ),
    "LSTM last": row(lambda k: k.LSTM(3), STEPS, free=(0, 1)),
    "LSTM zeros": row(lambda k: k.LSTM(3, return_sequences=True, zero_output_for_mask=True), STEPS, mask=MASK),
    "LSTM backwards": row(lambda k: k.LSTM(3, go_backwards=True, return_sequences=True), STEPS),
    "LSTM other": row(lambda k: k.LSTM(3, activation="relu", recurrent_activation="hard_sigmoid"), STEPS),
    "LSTM states": row(lambda k: k.LSTM(4), STEPS, kwargs={"initial_state": [ROWS, ROWS + 1]}),
    "GRU": row(lambda k: k.GRU(3, reset_after=False, recurrent_activation="hard_sigmoid"), STEPS, masking="steps"),
    "GRU state": row(lambda k: k.GRU(3, return_state=True), STEPS, mask=MASK, free=(0, 1)),
    "GRU before": row(lambda k: k.GRU(3, reset_after=False, use_bias=False, return_sequences=True), STEPS),
    "GRU backwards": row(lambda k: k.GRU(3, go_backwards=True, return_sequences=True), STEPS, mask=MASK),
    "GRU unrolled": row(lambda k: k.GRU(2, unroll=True, activation="relu"), STEPS, mask=MASK),
    "RNN": row(
        lambda k: k.RNN([k.LSTMCell(3), k.SimpleRNNCell(2)], return_sequences=True, zero_output_for_mask=True),
        STEPS,
        mask=MASK,
        masking="steps",
    ),
    "RNN mask": row(lambda k: k.RNN(k.GRUCell(3), return_sequences=True), STEPS, mask=MASK),
    "RNN states": row(lambda k: k.RNN([k.LSTMCell(3), k.GRUCell(2)], return_state=True), STEPS, mask=MASK),
    "RNN backwards": row(
        lambda k: k.RNN([k.SimpleRNNCell(3), k.GRUCell(2)], go_backwards=True, return_sequences=True), STEPS, mask=MASK
    ),
    "SimpleRNNCell": row(lambda k: k.SimpleRNNCell(4, use_bias=False), ROWS, ROWS, call=as_cell),
    "LSTMCell": row(lambda k: k.LSTMCell(4, kernel_initializer="he_normal"), ROWS, ROWS, ROWS + 1, call=as_cell),
    "GRUCell": row(lambda k: k.GRUCell(4, activation="sigmoid"), ROWS, ROWS, call=as_cell),
    "StackedRNNCells": row(
        lambda k: k.StackedRNNCells([k.GRUCell(4), k.SimpleRNNCell(2)]), ROWS, ROWS, ROWS[:, :2], call=as_cell
    ),
    # wrappers
    "Bidirectional": row(
        lambda k: k.Bidirectional(k.GRU(3, return_sequences=True), merge_mode="mul"), STEPS, masking="steps"
    ),
    "Bidirectional last": row(lambda k: k.Bidirectional(k.LSTM(3)), STEPS, free=(0, 1)),
    "Bidirectional sum": row(lambda k: k.Bidirectional(k.GRU(3, return_sequences=True), "sum"), STEPS, mask=MASK),
    "Bidirectional ave": row(lambda k: k.Bidirectional(k.GRU(3), "ave"), STEPS, mask=MASK),
    "Bidirectional both": row(lambda k: k.Bidirectional(k.SimpleRNN(3, return_sequences=True), None), STEPS, mask=MASK),
    "Bidirectional states": row(lambda k: k.Bidirectional(k.LSTM(2, return_state=True), "mul"), STEPS),
    "Bidirectional own": row(lambda k: k.Bidirectional(k.LSTM(3), backward_layer=k.GRU(3, go_backwards=True)), STEPS),
    "TimeDistributed": row(
        lambda k: k.TimeDistributed(k.Dense(3, activation="relu")), STEPS, mask=MASK, free=(0, 1), masking="passed"
    ),
    "TimeDistributed images": row(lambda k: k.TimeDistributed(k.Conv1D(2, 2)), IMAGES),
    # attention
    "MultiHeadAttention": row(
        lambda k: k.MultiHeadAttention(2, 3, value_dim=2, output_shape=5),
        STEPS,
        PADDED,
        without={"keras": "Keras on JAX fails where `value_dim` is not `key_dim`"},
    ),
    "MultiHeadAttention sizes": row(lambda k: k.MultiHeadAttention(2, 3, 4, 0.1, output_shape=5), STEPS, PADDED, STEPS),
    "MultiHeadAttention causal": row(
        lambda k: k.MultiHeadAttention(2, 3, use_bias=False), STEPS, STEPS, kwargs={"use_causal_mask": True}
    ),
    "MultiHeadAttention scores": row(
        lambda k: k.MultiHeadAttention(2, 3, use_gate=True), STEPS, STEPS, kwargs={"return_attention_scores": True}
    ),
    "MultiHeadAttention window": row(
        lambda k: k.MultiHeadAttention(1, 2, sliding_window=2), STEPS, PADDED, free=(0, 1)
    ),
    "MultiHeadAttention mask": row(
        lambda k: k.MultiHeadAttention(2, 3), STEPS, STEPS, kwargs={"attention_mask": np.tri(5, dtype=bool)[None]}
    ),
    "MultiHeadAttention axes": row(lambda k: k.MultiHeadAttention(2, 3, attention_axes=(2,)), IMAGES, IMAGES + 1),
}


def rows_with(*properties: str) -> list[str]:
    """The names of the rows to which all of these properties apply."""
    return [name for name, row in LAYERS.items() if not any(p in row.without for p in properties)]


def layers_with(*properties: str) -> list[str]:
    """The same, one row a class, for tests that compile each."""
    return [name for name in rows_with(*properties) if " " not in name]
