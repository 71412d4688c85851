"""Layers and functions that compute again what their gradients need give what they gave before."""

import numpy as np
import pytest

import hornbeam
from hornbeam import layers, ops

X, Y = np.random.default_rng(0).normal(size=(4, 3)).astype("float32"), np.ones((4, 2), "float32")


class Adding(layers.Layer):
    row_independent = True

    def call(self, x):
        self.add_loss(0.1 * ops.sum(x))
        return x


def trained(mode, **options):
    hornbeam.utils.set_random_seed(1)
    with hornbeam.RematScope(mode, **options):
        model = hornbeam.Sequential(
            [
                hornbeam.Input((3,)),
                layers.Dense(4, "tanh", name="first"),
                layers.BatchNormalization(),
                layers.Dropout(0.5, seed=3),
                Adding(),
                layers.Dense(2),
            ]
        )
    model.compile("sgd", "mse")
    model.fit(X, Y, epochs=2, verbose=0, shuffle=False)
    return model.get_weights()


def test_training_is_the_same(engine):
    expected = trained(None)
    for mode, options in [("full", {}), ("larger_than", {"output_size_threshold": 3})]:
        for value, same in zip(trained(mode, **options), expected, strict=True):
            np.testing.assert_allclose(value, same, rtol=1e-4, atol=1e-6)


def test_which_layers_are_meant(engine):
    with hornbeam.RematScope("list_of_layers", layer_names=["a"]):
        a, b = layers.Dense(1, name="a"), layers.Dense(1, name="b")
    call = lambda x: x  # noqa: E731
    assert a.rematerialized_call(call, X) is not call and b.rematerialized_call(call, X) is call
    assert layers.Dense(1).rematerialized_call(call, X) is call
    with pytest.raises(ValueError, match="`mode` of `RematScope` must be one of"):
        hornbeam.RematScope("some")


def test_functions(engine):
    v = hornbeam.Variable([1.0, 2.0])
    count = hornbeam.Variable(0.0, trainable=False)

    calls = []

    def cube(x):
        calls.append(x)
        count.assign_add(1.0)
        return ops.sum(x * v**3)

    loss, (gradient,) = hornbeam.core.lift.value_and_grad(lambda: hornbeam.remat(cube)(ops.ones(2)), [v])
    assert engine == "jax" or len(calls) == 2  # JAX repeats what it has traced
    assert float(loss) == 9 and float(count) == 1
    np.testing.assert_allclose(ops.convert_to_numpy(gradient), [3, 12], rtol=1e-6)
