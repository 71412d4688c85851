"""Models and layers that a user writes."""

import numpy as np
import pytest

import hornbeam
from hornbeam import ops
from hornbeam.layers import BatchNormalization, Dense, Dropout, Embedding, GlobalAveragePooling1D, Input, Layer
from hornbeam.models import Model

X = np.linspace(-1, 1, 24, dtype="float32").reshape(8, 3)


class Tower(Model):
    """Layers as an attribute, in lists and in dicts."""

    def __init__(self, width=4, **kwargs):
        super().__init__(**kwargs)
        self.width = width
        self.first = Dense(width, activation="tanh")
        self.middle = [Dense(width), [Dropout(0.5), BatchNormalization()]]
        self.heads = {"one": Dense(1), "two": Dense(2)}

    def call(self, x, training=False):
        x = self.first(x)
        dense, (dropout, normalize) = self.middle
        x = normalize(dropout(dense(x), training=training))
        return {name: head(x) for name, head in self.heads.items()}


class Scale(Layer):
    """Every part of the protocol: weights, a loss, `training`, masks."""

    supports_masking = True
    row_independent = True

    def __init__(self, penalty=0.0, **kwargs):
        super().__init__(**kwargs)
        self.penalty = penalty

    def build(self, input_shape):
        self.factor = self.add_weight((input_shape[-1],), "ones", name="factor")
        self.count = self.add_weight((), "zeros", trainable=False, name="count")

    def call(self, x, training=False, mask=None):
        if training:
            self.count.assign_add(1.0)
        self.add_loss(self.penalty * ops.sum(self.factor**2))
        y = x * self.factor
        return y if mask is None else ops.where(mask[..., None], y, 0.0)

    def get_config(self):
        return super().get_config() | {"penalty": self.penalty}


def test_layers_are_found_wherever_they_are(engine):
    model = Tower()
    assert len(model.layers) == 6
    assert not model.built
    found = model.predict(X, verbose=0)
    assert {name: y.shape for name, y in found.items()} == {"one": (8, 1), "two": (8, 2)}
    assert len(model.trainable_weights) == 10
    assert len(model.non_trainable_weights) == 2
    model.compile("adam", {"one": "mse", "two": "mae"})
    before = model.get_weights()
    history = model.fit(X, {"one": np.ones((8, 1)), "two": np.ones((8, 2))}, epochs=2, verbose=0).history
    assert set(history) == {"loss", "one_loss", "two_loss"}
    assert all(not np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True) if a.ndim == 2)


def test_the_training_argument_reaches_layers(on_torch):
    model = Tower()
    still, again, moving = (ops.convert_to_numpy(model(X, training=flag)["one"]) for flag in (False, None, True))
    np.testing.assert_array_equal(still, again)
    assert not np.allclose(still, moving)


def test_a_subclass_saves_its_weights_and_its_config(tmp_path, on_torch):
    model = Tower(width=5)
    expected = model.predict(X, verbose=0)
    model.save_weights(tmp_path / "tower.weights.h5")
    again = Tower(width=5)
    again.build((None, 3))
    again.load_weights(tmp_path / "tower.weights.h5")
    np.testing.assert_array_equal(again.predict(X, verbose=0)["two"], expected["two"])
    model.save(tmp_path / "tower.keras")
    loaded = hornbeam.models.load_model(tmp_path / "tower.keras", custom_objects={"Tower": Tower})
    assert loaded.width == 5
    np.testing.assert_array_equal(loaded.predict(X, verbose=0)["two"], expected["two"])


def test_a_subclass_of_model_with_a_graph(on_torch):
    class Named(Model):
        def describe(self):
            return f"{self.name}: {len(self.layers)} layers"

    x = Input((3,))
    model = Named(inputs=x, outputs=Dense(1)(x), name="mine")
    assert model.describe() == "mine: 2 layers"
    assert model.predict(X, verbose=0).shape == (8, 1)


def test_a_model_that_does_not_call_super(on_torch):
    class Forgetful(Model):
        def __init__(self):
            self.dense = Dense(1)

    with pytest.raises(AttributeError, match=r"super\(\)\.__init__\(\)"):
        Forgetful()(X)


def test_a_model_without_call(on_torch):
    class Empty(Model):
        pass

    with pytest.raises(NotImplementedError, match="`Empty` must define `call`"):
        Empty()(X)


def test_weights_losses_and_state_of_a_layer(engine):
    layer = Scale(penalty=0.5)
    model = hornbeam.Sequential([Input((3,)), layer, Dense(1, kernel_initializer="zeros")])
    assert [w.name for w in layer.weights] == ["factor", "count"]
    assert (len(layer.trainable_weights), len(layer.non_trainable_weights)) == (1, 1)
    model.compile(hornbeam.optimizers.SGD(0.1), "mse")
    history = model.fit(X, np.zeros((8, 1)), batch_size=4, epochs=1, verbose=0).history
    # Only the penalty has a gradient: 0.5 sum(f**2) is 1.5 at first, and f shrinks by a tenth in each step.
    np.testing.assert_allclose(history["loss"][0], (1.5 + 1.5 * 0.81) / 2, rtol=1e-5)
    np.testing.assert_allclose(layer.factor.numpy(), 0.81, rtol=1e-5)
    assert float(layer.count.numpy()) == 2
    model.evaluate(X, np.zeros((8, 1)), verbose=0)
    assert float(layer.count.numpy()) == 2


def test_masks_reach_a_layer_and_go_on(on_torch):
    words = np.array([[1, 2, 0], [3, 0, 0]])
    model = hornbeam.Sequential(
        [Input((3,), dtype="int32"), Embedding(5, 2, mask_zero=True), Scale(), GlobalAveragePooling1D()]
    )
    table = model.layers[0].get_weights()[0]
    expected = np.stack([table[[1, 2]].mean(0), table[3]])
    np.testing.assert_allclose(model.predict(words, verbose=0), expected, rtol=1e-5)


def test_a_layer_of_layers(on_torch):
    class Block(Layer):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.units = units
            self.layers = [Dense(units, activation="relu"), Dense(units)]

        def call(self, x):
            for layer in self.layers:
                x = layer(x)
            return x

    block = Block(4)
    y = block(X)
    assert tuple(y.shape) == (8, 4)
    assert len(block.weights) == 4
    assert block.compute_output_shape((None, 3)) == (None, 4)
    assert len({w.path for w in block.weights}) == 4


def test_config_of_a_layer_that_writes_it_and_of_one_that_does_not(on_torch):
    class Power(Layer):
        def __init__(self, exponent=2.0, **kwargs):
            super().__init__(**kwargs)
            self.exponent = exponent

        def call(self, x):
            return x**self.exponent

    for layer in (Scale(penalty=0.3, name="mine"), Power(3.0, name="mine")):
        again = type(layer).from_config(layer.get_config())
        assert again.get_config() == layer.get_config()
        assert again.name == "mine"
    assert Power.from_config(Power(3.0).get_config()).exponent == 3.0


def test_errors_say_in_which_layer(on_torch):
    class Broken(Layer):
        def call(self, x):
            raise RuntimeError("out of ink")

    model = hornbeam.Sequential([Dense(2), Broken(name="printer")])
    with pytest.raises(RuntimeError, match="out of ink") as caught:
        model.predict(X, verbose=0)
    assert any("printer" in note and "(Broken)" in note for note in caught.value.__notes__)


def test_call_and_build_of_a_base_that_is_no_layer(engine):
    class Scaling:
        def build(self, input_shape):
            self.scale = self.add_weight((input_shape[-1],), "ones")

        def call(self, x, training=False, factor=2.0):
            return x * self.scale * factor if training else x

    class Scale(Scaling, hornbeam.layers.Layer):
        pass

    class Scaled(Scaling, hornbeam.Model):
        pass

    layer, model = Scale(), Scaled()
    assert float(layer(np.ones((1, 2), "float32"), training=True)[0, 0]) == 2
    assert layer.get_build_config() == {"input_shape": (1, 2)}
    assert np.array_equal(model.predict(np.ones((1, 2)), verbose=0), np.ones((1, 2)))


def test_a_config_of_ones_own_adds_to_what_the_base_class_has():
    class Mine(hornbeam.layers.Layer):
        def __init__(self, units=2, **kwargs):
            super().__init__(**kwargs)
            self.units = units

        def get_config(self):
            return dict(units=self.units, **super().get_config())

    class Metric(hornbeam.metrics.Mean):
        def __init__(self, weight, name="mine", **kwargs):
            super().__init__(name=name, **kwargs)
            self.weight = weight

        def get_config(self):
            return dict(weight=self.weight, **super().get_config())

    class Wider(Dense):
        def __init__(self, units, extra=1, **kwargs):
            super().__init__(units, **kwargs)
            self.extra = extra

        def get_config(self):
            config = super().get_config()
            assert config["units"] == 3 and "extra" not in config
            return config | {"extra": self.extra}

    assert Mine(4, name="m").get_config().keys() == {"units", "name", "trainable", "dtype"}
    assert Metric(3.0).get_config() == {"weight": 3.0, "name": "mine", "dtype": "float32"}
    assert Wider.from_config(Wider(3, extra=5).get_config()).extra == 5


def test_a_build_with_more_than_shapes_is_described():
    class Made(hornbeam.layers.Layer):
        def build(self, input_shape, how):
            self.w = self.add_weight(shape=(input_shape[-1],), initializer=how)
            self.built = True

        def build_from_config(self, config):
            self.build(config["input_shape"], config["shapes_dict"]["how"])

        def call(self, x):
            return x * self.w

    first, second = Made(), Made()
    first.build((None, 3), "ones")
    second.build_from_config(first.get_build_config())
    assert hornbeam.ops.convert_to_numpy(second.w).tolist() == [1, 1, 1]
    third = Made()
    hornbeam.layers.Layer.build_from_config(third, first.get_build_config())
    assert third.built
