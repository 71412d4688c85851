"""What goes wrong in somebody's code leaves nothing behind: the next call is as if it had not been."""

from __future__ import annotations

import numpy as np
import pytest

from hornbeam import Sequential, callbacks, layers, losses, metrics
from hornbeam.core.running import Running, running

X = np.ones((2, 3), "float32")


class Stop(BaseException):
    pass


class Forgetful(layers.Layer):
    def __init__(self):
        self.dense = layers.Dense(2)

    def call(self, x):
        return x


class Nameless(layers.Layer):
    @property
    def name(self):
        raise KeyError("name")

    @name.setter
    def name(self, value):
        pass

    def call(self, x):
        raise ValueError("call")


class FailsIn(layers.Layer):
    """Fails in the method of that name, with that error."""

    def __init__(self, where, error=ValueError, **kwargs):
        super().__init__(**kwargs)
        self.where, self.error, self.inner = where, error, layers.Dense(2)

    def fail(self, where):
        if where == self.where:
            raise self.error("mine")

    def build(self, input_shape):
        self.fail("build")
        self.inner.build(input_shape)

    def call(self, x):
        self.fail("call")
        return self.inner(x)

    def compute_output_shape(self, input_shape):
        self.fail("compute_output_shape")
        return (*input_shape[:-1], 2)

    def compute_mask(self, x, mask=None):
        self.fail("compute_mask")


class Loss(losses.Loss):
    def call(self, y_true, y_pred):
        raise ValueError("mine")


class Metric(metrics.Metric):
    def update_state(self, y_true, y_pred, sample_weight=None):
        raise ValueError("mine")

    def result(self):
        return 0.0


class Callback(callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        raise ValueError("mine")


class OwnStep(Sequential):
    def train_step(self, data):
        raise ValueError("mine")


def trained(*stack, model=Sequential, loss="mse", metrics=(), called=()):
    net = model([layers.Input((3,)), *(stack or [layers.Dense(1)])])
    net.compile("sgd", loss, metrics=list(metrics))
    net.fit(X, np.ones((2, 1)), verbose=0, callbacks=list(called))


def batches():
    yield X, np.ones((2, 1))
    raise ValueError("mine")


WHERE = ("build", "call", "compute_output_shape", "compute_mask")
BROKEN = {
    "no `super().__init__()`": lambda: Forgetful()(X),
    "a name that fails": lambda: Nameless()(X),
    "a name that fails, in a model": lambda: Sequential([layers.Input((3,)), Nameless()]),
    **{f"{where}": (lambda where=where: FailsIn(where)(X)) for where in ("build", "call")},
    "build, symbolic": lambda: FailsIn("build")(layers.Input((3,))),
    "a shape, symbolic": lambda: FailsIn("compute_output_shape")(layers.Input((3,))),
    **{f"{where}, in fit": (lambda where=where: trained(FailsIn(where))) for where in WHERE},
    "stopped": lambda: FailsIn("call", Stop)(X),
    "stopped, in a wrapper": lambda: layers.TimeDistributed(FailsIn("call", Stop))(X[None]),
    "call, in a wrapper": lambda: layers.Bidirectional(layers.RNN(FailsIn("call")))(X[None]),
    "a loss": lambda: trained(loss=Loss()),
    "a metric": lambda: trained(metrics=[Metric()]),
    "a callback": lambda: trained(called=[Callback()]),
    "a training step": lambda: trained(model=OwnStep),
    "a generator": lambda: _compiled().fit(batches(), steps_per_epoch=3, verbose=0),
    "a wrong shape": lambda: _compiled().predict(np.ones((2, 5)), verbose=0),
}


def state():
    return {name: getattr(running, name) for name in Running.__annotations__}


def _compiled():
    net = Sequential([layers.Input((3,)), layers.Dense(1)])
    net.compile("sgd", "mse")
    return net


@pytest.mark.parametrize("what", BROKEN)
def test_nothing_is_left_of_what_failed(what):
    layers.Dense(2)(X)
    before = state()
    with pytest.raises((Exception, Stop)):
        BROKEN[what]()
    assert state() == before
    assert layers.Dense(2)(X).shape == (2, 2)


def test_the_forgotten_call_is_named():
    with pytest.raises(RuntimeError, match=r"its `__init__` must begin with `super\(\).__init__\(\)`"):
        Forgetful()(X)
