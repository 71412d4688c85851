"""Functions of Keras 2's `keras.backend`, beside NumPy: of arrays, and of symbolic tensors."""

import numpy as np
import pytest

import hornbeam

K = hornbeam.backend
rng = np.random.default_rng(0)
A = rng.normal(size=(2, 3)).astype("float32")
B = rng.normal(size=(2, 3)).astype("float32")
P = rng.uniform(0.1, 0.9, size=(2, 3)).astype("float32")
P /= P.sum(-1, keepdims=True)
T = rng.normal(size=(2, 3, 4)).astype("float32")
IMAGES = rng.normal(size=(2, 4, 5, 3)).astype("float32")
FIRST = IMAGES.transpose(0, 3, 1, 2)
KERNEL = rng.normal(size=(2, 3, 3, 2)).astype("float32")
ONE_HOT = np.eye(3, dtype="float32")[[2, 0]]
SMALL = 1e-7


def conv(x, kernel, strides=(1, 1)):
    h, w = kernel.shape[:2]
    rows, columns = (x.shape[1] - h) // strides[0] + 1, (x.shape[2] - w) // strides[1] + 1
    y = np.zeros((len(x), rows, columns, kernel.shape[3]), "float32")
    for i in range(rows):
        for j in range(columns):
            part = x[:, i * strides[0] : i * strides[0] + h, j * strides[1] : j * strides[1] + w]
            y[:, i, j] = np.einsum("bhwc,hwcf->bf", part, kernel)
    return y


def conv_transpose(y, kernel, shape, strides):
    x = np.zeros(shape, "float32")
    h, w = kernel.shape[:2]
    for i in range(y.shape[1]):
        for j in range(y.shape[2]):
            part = np.einsum("bf,hwcf->bhwc", y[:, i, j], kernel)
            x[:, i * strides[0] : i * strides[0] + h, j * strides[1] : j * strides[1] + w] += part
    return x


def local(x, kernel):
    y = np.zeros((2, 3, 3, 2), "float32")
    for i in range(3):
        for j in range(3):
            y[:, i, j] = x[:, i : i + 2, j : j + 3].reshape(2, -1) @ kernel[3 * i + j]
    return y


def normalized(x, mean, var):
    return (x - mean) / np.sqrt(var + 1e-3)


LOCAL = rng.normal(size=(9, 18, 2)).astype("float32")
LOCAL_1D = rng.normal(size=(2, 8, 2)).astype("float32")
TIMES_3 = np.array([3.0], "float32")
# name, tensors, other arguments, what NumPy gives
TABLE = [
    *((name, (A,), {}, getattr(np, name)) for name in "abs cos exp sign sin square tanh".split()),
    ("log", (P,), {}, np.log),
    ("sqrt", (P,), {}, np.sqrt),
    ("round", (np.array([0.5, 1.5, -1.2], "float32"),), {}, np.round),
    ("sigmoid", (A,), {}, lambda x: 1 / (1 + np.exp(-x))),
    ("hard_sigmoid", (5 * A,), {}, lambda x: np.clip(0.2 * x + 0.5, 0, 1)),
    ("softplus", (A,), {}, lambda x: np.log1p(np.exp(x))),
    ("softsign", (A,), {}, lambda x: x / (1 + np.abs(x))),
    ("elu", (A,), {"alpha": 0.5}, lambda x, alpha: np.where(x > 0, x, alpha * np.expm1(x))),
    ("relu", (A,), {}, lambda x: np.maximum(x, 0)),
    ("relu", (A,), {"alpha": 0.1}, lambda x, alpha: np.where(x > 0, x, alpha * x)),
    ("relu", (A,), {"max_value": 0.5, "threshold": 0.2}, lambda x, **_: np.where(x >= 0.2, np.minimum(x, 0.5), 0)),
    ("clip", (A, -0.3, None), {}, lambda x, *_: np.maximum(x, -0.3)),
    ("clip", (A, 0.5, 0.1), {}, lambda x, *_: np.full_like(x, 0.5)),
    ("pow", (P, 3), {}, np.power),
    ("cast", (A, "int32"), {}, lambda x, _: x.astype("int32")),
    *((name, (A, B), {}, getattr(np, name)) for name in "maximum minimum equal not_equal greater less".split()),
    ("greater_equal", (A, 0.0), {}, np.greater_equal),
    ("less_equal", (A, 0.0), {}, np.less_equal),
    *((name, (T,), {"axis": 1}, getattr(np, name)) for name in "sum prod mean var std max min argmax argmin".split()),
    *((name, (T,), {"axis": [0, 2], "keepdims": True}, None) for name in "sum mean max".split()),
    ("mean", (A > 0,), {}, np.mean),
    ("any", (np.array([[0.0, 2.0], [0.0, 0.0]]),), {"axis": -1}, np.any),
    ("all", (np.array([[1.0, 2.0], [0.0, 0.0]]),), {"axis": -1}, np.all),
    ("argmax", (T,), {}, lambda x: x.argmax(-1)),
    ("cumsum", (A,), {}, lambda x: x.cumsum(0)),
    ("cumprod", (A,), {"axis": 1}, np.cumprod),
    ("logsumexp", (A,), {"axis": 1}, lambda x, axis: np.log(np.exp(x).sum(axis))),
    ("l2_normalize", (A,), {"axis": -1}, lambda x, axis: x / np.linalg.norm(x, axis=axis, keepdims=True)),
    ("batch_flatten", (T,), {}, lambda x: x.reshape(2, 12)),
    ("flatten", (T,), {}, np.ravel),
    ("reshape", (T, (-1, 6)), {}, np.reshape),
    ("concatenate", ([A, B],), {}, lambda xs: np.concatenate(xs, -1)),
    ("stack", ([A, B],), {"axis": 1}, np.stack),
    ("expand_dims", (A,), {}, lambda x: x[..., None]),
    ("squeeze", (A[:, None], 1), {}, np.squeeze),
    ("permute_dimensions", (T, (0, 2, 1)), {}, np.transpose),
    ("transpose", (T,), {}, np.transpose),
    ("reverse", (T, [1, 2]), {}, lambda x, axes: np.flip(x, (1, 2))),
    ("repeat", (A, 2), {}, lambda x, n: np.stack([x] * n, 1)),
    ("repeat_elements", (A, 3, 1), {}, np.repeat),
    ("tile", (A, (2, 1)), {}, np.tile),
    ("slice", (T, (0, 1, 0), (2, -1, 2)), {}, lambda x, *_: x[:, 1:, :2]),
    ("gather", (A, np.array([1, 0, 1])), {}, lambda x, i: x[i]),
    ("one_hot", (np.array([[2, 0]]), 3), {}, lambda x, n: np.eye(n)[x]),
    ("ones_like", (A,), {}, np.ones_like),
    ("zeros_like", (A,), {}, np.zeros_like),
    ("identity", (A,), {}, lambda x: x),
    ("stop_gradient", (A,), {}, lambda x: x),
    ("dot", (A, B.T), {}, np.dot),
    ("dot", (T, T[0].T), {}, np.dot),
    ("batch_dot", (A, B), {"axes": 1}, lambda x, y, axes: (x * y).sum(1, keepdims=True)),
    ("batch_dot", (A, B), {}, lambda x, y: (x * y).sum(1, keepdims=True)),
    ("batch_dot", (T, T.transpose(0, 2, 1)), {}, np.matmul),
    ("batch_dot", (T, T), {"axes": (2, 2)}, lambda x, y, axes: np.einsum("bij,bkj->bik", x, y)),
    ("batch_dot", (T, A), {"axes": [1, 1]}, lambda x, y, axes: np.einsum("bij,bi->bj", x, y)),
    ("batch_dot", (A, T), {"axes": (-1, 1)}, lambda x, y, axes: np.einsum("bi,bij->bj", x, y)),
    ("batch_dot", (T, IMAGES), {"axes": (2, 1)}, lambda x, y, axes: np.einsum("bij,bjkl->bikl", x, y)),
    ("softmax", (A,), {}, lambda x: np.exp(x) / np.exp(x).sum(-1, keepdims=True)),
    ("in_top_k", (A, np.array([1, 1]), 2), {}, lambda x, t, k: (x > x[[0, 1], t][:, None]).sum(1) < k),
    ("bias_add", (IMAGES, B[0]), {}, np.add),
    ("bias_add", (FIRST, B[0]), {"data_format": "channels_first"}, lambda x, b, **_: x + b[:, None, None]),
    ("bias_add", (T, T[0]), {}, np.add),
    (
        "batch_normalization",
        (T, T[0, 0], P[0, 0] + T[0, 1] ** 2, None, None),
        {},
        lambda x, m, v, *_: normalized(x, m, v),
    ),
    (
        "batch_normalization",
        (T, A[0], P[0], B[0], B[1]),
        {"axis": 1},
        lambda x, m, v, b, g, axis: normalized(x, m[:, None], v[:, None]) * g[:, None] + b[:, None],
    ),
    (
        "normalize_batch_in_training",
        (T, T[0, 0], T[0, 1], [0, 1]),
        {},
        lambda x, g, b, _: (normalized(x, x.mean((0, 1)), x.var((0, 1))) * g + b, x.mean((0, 1)), x.var((0, 1))),
    ),
    ("binary_crossentropy", (ONE_HOT, P), {}, lambda y, p: -y * np.log(p) - (1 - y) * np.log(1 - p)),
    ("categorical_crossentropy", (ONE_HOT, P), {}, lambda y, p: -np.log(p[[0, 1], [2, 0]])),
    ("sparse_categorical_crossentropy", (np.array([[2.0], [0.0]]), P), {}, lambda y, p: -np.log(p[[0, 1], [2, 0]])),
    ("temporal_padding", (T, (1, 2)), {}, lambda x, _: np.pad(x, ((0, 0), (1, 2), (0, 0)))),
    ("spatial_2d_padding", (IMAGES,), {}, lambda x: np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))),
    (
        "spatial_3d_padding",
        (IMAGES[:, None],),
        {"data_format": "channels_first"},
        lambda x, **_: np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1), (1, 1))),
    ),
    ("resize_images", (IMAGES, 2, 3, "channels_last"), {}, lambda x, *_: x.repeat(2, 1).repeat(3, 2)),
    ("resize_images", (FIRST, 2, 3, "channels_first"), {}, lambda x, *_: x.repeat(2, 2).repeat(3, 3)),
    ("resize_volumes", (T[..., None, None], 2, 1, 3, "channels_last"), {}, lambda x, *_: x.repeat(2, 1).repeat(3, 3)),
    ("conv1d", (T, KERNEL[0, :2, :1].repeat(4, 1)), {}, lambda x, k: conv(x[:, None], k[None])[:, 0]),
    (
        "conv1d",
        (T, KERNEL[0, :2, :1].repeat(4, 1)),
        {"padding": "causal"},
        lambda x, k, padding: conv(np.pad(x, ((0, 0), (1, 0), (0, 0)))[:, None], k[None])[:, 0],
    ),
    ("conv2d", (IMAGES, KERNEL), {"strides": (2, 1)}, lambda x, k, strides: conv(x, k, strides)),
    (
        "conv2d",
        (FIRST, KERNEL),
        {"data_format": "channels_first"},
        lambda x, k, **_: conv(IMAGES, k).transpose(0, 3, 1, 2),
    ),
    ("conv3d", (IMAGES[:, None], KERNEL[None]), {}, lambda x, k: conv(x[:, 0], k[0])[:, None]),
    (
        "conv2d_transpose",
        (IMAGES, KERNEL.transpose(0, 1, 3, 2), (2, 9, 12, 2)),
        {"strides": (2, 2)},
        lambda x, k, shape, strides: conv_transpose(x, k, shape, strides),
    ),
    (
        "conv3d_transpose",
        (IMAGES[:, None], KERNEL.transpose(0, 1, 3, 2)[None], (2, 1, 5, 7, 2)),
        {},
        lambda x, k, shape: conv_transpose(x[:, 0], k[0], (2, 5, 7, 2), (1, 1))[:, None],
    ),
    (
        "depthwise_conv2d",
        (IMAGES, KERNEL[..., :1]),
        {},
        lambda x, k: np.concatenate([conv(x[..., [i]], k[:, :, [i]]) for i in range(3)], -1),
    ),
    (
        "separable_conv2d",
        (IMAGES, KERNEL[..., :1], KERNEL[:1, :1]),
        {},
        lambda x, k, p: np.concatenate([conv(x[..., [i]], k[:, :, [i]]) for i in range(3)], -1) @ p[0, 0],
    ),
    (
        "separable_conv1d",
        (IMAGES[:, 0], KERNEL[0, :, :, :1], KERNEL[0, :1]),
        {},
        lambda x, k, p: np.stack([conv(x[:, None, :, [i]], k[None, :, [i]])[:, 0, :, 0] for i in range(3)], -1) @ p[0],
    ),
    ("local_conv2d", (IMAGES, LOCAL, (2, 3), (1, 1), (3, 3)), {}, lambda x, k, *_: local(x, k)),
    (
        "local_conv1d",
        (T, LOCAL_1D, (2,), (1,)),
        {},
        lambda x, k, *_: np.stack([x[:, i : i + 2].reshape(2, 8) @ k[i] for i in range(2)], 1),
    ),
    (
        "pool2d",
        (IMAGES, (2, 2)),
        {"strides": (2, 2)},
        lambda x, *_, **__: x[:, :, :4].reshape(2, 2, 2, 2, 2, 3).max((2, 4)),
    ),
    (
        "pool2d",
        (IMAGES, (2, 2)),
        {"strides": (2, 2), "pool_mode": "avg"},
        lambda x, *_, **__: x[:, :, :4].reshape(2, 2, 2, 2, 2, 3).mean((2, 4)),
    ),
    ("pool3d", (IMAGES[..., None], (1, 1, 3)), {}, lambda x, *_: x.max(3, keepdims=True)),
    ("switch", (A > 0, A, B), {}, np.where),
    ("switch", (np.array([True, False]), A, B), {}, lambda c, a, b: np.where(c[:, None], a, b)),
    ("map_fn", (lambda x: x * 2 + 1, A), {}, lambda f, x: f(x)),
    ("foldl", (lambda a, x: a - x, A), {}, lambda f, x: x[0] - x[1]),
    ("foldr", (lambda a, x: 2 * a - x, T[0]), {}, lambda f, x: 4 * x[2] - 2 * x[1] - x[0]),
    ("print_tensor", (A,), {"message": "here"}, lambda x, message: x),
    ("in_train_phase", (A, B), {"training": 1}, lambda a, b, training: a),
    ("in_test_phase", (A, B), {}, lambda a, b: a),
]


def numpy_of(name, arguments, others, expected):
    if expected is None:
        return getattr(np, name)(*arguments, axis=tuple(others["axis"]), keepdims=others["keepdims"])
    return expected(*arguments, **others)


def compare(found, wanted):
    for a, b in zip(found, wanted, strict=True) if isinstance(wanted, tuple) else [(found, wanted)]:
        a, b = K.get_value(a), np.asarray(b)
        assert a.shape == b.shape
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)


ROWS = pytest.mark.parametrize(
    ("name", "arguments", "others", "expected"), TABLE, ids=[f"{i}-{row[0]}" for i, row in enumerate(TABLE)]
)


@ROWS
def test_functions_of_arrays(engine, name, arguments, others, expected):
    compare(getattr(K, name)(*arguments, **others), numpy_of(name, arguments, others, expected))


@ROWS
def test_functions_of_symbolic_tensors(name, arguments, others, expected):
    """The first tensor is an input of a graph, whose batch is not known unless another tensor says it."""
    place = next(i for i, x in enumerate(arguments) if isinstance(x, np.ndarray | list))
    given = arguments[place]
    arrays = given if isinstance(given, list) else [given]
    batch = None if sum(isinstance(x, np.ndarray) for x in arguments) < 2 else given.shape[0]
    inputs = [K.placeholder((batch, *x.shape[1:]), dtype=x.dtype.name) for x in arrays]
    changed = list(arguments)
    changed[place] = inputs if isinstance(given, list) else inputs[0]
    outputs = getattr(K, name)(*changed, **others)
    wanted = numpy_of(name, arguments, others, expected)
    several = isinstance(wanted, tuple)
    assert all(K.is_symbolic(x) for x in (outputs if several else [outputs]))
    found = K.function(inputs, list(outputs) if several else [outputs])(arrays)
    compare(tuple(found) if several else found[0], wanted)
