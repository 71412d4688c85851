"""The methods and properties that every layer has in Keras 3."""

import keras
import numpy as np
import pytest

import hornbeam
from hornbeam import layers, metrics, ops

X = np.arange(6, dtype="float32").reshape(2, 3)


def plain(x):
    return np.asarray(ops.convert_to_numpy(x))


class Counting(layers.Layer):
    """Adds to the loss, counts its calls, and measures its inputs."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.mean = metrics.Mean(name="mean")

    def build(self, input_shape):
        self.w = self.add_variable((input_shape[-1],), "ones", name="w")
        self.calls = self.add_weight((), "zeros", trainable=False, name="calls")

    def call(self, x):
        self.calls.assign_add(1.0)
        self.add_loss(ops.sum(self.w))
        self.mean.update_state(x)
        return x * self.w


def test_a_call_with_given_values_changes_nothing(engine):
    layer = Counting()
    layer.build((None, 3))
    others = [plain(v.value) for v in layer.non_trainable_variables]
    outputs, new, losses = layer.stateless_call([np.full(3, 2.0)], others, X, return_losses=True)
    np.testing.assert_array_equal(plain(outputs), 2 * X)
    assert [float(plain(v).sum()) for v in new] == [1.0]
    assert [float(loss) for loss in losses] == [6.0]
    assert float(layer.calls) == 0 and float(layer.mean.total) == 0 and len(layer.losses) == 0
    assert len(layer.stateless_call([np.ones(3)], others, X)) == 2


def test_a_call_with_given_values_as_in_keras(engine):
    ours = hornbeam.Sequential([hornbeam.Input((3,)), layers.Dense(2), layers.BatchNormalization()])
    theirs = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2), keras.layers.BatchNormalization()])
    theirs.set_weights(ours.get_weights())
    states = [
        ([v.numpy() for v in m.trainable_variables], [v.numpy() for v in m.non_trainable_variables])
        for m in (ours, theirs)
    ]
    (y, new), (expected, expected_new) = (
        m.stateless_call(*state, X, training=True) for m, state in zip((ours, theirs), states, strict=True)
    )
    np.testing.assert_allclose(plain(y), expected, atol=1e-5)
    for value, other in zip(new, expected_new, strict=True):
        np.testing.assert_allclose(plain(value), other, rtol=1e-5)


def test_a_call_with_values_that_do_not_fit(engine):
    with pytest.raises(ValueError, match=r"`d` has no variables yet: call it"):
        layers.Dense(2, name="d").stateless_call([], [], X)
    layer = layers.Dense(2, name="d")
    layer.build((None, 3))
    with pytest.raises(ValueError, match=r"`trainable_variables` must hold .* 2 .* layer `d`. Received: 1 "):
        layer.stateless_call([np.ones((3, 2))], [], X)


def test_metrics_and_path(engine):
    layer = Counting(name="counting")
    assert layer.path is None
    layer(X)
    assert layer.path == "counting"
    assert layer.metrics == [layer.mean] and layer.metrics_variables == layer.mean.variables


def test_policy_by_name(engine):
    layer = layers.Dense(2)
    layer.dtype_policy = "mixed_bfloat16"
    assert layer.dtype_policy == hornbeam.DTypePolicy("mixed_bfloat16")
    assert (layer.input_dtype, layer.dtype) == ("bfloat16", "float32")
    assert ops.convert_to_numpy(layer(X)).dtype.name == "bfloat16"
    with pytest.raises(ValueError, match="computes in floats"):
        layer.dtype_policy = "int8_from_float32"


def test_own_variables_in_a_store(engine):
    layer, other = layers.Dense(2, name="d"), layers.Dense(2, name="e")
    layer.build((None, 3)), other.build((None, 3))
    store = {}
    layer.save_own_variables(store)
    assert sorted(store) == ["0", "1"]
    other.load_own_variables(store)
    np.testing.assert_array_equal(other.kernel.numpy(), layer.kernel.numpy())
    with pytest.raises(ValueError, match=r"`e` has 2 weights. Received: 1 values"):
        other.load_own_variables({"0": store["0"]})


def test_a_layer_may_add_to_what_is_stored(engine, tmp_path):
    class Dated(layers.Dense):
        date = 0

        def save_own_variables(self, store):
            super().save_own_variables(store)
            store["date"] = np.array(self.date)

        def load_own_variables(self, store):
            self.date = int(store["date"])
            super().load_own_variables({key: store[key] for key in ("0", "1")})

    model = hornbeam.Sequential([hornbeam.Input((3,)), Dated(2)])
    model.layers[0].date = 7
    model.save_weights(tmp_path / "m.weights.h5")
    other = hornbeam.Sequential([hornbeam.Input((3,)), Dated(2)])
    other.load_weights(tmp_path / "m.weights.h5")
    assert other.layers[0].date == 7
    np.testing.assert_array_equal(other.predict(X, verbose=0), model.predict(X, verbose=0))


def test_symbolic_call(engine):
    x = hornbeam.Input((3,))
    y = layers.Dense(2).symbolic_call(x)
    assert y.shape == (None, 2) and hornbeam.Model(x, y).predict(X, verbose=0).shape == (2, 2)


@pytest.mark.parametrize(
    "make",
    [
        lambda k: k.Dense(2, use_bias=False),
        lambda k: k.Conv1D(2, 1, use_bias=False),
        lambda k: k.EinsumDense("abc,cd->abd", (None, 2)),
    ],
    ids=["Dense", "Conv1D", "EinsumDense"],
)
def test_no_bias_is_none(engine, make):
    for library in (layers, keras.layers):
        layer = make(library)
        layer.build((None, 3, 4))
        assert layer.bias is None
