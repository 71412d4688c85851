"""Several optimizers on one model: real Keras's steps, configs and files."""

import json

import numpy as np
import pytest

import hornbeam
from hornbeam import optimizers
from hornbeam.optimizers import SGD, Adam, MultiOptimizer, OptimizerMap


def test_a_model_trains_like_that_of_keras(engine, tmp_path):
    import keras

    def make(k):
        model = k.Sequential([k.Input((3,)), k.layers.Dense(2, name="first"), k.layers.Dense(1, name="last")])
        rates = k.optimizers.OptimizerMap(k.optimizers.SGD(0.1), {".*last/.*": k.optimizers.Adam(0.05)})
        model.compile(k.optimizers.MultiOptimizer(rates, name="both"), "mse")
        return model

    mine, theirs = make(hornbeam), make(keras)
    mine.set_weights(theirs.get_weights())
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(12, 3)).astype("float32"), rng.normal(size=(12, 1)).astype("float32")
    for model in (mine, theirs):
        model.fit(x, y, epochs=3, batch_size=4, shuffle=False, verbose=0)
    for a, b in zip(mine.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)
    for a, b in zip(mine.optimizer.variables, theirs.optimizer.variables, strict=True):
        np.testing.assert_allclose(a.numpy(), np.asarray(b), rtol=1e-3, atol=1e-5)
    mine.save(tmp_path / "m.keras")
    loaded = hornbeam.saving.load_model(tmp_path / "m.keras")
    for a, b in zip(loaded.optimizer.get_weights(), mine.optimizer.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    theirs.save(tmp_path / "k.keras")
    assert [type(one).__name__ for one in hornbeam.saving.load_model(tmp_path / "k.keras").optimizer.optimizers] == [
        "Adam",
        "SGD",
    ]


def test_config_goes_round():
    mine = MultiOptimizer(OptimizerMap(SGD(0.5), {"a": Adam(0.25)}), loss_scale_factor=2.0, name="both")
    config = json.loads(json.dumps(optimizers.serialize(mine)))
    again = optimizers.deserialize(config)
    assert optimizers.serialize(again) == config
    assert [one.loss_scale_factor for one in again.optimizers] == [2.0, 2.0]
    again.loss_scale_factor = 4.0
    assert [one.loss_scale_factor for one in again.optimizers] == [4.0, 4.0]


def test_a_function_may_choose():
    a, b = hornbeam.Variable([1.0], name="a"), hornbeam.Variable([1.0], name="b")
    fast, slow = SGD(1.0), SGD(0.5)
    optimizer = MultiOptimizer(lambda variable: fast if variable is a else slow)
    optimizer.apply([np.ones(1, "float32")] * 2, [a, b])
    assert (a.numpy()[0], b.numpy()[0], int(optimizer.iterations)) == (0.0, 0.5, 1)
    other = MultiOptimizer(lambda variable: fast if variable is a else slow)
    other.build([a, b])
    other.set_weights(optimizer.get_weights())
    assert int(other.iterations) == 1


def test_a_map_is_a_mapping():
    optimizers_by_path = OptimizerMap(SGD())
    adam = optimizers_by_path["encoder/.*"] = Adam()
    assert optimizers_by_path["encoder/dense"] is adam and list(optimizers_by_path) == ["encoder/.*"]
    optimizers_by_path["encoder/d.*"] = SGD()
    with pytest.raises(ValueError, match=r"must match one key.*'encoder/dense'"):
        optimizers_by_path["encoder/dense"]
    del optimizers_by_path["encoder/d.*"]
    assert len(optimizers_by_path) == 1


def test_messages():
    optimizer = MultiOptimizer(OptimizerMap(SGD()))
    for make, error, message in [
        (lambda: OptimizerMap("sgd"), TypeError, "`default_optimizer` must be an Optimizer. Received: 'sgd'"),
        (lambda: OptimizerMap(SGD(), [1]), TypeError, r"`optimizer_map` must be a dictionary. Received: \[1\]"),
        (lambda: OptimizerMap(SGD(), {1: SGD()}), ValueError, "must be a string. Received: 1"),
        (lambda: OptimizerMap(SGD(), {"a": optimizer}), ValueError, "'a' must be an Optimizer that wraps no others"),
        (lambda: MultiOptimizer("sgd"), TypeError, "must be an OptimizerMap or a function.*'sgd'"),
        (lambda: optimizer.learning_rate, AttributeError, "has no learning rate: read or set those of its `optim"),
        (lambda: setattr(optimizer, "learning_rate", 1.0), AttributeError, "has no learning rate"),
    ]:
        with pytest.raises(error, match=message):
            make()
