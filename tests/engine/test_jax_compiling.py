"""The compiler's options, chosen by what a program computes."""

import itertools
import threading
import time

import numpy as np
import pytest

pytest.importorskip("jax")

import jax

import hornbeam.engine.jax as e
from hornbeam.engine.jax import compiling, jaxprs, options


@pytest.fixture
def chosen(monkeypatch):
    """The options of all functions that are made; XLA_FLAGS of the tests are out of the way."""
    monkeypatch.delenv("XLA_FLAGS", raising=False)
    monkeypatch.setattr(compiling, "on_cpu", lambda: True)
    made, real = [], jax.jit

    def jit(fn, compiler_options=None, **kwargs):
        made.append(compiler_options)
        return real(fn, compiler_options=compiler_options, **kwargs)

    monkeypatch.setattr(compiling.jax, "jit", jit)
    return made


def _rows(n):
    return e.asarray(np.ones((n, 4), "float32"))


def test_much_work_is_compiled_with_care_and_little_in_haste(chosen):
    double = e.jit(lambda x: x * 2.0)
    for rows in (2, 2, 2**13, 2**15, 2):
        np.testing.assert_array_equal(double(_rows(rows)), np.full((rows, 4), 2.0))
    assert chosen == [None, options.TINY, options.SMALL, options.LARGE]  # the first one is the plain function


def test_threads_that_call_at_once_compile_once():
    compiled, start = [], threading.Barrier(4)

    def listen(event, _, **__):
        if event == "/jax/core/compile/backend_compile_duration":
            compiled.append(threading.get_ident())

    def slow(x):
        time.sleep(0.1)  # while it is traced
        return jax.numpy.tanh(x) * 3

    for rows in (2**5, 2**15):  # the second is compiled by a function that was chosen already
        double, x = e.jit(slow), jax.block_until_ready(_rows(rows))
        double(jax.block_until_ready(_rows(rows // 2)))
        threads = [threading.Thread(target=lambda: (start.wait(), double(x))) for _ in range(4)]  # noqa: B023
        jax.monitoring.register_event_duration_secs_listener(listen)
        try:
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        finally:
            jax.monitoring.unregister_event_duration_listener(listen)
        assert len(compiled) == 1, rows
        compiled.clear()


def test_the_first_call_need_not_be_the_smallest(chosen):
    double = e.jit(lambda x: x * 2.0)
    for rows in (2**15, 2):
        np.testing.assert_array_equal(double(_rows(rows)), np.full((rows, 4), 2.0))
    assert chosen == [None, options.LARGE]


def test_a_long_program_of_little_work_is_compiled_with_care(chosen):
    def sums(x):
        return [x + float(i) for i in range(options.SMALL_LENGTH + 1)]

    x = e.asarray(np.ones(options.SMALL_WORK // (options.SMALL_LENGTH + 1), "float32"))
    np.testing.assert_array_equal(e.jit(sums)(x)[7], np.full(x.shape, 8.0))
    assert chosen == [None, options.LARGE]


def test_convolutions(chosen):
    kernel = e.asarray(np.ones((2, 16, 16), "float32"))
    convolve = e.jit(lambda x: e.conv(x, kernel, (1,), [(0, 0)], (1,), 1))
    np.testing.assert_array_equal(convolve(e.asarray(np.ones((1, 3, 16), "float32")))[0, :, 0], [32.0, 32.0])
    assert chosen == [None, options.CONVOLVING]


@pytest.mark.parametrize("known", [{"xla_cpu_use_fusion_emitters": False}, {}])
def test_options_that_this_compiler_does_not_know_are_left_out(chosen, monkeypatch, known):
    monkeypatch.setattr(options, "TINY", {**known, "xla_cpu_no_such_option": 1})
    double = e.jit(lambda x: x * 2.0, donate=(0,))
    for _ in range(3):
        np.testing.assert_array_equal(double(_rows(1)), np.full((1, 4), 2.0))


def test_the_users_flags_stay(monkeypatch):
    monkeypatch.setenv("XLA_FLAGS", "--xla_backend_optimization_level=3")
    jaxpr = jax.make_jaxpr(lambda x: x * 2.0)(np.ones(3, "float32")).jaxpr
    assert options.options_for(jaxpr).keys() == options.TINY.keys() - {"xla_backend_optimization_level"}


def test_work_counts_loops_and_contractions():
    def work(fn, *args):
        return jaxprs.work(jaxprs.operations(jax.make_jaxpr(fn)(*args).jaxpr))

    x = np.ones((16, 16), "float32")
    assert work(lambda x: x + 1.0, x) == 256
    assert work(lambda x: x @ x, x) == 256 * 16 / 8
    assert work(lambda x: x.max(), x) == 256
    scanned = work(lambda x: jax.lax.scan(lambda c, _: (c + 1.0, None), x, length=10)[0], x)
    assert scanned == 2560
    looped = work(lambda x, n: jax.lax.fori_loop(0, n, lambda i, c: c + 1.0, x), x, 10)
    assert 256 <= looped < 280


def test_an_error_of_the_program_is_not_taken_for_one_of_the_options(chosen):
    def fail(x):
        raise ValueError("`rate` is wrong")

    with pytest.raises(ValueError, match="`rate` is wrong"):
        e.jit(fail)(_rows(1))


@pytest.mark.parametrize(
    ("condition", "x1", "x2"),
    [
        ([[True], [False]], [1.0, 2.0], 3.0),
        (True, [1.0, 2.0], [[3], [4]]),
        ([1, 0], 1.0, 2),
        ([False, True], np.ones((1, 2), "float16"), 0.1),
        ([0.0, 2.0], [1, 2], np.uint8(3)),
    ],
)
def test_where_while_tracing_is_where_and_holds_no_further_program(condition, x1, x2):
    condition, *given = (x if isinstance(x, (float, int)) else np.asarray(x) for x in (condition, x1, x2))
    expected = jax.numpy.where(condition, *given)
    arrays = [x for x in given if isinstance(x, np.ndarray)]

    def chosen(condition, *arrays):
        rest = list(arrays)
        return e.where(condition, *(rest.pop(0) if isinstance(x, np.ndarray) else x for x in given))

    found = jax.jit(chosen)(condition, *arrays)
    assert (found.dtype, found.weak_type) == (expected.dtype, expected.weak_type)
    np.testing.assert_array_equal(found, expected)
    names = {equation.primitive.name for equation in jax.make_jaxpr(chosen)(condition, *arrays).jaxpr.eqns}
    assert not arrays or not names & {"jit", "pjit"}


def test_single_steps_of_more_work_are_small_too_while_little_state_is_overwritten(monkeypatch):
    monkeypatch.delenv("XLA_FLAGS", raising=False)

    def chosen(fn, *args):
        return options.options_for(jax.make_jaxpr(fn)(*args).jaxpr)

    x, n = np.ones((512, 512), "float32"), options.SMALL_SINGLE_STATE
    assert chosen(lambda x: (x + 1.0).sum(), x) == options.SMALL
    assert chosen(lambda x: (x + 1.0).reshape(-1)[:n], x) == options.SMALL
    assert chosen(lambda x: (x + 1.0).reshape(-1)[: n + 1], x) == options.LARGE
    assert chosen(lambda x: jax.lax.fori_loop(0, 3, lambda i, c: c + (x + 1.0).sum(), 0.0), x) == options.LARGE
    wide = np.ones(2 * options.SMALL_SINGLE_WORK, "float32")
    assert chosen(lambda x: x.sum(), wide) == options.LARGE
    assert chosen(lambda x: (x + 1.0).sum(), wide) == options.LARGE


@pytest.mark.parametrize(
    ("rows", "widths", "expected"),
    [
        (256, (32, 128, 10), options.NARROW),
        (64, (32, 512, 10), options.LARGE),  # few rows
        (512, (256, 256, 10), options.LARGE),  # large weights
        (512, (32, 80), options.LARGE),  # a softmax of many classes
    ],
)
def test_narrow_layers_under_many_rows(monkeypatch, rows, widths, expected):
    monkeypatch.delenv("XLA_FLAGS", raising=False)

    def loss(weights, x):
        for w in weights:
            x = e.matmul(e.tanh(x), w)
        return -e.sum(e.log_softmax(x, -1)[:, 0]), None

    def steps(weights, x):
        step = lambda _, ws: [w - g for w, g in zip(ws, e.value_and_grad(loss)(ws, x)[1], strict=True)]  # noqa: E731
        return e.fori_loop(0, 9, step, weights)

    weights = [np.ones(shape, "float32") for shape in itertools.pairwise(widths)]
    x = np.ones((rows, widths[0]), "float32")
    assert options.options_for(jax.make_jaxpr(steps)(weights, x).jaxpr) == expected
