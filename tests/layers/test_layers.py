"""Every layer against real Keras: values, masks, shapes, weights and configs, from one table."""

import copy
import json
import re
import warnings
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import pytest

from hornbeam import config as settings
from hornbeam import engine as eng
from hornbeam import layers
from hornbeam.core import masking, serialization, tree
from hornbeam.core.symbolic import SymbolicTensor


def normal(*shape: int) -> np.ndarray:
    return np.random.default_rng(len(shape) + sum(shape)).normal(size=shape).astype("float32")


ROWS = normal(3, 4)
STEPS = normal(3, 5, 4)
IMAGES = normal(2, 7, 6, 4)
VOLUMES = normal(2, 4, 5, 4, 2)
FIRST = np.ascontiguousarray(IMAGES.transpose(0, 3, 1, 2))
IDS = np.array([[1, 2, 0], [3, 0, 0]])
MASK = np.array([[1, 1, 1, 1, 1], [0, 1, 0, 1, 0], [1, 1, 0, 0, 0]], bool)
OTHER = np.array([[1, 0, 1, 1, 1], [0, 1, 1, 0, 0], [0, 0, 0, 1, 0]], bool)
PADDED = np.where(MASK[..., None], STEPS, 0).astype("float32")


@dataclass
class Case:
    """A layer of either library, what it is called on, and the masks its first input carries."""

    make: Any
    inputs: Any
    mask: Any = None
    kwargs: dict[str, Any] = field(default_factory=dict)
    free: tuple[int, ...] = (0,)  # axes of unknown size in the symbolic test
    tolerance: float = 1e-5

    @property
    def args(self) -> tuple[Any, ...]:
        return self.inputs if isinstance(self.inputs, tuple) else (self.inputs,)


CASES = {
    "activation": Case(lambda L: L.Activation("tanh"), STEPS, MASK, free=(0, 1)),
    "relu": Case(lambda L: L.ReLU(1.0, 0.1, 0.2), STEPS, MASK),
    "leaky relu": Case(lambda L: L.LeakyReLU(), ROWS),
    "elu": Case(lambda L: L.ELU(0.5), ROWS),
    "prelu": Case(lambda L: L.PReLU(), STEPS),
    "prelu shared": Case(lambda L: L.PReLU(shared_axes=[1, 2]), IMAGES, free=(0, 1, 2)),
    "softmax": Case(lambda L: L.Softmax(), STEPS),
    "softmax axes": Case(lambda L: L.Softmax(axis=(1, 2)), STEPS),
    "softmax mask": Case(lambda L: L.Softmax(), STEPS, kwargs={"mask": STEPS > 0}),
    "dropout": Case(lambda L: L.Dropout(0.5, noise_shape=(None, 1, None), seed=3), STEPS, MASK),
    "spatial dropout": Case(lambda L: L.SpatialDropout1D(0.5), STEPS),
    "spatial dropout 2d": Case(lambda L: L.SpatialDropout2D(0.5, data_format="channels_first"), FIRST),
    "gaussian noise": Case(lambda L: L.GaussianNoise(0.5), ROWS),
    "gaussian dropout": Case(lambda L: L.GaussianDropout(0.5), ROWS),
    "activity regularization": Case(lambda L: L.ActivityRegularization(0.1, 0.2), ROWS),
    "identity": Case(lambda L: L.Identity(), STEPS, MASK),
    "flatten": Case(lambda L: L.Flatten(), STEPS, MASK),
    "flatten unknown": Case(lambda L: L.Flatten(), STEPS, free=(0, 1)),
    "flatten first": Case(lambda L: L.Flatten(data_format="channels_first"), FIRST),
    "flatten rows": Case(lambda L: L.Flatten(), ROWS[:, 0]),
    "reshape": Case(lambda L: L.Reshape((2, 10)), STEPS, MASK),
    "reshape free": Case(lambda L: L.Reshape((-1, 2)), STEPS, free=(0, 1)),
    "permute": Case(lambda L: L.Permute((3, 1, 2)), IMAGES, free=(0, 2)),
    "repeat vector": Case(lambda L: L.RepeatVector(3), ROWS),
    "masking": Case(lambda L: L.Masking(), PADDED, free=(0, 1)),
    "masking value": Case(lambda L: L.Masking(2.0), np.where(MASK[..., None], STEPS, 2).astype("float32")),
    "embedding": Case(lambda L: L.Embedding(5, 3), IDS, free=(0, 1)),
    "embedding of floats": Case(lambda L: L.Embedding(5, 3), IDS.astype("float32")),
    "embedding mask": Case(lambda L: L.Embedding(5, 3, mask_zero=True), IDS),
    "dense": Case(lambda L: L.Dense(3, activation="relu"), STEPS, MASK, free=(0, 1)),
    "dense regularized": Case(lambda L: L.Dense(3, kernel_regularizer="l2", kernel_constraint="non_neg"), ROWS),
    "einsum dense": Case(lambda L: L.EinsumDense("abc,cde->abde", (None, 2, 3), bias_axes="de"), STEPS, free=(0, 1)),
    "einsum dense before": Case(lambda L: L.EinsumDense("...b,bc->...c", 3, "tanh", "c"), IMAGES, free=(0, 1, 2)),
    "einsum dense after": Case(lambda L: L.EinsumDense("ab...,bc->ac...", 3, bias_axes="c"), STEPS),
    "conv1d": Case(lambda L: L.Conv1D(3, 3, activation="relu"), STEPS, MASK, free=(0, 1)),
    "conv1d causal": Case(lambda L: L.Conv1D(2, 3, padding="causal", dilation_rate=2), STEPS, free=(0, 1)),
    "conv1d strides": Case(lambda L: L.Conv1D(2, 2, strides=2, padding="same", use_bias=False), STEPS),
    "conv2d": Case(lambda L: L.Conv2D(3, (3, 2)), IMAGES, free=(0, 1, 2)),
    "conv2d same": Case(lambda L: L.Conv2D(3, 3, strides=(2, 3), padding="same"), IMAGES),
    "conv2d groups": Case(lambda L: L.Conv2D(6, 2, groups=2, dilation_rate=(2, 1)), IMAGES),
    "conv2d first": Case(lambda L: L.Conv2D(3, 2, padding="same", data_format="channels_first"), FIRST),
    "conv3d": Case(lambda L: L.Conv3D(2, 2), VOLUMES),
    "conv1d transpose": Case(lambda L: L.Conv1DTranspose(2, 3, strides=2), STEPS),
    "conv2d transpose": Case(lambda L: L.Conv2DTranspose(2, 3, strides=2, padding="same"), IMAGES, free=(0, 1, 2)),
    "conv2d transpose more": Case(lambda L: L.Conv2DTranspose(2, 3, 2, "valid", output_padding=1), IMAGES),
    "depthwise conv1d": Case(lambda L: L.DepthwiseConv1D(2), STEPS),
    "depthwise conv2d": Case(lambda L: L.DepthwiseConv2D(2, padding="same", depth_multiplier=2), IMAGES),
    "max pooling 1d": Case(lambda L: L.MaxPooling1D(), STEPS, MASK, free=(0, 1)),
    "max pooling 2d": Case(lambda L: L.MaxPooling2D((2, 3), strides=2, padding="same"), IMAGES),
    "max pooling first": Case(lambda L: L.MaxPooling2D(data_format="channels_first"), FIRST),
    "max pooling 3d": Case(lambda L: L.MaxPooling3D(2), VOLUMES),
    "average pooling 1d": Case(lambda L: L.AveragePooling1D(2, padding="same"), STEPS),
    "average pooling 2d": Case(lambda L: L.AveragePooling2D(3, strides=1, padding="same"), IMAGES, free=(0, 1, 2)),
    "average pooling 3d": Case(lambda L: L.AveragePooling3D(2), VOLUMES),
    "global average 1d": Case(lambda L: L.GlobalAveragePooling1D(), STEPS, free=(0, 1)),
    "global average mask": Case(lambda L: L.GlobalAveragePooling1D(), STEPS, MASK),
    "global average keep": Case(lambda L: L.GlobalAveragePooling2D(keepdims=True), IMAGES, free=(0, 1, 2)),
    "global average 3d": Case(lambda L: L.GlobalAveragePooling3D(), VOLUMES),
    "global max 1d": Case(lambda L: L.GlobalMaxPooling1D(), STEPS),
    "global max 2d": Case(lambda L: L.GlobalMaxPooling2D(data_format="channels_first"), FIRST),
    "global max 3d": Case(lambda L: L.GlobalMaxPooling3D(), VOLUMES),
    "up sampling 1d": Case(lambda L: L.UpSampling1D(3), STEPS),
    "up sampling 2d": Case(lambda L: L.UpSampling2D((2, 3)), IMAGES, free=(0, 1, 2)),
    "up sampling bilinear": Case(lambda L: L.UpSampling2D(2, interpolation="bilinear"), IMAGES),
    "zero padding 1d": Case(lambda L: L.ZeroPadding1D((1, 2)), STEPS, free=(0, 1)),
    "zero padding 2d": Case(lambda L: L.ZeroPadding2D(((1, 0), (2, 3))), IMAGES),
    "zero padding first": Case(lambda L: L.ZeroPadding2D((1, 2), data_format="channels_first"), FIRST),
    "cropping 1d": Case(lambda L: L.Cropping1D((1, 2)), STEPS),
    "cropping 2d": Case(lambda L: L.Cropping2D((1, 2)), IMAGES),
    "batch normalization": Case(lambda L: L.BatchNormalization(), STEPS, MASK, free=(0, 1)),
    "batch normalization train": Case(lambda L: L.BatchNormalization(momentum=0.5), IMAGES, kwargs={"training": True}),
    "batch normalization mask": Case(lambda L: L.BatchNormalization(), STEPS, MASK, {"training": True}),
    "batch normalization axis": Case(
        lambda L: L.BatchNormalization(axis=1, center=False, scale=False), FIRST, kwargs={"training": True}
    ),
    "layer normalization": Case(lambda L: L.LayerNormalization(), STEPS, MASK, free=(0, 1)),
    "layer normalization axes": Case(lambda L: L.LayerNormalization(axis=[1, 2], center=False), STEPS),
    "rms normalization": Case(lambda L: L.RMSNormalization(), STEPS, free=(0, 1)),
    "rms normalization axes": Case(lambda L: L.RMSNormalization(axis=[2, 1]), STEPS),
    "add": Case(lambda L: L.Add(), [STEPS, STEPS, ROWS], [MASK, OTHER, None], free=(0,)),
    "add masks": Case(lambda L: L.Add(), [STEPS, PADDED], [MASK, OTHER], free=(0, 1)),
    "subtract": Case(lambda L: L.Subtract(), [STEPS, PADDED]),
    "multiply": Case(lambda L: L.Multiply(), [STEPS, STEPS[..., :1]], [MASK, OTHER]),
    "average": Case(lambda L: L.Average(), [STEPS, PADDED, STEPS]),
    "maximum": Case(lambda L: L.Maximum(), [STEPS, -STEPS]),
    "maximum masks": Case(lambda L: L.Maximum(), [STEPS, -STEPS], [MASK, OTHER]),
    "minimum masks": Case(lambda L: L.Minimum(), [STEPS, -STEPS, PADDED], [OTHER, None, MASK]),
    "concatenate": Case(lambda L: L.Concatenate(), [STEPS, STEPS[..., :2]], [MASK, None], free=(0, 1)),
    "concatenate time": Case(lambda L: L.Concatenate(axis=1), [STEPS, PADDED], [MASK, OTHER], free=(0, 1)),
    "dot": Case(lambda L: L.Dot(axes=(2, 1)), [STEPS, ROWS]),
    "dot rows": Case(lambda L: L.Dot(axes=1, normalize=True), [ROWS, ROWS + 1]),
    "dot steps": Case(lambda L: L.Dot(axes=-1), [STEPS, PADDED], [MASK, OTHER]),
    "simple rnn": Case(lambda L: L.SimpleRNN(3), STEPS, free=(0, 1)),
    "simple rnn mask": Case(lambda L: L.SimpleRNN(3, return_sequences=True), STEPS, MASK),
    "gru": Case(lambda L: L.GRU(3, return_state=True), STEPS, MASK, free=(0, 1)),
    "gru before": Case(lambda L: L.GRU(3, reset_after=False, use_bias=False, return_sequences=True), STEPS),
    "gru backwards": Case(lambda L: L.GRU(3, go_backwards=True, return_sequences=True), STEPS, MASK),
    "gru unrolled": Case(lambda L: L.GRU(2, unroll=True, activation="relu"), STEPS, MASK),
    "lstm": Case(lambda L: L.LSTM(3), STEPS, free=(0, 1)),
    "lstm sequences": Case(lambda L: L.LSTM(3, return_sequences=True, return_state=True), STEPS),
    "lstm mask": Case(lambda L: L.LSTM(3, return_sequences=True, return_state=True), STEPS, MASK),
    "lstm zeros": Case(lambda L: L.LSTM(3, return_sequences=True, zero_output_for_mask=True), STEPS, MASK),
    "lstm backwards": Case(lambda L: L.LSTM(3, go_backwards=True, return_sequences=True), STEPS),
    "lstm other": Case(lambda L: L.LSTM(3, activation="relu", recurrent_activation="hard_sigmoid"), STEPS),
    "lstm states": Case(lambda L: L.LSTM(4), STEPS, kwargs={"initial_state": [ROWS, ROWS + 1]}),
    "lstm cell": Case(lambda L: L.LSTMCell(4), (ROWS, [ROWS, ROWS + 1])),
    "gru cell": Case(lambda L: L.GRUCell(4), (ROWS, [ROWS])),
    "simple rnn cell": Case(lambda L: L.SimpleRNNCell(4), (ROWS, [ROWS])),
    "rnn": Case(lambda L: L.RNN(L.GRUCell(3), return_sequences=True), STEPS, MASK),
    "stacked": Case(lambda L: L.RNN([L.LSTMCell(3), L.GRUCell(2)], return_state=True), STEPS, MASK),
    "stacked backwards": Case(
        lambda L: L.RNN([L.SimpleRNNCell(3), L.GRUCell(2)], go_backwards=True, return_sequences=True), STEPS, MASK
    ),
    "bidirectional": Case(lambda L: L.Bidirectional(L.LSTM(3)), STEPS, free=(0, 1)),
    "bidirectional sum": Case(lambda L: L.Bidirectional(L.GRU(3, return_sequences=True), "sum"), STEPS, MASK),
    "bidirectional ave": Case(lambda L: L.Bidirectional(L.GRU(3), "ave"), STEPS, MASK),
    "bidirectional both": Case(lambda L: L.Bidirectional(L.SimpleRNN(3, return_sequences=True), None), STEPS, MASK),
    "bidirectional states": Case(lambda L: L.Bidirectional(L.LSTM(2, return_state=True), "mul"), STEPS),
    "bidirectional own": Case(
        lambda L: L.Bidirectional(L.LSTM(3), backward_layer=L.GRU(3, go_backwards=True)), STEPS
    ),
    "time distributed": Case(lambda L: L.TimeDistributed(L.Dense(3)), STEPS, MASK, free=(0, 1)),
    "time distributed conv": Case(lambda L: L.TimeDistributed(L.Conv1D(2, 2)), IMAGES),
    "attention": Case(lambda L: L.MultiHeadAttention(2, 3), (STEPS, PADDED), free=(0, 1)),
    "attention sizes": Case(lambda L: L.MultiHeadAttention(2, 3, 4, 0.1, output_shape=5), (STEPS, PADDED, STEPS)),
    "attention causal": Case(
        lambda L: L.MultiHeadAttention(2, 3, use_bias=False), (STEPS, STEPS), kwargs={"use_causal_mask": True}
    ),
    "attention scores": Case(
        lambda L: L.MultiHeadAttention(2, 3, use_gate=True), (STEPS, STEPS), kwargs={"return_attention_scores": True}
    ),
    "attention window": Case(lambda L: L.MultiHeadAttention(1, 2, sliding_window=2), (STEPS, STEPS)),
    "attention mask": Case(
        lambda L: L.MultiHeadAttention(2, 3), (STEPS, STEPS), kwargs={"attention_mask": np.tri(5, dtype=bool)[None]}
    ),
    "attention axes": Case(lambda L: L.MultiHeadAttention(2, 3, attention_axes=(2,)), (IMAGES, IMAGES + 1)),
}  # fmt: skip


@pytest.fixture(params=CASES, scope="module")
def case(request: pytest.FixtureRequest) -> str:
    return request.param


@cache
def keras() -> Any:
    with quiet():
        return pytest.importorskip("keras")


def quiet() -> Any:
    return warnings.catch_warnings(action="ignore")


@dataclass
class Run:
    """What a layer made of a case, in NumPy."""

    layer: Any
    outputs: Any
    masks: list[Any]
    after: list[np.ndarray]


@cache
def keras_run(name: str) -> Run:
    case, backend = CASES[name], keras().src.backend
    with quiet():
        layer = case.make(keras().layers)
        args = tree.map(keras().ops.convert_to_tensor, case.args)
        attach(backend.set_keras_mask, args[0], case.mask)
        layer(*args, **case.kwargs)
        layer.set_weights(values_for(layer.weights))
        outputs = layer(*args, **case.kwargs)
        masks = tree.map(backend.get_keras_mask, tree.leaves(outputs))
    return Run(layer, tree.map(np.asarray, outputs), masks, layer.get_weights())


@cache
def hornbeam_run(name: str, engine: str, dtype: Any = None) -> Run:
    case = CASES[name]
    previous = settings.dtype_policy()
    settings.set_dtype_policy(dtype)
    try:
        layer = case.make(layers)
        args = tree.map(eng.asarray, case.args)
        attach(lambda x, mask: masking.set_mask(x, eng.asarray(mask)), args[0], case.mask)
        layer(*args, **case.kwargs)
        layer.set_weights(values_for(layer.weights))
        outputs = layer(*args, **case.kwargs)
    finally:
        settings.set_dtype_policy(previous)
    return Run(layer, outputs, tree.map(masking.get_mask, tree.leaves(outputs)), layer.get_weights())


def attach(set_mask: Any, inputs: Any, masks: Any) -> None:
    for x, mask in zip(tree.leaves(inputs), masks if isinstance(masks, list) else [masks], strict=False):
        if mask is not None:
            set_mask(x, mask)


def values_for(weights: Any) -> list[np.ndarray]:
    draw = np.random.default_rng(0)
    values = [draw.normal(scale=0.5, size=weight.shape).astype("float32") for weight in weights]
    return [abs(v) + 0.5 if "variance" in w.path else v for v, w in zip(values, weights, strict=True)]


def paths_below(layer: Any) -> list[str]:
    """The paths of the weights below the layer, without the numbers that make names unique."""
    return [re.sub(r"_\d+(?=/)", "", weight.path.partition("/")[2]) for weight in layer.weights]


def as_numpy(x: Any) -> np.ndarray:
    return np.asarray(eng.to_numpy(x), "float32")


def test_values_masks_and_weights_are_those_of_keras(case: str, engine: str) -> None:
    expected, run = keras_run(case), hornbeam_run(case, engine)
    assert paths_below(run.layer) == paths_below(expected.layer)
    assert tree.structure(list(tree.leaves(run.outputs))) == tree.structure(list(tree.leaves(expected.outputs)))
    for ours, theirs in zip(tree.leaves(run.outputs), tree.leaves(expected.outputs), strict=True):
        np.testing.assert_allclose(as_numpy(ours), theirs, rtol=1e-4, atol=CASES[case].tolerance)
    for ours, theirs in zip(run.masks, expected.masks, strict=True):
        assert (ours is None) == (theirs is None)
        if ours is not None:
            np.testing.assert_array_equal(eng.to_numpy(ours), np.asarray(theirs))
    for ours, theirs in zip(run.after, expected.after, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-5)


def test_mixed_precision_computes_in_16_bits_and_stores_in_32(case: str, engine: str) -> None:
    if (case, engine) == ("average pooling 3d", "torch"):
        pytest.skip("torch has no kernel for it on CPUs")
    run, exact = hornbeam_run(case, engine, "mixed_bfloat16"), hornbeam_run(case, engine)
    assert {w.dtype for w in run.layer.weights} <= {"float32"}
    for ours, theirs in zip(tree.leaves(run.outputs), tree.leaves(exact.outputs), strict=True):
        assert eng.dtype_name(ours) == "bfloat16"
        np.testing.assert_allclose(as_numpy(ours), as_numpy(theirs), rtol=0.1, atol=0.12)


def symbolic(make: Any, case: Case) -> Any:
    def unknown(x: np.ndarray) -> Any:
        shape = [None if axis in case.free else size for axis, size in enumerate(x.shape)]
        return make(batch_shape=tuple(shape), dtype=x.dtype.name)

    return tree.map(unknown, case.args)


def test_symbolic_shapes_are_those_of_keras(case: str) -> None:
    spec = CASES[case]
    kwargs = {} if any(isinstance(v, np.ndarray | list) for v in spec.kwargs.values()) else spec.kwargs
    with quiet():
        theirs = spec.make(keras().layers)(*symbolic(keras().Input, spec), **kwargs)
    ours = spec.make(layers)(*symbolic(layers.Input, spec), **kwargs)
    assert all(isinstance(x, SymbolicTensor) for x in tree.leaves(ours))
    assert [x.shape for x in tree.leaves(ours)] == [x.shape for x in tree.leaves(theirs)]
    assert [x.dtype for x in tree.leaves(ours)] == [x.dtype for x in tree.leaves(theirs)]


def plain(config: Any) -> Any:
    """A config without what says nothing: `None`, names that are counted, arguments that Hornbeam leaves out."""
    if isinstance(config, dict):
        absent = ("quantization_config", "shared_object_id")
        kept = {k: plain(v) for k, v in config.items() if v is not None and k not in absent}
        return {k: v for k, v in kept.items() if not (k == "name" and isinstance(v, str))}
    return [plain(item) for item in config] if isinstance(config, list | tuple) else config


def test_configs_are_those_of_keras_and_each_reads_the_other(case: str) -> None:
    make = CASES[case].make
    with quiet():
        theirs = make(keras().layers)
        their_config = json.loads(json.dumps(theirs.get_config()))
    ours = make(layers)
    config = json.loads(json.dumps(ours.get_config()))
    assert plain(config) == plain(their_config)
    with quiet():
        read = type(theirs).from_config(copy.deepcopy(config))  # Keras empties what it reads
    assert plain(json.loads(json.dumps(read.get_config()))) == plain(their_config)
    assert plain(type(ours).from_config(plain_names(their_config)).get_config()) == plain(config)


def plain_names(config: dict[str, Any]) -> dict[str, Any]:
    return json.loads(
        json.dumps(config), object_hook=lambda d: {k: v for k, v in d.items() if k != "quantization_config"}
    )


def test_a_copy_from_the_config_computes_the_same(case: str, engine: str) -> None:
    spec, run = CASES[case], hornbeam_run(case, engine)
    again = serialization.deserialize(json.loads(json.dumps(serialization.serialize(run.layer))))
    args = tree.map(eng.asarray, spec.args)
    attach(lambda x, mask: masking.set_mask(x, eng.asarray(mask)), args[0], spec.mask)
    again(*args, **spec.kwargs)
    again.set_weights(values_for(run.layer.weights))
    for one, other in zip(tree.leaves(again(*args, **spec.kwargs)), tree.leaves(run.outputs), strict=True):
        np.testing.assert_allclose(as_numpy(one), as_numpy(other), rtol=1e-5, atol=1e-6)
