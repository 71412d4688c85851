"""Promises that every optimizer keeps."""

import copy
import inspect
import json
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hornbeam
from hornbeam import optimizers
from hornbeam.core.lift import value_and_grad
from hornbeam.core.variable import Variable

SHAPES = ((3, 2), (2,), (), (2, 3, 2), (4, 4))


def variables(seed: int = 0) -> list[Variable]:
    rng = np.random.default_rng(seed)
    return [Variable(rng.normal(size=shape).astype("float32"), name=f"v{i}") for i, shape in enumerate(SHAPES)]


def gradients(seed: int) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape).astype("float32") for shape in SHAPES]


def values(some: list[Variable]) -> list[np.ndarray]:
    return [v.numpy().copy() for v in some]


def same(a: list[np.ndarray], b: list[np.ndarray], tolerance: float = 0.0) -> None:
    for x, y in zip(a, b, strict=True):
        np.testing.assert_allclose(x, y, rtol=tolerance, atol=tolerance)


@pytest.fixture(autouse=True)
def _quick(request):
    """On PyTorch, which compiles nothing, unless the test names its engines."""
    if "engine" in request.fixturenames:
        yield
        return
    previous = hornbeam.config.backend()
    hornbeam.config.set_backend("torch")
    yield
    hornbeam.config.set_backend(previous)


def without_decay(rule, **options):
    accepted = inspect.signature(rule).parameters
    none = dict.fromkeys(("weight_decay", "adam_weight_decay"), 0.0 if rule is optimizers.AdamW else None)
    return rule(**{name: value for name, value in none.items() if name in accepted}, **options)


@settings(deadline=None, max_examples=10)
@given(rate=st.floats(1e-4, 1.0), steps=st.integers(1, 3), seed=st.integers(0, 100))
def check_nothing_moves(rule, rate, steps, seed):
    mine = variables(seed)
    if rule is optimizers.Ftrl:  # its weights follow from its sums, which begin at zero weights
        mine = [Variable(np.zeros(shape, "float32")) for shape in SHAPES]
    before = values(mine)
    optimizer = without_decay(rule, learning_rate=rate)
    for _ in range(steps):
        optimizer.apply([np.zeros(shape, "float32") for shape in SHAPES], mine)
    same(values(mine), before, 1e-6 if rule is optimizers.ScheduleFreeAdamW else 0.0)


def test_zero_gradients_move_nothing(rule):
    check_nothing_moves(rule)


def test_variables_together_move_as_they_do_alone(rule, engine):
    together, alone = variables(), variables()
    one, many = without_decay(rule), [without_decay(rule) for _ in alone]
    for seed in range(3):
        one.apply(gradients(seed), together)
        for optimizer, variable, g in zip(many, alone, gradients(seed), strict=True):
            optimizer.apply([g], [variable])
    same(values(together), values(alone), 1e-6)


def test_large_variables_go_by_themselves():
    shapes = ((2, 3), (2**14 + 1,), (), (0, 2), (5,))
    together, alone = ([Variable(np.ones(shape, "float32"), name="v") for shape in shapes] for _ in range(2))
    one, many = optimizers.Adam(0.1), [optimizers.Adam(0.1) for _ in shapes]
    for _ in range(3):
        one.apply([np.full(shape, 0.5, "float32") for shape in shapes], together)
        for optimizer, variable in zip(many, alone, strict=True):
            optimizer.apply([np.full(variable.shape, 0.5, "float32")], [variable])
    same(values(together), values(alone), 1e-6)


def test_a_parabola_is_descended(rule, engine):
    w = Variable(np.full((2, 2), 0.5, "float32"))
    optimizer, losses = rule(learning_rate=0.02), []
    for _ in range(3):
        loss, grads = value_and_grad(lambda: (w.value * w.value).sum(), [w])
        losses.append(float(loss))
        optimizer.apply(grads, [w])
    assert losses[-1] < losses[0]


def test_options_are_shown_and_kept(rule):
    parameters = inspect.signature(rule).parameters
    assert {"clipnorm", "use_ema", "gradient_accumulation_steps", "name"} <= parameters.keys()
    config = json.loads(json.dumps(rule(learning_rate=0.25, clipnorm=2.0, name="mine").get_config()))
    assert set(config) == set(parameters) - {"kwargs"}
    again = rule.from_config(config)
    assert (again.clipnorm, again.name, float(again.learning_rate)) == (2.0, "mine", 0.25)


@pytest.mark.filterwarnings("ignore::hornbeam.OldNameWarning")
def test_old_spellings_are_taken(rule):
    optimizer = rule(lr=0.5, decay=1.0)
    assert (float(optimizer.lr), optimizer.decay) == (0.5, 1.0)


def test_pickles_and_copies_go_on_alike(rule):
    mine = variables()
    optimizer = rule(use_ema=True, global_clipnorm=1.0)
    optimizer.apply(gradients(0), mine)
    twins = [pickle.loads(pickle.dumps((optimizer, mine))), copy.deepcopy((optimizer, mine))]
    optimizer.apply(gradients(1), mine)
    for twin, others in twins:
        twin.apply(gradients(1), others)
        same(values(others), values(mine))
        same(twin.get_weights(), optimizer.get_weights())


def test_state_goes_through_a_store(rule):
    mine, store = variables(), {}
    optimizer = rule(learning_rate=0.5, use_ema=True)
    optimizer.apply(gradients(0), mine)
    optimizer.save_own_variables(store)
    other = rule(learning_rate=0.1, use_ema=True)
    other.build(var_list=mine)
    other.load_own_variables(store)
    same(other.get_weights(), optimizer.get_weights())
    with pytest.raises(ValueError, match="It is not built yet"):
        rule().load_own_variables(store)


def test_more_variables_keep_the_state_of_the_first(rule):
    mine = variables()
    optimizer, other = rule(use_ema=True), rule(use_ema=True)
    for one in (optimizer, other):
        one.build(mine[:2])
        one.apply(gradients(0)[:2])
    before = {v.path: v.numpy().copy() for v in optimizer.variables}
    optimizer.build(mine)
    after = {v.path: v.numpy() for v in optimizer.variables}
    assert all((after[path] == value).all() for path, value in before.items())
    fresh = rule(use_ema=True)
    fresh.build(mine)
    assert [v.shape for v in fresh.variables] == [v.shape for v in optimizer.variables]
    optimizer.apply(gradients(1))
    assert int(optimizer.iterations) == 2
    optimizer.build(mine[:2])
    assert [v.shape for v in optimizer.variables] == [v.shape for v in other.variables]


def test_accumulated_gradients_are_their_mean(rule):
    mine, other = variables(), variables()
    whole, parts = rule(), rule(gradient_accumulation_steps=2)
    for g in (gradients(0), gradients(1)):
        parts.apply(g, mine)
    whole.apply([(a + b) / 2 for a, b in zip(gradients(0), gradients(1), strict=True)], other)
    same(values(mine), values(other), 1e-5)
    assert int(parts.iterations) == 1
