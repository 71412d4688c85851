"""Elementwise functions and products against NumPy's of the same name."""

import math

import numpy as np
import pytest

from hornbeam import ops
from hornbeam.ops import convert_to_numpy as host

WIDE = np.array([-2.5, -1.0, -0.5, 0.0, 0.5, 1.5, 3.0], np.float32)
POSITIVE = np.array([0.1, 0.5, 1.0, 2.0, 9.0], np.float32)
WITHIN = np.array([-0.9, -0.3, 0.0, 0.6], np.float32)
SPECIAL = np.array([-np.inf, -1.0, np.nan, 0.0, np.inf], np.float32)
INTEGERS = np.array([6, 15, 0, 7], np.int32)

UNARY = {
    WIDE.tobytes(): (
        WIDE,
        "abs absolute fabs negative sign signbit square exp exp2 expm1 sin cos tan sinh cosh tanh arctan arcsinh "
        "cbrt sinc deg2rad rad2deg floor ceil round trunc i0 logical_not",
    ),
    POSITIVE.tobytes(): (POSITIVE, "sqrt log log2 log10 log1p reciprocal"),
    WITHIN.tobytes(): (WITHIN, "arcsin arccos arctanh"),
    SPECIAL.tobytes(): (SPECIAL, "isnan isinf isfinite isposinf isneginf isreal nan_to_num"),
    INTEGERS.tobytes(): (INTEGERS, "bitwise_not bitwise_invert abs square negative"),
}
UNARY = [(name, x) for x, names in UNARY.values() for name in names.split()]

BINARY = {
    "add subtract multiply divide true_divide maximum minimum arctan2 hypot logaddexp mod floor_divide fmod": (
        np.array([[-2.5, 1.0, 7.0]], np.float32),
        np.array([[2.0], [-0.75]], np.float32),
    ),
    "power heaviside logaddexp2": (np.array([0.0, 1.5, 2.0], np.float32), np.array([0.5, 2.0, -1.0], np.float32)),
    "fmax fmin": (np.array([1.0, np.nan, 3.0], np.float32), np.array([2.0, 5.0, np.nan], np.float32)),
    "equal not_equal less less_equal greater greater_equal": (np.array([1, 2, 3]), np.array([3, 2, 1])),
    "logical_and logical_or logical_xor": (np.array([0.0, 0.0, 2.0, 3.0]), np.array([0.0, 1.0, 0.0, 1.0])),
    "bitwise_and bitwise_or bitwise_xor left_shift right_shift gcd lcm": (INTEGERS, np.array([4, 3, 2, 1], np.int32)),
    "nextafter": (np.array([1.0, 0.0], np.float32), np.array([2.0, -1.0], np.float32)),
    "ldexp": (np.array([1.5, -2.0], np.float32), np.array([3, -1], np.int32)),
    "matmul dot inner tensordot vdot kron": (
        np.arange(6, dtype=np.float32).reshape(3, 2)[:2],
        np.arange(4, dtype=np.float32).reshape(2, 2) - 1,
    ),
    "outer": (np.arange(3.0, dtype=np.float32), np.arange(2.0, dtype=np.float32)),
    "cross": (np.array([[1.0, 2.0, 3.0]], np.float32), np.array([[0.0, -1.0, 4.0]], np.float32)),
}
BINARY = [(name, xs) for names, xs in BINARY.items() for name in names.split()]


def same(actual, expected, **tolerance):
    actual = host(actual)
    assert actual.shape == np.shape(expected)
    np.testing.assert_allclose(actual, expected, **({"rtol": 2e-6, "atol": 1e-6} | tolerance))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_functions_of_one_array(engine):
    for name, x in UNARY:
        same(getattr(ops, name)(x), getattr(np, name)(x))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_functions_of_two_arrays(engine):
    for name, (x1, x2) in BINARY:
        same(getattr(ops, name)(x1, x2), getattr(np, name)(x1, x2))


def test_a_python_number_on_either_side_keeps_the_dtype(engine):
    half = ops.cast([1.0, 2.0], "bfloat16")
    for name in ["add", "subtract", "multiply", "divide", "maximum", "minimum", "power"]:
        assert ops.dtype(getattr(ops, name)(half, 2.0)) == "bfloat16", name
        assert ops.dtype(getattr(ops, name)(2.0, half)) == "bfloat16", name
    assert ops.dtype(ops.add(half, np.float64(2.0))) == "bfloat16"
    assert ops.dtype(ops.add(np.array([1, 2]), 1)) == "int32"
    assert ops.dtype(ops.where([True, False], half, 0.0)) == "bfloat16"
    assert ops.dtype(ops.clip(half, 0.0, 1.0)) == "bfloat16"


def test_two_python_numbers_give_an_array(engine):
    for name, expected in {"add": 5, "multiply": 6, "divide": 2 / 3, "power": 8, "less": True, "maximum": 3}.items():
        result = getattr(ops, name)(2, 3)
        assert ops.is_tensor(result)
        assert host(result) == pytest.approx(expected)


def test_the_rest(engine):
    same(ops.erf([0.5, -1.0]), [math.erf(0.5), math.erf(-1)])
    same(ops.erfc([0.5]), [math.erfc(0.5)])
    same(ops.erfinv([0.25]), [0.2253120550])
    same(ops.rsqrt([4.0]), [0.5])
    same(ops.clip([-1, 5, 2], 0, 3), [0, 3, 2])
    same(ops.round([1.254, -2.5], 2), [1.25, -2.5])
    same(ops.round(np.array([126, 134]), -1), [130, 130])
    same(ops.divide_no_nan([1.0, 2.0], [0.0, 4.0]), [0.0, 0.5])
    same(ops.isclose([1.0, np.nan, np.inf], [1.0 + 1e-6, np.nan, np.inf], equal_nan=True), [True, True, True])
    assert not host(ops.allclose([1.0], [1.1]))
    same(ops.logaddexp([-np.inf], [-np.inf]), [-np.inf])
    same(ops.trunc([-1.5, 1.5]), [-1.0, 1.0])
    same(ops.bitwise_left_shift([1, 3], 2), [4, 12])


def test_einsum_and_tensordot(engine):
    a, b = np.arange(24.0).reshape(2, 3, 4).astype("float32"), np.arange(12.0).reshape(4, 3).astype("float32")
    same(ops.einsum("bij,jk->bik", a, b), np.einsum("bij,jk->bik", a, b))
    same(ops.tensordot(a, b, ((1, 2), (1, 0))), np.tensordot(a, b, ((1, 2), (1, 0))))
    same(ops.tensordot(a, b, 1), np.tensordot(a, b, 1))
    same(ops.dot(b, a.reshape(2, 3, 4)), np.dot(b, a))
    same(ops.dot(3.0, b), 3 * b)
    same(ops.cross([1.0, 2.0], [3.0, 4.0]), -2.0)


def gradient(fn, x):
    from hornbeam import engine

    return host(engine.value_and_grad(lambda xs: (ops.sum(fn(xs[0])), None))([engine.asarray(x)])[1][0])


def test_gradients_where_a_formula_could_go_wrong(engine):
    same(gradient(ops.arcsinh, [-1.0, 0.0, 1.0]), 1 / np.sqrt([2.0, 1.0, 2.0]))
    same(gradient(ops.sinc, [0.0]), [0.0])
    same(gradient(lambda x: ops.logaddexp(x, 0.0), [0.0]), [0.5])
    same(gradient(lambda x: ops.divide_no_nan(1.0, x), [0.0, 2.0]), [0.0, -0.25])
