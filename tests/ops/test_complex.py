"""Complex numbers, Fourier transforms, decompositions and views against real Keras."""

import numpy as np
import pytest

from hornbeam import ops
from hornbeam.core.symbolic import SymbolicTensor

keras = pytest.importorskip("keras")
rng = np.random.default_rng(0)
X = rng.normal(size=(3, 4)).astype("float32")
Z = (X + 1j * X[::-1]).astype("complex64")
N = np.arange(4, dtype="int32")
SQUARE = rng.normal(size=(2, 3, 3)).astype("float32")
SYMMETRIC = SQUARE + SQUARE.swapaxes(1, 2)
IMAGES = rng.normal(size=(1, 2, 5, 6)).astype("float32")
SIGNALS = rng.normal(size=(2, 20)).astype("float32")
WINDOW = np.linspace(0.5, 1, 6, dtype="float32")
TRANSFORMED = tuple(rng.normal(size=(2, 7, 5)).astype("float32") for _ in range(2))

CASES = [
    *((name, (x,), {}) for name in ("real", "imag", "conj", "conjugate", "angle") for x in (X, Z, N)),
    ("angle", (X.astype("float16"),), {}),
    ("polar", (np.abs(X), X), {}),
    ("view_as_real", (Z,), {}),
    ("view_as_complex", (X[:, :2],), {}),
    *(("view", (X, dtype), {}) for dtype in ("int32", "float16", "uint8", "complex64", None)),
    ("view", (X.astype("float16"), "float32"), {}),
    ("view", (np.float32(3), "int32"), {}),
    ("cdist", (X, X[:2]), {}),
    ("cdist", (SQUARE, SQUARE), {}),
    *(("correlate", (X[0], X[1, :3], mode), {}) for mode in ("valid", "same", "full")),
    *(("correlate", (X[0, :2], X[1], mode), {}) for mode in ("valid", "same", "full")),
    ("correlate", (Z[0], Z[1], "full"), {}),
    ("correlate", (N, N[:2], "same"), {}),
    ("fft", ((X, X[::-1]),), {}),
    ("fft", ((X[:, :3], X[:, 1:]),), {}),
    ("fft", ((X[:, :1], X[:, 1:2]),), {}),
    ("fft2", ((SQUARE, SYMMETRIC),), {}),
    ("ifft2", ((IMAGES, IMAGES + 1),), {}),
    *(("stft", (SIGNALS, 6, 2, 8, w), {}) for w in ("hann", "hamming", None, WINDOW)),
    ("stft", (SIGNALS[0], 5, 3, 8), {"center": False}),
    *(("istft", (TRANSFORMED, 6, 2, 8, None, w), {}) for w in ("hann", WINDOW)),
    ("istft", (TRANSFORMED, 6, 2, 8, 9), {}),
    ("istft", (TRANSFORMED, 6, 2, 8, 30), {}),
    ("istft", (TRANSFORMED, 6, 2, 8, 17), {"center": False, "window": "hamming"}),
    ("unfold", (IMAGES, 2), {}),
    ("unfold", (IMAGES, (2, 3), (2, 1), 1, (1, 2)), {}),
    ("fold", (np.ones((1, 8, 20), "float32"), (5, 6), 2), {}),
    ("fold", (np.ones((2, 12, 15), "float32"), (5, 6), (2, 3), (2, 1), 1, (1, 2)), {}),
    ("eigh", (SYMMETRIC,), {}),
    ("lu_factor", (SQUARE,), {}),
    ("lu_factor", (X,), {}),
    ("rearrange", (SQUARE, "b h w -> b (h w)"), {}),
    ("rearrange", (IMAGES, "b c (h1 h2) (w p) -> (h2 b) w (c p h1)"), {"h1": 1, "p": 3}),
]


@pytest.mark.parametrize(("name", "args", "kwargs"), CASES)
def test_as_in_keras(of_keras, of_hornbeam, name, args, kwargs):
    expected, found = of_keras(name, args, kwargs), of_hornbeam(getattr(ops, name), args, kwargs)
    many = isinstance(found, tuple)
    for y, e in zip(found if many else [found], expected if many else [expected], strict=True):
        assert ops.dtype(y) == keras.backend.standardize_dtype(e.dtype)
        y, e = ops.convert_to_numpy(y), np.asarray(e)
        y, e = (np.abs(y), np.abs(e)) if name == "eigh" else (y, e)  # either sign of a vector
        assert y.shape == e.shape
        np.testing.assert_allclose(y, e, rtol=1e-4, atol=1e-3 if y.dtype == "float16" else 1e-5)


def test_eigenvectors_of_any_matrix(engine):
    values, vectors = (ops.convert_to_numpy(y) for y in ops.eig(SQUARE))
    assert values.dtype == vectors.dtype == "complex64"
    np.testing.assert_allclose(SQUARE @ vectors, vectors * values[:, None], atol=1e-4)


def test_signals_come_back(engine):
    for window in ("hann", None):
        spectrum = ops.stft(SIGNALS, 6, 2, 8, window)
        np.testing.assert_allclose(ops.istft(spectrum, 6, 2, 8, None, window), SIGNALS, atol=1e-5)
    np.testing.assert_allclose(ops.ifft2(ops.fft2((IMAGES, 0 * IMAGES)))[0], IMAGES, atol=1e-5)


def test_derivative_along_a_direction(engine):
    y, dy = ops.jvp(lambda a, b: {"y": a * ops.sin(b)}, (X, X), (X * 0 + 1, X))
    np.testing.assert_allclose(y["y"], X * np.sin(X), rtol=1e-5)
    np.testing.assert_allclose(dy["y"], np.sin(X) + X * np.cos(X) * X, rtol=1e-4, atol=1e-5)
    _, dy, aux = ops.linalg.jvp(lambda a: (a**3, "kept"), [2.0], [0.5], has_aux=True)
    assert (float(dy), aux) == (6.0, "kept")
    x = SymbolicTensor((None, 3))
    assert [t.shape for t in ops.jvp(ops.tanh, (x,), (x,))] == [(None, 3)] * 2


def test_gradients(engine):
    from hornbeam import engine as e

    def loss(xs):
        real, imag = ops.fft((xs[0], xs[0] * 2))
        values, _ = ops.eigh(xs[1])
        distance = ops.sum(ops.cdist(xs[0], xs[0]))  # rows are at distance 0 from themselves
        return ops.sum(real**2 + imag) + ops.sum(values**2) + distance * 0 + ops.sum(
            ops.angle(ops.polar(2.0, xs[0]))
        ), None

    (_, _), (by_x, by_matrix) = e.value_and_grad(loss)([e.asarray(X), e.asarray(SYMMETRIC)])
    assert np.isfinite(e.to_numpy(by_x)).all()
    np.testing.assert_allclose(e.to_numpy(by_matrix), 2 * SYMMETRIC, atol=1e-4)  # the sum of squares is the trace of AA


def test_shapes_with_an_unknown_batch(engine):
    x = SymbolicTensor((None, 3, 4))
    assert ops.rearrange(x, "b h w -> b (h w)").shape == (None, 12)
    assert ops.view(x, "float16").shape == (None, 3, 8)
    assert [t.shape for t in ops.fft((x, x))] == [(None, 3, 4)] * 2
    assert ops.angle(x).dtype == "float32"
    assert ops.unfold(SymbolicTensor((None, 2, 5, 6)), 2).shape == (None, 8, 20)


@pytest.mark.parametrize(
    ("name", "args", "sentence"),
    [
        ("eig", (X,), r"`x` must hold square matrices. Received: shape \(3, 4\)"),
        ("view_as_complex", (X,), r"The last axis of `x` must have size 2: .* \(3, 4\)"),
        ("view", (X[:, :3], "complex64"), r"must make whole elements of 8 bytes .* float32 of shape \(3, 3\)"),
        ("cdist", (N, N), "`x` and `y` must have rows"),
        ("correlate", (X, X), "`x1` and `x2` must be vectors"),
        ("correlate", (N, N, "half"), "`mode` must be 'valid', 'same' or 'full'. Received: 'half'"),
        ("fft", (3.0,), r"`x` must be a pair of arrays, \(real, imag\)"),
        ("stft", (SIGNALS, 6, 2, 4), "`fft_length` must be at least `sequence_length`. Received: fft_length=4"),
        ("stft", (SIGNALS, 6, 2, 8, "kaiser"), "`window` must be 'hann', 'hamming', an array or None. Received: 'kais"),
        ("stft", (SIGNALS, 6, 2, 8, X[0]), "`window` must have 6 numbers"),
        ("unfold", (X, 2), r"`x` must have shape \(batch, channels, height, width\). Received: \(3, 4\)"),
        ("fold", (np.ones((1, 8, 7)), (5, 6), 2), "`x` must hold 20 windows of 4 elements for each channel"),
        ("rearrange", (SQUARE, "b h w -> b h"), "`pattern` must name each of the 3 axes once"),
        ("rearrange", (SQUARE, "b (h k) w -> b h k w"), r"The sizes of \(h k\) must make 3, with at most one"),
    ],
)
def test_what_cannot_be(engine, name, args, sentence):
    with pytest.raises(ValueError, match=sentence):
        getattr(ops, name)(*args)
