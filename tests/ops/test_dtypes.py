"""The dtypes of results: real Keras's, found by tracing on both sides, so that nothing is compiled."""

import pytest

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
# Where the answer is another one, and why.
OTHERWISE = {
    # Sums of unsigned integers are signed: an engine without unsigned arithmetic has no other 32-bit integer.
    ("sum", "uint8"): "int32",
    ("prod", "uint8"): "int32",
    ("cumsum", "uint8"): "int32",
    ("cumprod", "uint8"): "int32",
}


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
            wanted = OTHERWISE.get((name, dtype), wanted)
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
