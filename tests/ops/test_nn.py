"""Neural-network functions against real Keras."""

import functools

import numpy as np
import pytest

from hornbeam import ops
from hornbeam.ops import convert_to_numpy as host

keras = pytest.importorskip("keras")

rng = np.random.default_rng(0)
X = np.array([[-7.0, -3.0, -1.0, -0.4], [0.0, 0.3, 1.0, 8.0]], np.float32)
IMAGE = rng.normal(size=(2, 4, 4, 8)).astype("float32")
P = np.array([[0.2, 0.7, 0.1], [0.0, 0.5, 1.5]], np.float32)
LOGITS = rng.normal(size=(2, 3)).astype("float32")
Q, K, V = (rng.normal(size=(2, n, heads, 4)).astype("float32") for n, heads in ((3, 4), (5, 2), (5, 2)))
VECTOR = np.array([0.5, 1.0, 2.0, -1.0], np.float32)

ACTIVATIONS = """
    relu relu6 leaky_relu elu selu celu gelu silu hard_silu sigmoid log_sigmoid hard_sigmoid sparse_sigmoid softplus
    sparse_plus squareplus softsign hard_tanh tanh_shrink soft_shrink hard_shrink glu
"""
CASES = [
    *((name, (X,), {}) for name in ACTIVATIONS.split()),
    ("gelu", (X,), {"approximate": False}),
    ("threshold", (X, 0.5, -2.0), {}),
    ("softmax", (X,), {}),
    ("softmax", (IMAGE,), {"axis": (1, 3)}),
    ("log_softmax", (X,), {"axis": 0}),
    ("one_hot", (np.array([[0, 2], [3, -1]]), 3), {}),
    ("one_hot", (np.array([0, 2]), 3), {"axis": 0}),
    ("multi_hot", (np.array([[0, 2], [1, 1]]), 4), {}),
    ("normalize", (X,), {}),
    ("normalize", (X,), {"axis": 0, "order": 3}),
    ("moments", (IMAGE, (0, 1)), {"keepdims": True}),
    ("batch_normalization", (X, VECTOR, np.abs(VECTOR), -1), {"offset": VECTOR, "scale": VECTOR}),
    ("layer_normalization", (X, VECTOR, VECTOR), {"axis": -1}),
    ("layer_normalization", (IMAGE,), {"axis": (1, 2)}),
    ("rms_normalization", (X, VECTOR), {}),
    ("binary_crossentropy", (P, P[::-1] / 2), {}),
    ("binary_crossentropy", (P, LOGITS), {"from_logits": True}),
    ("categorical_crossentropy", (P, P[::-1] + 0.1), {}),
    ("categorical_crossentropy", (P, LOGITS), {"from_logits": True}),
    ("categorical_crossentropy", (P, LOGITS), {"from_logits": True, "axis": 0}),
    ("sparse_categorical_crossentropy", (np.array([2, 0]), P), {}),
    ("sparse_categorical_crossentropy", (np.array([[2], [-1]]), LOGITS), {"from_logits": True}),
    ("dot_product_attention", (Q, K, V), {}),
    ("dot_product_attention", (Q, K, V), {"is_causal": True, "scale": 0.3}),
    ("dot_product_attention", (Q, K, V), {"mask": rng.random((2, 4, 3, 5)) > 0.4}),
    ("dot_product_attention", (Q, K, V), {"bias": rng.normal(size=(2, 4, 3, 5)).astype("float32")}),
    ("psnr", (X, X + 0.1, 2.0), {}),
    ("depth_to_space", (IMAGE, 2), {}),
    ("space_to_depth", (IMAGE, 2), {}),
    ("space_to_depth", (IMAGE.transpose(0, 3, 1, 2), 2), {"data_format": "channels_first"}),
]


@functools.cache
def expected(i):
    name, args, kwargs = CASES[i]
    return [np.asarray(y) for y in keras.tree.flatten(getattr(keras.ops, name)(*args, **kwargs))]


def test_values(engine):
    for i, (name, args, kwargs) in enumerate(CASES):
        results = getattr(ops, name)(*args, **kwargs)
        results = results if isinstance(results, tuple) else (results,)
        for actual, wanted in zip(results, expected(i), strict=True):
            assert tuple(actual.shape) == wanted.shape, name
            np.testing.assert_allclose(host(actual), wanted, rtol=2e-5, atol=2e-6, err_msg=name)


def test_classes_along_another_axis(engine):
    sparse = ops.sparse_categorical_crossentropy([1, 0, 1], LOGITS, from_logits=True, axis=0)
    dense = ops.categorical_crossentropy(np.eye(2, dtype="float32")[:, [1, 0, 1]], LOGITS, from_logits=True, axis=0)
    np.testing.assert_allclose(host(sparse), host(dense), rtol=1e-6)


def test_sparsemax_is_the_closest_probability_vector(engine):
    y = host(ops.sparsemax([[-7.0, -3.0, -1.0, -0.4], [0.1, 0.2, 0.3, 0.4]]))
    np.testing.assert_allclose(y, [[0.0, 0.0, 0.2, 0.8], [0.1, 0.2, 0.3, 0.4]], atol=1e-6)


def gradient(fn, x):
    from hornbeam import engine

    return host(engine.value_and_grad(lambda xs: (ops.sum(fn(xs[0])), None))([engine.asarray(x)])[1][0])


def test_gradients_at_the_corners(engine):
    """As real Keras has them on JAX: none at the corner of a rectifier, finite everywhere else."""
    x = [-100.0, 0.0, 100.0]
    for fn, wanted in {
        ops.relu: [0, 0, 1],
        ops.softplus: [0, 0.5, 1],
        ops.elu: [0, 1, 1],
        ops.leaky_relu: [0.2, 0.2, 1],
        ops.log_sigmoid: [1, 0.5, 0],
    }.items():
        np.testing.assert_allclose(gradient(fn, x), wanted, atol=1e-6, err_msg=fn.__name__)


def test_a_confident_wrong_answer_has_a_finite_loss_and_gradient(engine):
    loss = functools.partial(ops.sparse_categorical_crossentropy, [1])
    assert float(loss([[1.0, 0.0]])[0]) == pytest.approx(-np.log(1e-7), rel=1e-5)
    assert np.isfinite(gradient(loss, [[1.0, 0.0]])).all()
    logits = functools.partial(ops.binary_crossentropy, [0.0], from_logits=True)
    np.testing.assert_allclose(gradient(logits, [200.0]), [1.0])


def test_relu_keeps_nan_and_dtype(engine):
    assert np.isnan(host(ops.relu([np.nan]))).all()
    assert ops.dtype(ops.relu(np.array([1, -1]))) == "int32"
    for name in ["relu", "gelu", "silu", "softplus", "elu", "softmax", "layer_normalization", "rms_normalization"]:
        assert ops.dtype(getattr(ops, name)(ops.cast(X, "bfloat16"))) == "bfloat16", name


def test_what_cannot_be(engine):
    with pytest.raises(
        ValueError, match=r"`target` and `output` must have the same shape. Received: target of shape \(2"
    ):
        ops.binary_crossentropy(P, P[0])
    with pytest.raises(ValueError, match=r"`target` must have the shape of `output` without the axis of the classes"):
        ops.sparse_categorical_crossentropy([1, 2, 3], P)
    with pytest.raises(ValueError, match=r"`axis` must have an even size. Received: axis=-1"):
        ops.glu(P)
    with pytest.raises(ValueError, match="must have the shape"):
        ops.dot_product_attention(X, X, X)
    with pytest.raises(ValueError, match=r"`block_size` must be an integer of at least 2. Received: block_size=0"):
        ops.depth_to_space(IMAGE, 0)


def test_16_bits_of_two_kinds_meet_in_32(engine):
    query, key = ops.ones((1, 2, 1, 4), "float16"), ops.ones((1, 3, 1, 4), "bfloat16")
    assert ops.dtype(ops.dot_product_attention(query, key, key)) == "float32"


def test_a_variance_beyond_float16_is_its_largest_number(engine):
    mean, variance = ops.moments(ops.cast([6e4, -6e4], "float16"), (0,))
    assert float(mean) == 0.0 and float(variance) == 65504.0


def test_the_mean_of_large_values_of_16_bits_does_not_overflow(engine):
    query, value = ops.zeros((1, 8, 1, 2), "float16"), ops.full((1, 8, 1, 2), 3e4, "float16")
    y = ops.convert_to_numpy(ops.dot_product_attention(query, query, value))
    np.testing.assert_allclose(y, np.full((1, 8, 1, 2), 3e4))
