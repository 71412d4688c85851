"""Compiled functions on PyTorch: recorded once, replayed from then on, and never with another result."""

import gc
import threading
import weakref

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from hornbeam.engine import load  # noqa: E402

pytestmark = pytest.mark.usefixtures("few_to_collect")

e = load("torch")


def counted(fn, **options):
    """`fn` compiled, and the list that grows when its Python runs."""
    runs = []

    def noted(*args):
        runs.append(1)
        return fn(*args)

    return e.jit(noted, **options), runs


def array(*shape, seed=0):
    return e.asarray(np.random.default_rng(seed).normal(size=shape).astype("float32"))


def same(tree, other):
    if isinstance(tree, (list, tuple)):
        assert len(tree) == len(other)
        for x, y in zip(tree, other, strict=True):
            same(x, y)
    else:
        np.testing.assert_allclose(e.to_numpy(e.asarray(tree)), e.to_numpy(e.asarray(other)), rtol=1e-6, atol=1e-7)


def agrees(fn, calls, runs=1):
    """Compiled and plain give the same for each call, and the Python ran `runs` times."""
    compiled, ran = counted(fn)
    for args in calls:
        same(compiled(*args), fn(*args))
    assert len(ran) == runs


def step(weights, x):
    def loss(leaves):
        y = e.softmax(e.matmul(e.tanh(e.matmul(x, leaves[0])), leaves[1]), axis=-1)
        return e.sum(y * y), e.max(y, axis=1)

    (value, aux), gradients = e.value_and_grad(loss)(weights)
    return [w - 0.1 * g for w, g in zip(weights, gradients, strict=True)], value, aux


def test_replays_a_training_step():
    weights = [array(3, 4), array(4, 2)]
    agrees(step, [(weights, array(5, 3, seed=i)) for i in range(4)])


def test_python_numbers_may_change():
    agrees(lambda x, n, f: x * n + f, [(array(3), 2, 0.5), (array(3), 3, 1.5), (array(3), 4, 2.5)])


def test_other_shapes_are_recorded_apart():
    calls = [([array(3, 4), array(4, 2)], array(n, 3)) for n in (5, 2, 5, 2, 5)]
    agrees(step, calls, runs=2)


def test_other_strides_are_recorded_apart():
    agrees(lambda x: e.reshape(x, (6,)), [(array(2, 3),), (array(3, 2).T,), (array(2, 3),), (array(3, 2).T,)], runs=2)


def test_loop_with_its_bounds_as_arguments():
    def loop(weights, x, start, stop):
        return e.fori_loop(start, stop, lambda i, w: step(w, x * (i + 1))[0], weights)

    weights = [array(3, 4), array(4, 2)]
    agrees(loop, [(weights, array(5, 3), *bounds) for bounds in [(0, 1), (0, 5), (3, 4), (2, 2), (4, 1)]])


def test_loop_of_no_steps_is_recorded_another_time():
    compiled, runs = counted(lambda x, n: e.fori_loop(0, n, lambda i, x: x * 2.0, x))
    assert [float(compiled(e.asarray(1.0), n)) for n in (0, 3, 4)] == [1, 8, 16]
    assert len(runs) == 2


def test_loop_inside_a_loop():
    def fn(x, n):
        return e.fori_loop(0, n, lambda i, x: e.fori_loop(0, i + n, lambda j, x: x * 1.5 - j, x), x)

    agrees(fn, [(array(3), n) for n in (1, 2, 3)])


def test_loop_that_swaps_what_it_carries():
    agrees(
        lambda a, b, n: e.fori_loop(0, n, lambda i, s: (s[1], s[0] + i), (a, b)),
        [(array(2), array(2), n) for n in (1, 2, 5)],
    )


def test_condition():
    def fn(x, weights):
        high = e.sum(x) > 0
        return e.cond(high, lambda x: (x * 2, weights), lambda x: (x - 1, weights * 3), x)

    agrees(fn, [(array(3, seed=i), array(2)) for i in range(6)])


def test_condition_inside_a_loop():
    def body(i, x):
        return e.cond(i % 2 == 0, lambda x: x * 2, lambda x: x + 1, x)

    agrees(lambda x, n: e.fori_loop(0, n, body, x), [(array(3), n) for n in (1, 4, 5)])


def test_each_call_draws_its_own_numbers():
    def fn(seed):
        key = e.random_split(e.random_key(seed), 2)[1]
        return (
            e.random_uniform(key, (4,), "float32"),
            e.random_normal(key, (2,), "float32"),
            e.random_permutation(key, 5),
        )

    seeds = [e.asarray(np.array([1, i], "uint32")) for i in range(4)]
    agrees(fn, [(seed,) for seed in seeds])
    compiled = e.jit(lambda: torch.rand(4))
    assert len({tuple(compiled().tolist()) for _ in range(4)}) == 4


@pytest.mark.parametrize(
    "read",
    [
        lambda x: x * 2 if e.sum(x) > 0 else x - 1,
        lambda x: x * float(e.sum(x)),
        lambda x: x * e.to_numpy(x)[0],
        lambda x: x * x.tolist()[0],
        lambda x: x * float(np.asarray(x)[0]),
        lambda x: x[x > 0],
        lambda x: e.while_loop(lambda s: e.sum(s) < 9, lambda s: e.abs(s) * 2, x),
    ],
    ids=["if", "float", "to_numpy", "tolist", "asarray", "mask", "while"],
)
def test_what_looks_at_values_is_not_replayed(read):
    calls = [(array(3, seed=i),) for i in range(5)]
    agrees(read, calls, runs=len(calls))


def test_looking_at_what_never_changes_is_fine():
    agrees(
        lambda x: x * float(e.sum(e.arange(0, 4, 1, "float32"))) + e.asarray([1.0, 2.0]).tolist()[0],
        [(array(3, seed=i),) for i in range(3)],
    )


def test_writing_in_place():
    def fn(x):
        fresh = e.asarray(np.zeros(3, "float32"))
        fresh += x
        filled = torch.zeros(2, 3)
        filled[1] += x
        twice = x * 2
        twice[0] = 7
        return fresh, filled, twice, e.dynamic_update_slice(filled, x[None], (0, 0))

    agrees(fn, [(array(3, seed=i),) for i in range(4)])


def test_writing_to_a_tensor_from_outside_stays_what_it_is():
    total = torch.zeros(3)

    def fn(x):
        total.add_(x)
        return x * 1

    compiled, runs = counted(fn)
    for _ in range(3):
        compiled(torch.ones(3))
    assert total.tolist() == [3, 3, 3]
    assert len(runs) == 3


def test_inputs_come_out_as_they_are_and_constants_as_copies():
    constant = torch.ones(2)
    compiled, _ = counted(lambda x, y: (x, y * 1, constant))
    for _ in range(3):
        x = array(2)
        out, _, one = compiled(x, x)
        assert out is x
    one += 5
    assert compiled(x, x)[2].tolist() == [1, 1]


def test_an_error_leaves_nothing_behind():
    fail = [True]

    def fn(x):
        if fail[0]:
            raise ValueError("mine")
        return x * 2

    compiled, runs = counted(fn)
    with pytest.raises(ValueError, match="mine"):
        compiled(array(2))
    fail[0] = False
    for _ in range(3):
        same(compiled(array(2)), fn(array(2)))
    assert len(runs) == 2


def test_calls_that_would_be_long_to_write_down_run_as_they_are():
    def fn(x):
        for _ in range(7000):
            x = x + 1
        return x

    agrees(fn, [(array(1),)] * 2, runs=2)


def test_scan_and_its_gradient():
    def fn(w, xs):
        def loss(leaves):
            carry, ys = e.scan(
                lambda c, x: (e.tanh(c + e.matmul(x, leaves[0])), c * c), e.asarray(np.zeros((2, 3), "float32")), xs
            )
            return e.sum(carry) + e.sum(ys), ys

        return e.value_and_grad(loss)([w])

    agrees(fn, [(array(4, 3, seed=i), array(6, 2, 4, seed=i)) for i in range(3)])


def test_transforms_inside():
    @e.custom_gradient
    def twice(x):
        return x * x, lambda dy: dy * 5.0

    def fn(x):
        def loss(leaves):
            y = e.checkpoint(lambda x: e.sin(e.sin(x)))(leaves[0]) + e.stop_gradient(leaves[0])
            return e.sum(twice(y)) + e.sum(e.vmap(lambda r: e.sum(r * r))(e.reshape(y, (2, 2)))), None

        return e.value_and_grad(loss)([x])[1]

    agrees(fn, [(array(4, seed=i),) for i in range(3)])


def test_threads_record_and_replay_at_once():
    weights = [array(3, 4), array(4, 2)]
    inputs = [array(5, 3, seed=i) for i in range(20)]
    expected = [step(weights, x)[1] for x in inputs]
    compiled = e.jit(lambda x: step(weights, x)[1])
    wrong = []

    def work():
        for x, y in zip(inputs, expected, strict=True):
            if not torch.allclose(compiled(x), y):
                wrong.append(x)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_recordings_die_with_their_function():
    def make():
        constant = torch.ones(3)
        return e.jit(lambda x: x + constant), weakref.ref(constant)

    compiled, kept = make()
    for _ in range(3):
        compiled(array(3))
    assert kept() is not None
    del compiled
    gc.collect()
    assert kept() is None


def test_state_that_is_laid_end_to_end_in_a_loop():
    """Values and results of `map_elementwise` stay packed from step to step, and what was given stays as it was."""

    def rule(g, w, m):
        m = 0.9 * m + g
        return w - 0.1 * m, m

    def fn(weights, moments, x, n):
        def body(i, state):
            weights, moments = state
            gradients = [w * x + i for w in weights]
            rows = [list(row) for row in zip(gradients, weights, moments, strict=True)]
            new = e.map_elementwise(rule, rows)
            return [row[0] for row in new], [row[1] for row in new]

        return e.fori_loop(0, n, body, (weights, moments))

    shapes = [(2, 3), (3,), (1, 2), ()]
    weights, moments = [array(*shape) for shape in shapes], [array(*shape, seed=1) for shape in shapes]
    before = [e.to_numpy(x) for x in (*weights, *moments)]
    agrees(fn, [(weights, moments, array(), n) for n in (1, 3, 5)])
    for x, old in zip((*weights, *moments), before, strict=True):
        np.testing.assert_array_equal(e.to_numpy(x), old)


@pytest.mark.parametrize("kind", ["old and new weights", "the last gradient", "an average", "the sum of the new"])
def test_packed_state_that_is_used_elsewhere(kind):
    def rule(g, w, m):
        m = 0.9 * m + g
        return w - 0.1 * m, m

    def fn(weights, moments, others, x, n):
        def body(i, state):
            weights, moments, others = state
            gradients = [w * x + i for w in weights]
            new = e.map_elementwise(rule, [list(row) for row in zip(gradients, weights, moments, strict=True)])
            if kind == "old and new weights":
                others = [o + w - row[0] for o, w, row in zip(others, weights, new, strict=True)]
            elif kind == "the last gradient":
                others = [row[0] for row in new]
            elif kind == "an average":
                others = [0.5 * o + 0.5 * row[1] for o, row in zip(others, new, strict=True)]
            else:
                others = [o + e.sum(row[0]) for o, row in zip(others, new, strict=True)]
            return [row[0] for row in new], [row[1] for row in new], others

        return e.fori_loop(0, n, body, (weights, moments, others))

    given = [[array(*shape, seed=i) for shape in ((2, 3), (3,), ())] for i in range(3)]
    agrees(fn, [(*given, array(), n) for n in (1, 1, 2, 5)])


def test_two_groups_are_packed_apart():
    def fn(first, second, x, n):
        def body(i, state):
            groups = []
            for factor, group in enumerate(state, start=1):
                rows = [[w * x + i, w] for w in group]
                groups.append([row[0] for row in e.map_elementwise(lambda g, w, f=factor: [w - 0.1 * f * g], rows)])
            return tuple(groups)

        return e.fori_loop(0, n, body, (first, second))

    given = [[array(*shape, seed=i) for shape in ((2, 3), (3,))] for i in range(2)]
    agrees(fn, [(*given, array(), n) for n in (1, 2, 5)])
