"""The dtypes of results: real Keras's, found by tracing on both sides, so that nothing is compiled."""

import pytest

import hornbeam
from hornbeam import ops
from hornbeam.core.symbolic import SymbolicTensor

keras = pytest.importorskip("keras")

ONE = """
    abs absolute fabs square sqrt cbrt exp exp2 expm1 log log2 log10 log1p sin cos tan sinh cosh
    tanh arcsin arccos arctan arcsinh arccosh arctanh floor ceil trunc isnan isinf isfinite logical_not
    sum prod mean var std max min any all argmax argmin cumsum cumprod median count_nonzero
    sort argsort transpose ravel flip zeros_like ones_like
"""
# Of integers real Keras announces integers, and then computes floats.
OF_FLOATS = """
    relu relu6 leaky_relu elu selu gelu silu sigmoid softplus softsign softmax log_softmax hard_sigmoid
    negative rsqrt erf erfinv round sign
"""
TWO = """
    add subtract multiply divide maximum minimum power mod floor_divide arctan2 matmul dot equal less logical_and
    logaddexp
"""
DTYPES = ("float32", "bfloat16", "float16", "int32", "uint8", "bool")
# Where PyTorch's answer is another one, there as well: it has no arithmetic of unsigned integers of 32 bits.
ON_TORCH = {("sum", "uint8"): "int32", ("prod", "uint8"): "int32"}


def ours(name, *dtypes):
    return getattr(ops, name)(*(SymbolicTensor((4, 4), dtype) for dtype in dtypes)).dtype


def theirs(name, *dtypes):
    return getattr(keras.ops, name)(*(keras.KerasTensor((4, 4), dtype) for dtype in dtypes)).dtype


def differences(names, *others, dtypes=DTYPES):
    found = {}
    for name in names.split():
        for dtype in dtypes:
            try:
                wanted = theirs(name, dtype, *others)
            except (TypeError, ValueError):
                continue
            if hornbeam.backend.backend() == "torch":
                wanted = ON_TORCH.get((name, dtype), wanted)
            try:
                actual = ours(name, dtype, *others)
            except Exception as error:
                actual = f"{type(error).__name__}: {error}"
            if actual != wanted:
                found[name, dtype, *others] = (actual, wanted)
    return found


def test_of_one_array(engine):
    assert differences(ONE) == {}
    assert differences(OF_FLOATS, dtypes=("float32", "bfloat16")) == {}


@pytest.mark.parametrize("other", ["float32", "int32"])
def test_of_two_arrays(engine, other):
    assert differences(TWO, other) == {}


@pytest.mark.parametrize(
    ("call", "dtype", "value"),
    [
        (lambda of: ops.subtract(of([3], "uint8"), of([True], "bool")), "uint8", 2),
        (lambda of: ops.add(of([True], "bool"), 1), "int32", 2),
        (lambda of: ops.mod(of([True], "bool"), of([True], "bool")), "int32", 0),
        (lambda of: ops.fmod(of([-7], "int8"), 3), "int8", -1),
        (lambda of: ops.gcd(of([12], "uint8"), 8), "uint8", 4),
        (lambda of: ops.left_shift(2, of([1], "uint8")), "uint8", 4),
        (lambda of: ops.cumsum(of([200, 100], "uint8"))[1:], "uint8", 44),
        (lambda of: ops.trace(of([[100, 0], [0, 100]], "int8")), "int32", 200),
        (lambda of: ops.matmul(of([[100, 100]], "int8"), of([[100], [100]], "int8")), "int32", 20000),
        (lambda of: ops.heaviside(of([0], "float16"), of([5], "float16")), "float16", 5),
        (lambda of: ops.nextafter(of([1], "float16"), 2.0), "float16", 1 + 2**-10),
        (lambda of: ops.divide_no_nan(of([5], "bfloat16"), 2.5), "bfloat16", 2),
        (lambda of: ops.heaviside(of([0], "float16"), 2.5), "float16", 2.5),
        (lambda of: ops.hypot(of([3], "float16"), 4.0), "float16", 5),
        (lambda of: ops.dot(2.5, of([2], "bfloat16")), "bfloat16", 5),
        (lambda of: ops.inner(of([2], "float16"), 2.5), "float16", 5),
        (lambda of: ops.outer(of([2], "int8"), 3), "int8", 6),
        (lambda of: ops.kron(3, of([2], "uint8")), "uint8", 6),
        (lambda of: ops.append(of([2], "int8"), 3)[1:], "int8", 3),
        (lambda of: ops.average(of([2], "int8"), weights=of([3], "bfloat16")), "bfloat16", 2),
        (lambda of: ops.correlate(of([2], "float16"), of([3], "int32")), "float16", 6),
        (lambda of: ops.left_shift(2, of([True], "bool")), "int32", 4),
        (lambda of: ops.floor_divide(of([True], "bool"), of([True], "bool")), "int32", 1),
        (lambda of: ops.mod(5, of([True], "bool")), "int32", 0),
        (lambda of: ops.power(of([True], "bool"), True), "int32", 1),
        (lambda of: ops.logaddexp2(of([1], "bfloat16"), of([1], "bfloat16")), "bfloat16", 2),
        (lambda of: ops.subtract(of([3], "uint16"), of([5], "int8")), "int32", -2),
        (lambda of: ops.subtract(of([3], "uint16"), of([5], "uint16")), "uint16", 2**16 - 2),
        (lambda of: ops.add(of([3], "uint32"), True), "uint32", 4),
        (lambda of: ops.less(1, of([3], "uint32")), "bool", 1),
        (lambda of: ops.flip(of([3], "uint16")), "uint16", 3),
        (lambda of: ops.bitwise_not(of([1], "uint16")), "uint16", 2**16 - 2),
        (lambda of: ops.where(of([True], "bool"), of([3], "uint16"), of([5], "bfloat16")), "bfloat16", 3),
        (lambda of: ops.matmul(of([[3]], "uint32"), of([[5]], "uint32")), "uint32", 15),
        (lambda of: ops.right_shift(4, of([True], "bool")), "int32", 2),
        (lambda of: ops.bitwise_or(of([True], "bool"), 2), "int32", 3),
        (lambda of: ops.max(of([False], "bool"), initial=1), "bool", 1),
        (lambda of: ops.min(of([3], "int8"), initial=2), "int8", 2),
        (lambda of: ops.take(of([3], "int8"), of([1], "int32")), "int8", -128),
        (lambda of: ops.take(of([3], "uint8"), -2), "uint8", 255),
        (lambda of: ops.take_along_axis(of([False], "bool"), of([1], "int32"), 0), "bool", 1),
        (lambda of: ops.nextafter(of([1], "float16"), of([2], "float16")), "float16", 1 + 2**-10),
        (lambda of: ops.nextafter(of([0], "float32"), -1.0), "float32", -(2.0**-149)),
        (lambda of: ops.linspace(of(0, "bfloat16"), 1.0, 3)[1], "bfloat16", 0.5),
        (lambda of: ops.threshold(of([3], "int8"), 1, 0), "int8", 3),
    ],
)
def test_small_and_truth_values_among_numbers(engine, call, dtype, value):
    result = call(lambda x, dtype: ops.cast(ops.convert_to_tensor(x), dtype))
    assert hornbeam.backend.standardize_dtype(result.dtype) == dtype
    assert float(ops.cast(ops.reshape(result, ()), "float64")) == value
