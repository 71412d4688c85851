"""What no code refuses and what teaches nothing is said, once, when training shows it; what is right is not."""

import warnings

import numpy as np
import pytest

import hornbeam
from hornbeam import layers, ops, optimizers

X = np.random.default_rng(0).normal(size=(8, 3)).astype("float32")
Y = np.array([0, 1, 2, 0, 1, 2, 0, 1])
RIGHT = lambda y, p: ops.mean(ops.cast(ops.argmax(p, -1) == ops.cast(y, "int32"), "float32"))  # noqa: E731


def net(*first, loss="sparse_categorical_crossentropy", optimizer="sgd", cls=hornbeam.Sequential):
    stack = [hornbeam.Input((3,)), *first, layers.Dense(3, activation="softmax", name="out")]
    if cls is hornbeam.Sequential:
        made = cls(stack, name="net")
    else:
        x = inputs = stack[0]
        for layer in stack[1:]:
            x = layer(x)
        made = cls(inputs, x, name="net")
    made.compile(optimizer, loss, metrics=["accuracy"])
    return made


def told(made, **kwargs):
    """What `fit` says."""
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        made.fit(X, Y, **{"verbose": 0, "batch_size": 4} | kwargs)
    return [str(warning.message) for warning in found]


NO_GRADIENT = [
    lambda y, p: 1 - RIGHT(y, p),
    lambda y, p: 3.0,
    lambda y, p: ops.mean(ops.stop_gradient(p)),
    lambda y, p: ops.mean(ops.round(p) + ops.sign(p) - ops.ceil(p) * ops.floor(p)),
]


@pytest.mark.parametrize("loss", NO_GRADIENT)
@pytest.mark.parametrize("first", [(), (layers.Dropout(0.5),)], ids=["plain", "drawing"])
def test_a_loss_without_a_gradient(loss, first):
    made = net(*first, loss=loss)
    (message,) = told(made)
    assert message.startswith("The loss of model `net` has no gradient by any of its weights")
    assert made.diagnosis.names == ["no_gradient_to_weights"]
    assert told(made) == []


def test_a_loss_with_a_gradient_is_as_it_was():
    assert told(net()) == []
    assert told(net(loss=lambda y, p: ops.mean(p) - ops.stop_gradient(RIGHT(y, p)))) == []
    frozen = net()
    frozen.get_layer("out").trainable = False
    frozen.compile("sgd", "sparse_categorical_crossentropy")
    assert "no weights to train" in told(frozen)[0]


class ReturnsNothing(hornbeam.Model):
    def train_step(self, data):
        super().train_step(data)


class ReturnsLogs(hornbeam.Model):
    def train_step(self, data):
        return super().train_step(data)


def test_a_step_that_returns_nothing():
    made = net(cls=ReturnsNothing)
    (message,) = told(made, epochs=2)
    assert message.startswith("`train_step` of model `net` returned nothing")
    assert told(net(cls=ReturnsLogs)) == []


def test_a_loss_that_has_become_no_number():
    made = net(loss="mse", optimizer=optimizers.SGD(1e30))
    bad = lambda **kwargs: [m for m in told(made, epochs=3, **kwargs) if "in epoch" in m]  # noqa: E731
    made.layers[-1].activation = hornbeam.activations.linear
    made.compile(optimizers.SGD(1e30), lambda y, p: ops.mean(ops.square(p)))
    (message,) = bad()
    assert message.startswith("The loss of model `net` is ")
    assert "nan_loss" in made.diagnosis.names
    assert bad(callbacks=[hornbeam.callbacks.TerminateOnNaN()]) == []


@pytest.mark.parametrize(("together", "said"), [(5, True), (4, False), (2, False)])
def test_gradients_that_are_gathered_for_an_update_that_never_comes(together, said):
    made = net(optimizer=optimizers.SGD(0.1, gradient_accumulation_steps=together))
    messages = told(made, epochs=2, batch_size=len(X) // 2)
    assert [f"gradient_accumulation_steps={together}` steps" in message for message in messages] == [True] * said


def hiding(trainable=True, in_model=False):
    hidden = layers.Dense(3, name="hidden")
    hidden.trainable = trainable
    return net(*[hidden] * in_model, layers.Lambda(lambda x: hidden(x)))


SETTINGS = [
    (hiding, {}, "hidden_weights", "uses the weights of layer `hidden`, which are no part of model `net`"),
    (lambda: net(optimizer=optimizers.SGD(-0.1)), {}, "negative_learning_rate", "is -0.1, and each step goes where"),
    (lambda: net(), {"sample_weight": np.zeros(8)}, "worthless_rows", "are all 0"),
    (lambda: net(), {"sample_weight": -np.ones(8)}, "worthless_rows", "sum up to -8"),
    (lambda: net(layers.Normalization()), {}, "unadapted_normalization", r"has seen no data.*call `adapt\(x\)`"),
    (lambda: net(layers.Softmax(axis=0)), {}, "softmax_over_rows", "`axis=0`, that of the batch"),
]


@pytest.mark.parametrize(("make", "arguments", "name", "message"), SETTINGS)
def test_settings_that_teach_nothing(make, arguments, name, message):
    made = make()
    with pytest.warns(UserWarning, match=message):
        made.fit(X, Y, epochs=0, verbose=0, **arguments)
    assert made.diagnosis.names == [name]


def adapted():
    layer = layers.Normalization()
    layer.adapt(X)
    return layer


class Inside(layers.Layer):
    """A `Normalization` that stands behind something else, as in `EfficientNet`, is left to whoever put it there."""

    def __init__(self):
        super().__init__()
        inputs = hornbeam.Input((3,))
        self.body = hornbeam.Model(inputs, layers.Normalization()(layers.Rescaling(0.5)(inputs)))

    def call(self, x):
        return self.body(x)


HEALTHY = [
    (lambda: hiding(trainable=False), {}),
    (lambda: hiding(in_model=True), {}),
    (lambda: net(layers.Lambda(ops.negative)), {}),
    (lambda: net(optimizer=optimizers.SGD(optimizers.schedules.CosineDecay(0.0, 2, warmup_target=0.1))), {}),
    (lambda: net(), {"sample_weight": np.array([-1.0, 0, 0, 1, 1, 1, 1, 1])}),
    (lambda: net(adapted()), {}),
    (lambda: net(layers.Normalization(mean=0.0, variance=1.0)), {}),
    (lambda: net(Inside()), {}),
    (lambda: net(layers.Softmax(axis=-1)), {}),
    (lambda: net(layers.Reshape((3, 1)), layers.Softmax(axis=1), layers.Flatten()), {}),
]


@pytest.mark.parametrize(("make", "arguments"), HEALTHY)
def test_settings_that_are_right(make, arguments):
    assert told(make(), epochs=0, **arguments) == []


def test_weights_of_one_batch_say_nothing_of_the_others():
    batches = [(X[:4], Y[:4], np.zeros(4)), (X[4:], Y[4:], np.ones(4))]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        net().fit(iter(batches), steps_per_epoch=2, verbose=0)


class Count(hornbeam.metrics.Metric):
    """Counts batches and adds up losses, where it is told to: in variables or in Python."""

    def __init__(self, counts=False, adds=False):
        super().__init__(name="count")
        self.n, self.sum = 0, 0.0
        self.known = self.add_weight(name="known", initializer="zeros")
        self.counts, self.adds = counts, adds

    def update_state(self, y, p, sample_weight=None):
        self.known.assign_add(1.0)
        self.size = p.shape[0]
        if self.counts:
            self.n += 1
        if self.adds:
            self.sum = self.sum + ops.mean(p)

    def result(self):
        return self.known.value


def counting(run_eagerly=False, **how):
    made = net()
    made.compile("sgd", "sparse_categorical_crossentropy", metrics=[Count(**how)], run_eagerly=run_eagerly)
    return made


def test_what_is_counted_in_python():
    assert told(counting()) == []
    (message,) = told(counting(counts=True), epochs=2)
    assert message.startswith("`n` of `Count` is counted up by Python while a step is compiled")
    assert "`self.n.assign_add(1)`" in message
    with pytest.raises(TypeError, match=r"Received: a tensor in `sum` of `Count`; make `self.sum = self.add_weight"):
        told(counting(adds=True))
    assert told(counting(run_eagerly=True, counts=True, adds=True)) == []


def test_hooks_that_cannot_be_called_are_refused_before_an_epoch():
    class Short(hornbeam.callbacks.Callback):
        def on_epoch_end(self, epoch):
            pass

    class Right(hornbeam.callbacks.Callback):
        def on_epoch_end(self, *args):
            self.seen = args

        def on_train_begin(self, logs={}):  # noqa: B006 - as callbacks of Keras 2 are written
            pass

    with pytest.raises(TypeError, match=r"`on_epoch_end` of `Short` must have the arguments \(self, epoch, logs\)"):
        net().fit(X, Y, verbose=0, callbacks=[Short()])
    assert told(net(), epochs=0, callbacks=[Right()]) == []


def test_a_loss_of_none_is_named():
    class Forgets(hornbeam.Model):
        def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
            super().compute_loss(x, y, y_pred, sample_weight)

    with pytest.raises(ValueError, match=r"the loss\. Received: None; is a `return` missing\?"):
        net(cls=Forgets).fit(X, Y, verbose=0)


def test_fixes_that_fit_the_mistake():
    image = hornbeam.Sequential([hornbeam.Input((4, 4, 3)), layers.Flatten()])
    with pytest.raises(ValueError, match=r"Channels come last here: `numpy.moveaxis\(x, 1, -1\)`"):
        image.predict(np.zeros((2, 3, 4, 4)), verbose=0)
    with pytest.raises(ValueError, match=r"make a layer for each place, as `\[Dense\(8\) for _ in range\(3\)\]`"):
        hornbeam.Sequential([layers.Dense(2)] * 2)
    with pytest.raises(ValueError, match="Axis 0 is that of the batch"):
        layers.BatchNormalization(axis=0)(hornbeam.Input((3,)))
