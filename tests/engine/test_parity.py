"""Where engines are known to differ by default, and what both must do instead."""

import math

import ml_dtypes
import numpy as np
import pytest


def _gradient(e, fn, *xs):
    """Of the sum of `fn(*xs)`, by each of the arrays."""
    xs = [e.asarray(np.asarray(x, "float32")) for x in xs]
    (_, _), gradients = e.jit(e.value_and_grad(lambda leaves: (e.sum(fn(*leaves)), None)))(xs)
    return [e.to_numpy(g).tolist() for g in gradients]


@pytest.mark.parametrize("name", ["max", "min"])
def test_tied_extremes_share_the_gradient(e, name):
    assert _gradient(e, lambda x: getattr(e, name)(x, axis=1), [[1, 1, 1, 1], [0, 2, 0, 2]])[0][0] == [0.25] * 4


@pytest.mark.parametrize("name", ["maximum", "minimum"])
def test_each_side_of_a_tie_gets_half(e, name):
    assert _gradient(e, getattr(e, name), [1, 1], [1, 1]) == [[0.5, 0.5], [0.5, 0.5]]


@pytest.mark.parametrize("name", ["abs", "sign", "round"])
def test_gradient_at_zero(e, name):
    assert _gradient(e, getattr(e, name), [0]) == [[0]]


def test_relu_has_no_gradient_at_zero(e):
    if hasattr(e, "relu"):
        assert _gradient(e, e.relu, [-1, 0, 1]) == [[0, 0, 1]]


def test_where_gives_no_gradient_to_the_untaken_branch(e):
    def guarded(x):
        positive = x > 0
        return e.where(positive, e.sqrt(e.where(positive, x, 1.0)), 0.0)

    assert _gradient(e, guarded, [-1, 0, 4]) == [[0, 0, 0.25]]
    assert _gradient(e, lambda x, y: e.where(x > 0, x, y), [1, -1], [np.nan, 2]) == [[1, 0], [0, 1]]
    assert e.to_numpy(e.where(e.asarray([True, False]), 1.0, np.nan)).tolist()[0] == 1


def test_ties_go_to_the_lower_index(e):
    x = e.asarray([3, 1, 3, 1, 3] * 20)
    assert int(e.argmax(x)) == 0
    assert e.to_numpy(e.argsort(x, axis=0))[:3].tolist() == [1, 3, 6]
    values, indices = e.top_k(x, 4)
    assert e.to_numpy(values).tolist() == [3] * 4
    assert e.to_numpy(indices).tolist() == [0, 2, 4, 5]
    assert e.to_numpy(e.top_k(e.cast(x, "float32"), 61)[1])[-1] == 1


@pytest.mark.parametrize("size", [3, 40])
def test_argmax_finds_the_first_of_the_largest(e, size):
    rng = np.random.default_rng(0)
    floats = rng.integers(0, 4, (2, 6, size)).astype("float32")  # many ties
    floats[0, 0] = -np.inf
    with_nan = floats.copy()
    with_nan[0, :, 2] = with_nan[1, 0, :] = np.nan
    for x in (floats, with_nan, floats[1].astype("int32"), floats[0, 3]):
        for axis in (-1, 0):
            expected = np.argmax(x, axis)
            assert e.to_numpy(e.argmax(e.asarray(x), axis=axis)).tolist() == expected.tolist()
            kept = e.argmax(e.asarray(x), axis=axis, keepdims=True)
            assert e.to_numpy(kept).tolist() == np.expand_dims(expected, axis).tolist()


def test_positions_are_int32(e):
    x = e.asarray([2.0, 1.0])
    for y in (e.argmax(x), e.argmax(x, axis=0), e.argsort(x, axis=0), e.top_k(x, 1)[1], e.searchsorted(x, x)):
        assert e.dtype_name(y) == "int32"


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int16", "int32", "uint32", "float16", "bfloat16", "float32"])
def test_sums_keep_the_dtype_unless_it_is_small(e, dtype):
    x = e.asarray([1, 2, 3], dtype)
    assert e.dtype_name(e.max(x)) == e.dtype_name(e.min(x)) == dtype
    for y in (e.sum(x), e.prod(x, axis=0), e.cumsum(x, axis=0)):  # of many small integers there are not enough numbers
        assert e.dtype_name(y) in (("int32", "uint32") if dtype in ("int8", "uint8", "int16") else (dtype,))
    assert e.to_numpy(e.cumsum(x, 0)).astype(int).tolist() == [1, 3, 6]


@pytest.mark.parametrize("name", ["sum", "prod", "cumsum"])
def test_bool_counts_as_int32(e, name):
    assert e.dtype_name(getattr(e, name)(e.asarray([True, True]), 0)) == "int32"


@pytest.mark.parametrize(
    ("value", "dtype"),
    [
        (1.5, "float32"),
        (1, "int32"),
        (True, "bool"),
        ([1, 2.5], "float32"),
        ([], "float32"),
        (np.float64(1), "float32"),
        (np.ones(2), "float32"),
        (np.ones(2, "int64"), "int32"),
        (np.ones(2, "uint8"), "uint8"),
        (np.ones(2, "uint64"), "uint32"),
        (np.ones((2, 2), "float16").T, "float16"),
        (np.ones(2, ml_dtypes.bfloat16), "bfloat16"),
    ],
)
def test_default_dtypes(e, value, dtype):
    x = e.asarray(value)
    assert e.is_tensor(x)
    assert not e.is_traced(x)
    assert e.dtype_name(x) == dtype
    assert tuple(x.shape) == np.shape(value)
    np.testing.assert_array_equal(e.to_numpy(x).astype("float64"), np.asarray(value).astype("float64"))
    assert e.dtype_name(e.asarray(value, "bfloat16")) == "bfloat16"
    assert e.asarray(x, dtype) is x


def test_asarray_of_a_list_of_arrays(e):
    x = e.asarray([e.asarray([1, 2]), e.asarray([0.5, 1.5])])
    assert e.dtype_name(x) == "float32"
    assert e.to_numpy(x).tolist() == [[1, 2], [0.5, 1.5]]


@pytest.mark.parametrize("start", [0, 1, 16])  # JAX would keep memory that begins where its own does
@pytest.mark.parametrize("size", [4096, 2**19])
def test_memory_is_never_shared(e, size, start):
    memory = np.zeros(size + 32, "float32")
    start += -memory.ctypes.data % 64 // 4
    source = memory[start : start + size]
    x = e.asarray(source)
    source[:] = 1
    result = e.to_numpy(x)
    result[:] = 2
    assert float(e.max(x)) == 0


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_asarray_takes_arrays_of_the_other_engine(dtype):
    pytest.importorskip("jax")
    pytest.importorskip("torch")
    from hornbeam.engine import load

    for a, b in (("jax", "torch"), ("torch", "jax")):
        x = load(b).asarray(load(a).asarray([1.0, 2.5], dtype))
        assert load(b).dtype_name(x) == dtype
        assert load(b).to_numpy(x).astype(float).tolist() == [1, 2.5]


@pytest.mark.parametrize(
    ("operands", "dtype"),
    [
        (("bfloat16", "float16"), "float32"),
        (("bfloat16", "float32"), "float32"),
        (("bfloat16", "int32"), "bfloat16"),
        (("float16", 2.5), "float16"),
        (("bfloat16", 2), "bfloat16"),
        (("int8", 2), "int8"),
        (("int8", 2.5), "float32"),
        (("bool", 1), "int32"),
        (("bool", "uint8"), "uint8"),
        (("int8", "uint8"), "int16"),
        (("int32", "uint32"), "int32"),
        (("int32", "float16"), "float16"),
        (("uint32", "float32"), "float32"),
        ((1, 2.0), "float32"),
    ],
)
def test_promotion(e, operands, dtype):
    if isinstance(operands[0], str) and "int32" in operands and "uint32" in operands:
        pytest.importorskip("jax")  # with 64 bits switched off, as they are by default
    assert e.result_type(*operands) == dtype
    arrays = [e.asarray([1], x) if isinstance(x, str) else x for x in operands]
    assert e.result_type(*arrays) == dtype
    assert e.dtype_name(e.maximum(*arrays)) == dtype
    assert e.dtype_name(e.where(e.asarray(True), *arrays)) == dtype
    if all(isinstance(x, str) for x in operands):
        assert e.dtype_name(e.concatenate(arrays, 0)) == dtype


def test_arrays_without_axes_promote_like_others(e):
    x, y = e.asarray([1], "bfloat16"), e.asarray(2.0, "float32")
    assert e.dtype_name(e.maximum(x, y)) == "float32"
    assert e.dtype_name(e.maximum(x, 2.0)) == "bfloat16"


def test_take_moves_indices_into_range(e):
    x = e.asarray([10, 20, 30])
    i = e.asarray([-1, -3, -9, 2, 3, 99])
    expected = [30, 10, 10, 30, 30, 30]
    assert e.to_numpy(e.take(x, i, axis=0)).tolist() == expected
    assert e.to_numpy(e.take_along_axis(x, i, axis=0)).tolist() == expected
    assert e.to_numpy(e.take(x, e.asarray([0, 250], "uint8"), axis=-1)).tolist() == [10, 30]


def test_scatter_writes_nothing_outside(e):
    x, i, y = e.asarray([0, 0, 0]), e.asarray([[-1], [-5], [1]]), e.asarray([1, 2, 3])
    assert e.to_numpy(e.scatter_update(x, i, y)).tolist() == [0, 3, 1]
    assert e.to_numpy(e.scatter_add(x, e.asarray([[7], [2], [0]]), y)).tolist() == [3, 0, 2]
    table = e.asarray([[0, 0], [0, 0]])
    assert e.to_numpy(e.scatter_add(table, e.asarray([[0, 2], [-1, -2], [1, -3]], "int8"), y)).tolist() == [
        [0, 0],
        [2, 0],
    ]


def test_slices_are_moved_so_that_they_fit(e):
    x = e.asarray([0, 1, 2, 3])
    for start, expected in ((1, [1, 2]), (9, [2, 3]), (-1, [2, 3]), (-3, [1, 2]), (-9, [0, 1])):
        assert e.to_numpy(e.dynamic_slice(x, (start,), (2,))).tolist() == expected
    assert e.to_numpy(e.dynamic_update_slice(x, e.asarray([7, 8]), (e.asarray(3),))).tolist() == [0, 1, 7, 8]


def test_halves_round_to_even(e):
    assert e.to_numpy(e.round(e.asarray([-1.5, -0.5, 0.5, 1.5, 2.5]))).tolist() == [-2, 0, 0, 2, 2]


def test_reflect_pads_any_axis(e):
    x = np.arange(12.0).reshape(3, 2, 2)
    pads = [(2, 1), (1, 0), (0, 1)]
    for mode in ("reflect", "symmetric", "edge"):
        np.testing.assert_array_equal(e.to_numpy(e.pad(e.asarray(x), pads, mode)), np.pad(x, pads, mode))


def test_nan_wins(e):
    x = e.asarray([1.0, np.nan])
    assert np.isnan(e.to_numpy(e.maximum(x, 2.0))).tolist() == [False, True]
    assert np.isnan(e.to_numpy(e.minimum(0.0, x))).tolist() == [False, True]
    assert np.isnan(float(e.max(x)))


def test_conv_transpose_is_the_gradient_of_conv(e):
    kernel = np.cos(np.arange(18.0)).reshape(3, 3, 1, 2)
    for pads, strides, size in (([(0, 1), (1, 1)], (2, 2), (4, 5)), ([(1, 1), (0, 0)], (1, 3), (3, 7))):
        x = e.asarray(np.zeros((1, *size, 1)))
        fn = lambda x, pads=pads, strides=strides: e.conv(x, e.asarray(kernel), strides, pads, (1, 1), 1)  # noqa: E731
        y = e.asarray(np.sin(np.arange(np.prod(tuple(fn(x).shape)))).reshape(tuple(fn(x).shape)))
        _, (expected,) = e.value_and_grad(lambda xs, fn=fn, y=y: (e.sum(fn(xs[0]) * y), None))([x])
        result = e.conv_transpose(y, e.asarray(kernel), strides, pads, (1, 1), size)
        np.testing.assert_allclose(e.to_numpy(result), e.to_numpy(expected), rtol=1e-5, atol=1e-5)


def test_tied_pool_gives_the_gradient_to_the_first(e):
    gradient = _gradient(e, lambda x: e.max_pool(x, (2, 2), (2, 2), [(0, 0), (0, 0)]), np.ones((1, 2, 2, 1)))
    assert np.ravel(gradient).tolist() == [1, 0, 0, 0]


@pytest.mark.parametrize(
    ("shape", "size", "strides", "pads"),
    [
        ((2, 6, 4, 3), (2, 2), (2, 2), [(0, 0), (0, 0)]),
        ((2, 7, 5, 17), (2, 3), (2, 3), [(0, 0), (0, 0)]),
        ((2, 5, 5, 1), (3, 2), (3, 2), [(0, 1), (0, 1)]),
        ((2, 7, 2), (3,), (3,), [(1, 1)]),
        ((1, 4, 5, 3, 16), (2, 2, 1), (2, 2, 1), [(0, 0), (0, 1), (0, 0)]),
        ((2, 7, 8, 3), (3, 3), (2, 2), [(0, 0), (1, 1)]),
        ((2, 6, 6, 2), (3, 2), (1, 1), [(1, 1), (0, 1)]),
        ((2, 9, 7, 2), (4, 2), (3, 3), [(1, 1), (0, 0)]),
        ((2, 9, 2), (2,), (4,), [(0, 0)]),
        ((1, 4, 5, 3, 2), (2, 3, 1), (1, 2, 2), [(0, 0), (1, 1), (0, 0)]),
        ((2, 12, 1), (8,), (1,), [(3, 4)]),
        ((1, 9, 9, 1), (8, 8), (1, 1), [(0, 0), (0, 0)]),
    ],
)
def test_pools_are_what_windows_give_one_by_one(e, shape, size, strides, pads):
    """Values and gradients (few different numbers: many ties)."""
    rng = np.random.default_rng(0)
    x = rng.integers(-3, 3, shape).astype("float32")
    padded = np.pad(x, [(0, 0), *pads, (0, 0)], constant_values=-np.inf)
    counts = [(n - w) // s + 1 for n, w, s in zip(padded.shape[1:-1], size, strides, strict=True)]
    weights = rng.normal(size=(shape[0], *counts, shape[-1])).astype("float32")
    largest, sums = np.zeros(weights.shape, "float32"), np.zeros(weights.shape, "float32")
    of_max, of_sum = np.zeros(padded.shape, "float32"), np.zeros(padded.shape, "float32")
    for place in np.ndindex(*counts):
        at = (slice(None), *place)
        window = (slice(None), *(slice(i * s, i * s + w) for i, s, w in zip(place, strides, size, strict=True)))
        elements = padded[window].reshape(shape[0], -1, shape[-1])
        largest[at], sums[at] = elements.max(1), np.where(np.isinf(elements), 0, elements).sum(1)
        first = np.eye(elements.shape[1])[elements.argmax(1)].transpose(0, 2, 1)  # one where the maximum is
        of_max[window] += (first * weights[at][:, None]).reshape(padded[window].shape)
        of_sum[window] += weights[at].reshape(shape[0], *(1,) * len(size), shape[-1])
    inside = (slice(None), *(slice(a, a + n) for n, (a, _) in zip(shape[1:-1], pads, strict=True)))
    for pool, values, gradient in ((e.max_pool, largest, of_max), (e.sum_pool, sums, of_sum)):
        np.testing.assert_array_equal(e.to_numpy(pool(e.asarray(x), size, strides, pads)), values)
        found = _gradient(e, lambda x, pool=pool: pool(x, size, strides, pads) * e.asarray(weights), x)[0]
        np.testing.assert_allclose(np.array(found, "float32"), gradient[inside], rtol=1e-4, atol=1e-5)


def test_pool_keeps_nan(e):
    y = e.max_pool(
        e.asarray(np.array([[0, np.nan, 1, 2], [np.nan, 0, 2, 1]], "float32")[..., None]), (2,), (2,), [(0, 0)]
    )
    np.testing.assert_array_equal(e.to_numpy(y)[..., 0], [[np.nan, 2], [np.nan, 2]])


def test_fused_bias_is_a_sum(e):
    if not hasattr(e, "add_bias"):
        pytest.skip("this engine has no fused bias")
    rng = np.random.default_rng(0)
    x, bias, weights = (rng.normal(size=s).astype("float32") for s in ((5, 3, 4), (4,), (5, 3, 4)))
    dx, d_bias = _gradient(e, lambda x, b: e.add_bias(x, b) * e.asarray(weights), x, bias)
    np.testing.assert_allclose(dx, weights, rtol=1e-6)
    np.testing.assert_allclose(d_bias, weights.sum((0, 1)), rtol=1e-5)
    np.testing.assert_allclose(e.to_numpy(e.add_bias(e.asarray(x), e.asarray(bias))), x + bias, rtol=1e-6)


def _moments(e, x, epsilon=0.1):
    distance = x - e.sum(x, -1, True) / x.shape[-1]
    return distance, e.rsqrt(e.sum(distance * distance, -1, True) / x.shape[-1] + epsilon)


@pytest.mark.parametrize(
    ("name", "fused", "formula"),
    [
        ("scaled", lambda e, x, gamma, beta: e.scaled(x, gamma) + beta, lambda e, x, gamma, beta: x * gamma + beta),
        (
            "layer_norm",
            lambda e, *args: e.layer_norm(*args, 0.1),
            lambda e, x, gamma, beta: math.prod(_moments(e, x)) * gamma + beta,
        ),
        (
            "rms_norm",
            lambda e, x, gamma, beta: e.rms_norm(x, gamma, 0.1) + beta,
            lambda e, x, gamma, beta: x * e.rsqrt(e.sum(x * x, -1, True) / x.shape[-1] + 0.1) * gamma + beta,
        ),
    ],
)
@pytest.mark.parametrize("width", [4, 65])  # rows that are added up by plain sums, and by products
def test_fused_normalization_is_the_formula(e, name, fused, formula, width):
    if not hasattr(e, name):
        pytest.skip(f"this engine has no fused {name}")
    rng = np.random.default_rng(0)
    given = [rng.normal(size=shape).astype("float32") for shape in ((5, 3, width), (width,), (width,))]
    weights = e.asarray(rng.normal(size=(5, 3, width)).astype("float32"))
    values = [e.to_numpy(fn(e, *map(e.asarray, given))) for fn in (fused, formula)]
    np.testing.assert_allclose(*values, rtol=1e-4, atol=1e-5)
    found, expected = (_gradient(e, lambda *xs, fn=fn: fn(e, *xs) * weights, *given) for fn in (fused, formula))
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-4)


def test_fused_sigmoid_crossentropy_is_the_formula(e):
    """Values and gradients, also far from 0, where the loss is tiny or linear, and second derivatives."""
    if not hasattr(e, "sigmoid_crossentropy"):
        pytest.skip("this engine has no fused cross-entropy")
    x = np.array([-80, -20, -3, -1e-3, 0, 0.5, 4, 20, 80], "float32")
    y = np.array([0, 0, 1, 0.3, 0.5, 1, 0, 1, 1], "float32")
    wide, p = x.astype("float64"), 1 / (1 + np.exp(-x.astype("float64")))
    expected = np.maximum(wide, 0) - wide * y + np.log1p(np.exp(-np.abs(wide)))
    found = e.to_numpy(e.sigmoid_crossentropy(e.asarray(y), e.asarray(x)))
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    dy, dx = _gradient(e, e.sigmoid_crossentropy, y, x)
    np.testing.assert_allclose(dx, p - y, rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(dy, -x, rtol=1e-6)

    def slope(x):
        return e.value_and_grad(lambda x: (e.sum(e.sigmoid_crossentropy(e.asarray(y), x)), None))(x)[1]

    np.testing.assert_allclose(_gradient(e, slope, x)[0], p * (1 - p), rtol=1e-5, atol=1e-7)


def test_gradients_of_products_of_many_rows(e):
    """Of weights with more inputs than outputs and fewer, and sums along long rows."""
    rng = np.random.default_rng(0)
    for inputs, outputs in ((128, 10), (10, 128)):
        x, w, by = (rng.normal(size=s).astype("float32") for s in ((256, inputs), (inputs, outputs), (256, outputs)))
        dx, dw = _gradient(e, lambda x, w, by=by: e.sum(e.matmul(x, w) * e.asarray(by), -1), x, w)
        np.testing.assert_allclose(dx, by @ w.T, rtol=1e-4, atol=1e-4)
        np.testing.assert_allclose(dw, x.T @ by, rtol=1e-4, atol=1e-4)
        np.testing.assert_allclose(e.to_numpy(e.sum(e.asarray(x), -1)), x.sum(-1), rtol=1e-4, atol=1e-4)


def test_fused_batch_norm_is_the_formula(e):
    """Values and gradients, also by way of the moments, and at a mean far from 0."""
    if not hasattr(e, "batch_norm"):
        pytest.skip("this engine has no fused batch normalization")
    rng = np.random.default_rng(0)
    x = rng.normal(3, 2, size=(8, 5, 5, 4)).astype("float32")
    gamma, beta, by_mean, by_variance = rng.normal(size=(4, 4)).astype("float32")
    weights = rng.normal(size=x.shape).astype("float32")

    def formula(x, gamma, beta):
        mean = e.sum(x, (0, 1, 2)) / 200
        variance = e.sum((x - mean) ** 2, (0, 1, 2)) / 200
        return (x - mean) * e.rsqrt(variance + 1e-3) * gamma + beta, mean, variance

    def weighed(fn):
        def loss(*xs):
            y, mean, variance = fn(*xs)
            return e.sum(y * e.asarray(weights)) + e.sum(mean * e.asarray(by_mean) + variance * e.asarray(by_variance))

        return loss

    fused = lambda *xs: e.batch_norm(*xs, 1e-3)  # noqa: E731
    for found, expected in zip(fused(*map(e.asarray, (x, gamma, beta))), formula(*map(e.asarray, (x, gamma, beta)))):
        np.testing.assert_allclose(e.to_numpy(found), e.to_numpy(expected), rtol=2e-5, atol=1e-5)
    for found, expected in zip(
        _gradient(e, weighed(fused), x, gamma, beta), _gradient(e, weighed(formula), x, gamma, beta)
    ):
        np.testing.assert_allclose(found, expected, rtol=2e-4, atol=2e-5)


@pytest.mark.parametrize("dtype", ["uint8", "int32", "float32", "bfloat16", "bool"])
def test_casts_truncate(e, dtype):
    y = e.cast(e.asarray([0.0, 1.9, 2.5]), dtype)
    assert e.dtype_name(y) == dtype
    if "int" in dtype:
        assert e.to_numpy(y).tolist() == [0, 1, 2]
        assert int(e.cast(e.asarray(-1.9), "int32")) == -1


def test_attention_to_nothing_is_even(e):
    if hasattr(e, "attention"):
        x = e.asarray(np.arange(6.0).reshape(1, 3, 1, 2))
        y = e.attention(x, x, x, e.asarray(np.zeros((3, 3), "bool")), 1.0)
        np.testing.assert_allclose(e.to_numpy(y)[0, :, 0], [[2, 3]] * 3, rtol=1e-5)
