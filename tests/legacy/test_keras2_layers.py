"""Layers of Keras 1 and 2 that today's have not: `Recurrent`, which has a `step`, and `ConvRNN2D`."""

import warnings

import numpy as np
import pytest

import hornbeam
from hornbeam import layers
from hornbeam.layers import Recurrent

K = hornbeam.backend
X = np.random.RandomState(0).rand(2, 4, 3).astype("float32")

pytestmark = pytest.mark.filterwarnings("ignore::hornbeam.OldNameWarning")


class Simple(Recurrent):
    """h' = tanh(x W + h U), as people wrote such a layer for Keras 1."""

    def __init__(self, output_dim, **kwargs):
        self.output_dim = output_dim
        super().__init__(**kwargs)

    def build(self, input_shape):
        self.input_spec = [layers.InputSpec(shape=input_shape)]
        if self.stateful:
            self.reset_states()
        else:
            self.states = [None]
        self.W = self.add_weight((input_shape[2], self.output_dim), initializer="glorot_uniform", name="W")
        self.U = self.add_weight((self.output_dim, self.output_dim), initializer="orthogonal", name="U")
        self.built = True

    def preprocess_input(self, x):
        return K.dot(x, self.W)

    def get_constants(self, x):
        return [K.ones_like(x[:, 0, :1])]

    def step(self, x, states):
        h, one = states
        output = K.tanh(x + K.dot(h, self.U)) * one
        return output, [output]

    def get_config(self):
        return {**super().get_config(), "output_dim": self.output_dim}


def pair(**kwargs):
    """Such a layer, and the one of today with its weights."""
    mine, today = Simple(2, **kwargs), layers.SimpleRNN(2, use_bias=False, **kwargs)
    for layer in (mine, today):
        layer.build((2, 4, 3))
    today.set_weights(mine.get_weights())
    return mine, today


def same(a, b):
    for x, y in zip(a if isinstance(a, tuple) else [a], b if isinstance(b, tuple) else [b], strict=True):
        np.testing.assert_allclose(np.asarray(x), np.asarray(y), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    "arguments",
    [{}, {"return_sequences": True}, {"return_state": True, "go_backwards": True}, {"unroll": True}],
    ids=lambda arguments: "-".join(arguments) or "none",
)
def test_it_is_the_layer_of_today(arguments):
    mine, today = pair(**arguments)
    same(mine(X), today(X))
    assert mine.compute_output_shape((2, 4, 3)) == today.compute_output_shape((2, 4, 3))


def test_masks_and_first_states(engine):
    mine, today = pair(return_sequences=True)
    mask, h = np.array([[1, 1, 0, 1], [1, 0, 0, 0]], bool), np.ones((2, 2), "float32")
    same(mine(X, mask=mask), today(X, mask=mask))
    same(mine(X, initial_state=[h]), today(X, initial_state=[h]))
    same(mine([X, h]), today(X, initial_state=[h]))
    assert mine.compute_mask(X, mask) is mask
    with pytest.raises(ValueError, match=r"has 1 states. Received: 2 in `initial_state`"):
        mine(X, initial_state=[h, h])


def test_states_that_stay():
    mine, today = pair(stateful=True)
    for _ in range(2):
        same(mine(X), today(X))
    mine.reset_states(), today.reset_states()
    same(mine(X), today(X))
    mine.reset_states([np.ones((2, 2))]), today.reset_states([np.ones((2, 2))])
    same(mine(X), today(X))
    with pytest.raises(ValueError, match=r"has 1 states. Received: 2 arrays"):
        mine.reset_states([1, 2])
    with pytest.raises(ValueError, match=r"is stateful, so the batch size must be known"):
        Simple(2, stateful=True).build((None, 4, 3))


def test_a_model_with_it_learns_and_has_a_config():
    model = hornbeam.Sequential([hornbeam.Input((4, 3)), Simple(2), layers.Dense(1)])
    model.compile("sgd", "mse")
    assert np.isfinite(model.fit(X, np.ones((2, 1)), verbose=0).history["loss"][0])
    again = hornbeam.Sequential.from_config(model.get_config(), {"Simple": Simple})
    again.set_weights(model.get_weights())
    same(again.predict(X, verbose=0), model.predict(X, verbose=0))


def test_what_is_missing_is_said():
    with pytest.raises(NotImplementedError, match=r"`Recurrent` must define `step\(inputs, states\)`"):
        Recurrent().step(X, [])

    class Careless(Simple):
        def build(self, input_shape):
            self.U = self.W = self.add_weight((3, 3))

        def preprocess_input(self, x):
            return x

    with pytest.raises(ValueError, match=r"`build` of `Careless` must call `reset_states\(\)` if it is stateful"):
        Careless(3, stateful=True)(X)


def test_a_recurrent_layer_over_images_from_a_cell(engine, tmp_path):
    x = np.random.RandomState(0).rand(1, 3, 4, 4, 1).astype("float32")
    layer = layers.ConvRNN2D(layers.ConvLSTM2DCell(2, 2), return_sequences=True)
    today = layers.ConvLSTM2D(2, 2, return_sequences=True)
    layer(x), today(x)
    layer.set_weights(today.get_weights())
    same(layer(x), today(x))
    model = hornbeam.Sequential([hornbeam.Input(x.shape[1:]), layer])
    model.save(tmp_path / "m.keras")
    same(hornbeam.models.load_model(tmp_path / "m.keras")(x), today(x))
    with pytest.raises(ValueError, match=r"`cell` of `ConvRNN2D` must be a `ConvLSTM2DCell`"):
        layers.ConvRNN2D(layers.LSTMCell(2))


def test_paths_of_then():
    with warnings.catch_warnings(action="ignore"):
        from hornbeam.layers import convolutional, convolutional_recurrent, recurrent
        from hornbeam.legacy import layers as legacy
    assert legacy.Recurrent is recurrent.Recurrent is layers.Recurrent
    assert convolutional_recurrent.ConvRNN2D is layers.ConvRNN2D
    assert convolutional.AtrousConv2D is legacy.AtrousConvolution2D is layers.Conv2D
    assert convolutional.Deconv3D is layers.Conv3DTranspose
    assert (legacy.MaxoutDense, legacy.Highway) == (layers.MaxoutDense, layers.Highway)


def test_a_product_at_all_times(engine):
    from hornbeam.layers.recurrent import _time_distributed_dense, time_distributed_dense

    w, b = np.ones((3, 2), "float32"), np.array([1.0, 2.0], "float32")
    assert _time_distributed_dense is time_distributed_dense
    same(time_distributed_dense(X, w, b), X @ w + b)
    same(time_distributed_dense(hornbeam.ops.convert_to_tensor(X), w, dropout=0.5, training=False), X @ w)
    x = hornbeam.ops.ones((1, 4, 50))
    found = np.asarray(time_distributed_dense(x, np.eye(50, dtype="float32"), dropout=0.5, training=True))
    assert set(found.ravel()) == {0, 2} and (found == found[:, :1]).all()


def test_what_modules_imported_for_themselves():
    with warnings.catch_warnings(action="ignore"):
        from hornbeam.engine.topology import Container
        from hornbeam.layers import convolutional, core, recurrent
        from hornbeam.utils import training_utils

    assert core.K is recurrent.K is K and convolutional.initializers is hornbeam.initializers
    assert recurrent.to_list([1]) == [1] and Container is hornbeam.Model
    assert training_utils.multi_gpu_model is hornbeam.utils.multi_gpu_model
    with pytest.raises(AttributeError):
        layers.K  # noqa: B018


def test_merge_of_keras_1(engine):
    from hornbeam.layers import Merge, merge

    x, y = hornbeam.Input((3,)), hornbeam.Input((3,))
    a, b = np.array([[1.0, 2.0, 3.0]], "float32"), np.array([[4.0, 0.0, 1.0]], "float32")
    lengths = np.sqrt((a**2).sum() * (b**2).sum())
    expected = {
        "sum": a + b,
        "mul": a * b,
        "ave": (a + b) / 2,
        "max": np.maximum(a, b),
        "concat": np.concatenate([a, b], 1),
        "dot": [[7.0]],
        "cos": [[7.0 / lengths]],
    }
    outputs = [merge([x, y], mode=mode, name=f"m_{mode}") for mode in expected]
    outputs.append(merge([x, y], mode=lambda both: both[0] - both[1], output_shape=(3,)))
    for found, wanted in zip(hornbeam.Model([x, y], outputs)([a, b]), [*expected.values(), a - b], strict=True):
        same(found, wanted)
    with pytest.raises(ValueError, match=r"`mode` must be one of 'sum', .*, or a function. Received: 'minus'"):
        merge([x, y], mode="minus")
    with pytest.raises(ValueError, match=r"give the first layer of each an `input_shape`. Received: `.*` without"):
        Merge([hornbeam.Sequential([hornbeam.layers.Dense(1)])] * 2)
    same(Merge(mode="sum")([a, b]), a + b)
    with pytest.raises(TypeError, match=r"`hornbeam.layers.recurrent` is a module, which cannot be called"):
        hornbeam.layers.recurrent()
