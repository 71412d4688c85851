"""Reductions against NumPy's of the same name."""

import numpy as np
import pytest

from hornbeam import ops
from hornbeam.ops import convert_to_numpy as host

X = np.array([[3.0, -1.0, 2.0, 2.0], [0.5, 4.0, -2.0, 1.0], [1.0, 0.0, 0.0, 7.0]], np.float32)
HOLES = np.where(X == 2.0, np.nan, X)

PLAIN = "sum prod mean var std max min amax amin ptp any all count_nonzero argmax argmin median"
NAN = "nansum nanprod nanmean nanvar nanstd nanmax nanmin nanargmax nanargmin nanmedian"


def same(actual, expected, **tolerance):
    actual = host(actual)
    assert actual.shape == np.shape(expected)
    np.testing.assert_allclose(actual, expected, **({"rtol": 2e-6, "atol": 1e-6} | tolerance))


def test_over_everything_and_over_one_axis(engine):
    for name, x in [*((n, X) for n in PLAIN.split()), *((n, HOLES) for n in NAN.split())]:
        for axis in (None, 1):
            same(getattr(ops, name)(x, axis=axis), getattr(np, name)(x, axis=axis))


def test_over_two_axes_keeping_them(engine):
    x = X.reshape(3, 2, 2)
    for name in ["sum", "mean", "var", "max", "any", "median"]:
        expected = getattr(np, name)(x, axis=(0, 2), keepdims=True)
        same(getattr(ops, name)(x, axis=(0, 2), keepdims=True), expected)


def test_running_and_neighbouring(engine):
    for name in ["cumsum", "cumprod", "nancumsum", "nancumprod"]:
        x = HOLES if name.startswith("nan") else X
        same(getattr(ops, name)(x, axis=1), getattr(np, name)(x, axis=1))
        same(getattr(ops, name)(x), getattr(np, name)(x), rtol=1e-5)
    same(ops.diff(X, 2), np.diff(X, 2))
    same(ops.diff(X, axis=0), np.diff(X, axis=0))
    same(ops.trapezoid(X, dx=0.5), np.trapezoid(X, dx=0.5))
    same(ops.trapezoid(X, [0.0, 1.0, 3.0, 4.0]), np.trapezoid(X, [0.0, 1.0, 3.0, 4.0]))
    same(ops.average(X, axis=1, weights=[1.0, 2.0, 3.0, 4.0]), np.average(X, 1, [1.0, 2.0, 3.0, 4.0]))
    same(ops.corrcoef(X), np.corrcoef(X), rtol=1e-5)


@pytest.mark.parametrize("method", ["linear", "lower", "higher", "nearest", "midpoint"])
def test_quantiles(engine, method):
    same(ops.quantile(X, [0.1, 0.5, 0.95], 1, method), np.quantile(X, [0.1, 0.5, 0.95], 1, method=method), rtol=1e-5)
    same(ops.percentile(X, 30, method=method), np.percentile(X, 30, method=method), rtol=1e-5)
    same(ops.nanquantile(HOLES, 0.4, 1, method), np.nanquantile(HOLES, 0.4, 1, method=method), rtol=1e-5)


def test_logsumexp(engine):
    x = np.array([[1000.0, 1000.0], [-np.inf, 0.0], [-np.inf, -np.inf]], np.float32)
    same(ops.logsumexp(x, 1), [1000 + np.log(2), 0.0, -np.inf])
    same(ops.logsumexp(X), np.log(np.exp(X).sum()))
    same(ops.logsumexp(X, axis=0, keepdims=True), np.log(np.exp(X).sum(0, keepdims=True)))


def test_an_initial_value_bounds_the_extremes(engine):
    same(ops.max(X, axis=1, initial=3.5), np.max(X, axis=1, initial=3.5))
    same(ops.min(np.zeros((2, 0), "float32"), axis=1, initial=5.0), [5.0, 5.0])


def test_halves_are_summed_in_32_bits(engine):
    x = ops.full((1000,), 300.0, "float16")
    assert float(ops.mean(x)) == 300.0  # the sum is beyond float16
    assert ops.dtype(ops.mean(x)) == "float16"
    assert float(ops.var(x)) == 0.0


def test_integers(engine):
    x = np.array([200, 100], np.uint8)
    assert int(ops.sum(x)) == 300
    assert ops.dtype(ops.sum(np.array([True, True]))) == "int32"
    same(ops.mean(np.array([1, 2])), 1.5)
    same(ops.argmin(np.array([5, 0, 7], np.uint8)), 1)
    assert int(ops.argmin(np.array([3, -(2**31)], np.int32))) == 1
