"""Choosing, writing, ordering and counting elements."""

import numpy as np
import pytest

from hornbeam import KerasTensor, ops
from hornbeam.ops import convert_to_numpy as host

M = np.array([[3.0, 1.0, 2.0], [0.0, 5.0, 4.0]], np.float32)


def same(actual, expected):
    actual = host(actual)
    assert actual.shape == np.shape(expected)
    np.testing.assert_allclose(actual, expected, rtol=1e-6)


def test_taking(engine):
    same(ops.take(M, [[0, -1], [2, 2]], axis=1), M[:, [[0, -1], [2, 2]]])
    same(ops.take(M, 4), 5.0)
    beyond = np.array([[5, 0], [-4, -1]])  # known on the host, and not
    for indices in (beyond, ops.convert_to_tensor(beyond)):
        same(ops.take(M, indices, axis=1)[0], [[np.nan, 3.0], [np.nan, 2.0]])
        same(ops.take_along_axis(M, indices, axis=1), [[np.nan, 3.0], [np.nan, 4.0]])
    same(ops.take_along_axis(M, [[2], [0]], axis=1), [[2.0], [0.0]])
    same(ops.get_item(M, (slice(None), [0, 2])), M[:, [0, 2]])
    same(ops.get_item(M, (..., None, 1)), M[..., None, 1])
    same(ops.where(M > 2, M, 0.0), np.where(M > 2, M, 0))
    same(ops.where([True, False], 1, 2), [1, 2])
    same(ops.where(M > 2)[1], np.where(M > 2)[1])
    same(ops.nonzero(M)[0], np.nonzero(M)[0])
    same(ops.select([M > 3, M > 1], [M, -M], 9.0), np.select([M > 3, M > 1], [M, -M], 9.0))
    same(ops.diagonal(M, 1), np.diagonal(M, 1))
    same(ops.trace(np.arange(8.0).reshape(2, 2, 2), 0, 1, 2), [3.0, 11.0])
    same(ops.unravel_index([5, 3], (2, 3))[1], [2, 0])


def test_writing(engine):
    same(ops.slice(M, (0, 1), (2, 2)), M[:, 1:])
    same(ops.slice(M, [1, 1], (1, -1)), M[1:, 1:])
    same(ops.slice_update(M, [1, 1], [[9, 9]]), [[3, 1, 2], [0, 9, 9]])
    same(ops.scatter([[0], [2], [0]], [[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]], (3, 2)), [[4, 4], [0, 0], [2, 2]])
    same(ops.scatter_update(M, [[0, 0], [1, 2]], [7.0, 8.0]), [[7, 1, 2], [0, 5, 8]])
    same(ops.scatter_update(M, [[1]], [[1.0, 1.0, 1.0]]), [[3, 1, 2], [1, 1, 1]])
    for outside in ([0, 3], [-3, 0], [2, -1]):
        same(ops.scatter([outside, [0, -1]], [5.0, 7.0], (2, 3)), [[0, 0, 7], [0, 0, 0]])
        for reduction in (None, "add", "max"):
            same(ops.scatter_update(M, [outside], [9.0], reduction), M)


@pytest.mark.parametrize(
    "reduction, expected", [("add", [4, 2, 7]), ("max", [3, 2, 4]), ("min", [1, 2, -1]), ("mul", [3, 2, -12])]
)
def test_writing_by_a_reduction(engine, reduction, expected):
    indices = [[0], [2], [2]]
    same(ops.scatter_update([1.0, 2.0, 4.0], indices, [3.0, 3.0, -1.0], reduction)[1], 2.0)
    by_hand = np.array([1.0, 2.0, 4.0])
    {"add": np.add, "max": np.maximum, "min": np.minimum, "mul": np.multiply}[reduction].at(
        by_hand, [0, 2, 2], [3, 3, -1]
    )
    same(ops.scatter_update([1.0, 2.0, 4.0], indices, [3.0, 3.0, -1.0], reduction), by_hand)


def test_order(engine):
    same(ops.sort(M), np.sort(M))
    same(ops.sort(M, 0), np.sort(M, 0))
    same(ops.argsort(M, None), np.argsort(M, None))
    same(ops.argsort(5), 0)
    assert [part.shape for part in ops.split(np.ones((0,)), 2)] == [(0,), (0,)]
    same(ops.argpartition(M, 1)[:, 0], [1, 0])
    values, indices = ops.top_k(M, 2)
    same(values, [[3.0, 2.0], [5.0, 4.0]])
    same(indices, [[0, 2], [1, 2]])
    same(ops.searchsorted([1.0, 2.0, 4.0], [[2.0, 3.0]]), [[1, 2]])
    same(ops.searchsorted([1.0, 2.0, 4.0], [2.0], side="right"), [2])
    same(ops.digitize(M, [1.0, 3.0]), np.digitize(M, [1.0, 3.0]))
    same(ops.isin(M, [1.0, 5.0]), np.isin(M, [1.0, 5.0]))
    same(ops.isin(M, [1.0], invert=True), np.isin(M, [1.0], invert=True))


def test_in_top_k_counts_ties_and_never_nan(engine):
    scores = [[0.1, 0.4, 0.4], [np.nan, 0.5, 0.1], [0.3, 0.2, 0.1]]
    same(ops.in_top_k([2, 1, 7], scores, 1), [True, False, False])


def test_counting(engine):
    x = np.array([0, 1, 1, 3], np.int32)
    same(ops.bincount(x), np.bincount(x))
    same(ops.bincount(x, weights=[0.5, 1.0, 2.0, 4.0], minlength=6), np.bincount(x, [0.5, 1, 2, 4], 6))
    counts, edges = ops.histogram(M, 4)
    same(counts, np.histogram(M, 4)[0])
    same(edges, np.histogram(M, 4)[1])
    same(ops.histogram(M, 2, (1.0, 4.0))[0], np.histogram(M, 2, (1.0, 4.0))[0])
    values, inverse, n = ops.unique([3, 1, 3], return_inverse=True, return_counts=True)
    same(values, [1, 3])
    same(inverse, [1, 0, 1])
    same(n, [1, 2])
    same(ops.unique([3, 1, 3], size=3, fill_value=0), [1, 3, 0])
    assert ops.unique([1.0, np.nan, np.nan]).shape == (3,)
    assert [y.shape for y in ops.unique(KerasTensor((None, 3)), return_inverse=True)] == [(None,), (None, 3)]


def test_segments(engine):
    data, ids = np.array([[1.0], [2.0], [4.0], [8.0]]), [0, 2, 0, 5]
    same(ops.segment_sum(data, ids, 3), [[5.0], [0.0], [2.0]])
    same(ops.segment_max(data, ids, 3), [[4.0], [-np.inf], [2.0]])
    same(ops.segment_min(data, ids, 3), [[1.0], [np.inf], [2.0]])
    same(ops.segment_prod(data, ids), [[4.0], [1.0], [2.0], [1.0], [1.0], [8.0]])
