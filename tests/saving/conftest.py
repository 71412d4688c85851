"""The same models in Hornbeam and in real Keras: each is a function of the package that it is to be built with."""

import marshal
import os
import pickle
import socket
import subprocess
import sys

import numpy as np
import pytest


def _sequential(k):
    layers = k.layers
    return k.Sequential(
        [
            k.Input((3,)),
            layers.Dense(4, activation="relu", kernel_regularizer="l2", name="hidden"),
            layers.BatchNormalization(),
            layers.Dropout(0.3, seed=1),
            layers.Dense(2, activation="softmax", use_bias=False),
        ],
        name="stack",
    )


def _functional(k):
    layers = k.layers
    x, side = k.Input((3,), name="x"), k.Input((3,), name="side")
    shared = layers.Dense(4, name="shared", activation="tanh")
    h, g = shared(x), shared(side)
    both = layers.Concatenate()([layers.Add()([h, g]), h])
    return k.Model([x, side], [layers.Dense(1, name="first")(both), g], name="graph")


def _operations(k):
    ops = k.ops
    x = k.Input((4,), name="x")
    h = k.layers.Dense(4, name="d")(x)
    y = 2.0 - h * 3.0 + x / 2
    y = ops.concatenate([ops.sin(y), ops.relu(h)], axis=-1)[:, 1:7]
    y = ops.reshape(y, (-1, 3, 2))
    y = ops.sum(ops.transpose(y, (0, 2, 1)), axis=1, keepdims=True)
    a, _, b = ops.split(y, 3, axis=-1)
    y = ops.where(a > b, a, ops.maximum(b, 0.5))
    y = ops.squeeze(ops.clip(ops.expand_dims(y, -1), -1.0, 1.0), axis=1)
    y = ops.einsum("bij,kj->bik", y, np.ones((2, 1), "float32"))
    return k.Model(x, ops.softmax(y, axis=-1) ** 2, name="operations")


def _image(k):
    layers = k.layers
    return k.Sequential(
        [
            k.Input((6, 6, 2)),
            layers.Conv2D(3, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(2, (2, 1), strides=1),
            layers.Flatten(),
            layers.LayerNormalization(),
            layers.Dense(1),
        ]
    )


def _nested(k):
    layers = k.layers
    x = k.Input((3,), name="in")
    body = k.Model(x, [layers.Dense(2, name="i1")(x), layers.Dense(2, name="i2")(x)], name="body")
    tail = k.Sequential([k.Input((2,)), layers.Dense(2)], name="tail")
    a, b = k.Input((3,), name="a"), k.Input((3,), name="b")
    p, q = body(a), body(b)
    return k.Model({"a": a, "b": b}, [tail(p[0]), tail(q[1]), q[0], p[1]], name="outer")


def _recurrent(k):
    layers = k.layers
    x = k.Input((5, 3), name="x")
    h = layers.LSTM(2, return_sequences=True)(x)
    h = layers.GRU(3, return_sequences=True)(h)
    h = layers.RNN([layers.LSTMCell(2), layers.GRUCell(3)], return_sequences=True)(h)
    return k.Model(x, layers.SimpleRNN(2)(h), name="recurrent")


def _sequence(k):
    layers = k.layers
    x = k.Input((4,), dtype="int32", name="tokens")
    h = layers.Embedding(7, 3, mask_zero=True)(x)
    h = layers.GlobalAveragePooling1D()(h)
    return k.Model(x, layers.Dense(1)(h), name="sequence")


def _mixed(k):
    layers = k.layers
    return k.Sequential([k.Input((3,)), layers.Dense(2, dtype="bfloat16"), layers.Dense(2, dtype="mixed_bfloat16")])


ZOO = {
    fn.__name__[1:]: fn
    for fn in (_sequential, _functional, _operations, _image, _nested, _recurrent, _sequence, _mixed)
}


@pytest.fixture(params=sorted(ZOO))
def zoo(request):
    """A function that builds one of the models with the package that it is given."""
    return ZOO[request.param]


@pytest.fixture
def build():
    """`build("sequential", package)`."""
    return lambda name, package: ZOO[name](package)


@pytest.fixture(scope="session")
def keras():
    return pytest.importorskip("keras")


@pytest.fixture
def data():
    """`data(model)`: inputs for a model, as its input names or its place need them."""

    def make(model, rows=5, seed=0):
        rng = np.random.default_rng(seed)

        def one(tensor):
            shape = (rows, *tensor.shape[1:])
            if "int" in str(tensor.dtype):
                return rng.integers(0, 7, shape).astype("int32")
            return rng.normal(size=shape).astype("float32")

        values = {tensor.name: one(tensor) for tensor in sorted(model.inputs, key=lambda t: t.name)}
        if len(values) == 1:
            return next(iter(values.values()))
        names = [tensor.name for tensor in model.inputs]
        return {name: values[name] for name in names} if names == ["a", "b"] else [values[name] for name in names]

    return make


@pytest.fixture
def outputs():
    """`outputs(model, x)`: a list of float32 arrays."""

    def run(model, x):
        found = model.predict(x, verbose=0)
        found = found if isinstance(found, list) else [found]
        return [np.asarray(y).astype("float32") for y in found]

    return run


@pytest.fixture
def nothing_runs(monkeypatch):
    """Code, pickles, processes and the network are out of reach."""

    def guard(module, name):
        real = getattr(module, name)

        def refuse(*args, **kwargs):
            if "importlib" in sys._getframe(1).f_globals["__name__"]:  # Python reads its own modules so
                return real(*args, **kwargs)
            raise SystemExit("a file ran code")

        monkeypatch.setattr(module, name, refuse)

    for module, name in [
        (marshal, "loads"),
        (pickle, "loads"),
        (pickle, "load"),
        (os, "system"),
        (subprocess, "Popen"),
        (socket, "create_connection"),
    ]:
        guard(module, name)
