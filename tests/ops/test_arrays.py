"""Creation and shapes against NumPy's of the same name."""

import numpy as np
import pytest

from hornbeam import ops
from hornbeam.core.variable import Variable
from hornbeam.ops import convert_to_numpy as host

X = np.arange(12, dtype=np.float32).reshape(2, 3, 2)
M = np.arange(12, dtype=np.float32).reshape(3, 4)


def same(actual, expected):
    if isinstance(expected, (list, tuple)) and not isinstance(actual, np.ndarray):
        assert len(actual) == len(expected)
        for a, e in zip(actual, expected, strict=True):
            same(a, e)
        return
    actual = host(actual)
    assert actual.shape == np.shape(expected)
    np.testing.assert_allclose(actual, expected, rtol=1e-6)


CASES = [
    ("zeros", ((2, 3),), {}),
    ("ones", (3,), {}),
    ("full", ((2, 2), 7.0), {}),
    ("full_like", (M, 2), {}),
    ("zeros_like", (M,), {}),
    ("ones_like", (M,), {}),
    ("arange", (5,), {}),
    ("arange", (1.0, 2.0, 0.25), {}),
    ("linspace", (0.0, 1.0, 7), {}),
    ("linspace", (0.0, 1.0, 4), {"endpoint": False}),
    ("linspace", ([0.0, 1.0], [2.0, 5.0], 3), {"axis": 1}),
    ("logspace", (0.0, 2.0, 3), {}),
    ("geomspace", (1.0, 8.0, 4), {}),
    ("eye", (3, 4, 1), {}),
    ("identity", (2,), {}),
    ("tri", (3, 4, 1), {}),
    ("tril", (X,), {"k": -1}),
    ("triu", (M,), {"k": 1}),
    ("diag", ([1.0, 2.0],), {"k": -1}),
    ("diag", (M,), {"k": 1}),
    ("diag", (M.T,), {"k": -1}),
    ("diagflat", (np.eye(2),), {}),
    ("meshgrid", ([1.0, 2.0], [3.0, 4.0, 5.0]), {}),
    ("meshgrid", ([1.0, 2.0], [3.0, 4.0, 5.0]), {"indexing": "ij"}),
    ("vander", ([1.0, 2.0, 3.0],), {}),
    ("reshape", (X, (3, -1)), {}),
    ("ravel", (X,), {}),
    ("transpose", (X,), {}),
    ("transpose", (X, (1, 0, 2)), {}),
    ("swapaxes", (X, 0, -1), {}),
    ("moveaxis", (X, 0, -1), {}),
    ("moveaxis", (X, (0, 1), (-1, 0)), {}),
    ("expand_dims", (M, -1), {}),
    ("expand_dims", (M, (0, 3)), {}),
    ("squeeze", (M[None, :, None],), {}),
    ("squeeze", (M[None, :, None], 2), {}),
    ("broadcast_to", (M[:, :1], (2, 3, 4)), {}),
    ("concatenate", ([M, M], 1), {}),
    ("append", (M, M), {}),
    ("append", (M, M), {"axis": 0}),
    ("stack", ([M, M], -1), {}),
    ("hstack", ([[1.0, 2.0], [3.0]],), {}),
    ("hstack", ([M, M],), {}),
    ("vstack", ([[1.0, 2.0], [3.0, 4.0]],), {}),
    ("dstack", ([[1.0, 2.0], [3.0, 4.0]],), {}),
    ("split", (M, 2), {"axis": 1}),
    ("split", (M, [1, 3]), {"axis": -1}),
    ("array_split", (M, 3), {"axis": 1}),
    ("hsplit", (M, 2), {}),
    ("vsplit", (M, 3), {}),
    ("dsplit", (X, 2), {}),
    ("repeat", (M, 2), {}),
    ("repeat", (M, 2), {"axis": 1}),
    ("repeat", (M, [1, 0, 2]), {"axis": 0}),
    ("tile", (M, (2, 1, 2)), {}),
    ("tile", (M, 2), {}),
    ("flip", (X,), {"axis": (0, 2)}),
    ("fliplr", (M,), {}),
    ("flipud", (M,), {}),
    *(("rot90", (M, k), {}) for k in (0, 1, 2, 3)),
    ("rot90", (X,), {"axes": (1, 2)}),
    ("roll", (M, 5), {}),
    ("roll", (M, (1, -1)), {"axis": (0, 1)}),
    ("pad", (M, 1), {}),
    ("pad", (M, ((1, 0), (0, 2))), {"mode": "reflect"}),
    ("pad", (M, (0, 1)), {"constant_values": 3.0}),
]


def test_as_in_numpy(engine):
    for name, args, kwargs in CASES:
        same(getattr(ops, name)(*args, **kwargs), getattr(np, name)(*args, **kwargs))


def test_dtypes_of_what_is_made(engine):
    assert ops.dtype(ops.zeros(2)) == ops.dtype(ops.eye(2)) == ops.dtype(ops.linspace(0, 1)) == "float32"
    assert ops.dtype(ops.arange(3)) == "int32"
    assert ops.dtype(ops.arange(3.0)) == "float32"
    assert ops.dtype(ops.array(np.zeros(2))) == "float32"
    assert ops.dtype(ops.array([1, 2])) == "int32"
    assert ops.dtype(ops.convert_to_tensor([1, 2], "bfloat16")) == "bfloat16"
    assert ops.dtype(ops.ones_like(np.array([1]), dtype="float16")) == "float16"


def test_values_of_many_kinds(engine):
    v = Variable([1.0, 2.0])
    for value in ([1.0, 2.0], np.array([1.0, 2.0]), v, ops.array([1.0, 2.0])):
        same(ops.add(value, value), [2.0, 4.0])
    assert ops.shape(v) == (2,)
    assert ops.shape([[1], [2]]) == (2, 1)
    assert ops.size(np.zeros((2, 3))) == 6
    assert ops.ndim(v) == 1
    assert ops.is_tensor(ops.array(1.0))
    assert not ops.is_tensor([1.0])
    assert isinstance(host(v), np.ndarray)


def test_casts(engine):
    same(ops.cast([1.9, -1.9], "int32"), [1, -1])
    same(ops.saturate_cast([300.0, -5.0, 7.0], "uint8"), [255, 0, 7])
    same(ops.saturate_cast([3e9, -3e9], "int32"), [2147483520, -(2**31)])
    same(ops.saturate_cast([1e6], "float16"), [65504.0])
    same(ops.unstack(M, axis=1)[1], M[:, 1])
    same(ops.copy(M), M)


def test_what_cannot_be(engine):
    with pytest.raises(ValueError, match="must divide the size 4 of axis 1"):
        ops.split(M, 3, axis=1)
    with pytest.raises(ValueError, match=r"`axis` must name axes of size 1. Received: axis=0"):
        ops.squeeze(M, 0)
    with pytest.raises(ValueError, match=r"`axis` must be in \[-2, 2\)"):
        ops.flip(M, 2)
    with pytest.raises(ValueError, match="needs mode='constant'"):
        ops.pad(M, 1, "reflect", 2.0)
