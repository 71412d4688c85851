"""Loss scaling: real Keras's steps, scales and files."""

import json

import numpy as np
import pytest

import hornbeam
from hornbeam import engine as eng
from hornbeam import optimizers
from hornbeam.core.lift import lift
from hornbeam.core.variable import Variable

GRADIENTS = [1.0, 2.0, np.inf, 0.5, 0.25, 1.0, np.nan, 3.0]


def test_steps_are_those_of_keras(engine):
    import keras

    w, theirs = Variable([1.0, 2.0]), keras.Variable([1.0, 2.0])
    mine = optimizers.LossScaleOptimizer(optimizers.Adam(0.1), initial_scale=8.0, dynamic_growth_steps=2)
    other = keras.optimizers.LossScaleOptimizer(keras.optimizers.Adam(0.1), initial_scale=8.0, dynamic_growth_steps=2)
    mine.build([w])
    other.build([theirs])
    state = [w, *mine.variables]
    step = eng.jit(lift(lambda g: mine.apply([g], [w]), state))
    at = [v.value for v in state]
    for g in GRADIENTS:
        g = np.array([g, 1.0], "float32")
        at = step(at, eng.asarray(g))[1]
        new = other.stateless_apply(
            [v.value for v in other.variables], [keras.ops.convert_to_tensor(g)], [theirs.value]
        )
        for variable, value in zip([theirs, *other.variables], [*new[0], *new[1]], strict=True):
            variable.assign(value)
        np.testing.assert_allclose(eng.to_numpy(at[0]), np.asarray(theirs), rtol=1e-5)
        for value, variable in zip(at[1:], other.variables, strict=True):
            np.testing.assert_allclose(eng.to_numpy(value), np.asarray(variable), rtol=1e-5, err_msg=variable.path)
    assert [v.dtype for v in mine.variables] == [v.dtype for v in other.variables]


def test_config_is_that_of_keras():
    import keras

    mine = optimizers.LossScaleOptimizer(optimizers.SGD(0.5), 4.0, 3, name="scaled")
    config = json.loads(json.dumps(optimizers.serialize(mine)))
    theirs = keras.optimizers.serialize(keras.optimizers.deserialize(json.loads(json.dumps(config))))
    assert theirs == config
    again = optimizers.deserialize(config)
    assert (again.initial_scale, again.dynamic_growth_steps, float(again.learning_rate)) == (4.0, 3, 0.5)


def test_the_rate_is_that_of_the_inner_optimizer():
    optimizer = optimizers.LossScaleOptimizer(optimizers.SGD(0.5))
    optimizer.learning_rate = 0.25
    assert float(optimizer.inner_optimizer.learning_rate) == float(optimizer.learning_rate) == 0.25


def test_messages():
    sgd = optimizers.SGD()
    for make, error, message in [
        (lambda: optimizers.LossScaleOptimizer("sgd"), ValueError, "`inner_optimizer` must be an optimizer.*'sgd'"),
        (lambda: optimizers.LossScaleOptimizer(sgd, clipnorm=1.0), ValueError, "`clipnorm` must be set on `inner_opt"),
        (lambda: optimizers.LossScaleOptimizer(sgd, dynamic=False), ValueError, "`dynamic` of .* must be True"),
        (lambda: optimizers.LossScaleOptimizer(sgd, clip=1), TypeError, "has no argument `clip`"),
    ]:
        with pytest.raises(error, match=message):
            make()


@pytest.fixture
def half():
    hornbeam.mixed_precision.set_global_policy("mixed_float16")
    yield
    hornbeam.mixed_precision.set_global_policy("float32")


def test_models_in_float16_scale_their_loss(engine, half, tmp_path):
    model = hornbeam.Sequential([hornbeam.Input((2,)), hornbeam.layers.Dense(1)])
    model.compile(optimizers.SGD(1e-4), "mse", auto_scale_loss=False)
    assert isinstance(model.optimizer, optimizers.SGD)
    model.compile(optimizers.SGD(1e-4), "mse")
    assert isinstance(model.optimizer, optimizers.LossScaleOptimizer)
    x = np.ones((4, 2), "float32")
    y = np.full((4, 1), 64.0, "float32")  # with the first scale the gradient is too large for float16
    before = model.get_weights()[0]
    history = model.fit(x, y, epochs=8, batch_size=4, verbose=0).history["loss"]
    assert 0 < int(model.optimizer.iterations) < 8
    assert float(model.optimizer.dynamic_scale) == 2.0 ** (15 - (8 - int(model.optimizer.iterations)))
    assert all(3000 < loss < 5000 for loss in history) and (model.get_weights()[0] != before).all()
    model.save(tmp_path / "m.keras")
    loaded = hornbeam.saving.load_model(tmp_path / "m.keras")
    assert isinstance(loaded.optimizer, optimizers.LossScaleOptimizer)
    for a, b in zip(loaded.optimizer.get_weights(), model.optimizer.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
