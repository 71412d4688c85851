"""Branches, loops and steps over time."""

import numpy as np
import pytest

from hornbeam import ops
from hornbeam.ops import convert_to_numpy as host
from hornbeam.ops.recurrent import rnn


def same(actual, expected):
    actual = host(actual)
    assert actual.shape == np.shape(expected)
    np.testing.assert_allclose(actual, expected, rtol=1e-5, atol=1e-6)


def test_branches(engine):
    x = ops.array(2.0)
    same(ops.cond(x > 1, lambda: x * 2, lambda: x), 4.0)
    same(ops.cond(False, lambda: x * 2, lambda: x), 2.0)
    for index, expected in ((0, 3.0), (1, 1.0), (7, 4.0)):
        same(ops.switch(index, [lambda x: x + 1, lambda x: x - 1, lambda x: x * 2], x), expected)


def test_loops(engine):
    carry, ys = ops.scan(lambda c, x: ({"s": c["s"] + x["a"]}, c["s"]), {"s": 0.0}, {"a": np.arange(1.0, 4.0)})
    same(carry["s"], 6.0)
    same(ys, [0, 1, 3])
    same(ops.scan(lambda c, x: (c + 1, c), 0, length=3)[1], [0, 1, 2])
    same(ops.scan(lambda c, x: (c + x, c + x), 0.0, [1.0, 2.0, 3.0], reverse=True)[1], [6, 5, 3])
    same(ops.while_loop(lambda i: i < 100, lambda i: i * 2, 1), 128)
    same(ops.while_loop(lambda i, x: True, lambda i, x: (i + 1, x * 2), (0, 1.0), maximum_iterations=3)[1], 8.0)
    same(ops.fori_loop(1, 4, lambda i, x: x * i, 1), 6)
    same(ops.map(lambda x: ops.sum(x), np.ones((3, 2), "float32")), [2, 2, 2])
    same(ops.vectorized_map(lambda x: x * x[0], np.array([[1.0, 2.0], [3.0, 4.0]])), [[1, 2], [9, 12]])
    same(ops.associative_scan(ops.add, np.arange(5.0)), np.cumsum(np.arange(5.0)))
    same(ops.associative_scan(ops.add, np.arange(5.0), reverse=True), np.cumsum(np.arange(5.0)[::-1])[::-1])
    same(ops.vectorize(lambda a, b: a * b)(np.ones((2, 1)), np.arange(3.0)), np.ones((2, 1)) * np.arange(3.0))
    dot = ops.vectorize(lambda a, b: ops.sum(a * b), signature="(n),(n)->()")
    same(dot(np.ones((2, 3)), np.arange(3.0)), [3, 3])


def test_gradients_of_ones_own(engine):
    from hornbeam import engine

    @ops.custom_gradient
    def twice_as_steep(x):
        return x * x, lambda dy: dy * 4 * x

    (value, _), (slope,) = engine.value_and_grad(lambda xs: (twice_as_steep(xs[0]), None))([engine.asarray(3.0)])
    same(value, 9.0)
    same(slope, 12.0)
    _, (slope,) = engine.value_and_grad(lambda xs: (ops.stop_gradient(xs[0]) * xs[0], None))([engine.asarray(3.0)])
    same(slope, 3.0)


X = np.random.default_rng(3).normal(size=(2, 4, 3)).astype("float32")
MASK = np.array([[True, True, False, True], [False, True, True, False]])
W = np.random.default_rng(4).normal(size=(3, 3)).astype("float32")


def step(x, states):
    h = ops.tanh(ops.matmul(x, W) + states[0])
    return h, [h]


def by_hand(go_backwards=False, mask=None, zero_output_for_mask=False):
    x, mask = (X[:, ::-1], mask[:, ::-1] if mask is not None else None) if go_backwards else (X, mask)
    h, before, outputs = np.zeros((2, 3)), np.zeros((2, 3)), []
    for t in range(4):
        new = np.tanh(x[:, t] @ W + h)
        keep = np.ones((2, 1), bool) if mask is None else mask[:, t, None]
        h, before = np.where(keep, new, h), np.where(keep, new, before)
        outputs.append(np.where(keep, new, 0) if zero_output_for_mask else before)
    return outputs[-1], np.stack(outputs, 1), h


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({}, id="plain"),
        pytest.param({"go_backwards": True}, id="backwards"),
        pytest.param({"mask": MASK}, id="masked"),
        pytest.param({"mask": MASK, "go_backwards": True}, id="masked backwards"),
        pytest.param({"mask": MASK, "zero_output_for_mask": True}, id="zeros where masked"),
    ],
)
@pytest.mark.parametrize("unroll", [False, True], ids=["loop", "unrolled"])
def test_steps_over_time(engine, options, unroll):
    last, outputs, (state,) = rnn(step, X, [np.zeros((2, 3), "float32")], unroll=unroll, **options)
    for actual, expected in zip((last, outputs, state), by_hand(**options), strict=True):
        same(actual, expected)


def test_steps_over_time_of_trees(engine):
    def swap(x, states):
        return {"y": x["a"] + states["h"]}, {"h": x["a"], "n": states["n"] + 1}

    states = {"h": np.zeros((2, 3), "float32"), "n": np.int32(0)}
    last, outputs, states = rnn(swap, {"a": X}, states, return_all_outputs=False)
    same(last["y"], X[:, 3] + X[:, 2])
    same(outputs["y"], (X[:, 3] + X[:, 2])[:, None])
    same(states["n"], 4)
    same(rnn(step, X.swapaxes(0, 1), [np.zeros((2, 3), "float32")], time_major=True)[0], by_hand()[0])
