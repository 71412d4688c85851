"""Every primitive against NumPy: values in float32, gradients against central differences in float64."""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest


class Case(NamedTuple):
    id: str
    fn: Callable  # of the engine and its arrays
    reference: Callable  # of NumPy arrays
    inputs: tuple
    gradient: bool = True


def real(*shape, low=-2.0, high=2.0):
    """Values without repetition, so that sorting and maxima have a gradient."""
    n = math.prod(shape)
    values = np.linspace(low, high, n + 2)[1:-1]
    return np.random.default_rng(n).permutation(values).reshape(shape)


def ints(*values, dtype="int32"):
    return np.array(values, dtype)


def positive(*shape):
    return real(*shape, low=0.2, high=3.0)


def case(id, fn, reference, *inputs, gradient=True):
    return Case(id, fn, reference, inputs, gradient)


_erf = np.vectorize(math.erf)


def _erfinv(y):
    x = np.zeros_like(y)
    for _ in range(60):  # Newton's method
        x = x - (_erf(x) - y) * math.sqrt(math.pi) / 2 * np.exp(x * x)
    return x


UNARY = [
    case("abs", lambda e, x: e.abs(x), np.abs, real(2, 3)),
    case("sign", lambda e, x: e.sign(x), np.sign, real(2, 3)),
    case("floor", lambda e, x: e.floor(x), np.floor, real(2, 3)),
    case("ceil", lambda e, x: e.ceil(x), np.ceil, real(2, 3)),
    case("round", lambda e, x: e.round(x), np.round, real(2, 3)),
    case("exp", lambda e, x: e.exp(x), np.exp, real(2, 3)),
    case("expm1", lambda e, x: e.expm1(x), np.expm1, real(2, 3)),
    case("log", lambda e, x: e.log(x), np.log, positive(2, 3)),
    case("log1p", lambda e, x: e.log1p(x), np.log1p, positive(2, 3)),
    case("sqrt", lambda e, x: e.sqrt(x), np.sqrt, positive(2, 3)),
    case("rsqrt", lambda e, x: e.rsqrt(x), lambda x: 1 / np.sqrt(x), positive(2, 3)),
    case("sin", lambda e, x: e.sin(x), np.sin, real(2, 3)),
    case("cos", lambda e, x: e.cos(x), np.cos, real(2, 3)),
    case("tanh", lambda e, x: e.tanh(x), np.tanh, real(2, 3)),
    case("sigmoid", lambda e, x: e.sigmoid(x), lambda x: 1 / (1 + np.exp(-x)), real(2, 3)),
    case("erf", lambda e, x: e.erf(x), _erf, real(2, 3)),
    case("erfinv", lambda e, x: e.erfinv(x), _erfinv, real(2, 3) * 0.4),
    case("cast", lambda e, x: e.cast(x, "int32"), lambda x: x.astype("int32"), real(2, 3), gradient=False),
    case("logical_not", lambda e, x: e.logical_not(x), np.logical_not, ints(0, 1, 2), gradient=False),
    case("isnan", lambda e, x: e.isnan(x), np.isnan, np.array([1, np.nan, np.inf]), gradient=False),
    case("isfinite", lambda e, x: e.isfinite(x), np.isfinite, np.array([1, np.nan, -np.inf]), gradient=False),
]

UNARY_OF_INTS = ["exp", "expm1", "log", "log1p", "sqrt", "rsqrt", "sin", "cos", "tanh", "sigmoid", "erf"]

_BITS = ints(0, 1, 2**31, 2**32 - 1, 77, dtype="uint32")

BINARY = [
    case("maximum", lambda e, x, y: e.maximum(x, y), np.maximum, real(2, 3), real(3)),
    case("minimum", lambda e, x, y: e.minimum(x, y), np.minimum, real(2, 3), real(3)),
    case("maximum-scalar", lambda e, x: e.maximum(0.5, x), lambda x: np.maximum(x, 0.5), real(2, 3)),
    case("power", lambda e, x, y: e.power(x, y), np.power, positive(2, 3), real(3)),
    case("power-scalar", lambda e, x: e.power(x, 3), lambda x: x**3, real(2, 3)),
    case("power-of-scalar", lambda e, x: e.power(2.0, x), lambda x: 2.0**x, real(2, 3)),
    case(
        "floor_divide", lambda e, x, y: e.floor_divide(x, y), np.floor_divide, real(2, 3), positive(3), gradient=False
    ),
    case("floor_divide-int", lambda e, x: e.floor_divide(x, 3), lambda x: x // 3, ints(-7, -3, 0, 7), gradient=False),
    case("remainder", lambda e, x, y: e.remainder(x, y), np.remainder, real(2, 3), positive(3)),
    case("remainder-int", lambda e, x: e.remainder(x, -3), lambda x: x % -3, ints(-7, -3, 0, 7), gradient=False),
    case("arctan2", lambda e, x, y: e.arctan2(x, y), np.arctan2, real(2, 3), real(3)),
    case("logical_and", lambda e, x, y: e.logical_and(x, y), np.logical_and, ints(0, 2, 3), ints(1, 0, 1)),
    case("logical_or", lambda e, x, y: e.logical_or(x, y), np.logical_or, ints(0, 2, 0), ints(1, 0, 0)),
    case("bitwise_xor", lambda e, x, y: e.bitwise_xor(x, y), np.bitwise_xor, ints(5, -2, 7), ints(3, 9, -1)),
    case("bitwise_xor-uint32", lambda e, x, y: e.bitwise_xor(x, y), np.bitwise_xor, _BITS, _BITS[::-1]),
    case("left_shift", lambda e, x: e.left_shift(x, 2), lambda x: x << 2, ints(1, -5, 7)),
    case(
        "left_shift-uint32",
        lambda e, x, y: e.left_shift(x, y),
        np.left_shift,
        _BITS,
        ints(1, 2, 1, 9, 0, dtype="uint32"),
    ),
    case("right_shift", lambda e, x: e.right_shift(x, 2), lambda x: x >> 2, ints(1, -5, 77)),
    case("right_shift-uint32", lambda e, x: e.right_shift(x, 9), lambda x: x >> np.uint32(9), _BITS),
    case(
        "where", lambda e, x, y: e.where(x > y, x, y * 2), lambda x, y: np.where(x > y, x, y * 2), real(2, 3), real(3)
    ),
    case("where-scalar", lambda e, x: e.where(x > 0, x, -1.0), lambda x: np.where(x > 0, x, -1.0), real(2, 3)),
]


def _reduction(name, reference, gradient=True):
    made = []
    for label, options in {
        "all": {},
        "axis": {"axis": 1},
        "axes": {"axis": (0, -1), "keepdims": True},
        "none": {"axis": ()},
    }.items():
        made.append(
            case(
                f"{name}-{label}",
                lambda e, x, options=options: getattr(e, name)(x, **options),
                lambda x, options=options: reference(x, **options),
                real(2, 3, 2),
                gradient=gradient,
            )
        )
    return made


REDUCTION = [
    *_reduction("sum", np.sum),
    *_reduction("prod", np.prod),
    *_reduction("max", np.max),
    *_reduction("min", np.min),
    case("any", lambda e, x: e.any(x, axis=(0, 1)), lambda x: np.any(x, axis=(0, 1)), real(2, 2, 2) > 0.5),
    case("any-int", lambda e, x: e.any(x), np.any, ints(0, 256)),
    case(
        "all", lambda e, x: e.all(x, axis=0, keepdims=True), lambda x: np.all(x, axis=0, keepdims=True), real(3, 2) > -1
    ),
    case("sum-bool", lambda e, x: e.sum(x, axis=0), lambda x: np.sum(x, axis=0), real(3, 2) > 0),
    case("prod-int", lambda e, x: e.prod(x), np.prod, ints(2, 3, 4)),
    case(
        "argmax",
        lambda e, x: e.argmax(x, axis=1, keepdims=True),
        lambda x: np.argmax(x, 1)[:, None],
        real(2, 3),
        gradient=False,
    ),
    case("argmax-all", lambda e, x: e.argmax(x), np.argmax, real(2, 3), gradient=False),
    case("argmax-bool", lambda e, x: e.argmax(x, axis=0), lambda x: np.argmax(x, axis=0), real(3, 2) > 0),
    case("cumsum", lambda e, x: e.cumsum(x, axis=-1), lambda x: np.cumsum(x, axis=-1), real(2, 3)),
    case("sort", lambda e, x: e.sort(x, axis=0), lambda x: np.sort(x, axis=0), real(3, 2)),
    case("sort-nan", lambda e, x: e.sort(x, axis=0), np.sort, np.array([1, np.nan, -np.inf, 0]), gradient=False),
    case("argsort", lambda e, x: e.argsort(x, axis=1), lambda x: np.argsort(x, axis=1), real(2, 4), gradient=False),
    case("top_k", lambda e, x: e.top_k(x, 2)[0], lambda x: -np.sort(-x)[..., :2], real(2, 4)),
]

_AXES = (1, 2, 0)
_PADS = [(1, 2), (0, 1)]

SHAPE = [
    case("reshape", lambda e, x: e.reshape(x, (3, -1)), lambda x: x.reshape(3, -1), real(2, 3)),
    case("transpose", lambda e, x: e.transpose(x, _AXES), lambda x: x.transpose(_AXES), real(2, 3, 2)),
    case(
        "broadcast_to", lambda e, x: e.broadcast_to(x, (2, 3, 2)), lambda x: np.broadcast_to(x, (2, 3, 2)), real(3, 1)
    ),
    case(
        "concatenate",
        lambda e, x, y: e.concatenate([x, y], 1),
        lambda x, y: np.concatenate([x, y], 1),
        real(2, 1),
        real(2, 2),
    ),
    *[
        case(
            f"pad-{mode}",
            lambda e, x, mode=mode: e.pad(x, _PADS, mode),
            lambda x, mode=mode: np.pad(x, _PADS, mode),
            real(3, 2),
        )
        for mode in ("constant", "reflect", "symmetric", "edge")
    ],
    case("pad-value", lambda e, x: e.pad(x, _PADS, value=7), lambda x: np.pad(x, _PADS, constant_values=7), real(3, 2)),
    case(
        "pad-bool",
        lambda e, x: e.pad(x, [(1, 0)], value=True),
        lambda x: np.pad(x, [(1, 0)], constant_values=True),
        ints(1, 0) > 0,
    ),
    case("flip", lambda e, x: e.flip(x, (0, -1)), lambda x: np.flip(x, (0, -1)), real(2, 3)),
    case("flip-all", lambda e, x: e.flip(x), np.flip, real(2, 3)),
    case("full", lambda e, x: e.full((2, 2), x, "float32"), lambda x: np.full((2, 2), x), real(), gradient=False),
    case("full-int", lambda e: e.full((2,), 3, "int32"), lambda: np.full(2, 3)),
    case("arange", lambda e: e.arange(1, 4, 0.5, "float32"), lambda: np.arange(1, 4, 0.5)),
    case("eye", lambda e: e.eye(2, 4, 1, "float32"), lambda: np.eye(2, 4, 1)),
]

_I = ints(2, -1, 0, 1)


def _updated(x, y, start):
    x = x.copy()
    x[1:3, start : start + 1] = y
    return x


def _scattered(x, y, add):
    x = x.copy()
    for i, (a, b) in enumerate(_PLACES):
        x[a, b] = y[i] + add * x[a, b]
    return x


_PLACES = ints([0, 1], [2, 0], [1, 1])
_REPEATED = ints([1], [0], [1])


def _accumulated(x, y):
    x = x.copy()
    np.add.at(x, _REPEATED[:, 0], y)
    return x


INDEXING = [
    case(
        "take", lambda e, x, i: e.take(x, i, axis=1), lambda x, i: np.take(x, i, axis=1), real(2, 3), _I.reshape(2, 2)
    ),
    case(
        "take-none",
        lambda e, x: e.take(x, e.full((0, 4), 0, "int32"), axis=-2),
        lambda x: np.take(x, np.zeros((0, 4), int), axis=-2),
        np.zeros((2, 0, 3), "float32"),
    ),
    case("take-one", lambda e, x: e.take(x, 1, axis=0), lambda x: x[1], real(2, 3)),
    case(
        "take_along_axis",
        lambda e, x, i: e.take_along_axis(x, i, axis=-1),
        lambda x, i: np.take_along_axis(x, i, axis=-1),
        real(2, 3),
        ints([0, -1], [2, 1]),
    ),
    case(
        "dynamic_slice",
        lambda e, x, i: e.dynamic_slice(x, (1, i), (2, 1)),
        lambda x, i: x[1:3, i : i + 1],
        real(3, 2),
        ints(1)[0],
    ),
    case("dynamic_slice-moved", lambda e, x: e.dynamic_slice(x, (2, -1), (2, 1)), lambda x: x[1:3, 1:], real(3, 2)),
    case(
        "dynamic_update_slice",
        lambda e, x, y, i: e.dynamic_update_slice(x, y, (5, i)),
        _updated,
        real(3, 2),
        positive(2, 1),
        ints(1)[0],
    ),
    case(
        "scatter_update",
        lambda e, x, y: e.scatter_update(x, e.asarray(_PLACES), y),
        lambda x, y: _scattered(x, y, add=0),
        real(3, 2),
        positive(3),
    ),
    case(
        "scatter_add",
        lambda e, x, y: e.scatter_add(x, e.asarray(_PLACES), y),
        lambda x, y: _scattered(x, y, add=1),
        real(3, 2),
        positive(3),
    ),
    case(
        "scatter_add-repeated",
        lambda e, x, y: e.scatter_add(x, e.asarray(_REPEATED), y),
        _accumulated,
        real(2, 2),
        positive(3, 2),
    ),
    case("searchsorted", lambda e, x, y: e.searchsorted(x, y), np.searchsorted, ints(1, 3, 3, 5), ints(0, 3, 9)),
    case(
        "searchsorted-right",
        lambda e, x, y: e.searchsorted(x, y, side="right"),
        lambda x, y: np.searchsorted(x, y, side="right"),
        ints(1, 3, 3, 5),
        ints(0, 3, 9),
    ),
]


def _square(x):
    """Well conditioned, positive definite, and differentiable by every entry."""
    return x @ x.swapaxes(-1, -2) + 3 * np.eye(x.shape[-1])


def _square_of(e, x):
    return e.matmul(x, e.transpose(x, (0, 2, 1))) + e.eye(3, 3, 0, "float32") * 3.0


def _rebuilt_qr(e, x):
    q, r = e.qr(x)
    return q @ r, e.abs(r)


def _rebuilt_svd(e, x):
    u, s, v = e.svd(x, full_matrices=False)
    return (u * s[..., None, :]) @ v, s


def _svd_values(x):
    return x, np.linalg.svd(x, compute_uv=False)


LINALG = [
    case("matmul", lambda e, x, y: e.matmul(x, y), np.matmul, real(2, 2, 3), real(3, 2)),
    case("matmul-vectors", lambda e, x, y: e.matmul(x, y), np.matmul, real(3), positive(3)),
    case("matmul-int", lambda e, x, y: e.matmul(x, y), np.matmul, ints([1, 2], [3, 4]), ints([5, 6], [7, 8])),
    case(
        "einsum",
        lambda e, x, y: e.einsum("bij,jk->kb", x, y),
        lambda x, y: np.einsum("bij,jk->kb", x, y),
        real(2, 2, 3),
        real(3, 2),
    ),
    *(
        case(
            f"einsum-{equation}",
            lambda e, x, y, equation=equation: e.einsum(equation, x, y),
            lambda x, y, equation=equation: np.einsum(equation, x, y),
            real(*left),
            real(*right),
        )
        for equation, left, right in (
            ("abc,cde->abde", (2, 3, 4), (4, 5, 2)),
            ("abcd,cde->abe", (2, 3, 4, 2), (4, 2, 3)),
            ("...b,bc->...c", (2, 3, 4), (4, 5)),
            ("...b,bc->...c", (4,), (4, 5)),
            ("bij,bjk->bik", (2, 3, 4), (2, 4, 5)),
            ("abc,abc->", (2, 3, 4), (2, 3, 4)),
            ("abb,bc->ac", (2, 3, 3), (3, 4)),
        )
    ),
    case("einsum-dots", lambda e, x: e.einsum("...ii->...i", x), lambda x: np.einsum("...ii->...i", x), real(2, 2, 2)),
    case("qr", _rebuilt_qr, lambda x: (x, np.abs(np.linalg.qr(x)[1])), np.array([[1.0, 2.0], [0.5, -1.0], [2.0, 0.3]])),
    case("svd", _rebuilt_svd, _svd_values, real(2, 3, 2)),
    case(
        "solve",
        lambda e, x, y: e.solve(_square_of(e, x), y),
        lambda x, y: np.linalg.solve(_square(x), y),
        real(2, 3, 3),
        real(2, 3, 2),
    ),
    case("solve-vector", lambda e, y: e.solve(e.eye(3, 3, 0, "float32") * 2.0, y), lambda y: y / 2, real(3)),
    case(
        "cholesky", lambda e, x: e.cholesky(_square_of(e, x)), lambda x: np.linalg.cholesky(_square(x)), real(2, 3, 3)
    ),
    case("rfft", lambda e, x: e.rfft(x, 6), lambda x: ((y := np.fft.rfft(x, 6)).real, y.imag), real(2, 4)),
    case(
        "irfft", lambda e, x, y: e.irfft(x, y, 5), lambda x, y: np.fft.irfft(x + 1j * y, 5), real(2, 3), positive(2, 3)
    ),
]


def _padded(x, pads, value=0.0):
    return np.pad(x, [(0, 0), *pads, (0, 0)], constant_values=value)


def _windows(x, size, strides, dilation):
    """For each place in a window, the values there, over all windows."""
    spatial = [(n - (w - 1) * d - 1) // s + 1 for n, w, s, d in zip(x.shape[1:-1], size, strides, dilation)]
    for place in np.ndindex(*size):
        cut = [slice(p * d, p * d + (m - 1) * s + 1, s) for p, d, m, s in zip(place, dilation, spatial, strides)]
        yield place, (slice(None), *cut)


def conv(x, kernel, strides, pads, dilation, groups=1):
    x, size = _padded(x, pads), kernel.shape[:-2]
    xs = np.split(x, groups, -1)
    kernels = np.split(kernel, groups, -1)
    return np.concatenate(
        [sum(a[cut] @ k[place] for place, cut in _windows(a, size, strides, dilation)) for a, k in zip(xs, kernels)], -1
    )


def conv_transpose(y, kernel, strides, pads, dilation, output_size):
    x = _padded(np.zeros((y.shape[0], *output_size, kernel.shape[-2])), pads)
    for place, cut in _windows(x, kernel.shape[:-2], strides, dilation):
        x[cut] += y @ kernel[place].T
    return x[(slice(None), *(slice(low, low + n) for n, (low, _) in zip(output_size, pads)))]


def max_pool(x, size, strides, pads):
    x = _padded(x, pads, -np.inf)
    return np.max([x[cut] for _, cut in _windows(x, size, strides, (1,) * len(size))], 0)


def sum_pool(x, size, strides, pads):
    x = _padded(x, pads)
    return np.sum([x[cut] for _, cut in _windows(x, size, strides, (1,) * len(size))], 0)


def _with(name, reference, *options):
    return lambda e, *xs: getattr(e, name)(*xs, *options), lambda *xs: reference(*xs, *options)


def _conv(label, x, kernel, *options):
    return case(f"conv-{label}", *_with("conv", conv, *options), real(*x), real(*kernel))


def _transposed(label, y, kernel, *options):
    return case(f"conv_transpose-{label}", *_with("conv_transpose", conv_transpose, *options), real(*y), real(*kernel))


CONV = [
    _conv("1d", (2, 5, 2), (3, 2, 2), (1,), [(1, 1)], (1,), 1),
    _conv("1d-causal-dilated", (1, 6, 1), (2, 1, 2), (1,), [(2, 0)], (2,), 1),
    _conv("2d-same-strided", (1, 4, 5, 2), (3, 3, 2, 1), (2, 2), [(0, 1), (1, 1)], (1, 1), 1),
    _conv("2d-even-window", (1, 4, 3, 1), (2, 4, 1, 2), (1, 1), [(0, 1), (1, 2)], (1, 1), 1),
    _conv("2d-groups", (1, 3, 3, 4), (2, 2, 2, 6), (1, 1), [(0, 0), (0, 0)], (1, 1), 2),
    _conv("2d-depthwise", (1, 3, 3, 2), (2, 2, 1, 4), (1, 1), [(1, 0), (0, 0)], (1, 1), 2),
    _conv("3d", (1, 3, 3, 3, 1), (2, 2, 2, 1, 2), (1, 2, 1), [(0, 0), (1, 1), (0, 1)], (1, 1, 1), 1),
    _transposed("1d-valid", (1, 3, 2), (3, 1, 2), (2,), [(0, 0)], (1,), (7,)),
    _transposed("1d-gap", (1, 2, 1), (2, 1, 1), (3,), [(0, 0)], (1,), (7,)),
    _transposed("2d-same", (1, 2, 2, 1), (3, 3, 2, 1), (2, 2), [(0, 1), (1, 1)], (1, 1), (4, 3)),
    _transposed("2d-dilated", (1, 2, 3, 1), (2, 2, 1, 1), (1, 1), [(1, 1), (0, 0)], (2, 1), (2, 4)),
    _transposed("3d", (1, 2, 1, 2, 1), (2, 2, 2, 1, 1), (2, 1, 2), [(0, 0), (0, 0), (0, 0)], (1, 1, 1), (4, 2, 4)),
    case("max_pool-1d", *_with("max_pool", max_pool, (2,), (2,), [(0, 1)]), real(1, 5, 2)),
    case("max_pool-2d-same", *_with("max_pool", max_pool, (3, 2), (2, 2), [(1, 1), (0, 1)]), real(1, 4, 3, 2)),
    case("max_pool-2d-overlap", *_with("max_pool", max_pool, (3, 3), (1, 1), [(1, 1), (1, 1)]), real(1, 3, 3, 1)),
    case("max_pool-3d", *_with("max_pool", max_pool, (2, 2, 2), (1, 2, 2), [(0, 0)] * 3), real(1, 3, 2, 2, 1)),
    case(
        "max_pool-int",
        lambda e, x: e.max_pool(x, (2,), (2,), [(1, 0)]),
        lambda x: ints([[-5], [-2]]),
        ints([[-5], [-9], [-2]]),
    ),
    case("sum_pool-1d", *_with("sum_pool", sum_pool, (3,), (2,), [(1, 0)]), real(1, 5, 1)),
    case("sum_pool-2d", *_with("sum_pool", sum_pool, (2, 2), (2, 2), [(0, 1), (1, 0)]), real(1, 3, 3, 2)),
    case("sum_pool-3d", *_with("sum_pool", sum_pool, (2, 2, 2), (1, 1, 1), [(0, 0)] * 3), real(1, 2, 3, 2, 1)),
    case("softmax", lambda e, x: e.softmax(x, -1), lambda x: np.exp(x) / np.exp(x).sum(-1, keepdims=True), real(2, 3)),
    case("log_softmax", lambda e, x: e.log_softmax(x, 0), lambda x: x - np.log(np.exp(x).sum(0)), real(2, 3)),
]


def _gelu(x, approximate=False):
    if approximate:
        return x / 2 * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
    return x / 2 * (1 + _erf(x / math.sqrt(2)))


def _layer_norm(x, gamma, beta):
    centred = x - x.mean(-1, keepdims=True)
    return centred / np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-3) * gamma + beta


_MASK = np.array([[True, False, True], [True, True, False]])


def _attention(query, key, value, scale):
    logits = np.where(_MASK, np.einsum("bqhd,bkhd->bhqk", query, key) * scale, -np.inf)
    weights = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
    return np.einsum("bhqk,bkhd->bqhd", weights, value)


def _sigmoid(x):
    return 1 / (1 + np.exp(-x))


def _simple_rnn_step(phi, x, states, kept, w, u, b):
    return (phi(x @ w + kept @ u + b),)


def _gru_step(phi, x, states, kept, w, u, b):
    (zu, zr, zg), (yu, yr, yg) = np.split(x @ w + b[0], 3, -1), np.split(kept @ u + b[1], 3, -1)
    z, r = _sigmoid(zu + yu), _sigmoid(zr + yr)
    return (z * states[0] + (1 - z) * phi(zg + r * yg),)


def _gru_reset_before_step(phi, x, states, kept, w, u, b):
    (uu, ur, ug), (zu, zr, zg) = np.split(u, 3, -1), np.split(x @ w + b, 3, -1)
    z, r = _sigmoid(zu + kept @ uu), _sigmoid(zr + kept @ ur)
    return (z * states[0] + (1 - z) * phi(zg + (r * kept) @ ug),)


def _lstm_step(phi, x, states, kept, w, u, b):
    i, f, g, o = np.split(x @ w + kept @ u + b, 4, -1)
    c = _sigmoid(f) * states[1] + _sigmoid(i) * phi(g)
    return _sigmoid(o) * phi(c), c


def _recurrent(step, activation="tanh", mask=None, keep=1.0):
    """The outputs at all times and the last states, time by time."""
    phi = {"tanh": np.tanh, "relu": lambda x: np.maximum(x, 0)}[activation]

    def run(x, *rest):
        states, weights, ys = rest[:-3], rest[-3:], []
        for t in range(x.shape[1]):
            after = step(phi, x[:, t], states, states[0] * keep, *weights)
            real = True if mask is None else mask[:, t, None]
            states = tuple(np.where(real, new, old) for new, old in zip(after, states, strict=True))
            ys.append(states[0])
        return np.stack(ys, 1), *states

    return run


def _recurrent_cases(name, step, gates, states=1, bias=()):
    """Over 2 rows, 3 times, 2 inputs and 2 units."""

    def make(setting, **settings):
        arrays = [real(2, 3, 2), *(real(2, 2) for _ in range(states)), real(2, 2 * gates), positive(2, 2 * gates)]

        def fn(e, *xs):
            return getattr(e, name)(*xs, **{k: v if k == "activation" else e.asarray(v) for k, v in settings.items()})

        return case(name + setting, fn, _recurrent(step, **settings), *arrays, real(*bias, 2 * gates))

    keep = np.array([[2.0, 0.0], [2.0, 2.0]])
    return [
        make(""),
        make("-relu", activation="relu"),
        make("-mask", mask=_MASK),
        make("-keep", keep=keep),
        make("-all", activation="relu", mask=_MASK, keep=keep),
    ]


FUSED = [
    case("relu", lambda e, x: e.relu(x), lambda x: np.maximum(x, 0), real(2, 3)),
    case("gelu", lambda e, x: e.gelu(x), _gelu, real(2, 3)),
    case("gelu-approximate", lambda e, x: e.gelu(x, approximate=True), lambda x: _gelu(x, True), real(2, 3)),
    case("logsumexp", lambda e, x: e.logsumexp(x, axis=(0, 1)), lambda x: np.log(np.exp(x).sum((0, 1))), real(2, 3, 2)),
    case("layer_norm", lambda e, *xs: e.layer_norm(*xs, 1e-3), _layer_norm, real(2, 4), real(4), positive(4)),
    case(
        "attention",
        lambda e, q, k, v: e.attention(q, k, v, e.asarray(_MASK), 0.7),
        lambda q, k, v: _attention(q, k, v, 0.7),
        real(1, 2, 2, 3),
        real(1, 3, 2, 3),
        positive(1, 3, 2, 3),
    ),
    *_recurrent_cases("simple_rnn", _simple_rnn_step, 1),
    *_recurrent_cases("gru", _gru_step, 3, bias=(2,)),
    *_recurrent_cases("gru_reset_before", _gru_reset_before_step, 3),
    *_recurrent_cases("lstm", _lstm_step, 4, states=2),
]

CASES = [*UNARY, *BINARY, *REDUCTION, *SHAPE, *INDEXING, *LINALG, *CONV, *FUSED]


def _tuple(y):
    return tuple(y) if isinstance(y, (tuple, list)) else (y,)


def _weights(y):
    return np.cos(np.arange(math.prod(y.shape))).reshape(y.shape)


def _is_float(x) -> bool:
    return x.dtype.kind == "f"


def _difference(c: Case, which: int) -> np.ndarray:
    """The gradient of the weighted sum of the reference by one input."""

    def value(x):
        inputs = [x if i == which else a for i, a in enumerate(c.inputs)]
        return sum((_weights(y) * y).sum() for y in map(np.asarray, _tuple(c.reference(*inputs))))

    x, h = c.inputs[which], 1e-6
    gradient = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[place] = h
        gradient[place] = (value(x + step) - value(x - step)) / (2 * h)
    return gradient


@pytest.mark.parametrize("c", CASES, ids=[c.id for c in CASES])
def test_agrees_with_numpy(e, c):
    if c in FUSED and not hasattr(e, c.id.split("-")[0]):
        pytest.skip("derived on this engine")
    if c in FUSED and c.fn(e, *map(e.asarray, c.inputs)) is None:
        pytest.skip("this engine has no kernel for these settings")
    differentiable = [i for i, x in enumerate(c.inputs) if _is_float(x)] if c.gradient else []

    def weighted(leaves):
        inputs = [e.asarray(x) for x in c.inputs]
        for i, leaf in zip(differentiable, leaves, strict=True):
            inputs[i] = leaf
        ys = _tuple(c.fn(e, *inputs))
        if not differentiable:
            return e.asarray(0.0), ys
        return sum(e.sum(e.asarray(_weights(y)) * y) for y in ys), ys

    leaves = [e.asarray(c.inputs[i]) for i in differentiable]
    if differentiable:
        (_, ys), gradients = e.jit(e.value_and_grad(weighted))(leaves)
    else:
        ys, gradients = e.jit(lambda: weighted([])[1])(), []

    expected = _tuple(c.reference(*c.inputs))
    for y, wanted in zip(ys, expected, strict=True):
        narrow = {"float64": "float32", "int64": "int32"}
        dtype = np.asarray(wanted).dtype.name
        assert e.dtype_name(y) == narrow.get(dtype, dtype)
        np.testing.assert_allclose(e.to_numpy(y), wanted, rtol=2e-5, atol=2e-5)
    for i, gradient in zip(differentiable, gradients, strict=True):
        np.testing.assert_allclose(e.to_numpy(gradient), _difference(c, i), rtol=2e-3, atol=2e-3)


@pytest.mark.parametrize("name", UNARY_OF_INTS)
def test_analysis_turns_integers_into_float32(e, name):
    y = getattr(e, name)(e.asarray([1, 2]))
    assert e.dtype_name(y) == "float32"


def test_cholesky_of_an_indefinite_matrix_is_nan(e):
    y = e.to_numpy(e.cholesky(e.asarray([[[1.0, 0.0], [0.0, -1.0]], [[4.0, 0.0], [0.0, 9.0]]])))
    assert np.isnan(y[0]).any()
    np.testing.assert_allclose(y[1], [[2, 0], [0, 3]])


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_half_precision(e, dtype):
    x = e.asarray(real(1, 4, 4, 2), dtype)
    kernel = e.asarray(real(2, 2, 2, 2), dtype)
    for y in (
        e.conv(x, kernel, (1, 1), [(0, 1), (0, 1)], (1, 1), 1),
        e.max_pool(x, (2, 2), (2, 2), [(0, 0), (0, 0)]),
        e.sum_pool(x, (2, 2), (2, 2), [(0, 0), (0, 0)]),
        e.softmax(x, -1),
        e.sum(x, axis=1),
        x * 2.5,
    ):
        assert e.dtype_name(y) == dtype
    assert e.dtype_name(e.rfft(x, 2)[0]) == "float32"
