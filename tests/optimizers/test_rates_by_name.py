"""`MultiOptimizer` with patterns of names: each part of a model learns at a rate of its own."""

import numpy as np
import pytest

import hornbeam
from hornbeam import saving
from hornbeam.optimizers import SGD, Adam, MultiOptimizer, OptimizerMap, schedules


def build(k=hornbeam):
    dense = k.layers.Dense
    return k.Sequential([k.Input((3,)), dense(2, name="block1"), dense(2, name="block2"), dense(1, name="head")])


def one_step(model, optimizer):
    model.compile(optimizer, "mse")
    before = model.get_weights()
    model.train_on_batch(np.ones((4, 3), "float32"), np.full((4, 1), 9.0, "float32"))
    return [a - b for a, b in zip(model.get_weights(), before, strict=True)]


def test_rates_by_name(engine):
    model, other = build(), build()
    other.set_weights(model.get_weights())
    plain = one_step(model, SGD(1.0))
    moved = one_step(other, MultiOptimizer({"block1": 0.0, "block2*": 0.25}, default=SGD(0.5)))
    for step, whole, share in zip(moved, plain, [0, 0, 0.25, 0.25, 0.5, 0.5], strict=True):
        np.testing.assert_allclose(step, share * whole, rtol=1e-4, atol=1e-5)


def test_pairs_of_optimizers_and_names():
    adam, sgd = Adam(), SGD(schedules.ExponentialDecay(0.1, 10, 0.5))
    model = build()
    optimizer = MultiOptimizer([(adam, ["block*"]), (sgd, "head")])
    one_step(model, optimizer)
    chosen = [optimizer.optimizer_map(variable) for variable in model.weights]
    assert chosen == [adam] * 4 + [sgd] * 2


def test_it_is_saved_and_goes_on(tmp_path):
    keras = pytest.importorskip("keras")
    model = build()
    one_step(model, MultiOptimizer({"block*": 0.01}, default=Adam(0.1)))
    model.save(tmp_path / "m.keras")
    back = saving.load_model(tmp_path / "m.keras")
    theirs = keras.saving.load_model(tmp_path / "m.keras")
    x, y = np.ones((4, 3), "float32"), np.full((4, 1), 9.0, "float32")
    for one in (model, back, theirs):
        one.fit(x, y, epochs=2, verbose=0)
    for a, b, c in zip(model.get_weights(), back.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
        np.testing.assert_allclose(a, c, rtol=1e-4, atol=1e-5)


WRONG = [
    ({"blok*": 0.1}, SGD(), r"Each pattern must match a variable.*'blok\*'. Did you mean 'block"),
    ({"block*": 0.1, "block1": 0.2}, SGD(), r"must match one pattern. Received: `.*/block1/kernel`, which matches \["),
    ({"block*": SGD()}, None, r"/head/kernel`, which matches none; `default="),
]


@pytest.mark.parametrize(("given", "default", "message"), WRONG, ids=["nothing", "twice", "not all"])
def test_each_variable_has_one_place(given, default, message):
    with pytest.raises(ValueError, match=message):
        one_step(build(), MultiOptimizer(given, default=default))


def test_frozen_layers_are_said():
    model = build()
    model.freeze("block1")
    with pytest.raises(ValueError, match="those of frozen layers are not"):
        one_step(model, MultiOptimizer({"block1": 0.1}, default=SGD()))


def test_wrong_arguments():
    for make, error, message in [
        (lambda: MultiOptimizer({"a": 0.1}), ValueError, "A learning rate needs `default=`"),
        (lambda: MultiOptimizer({}, default=SGD()), ValueError, "must have a pattern"),
        (lambda: MultiOptimizer({"a": "sgd"}, default=SGD()), TypeError, "an optimizer or a rate. Received: 'sgd'"),
        (lambda: MultiOptimizer([SGD()]), TypeError, "pairs of an optimizer and a name"),
        (lambda: MultiOptimizer([(SGD(), "a"), (SGD(), ["a"])]), ValueError, "occurs once. Received: 'a'"),
        (lambda: MultiOptimizer(OptimizerMap(SGD()), default=SGD()), ValueError, "`default` goes with names"),
    ]:
        with pytest.raises(error, match=message):
            make()
