"""An error inside a compiled step names the layer, and leaves the model as the last complete step left it."""

import numpy as np
import pytest

import hornbeam
from hornbeam import callbacks, layers, ops


class Fragile(layers.Layer):
    """A layer of a user's that may fail."""

    fails = False

    def call(self, x):
        if self.fails:
            raise ArithmeticError("cannot go on")
        return x


def model_with(fragile):
    model = hornbeam.Sequential(
        [hornbeam.Input((4,)), layers.Dense(3, name="first"), fragile, layers.Dense(1)], name="net"
    )
    model.compile(hornbeam.optimizers.SGD(0.1), "mse")
    return model


def notes(error):
    return " ".join(getattr(error, "__notes__", []))


def test_a_layer_that_fails(data, engine):
    fragile = Fragile(name="fragile")
    model = model_with(fragile)
    model.fit(data.x, data.y, verbose=0)
    expected, weights = model.predict(data.x, verbose=0), model.get_weights()
    fragile.fails = True
    for act in (
        lambda: model.fit(data.x, data.y, verbose=0),
        lambda: model.evaluate(data.x, data.y, verbose=0),
        lambda: model.predict(data.x, verbose=0),
        lambda: model.train_on_batch(data.x, data.y),
    ):
        with pytest.raises(ArithmeticError, match="cannot go on") as caught:
            act()
        assert "`net/fragile` (Fragile)" in notes(caught.value)
    fragile.fails = False
    for after, before in zip(model.get_weights(), weights, strict=True):
        np.testing.assert_array_equal(after, before)
    np.testing.assert_array_equal(model.predict(data.x, verbose=0), expected)
    assert np.isfinite(model.fit(data.x, data.y, verbose=0).history["loss"]).all()


def test_the_path_goes_through_nested_models(data, engine):
    class Wrong(layers.Layer):
        def call(self, x):
            return ops.matmul(x, ops.ones((99, 2)))

    class Net(hornbeam.Model):
        def __init__(self):
            super().__init__(name="net")
            self.inner = hornbeam.Sequential([layers.Dense(4), Wrong(name="wrong")], name="inner")

        def call(self, x):
            return self.inner(x)

    model = Net()
    model.compile("sgd", "mse")
    with pytest.raises(Exception) as caught:  # the engines' own errors
        model.fit(data.x, data.y, verbose=0)
    assert "`net/inner/wrong` (Wrong)" in notes(caught.value)


def test_a_loss_that_fails(data, regressor):
    def wrong(y, p):
        return ops.mean(ops.square(y - p) * ops.ones((7, 5)), axis=-1)

    weights = regressor.get_weights()
    regressor.compile("sgd", wrong)
    with pytest.raises(Exception):  # noqa: B017 - the engines' own errors
        regressor.fit(data.x, data.y, verbose=0)
    for after, before in zip(regressor.get_weights(), weights, strict=True):
        np.testing.assert_array_equal(after, before)
    regressor.compile("sgd", "mse")
    assert np.isfinite(regressor.fit(data.x, data.y, verbose=0).history["loss"]).all()


class Witness(callbacks.Callback):
    def __init__(self):
        self.ended = 0

    def on_train_end(self, logs=None):
        self.ended += 1


def test_a_generator_that_fails(data, regressor):
    def batches():
        for _ in range(3):
            yield data.x[:5], data.y[:5]
        raise OSError("no such file")

    witness = Witness()
    with pytest.raises(OSError, match="no such file"):
        regressor.fit(batches(), verbose=0, callbacks=[witness])
    assert witness.ended == 1
    assert int(regressor.optimizer.iterations.numpy()) == 3
    assert np.isfinite(regressor.predict(data.x, verbose=0)).all()


def test_a_batch_of_another_shape_in_the_middle(data, regressor):
    def batches():
        yield data.x[:5], data.y[:5]
        yield data.x[:5, :3], data.y[:5]

    with pytest.raises(ValueError, match=r"Received: .*shape \(5, 3\)"):
        regressor.fit(batches(), verbose=0)
    assert int(regressor.optimizer.iterations.numpy()) == 1
    assert np.isfinite(regressor.fit(data.x, data.y, verbose=0).history["loss"]).all()


@pytest.mark.parametrize("hook", ["on_train_begin", "on_epoch_begin", "on_train_batch_end", "on_epoch_end"])
def test_a_callback_that_fails(hook, data, regressor):
    def fail(*_):
        raise LookupError(hook)

    bad, witness = callbacks.Callback(), Witness()
    setattr(bad, hook, fail)
    with pytest.raises(LookupError, match=hook):
        regressor.fit(data.x, data.y, verbose=0, callbacks=[witness, bad])
    assert witness.ended == 1
    assert np.isfinite(regressor.fit(data.x, data.y, verbose=0).history["loss"]).all()


def test_a_variable_outside_the_model_cannot_be_assigned(data, engine):
    outside = hornbeam.Variable(0.0, name="outside")

    class Counting(layers.Layer):
        def call(self, x):
            outside.assign_add(1.0)
            return x

    with pytest.raises(
        RuntimeError,
        match="`outside` is trainable, and only the optimizer may assign it in a compiled step",
    ):
        model_with(Counting()).fit(data.x, data.y, verbose=0)
    assert float(outside) == 0.0


def with_step(returned):
    class Own(hornbeam.Sequential):
        def train_step(self, data):
            return returned

    model = Own([hornbeam.Input((4,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    return model


@pytest.mark.parametrize("returned", [3.0, [1.0], {"loss": "low"}, {"loss": None}], ids=str)
def test_a_step_gives_numbers_by_name(returned, data, engine):
    with pytest.raises(TypeError, match=r"`train_step` must return a dictionary of numbers by name.* Received: .*"):
        with_step(returned).fit(data.x, data.y, verbose=0)


@pytest.mark.filterwarnings("ignore:.*returned nothing")
@pytest.mark.parametrize("returned", [None, {}], ids=str)
def test_a_step_may_give_nothing(returned, data, engine):
    assert with_step(returned).fit(data.x, data.y, epochs=3, verbose=0).epoch == [0, 1, 2]
