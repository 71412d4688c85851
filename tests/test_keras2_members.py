"""Methods and properties of Keras 2's layers and models that have no name today."""

import importlib
import json
import pickle
import subprocess
import sys

import numpy as np
import pytest

import hornbeam
from hornbeam import layers
from hornbeam.core import symbolic
from hornbeam.core.old_names.members import MEMBERS

X = np.arange(12, dtype="float32").reshape(4, 3)
Y = X[:, :2]


def model_of(*more):
    model = hornbeam.Sequential([hornbeam.Input((3,)), *more, layers.Dense(2, name="d")])
    model.compile(hornbeam.optimizers.SGD(0.01), "mse")
    return model


def test_inputs_and_outputs_of_a_call():
    x, y = hornbeam.Input((3,)), hornbeam.Input((3,))
    layer, both = layers.Dense(2), layers.Add()
    first, second = layer(x), layer(y)
    total = both([first, second])
    assert layer.get_input_at(0) is x and layer.get_input_at(1) is y
    assert layer.get_output_at(0) is first and layer.get_output_at(-1) is second
    assert (layer.get_input_shape_at(1), layer.get_output_shape_at(1)) == ((None, 3), (None, 2))
    assert both.get_input_at(0) == [first, second] and both.get_output_at(0) is total
    assert both.input_shape == [(None, 2), (None, 2)] and both.output_shape == (None, 2)
    with pytest.raises(ValueError, match=r"was called on symbolic tensors 2 times. Received: node_index=2"):
        layer.get_output_at(2)


def test_the_shape_of_all_calls(engine):
    pooling = layers.GlobalAveragePooling1D(name="p")
    assert not hasattr(pooling, "input_shape")
    with pytest.raises(AttributeError, match=r"Layer `p` has no `output_shape` yet: call it on data or on an `Input`"):
        pooling.output_shape  # noqa: B018
    pooling(hornbeam.Input((5, 2)))
    assert (pooling.input_shape, pooling.output_shape) == ((None, 5, 2), (None, 2))
    pooling(hornbeam.Input((7, 2)))
    assert pooling.output_shape == (None, 2)
    with pytest.raises(AttributeError, match=r"tensors of several shapes: ask `get_input_shape_at\(node_index\)`"):
        pooling.input_shape  # noqa: B018
    dense = layers.Dense(2)
    dense(X)
    assert (dense.input_shape, dense.output_shape) == ((4, 3), (4, 2))


def test_masks_of_symbolic_tensors_are_not_known():
    layer = layers.Masking()
    layer(hornbeam.Input((5, 2)))
    for name in ("input_mask", "output_mask"):
        with pytest.raises(AttributeError, match=r"knows masks of values, .* ask `compute_mask\(inputs, mask\)`"):
            getattr(layer, name)


class Moving(layers.Layer):
    """Adds updates and losses as a layer of 2017 does."""

    def build(self, input_shape):
        self.mean = self.add_weight(name="mean", shape=(input_shape[-1],), initializer="zeros", trainable=False)
        self.scale = self.add_weight(name="scale", shape=(), initializer="ones", regularizer="l2")
        super().build(input_shape)

    def call(self, x):
        new = 0.5 * self.mean + 0.5 * hornbeam.ops.mean(x, 0)
        self.add_update([(self.mean, new)], x)
        self.add_loss(losses=hornbeam.ops.sum(x), inputs=x)
        return self.scale * x


def test_updates_and_losses(engine):
    layer = Moving()
    layer.assert_input_compatibility(X)
    layer(X)
    np.testing.assert_allclose(layer.mean.numpy(), X.mean(0) / 2)
    assert layer.updates == layer.get_updates_for(X) == []
    assert [float(loss) for loss in layer.get_losses_for(X)] == [X.sum()]
    assert [float(loss) for loss in layer.get_losses_for(None)] == [pytest.approx(0.01)]
    with pytest.raises(ValueError, match="must have at least 2 axes"):
        layers.Dense(2).assert_input_compatibility(X[0])
    model = model_of(Moving())
    model.fit(X, Y, batch_size=4, verbose=0)
    assert model.layers[0].mean.numpy().any()


def generator():
    while True:
        yield X, Y


@pytest.mark.filterwarnings("ignore::hornbeam.OldNameWarning")
def test_generators(engine):
    model = model_of()
    history = model.fit_generator(generator(), 3, 2, 0, validation_data=(X, Y), workers=1, max_queue_size=2).history
    assert len(history["val_loss"]) == 2
    assert model.evaluate_generator(generator(), steps=2) == pytest.approx(model.evaluate(X, Y, verbose=0), rel=1e-5)
    np.testing.assert_allclose(model.predict_generator(generator(), 2)[:4], model.predict(X, verbose=0), rtol=1e-6)


@pytest.mark.filterwarnings("ignore::hornbeam.OldNameWarning")
def test_classes(engine):
    model = model_of(layers.Dense(2))
    assert model.predict_classes(X).tolist() == model.predict(X, verbose=0).argmax(1).tolist()
    np.testing.assert_array_equal(model.predict_proba(X), model.predict(X, verbose=0))
    binary = hornbeam.Sequential([hornbeam.Input((3,)), layers.Dense(1, "sigmoid", kernel_initializer="ones")])
    assert binary.predict_classes(X - 4).tolist() == [[0], [0], [1], [1]]
    assert model.model is model


def test_an_old_method_says_once_what_it_is_called(recwarn):
    from hornbeam.core.renaming import notice

    notice._said.clear()
    for _ in range(2):
        model_of().predict_generator(generator(), 1)
    said = [str(w.message) for w in recwarn if issubclass(w.category, hornbeam.OldNameWarning)]
    assert said == ["`predict_generator` of `Sequential` is now called `predict`."]


def test_what_notes_on_keras_write_of_models(tmp_path, recwarn):
    """They call `load_model` of a model, and give `fit` what belongs to `compile`."""
    from hornbeam.core.renaming import notice

    notice._said.clear()
    model = model_of()
    model.fit(X, Y, verbose=0)
    optimizer = model.optimizer
    for _ in range(2):
        history = model.fit(X, Y, validation_data=[X, Y], verbose=0, metrics=["mae"]).history
    assert "val_mae" in history and model.optimizer is optimizer and int(optimizer.iterations) == 3
    model.save(tmp_path / "m.h5")
    np.testing.assert_array_equal(model.load_model(tmp_path / "m.h5").predict(X), model.predict(X))
    said = [str(w.message) for w in recwarn if issubclass(w.category, hornbeam.OldNameWarning)]
    assert said == [
        "`fit(metrics=['mae'])`: metrics are given to `compile`, which is called anew with them.",
        "`load_model` is no method: `hornbeam.models.load_model(path)` gives another model.",
    ]
    with pytest.raises(RuntimeError, match="call `compile"):
        hornbeam.Sequential([layers.Dense(2)]).fit(X, Y, metrics=["mae"])


def test_states_of_models(engine):
    model = hornbeam.Sequential([hornbeam.Input((2, 3), batch_size=4), layers.SimpleRNN(2, stateful=True)])
    assert model.stateful and not model_of().stateful
    assert model.state_updates == model.updates == []
    x = np.stack([X, X], 1)
    first, second = model.predict(x, verbose=0), model.predict(x, verbose=0)
    model.reset_states()
    np.testing.assert_array_equal(model.predict(x, verbose=0), first)
    layer = model.layers[0]
    layer.reset_states(first)
    np.testing.assert_allclose(model.predict(x, verbose=0), second, rtol=1e-5)
    with pytest.raises(ValueError, match=r"takes one array for each state that it keeps. Received: 2 arrays"):
        layer.reset_states([first, first])
    with pytest.raises(ValueError, match="Received: a layer that is not stateful or not built"):
        layers.SimpleRNN(2).reset_states(first)


def test_what_else_models_had(engine):
    model = model_of()
    assert not model.uses_learning_phase and model_of(layers.Dropout(0.5)).uses_learning_phase
    x = hornbeam.Input((3,))
    functional = hornbeam.Model(x, layers.Dense(2)(x))
    np.testing.assert_allclose(functional.run_internal_graph(X), functional.predict(X, verbose=0), rtol=1e-6)
    with pytest.raises(ValueError, match=r"described as JSON, with `to_json\(\)`, and not as YAML"):
        model.to_yaml()
    again = hornbeam.models.model_from_config(json.loads(model.to_json()))
    assert [layer.name for layer in again.layers] == ["d"]
    with pytest.raises(ValueError, match=r"`config` must describe a model. Received: 'None'"):
        hornbeam.models.model_from_config(None)
    assert hornbeam.models.Input is hornbeam.Input and hornbeam.models.InputLayer is layers.InputLayer


@pytest.mark.filterwarnings("ignore::hornbeam.OldNameWarning")
def test_old_arguments_of_methods():
    model = model_of()
    assert len(model.fit(X, Y, nb_epoch=2, verbose=0).history["loss"]) == 2
    model.compile("sgd", "mse", sample_weight_mode="temporal", target_tensors=None)
    model.compile("sgd", "mse", target_tensors=[hornbeam.Input((2,))])  # whose data `fit` gets
    assert model.train_on_batch(X, Y, reset_metrics=True) > 0
    for wrong in ({"sample_weight_mode": "batch"}, {"target_tensors": [X]}):
        with pytest.raises(TypeError, match=r"anything else it meant in older versions is gone"):
            model.compile("sgd", "mse", **wrong)
    with pytest.raises(TypeError, match="`reset_metrics` of `test_on_batch` must be True"):
        model.test_on_batch(X, Y, reset_metrics=False)


@pytest.mark.filterwarnings("ignore::hornbeam.OldNameWarning")
def test_inputs_and_outputs_of_a_model_as_in_keras_1(engine):
    class Mine(hornbeam.Model):
        pass

    x = hornbeam.Input((3,))
    y = layers.Dense(2)(x)
    for cls in (hornbeam.Model, Mine):
        model = cls(input=x, output=y, name="m")
        assert isinstance(model, hornbeam.models.Functional) and model.name == "m"
        assert model.predict(X, verbose=0).shape == (4, 2)


@pytest.mark.filterwarnings("ignore::hornbeam.OldNameWarning")
def test_a_weight_whose_name_comes_first(engine):
    """As in layers that were written for tf.keras."""

    class Linear(layers.Layer):
        def build(self, input_shape):
            self.kernel = self.add_weight("kernel", shape=[input_shape[-1], 2], initializer="ones")
            self.bias = self.add_weight("bias", (2,), "float32", "zeros", trainable=False)
            self.scale = self.add_weight((2,), "ones")

        def call(self, x):
            return x @ self.kernel + self.bias * self.scale

    layer = Linear()
    np.testing.assert_allclose(np.asarray(hornbeam.ops.convert_to_numpy(layer(X)))[:, 0], X.sum(1))
    assert (layer.kernel.name, layer.bias.name) == ("kernel", "bias")
    assert [v.shape for v in layer.trainable_weights] == [(3, 2), (2,)]


def test_a_loss_without_a_value():
    model = model_of()
    with pytest.raises(
        ValueError, match=r"inside of the `call` of a layer.*Received: .*<SymbolicTensor shape=\(None, 2\)"
    ):
        model.add_loss(model.output)


def test_attributes_of_the_users_win():
    class Mine(layers.Layer):
        def __init__(self):
            super().__init__()
            self.updates = layers.Dense(2)
            self.output_shape = 7

        def get_input_at(self, where):
            return where

        def call(self, x):
            return self.updates(x)

    layer = Mine()
    assert layer(X).shape == (4, 2) and layer.output_shape == 7 and layer.get_input_at("here") == "here"
    assert len(layer.weights) == 2
    assert pickle.loads(pickle.dumps(layers.Dense(1))).units == 1


def at_home(module):
    """Where Hornbeam has what is in a module of Keras's or TensorFlow's."""
    return module.replace("keras", "hornbeam", 1).replace("tensorflow", "hornbeam.legacy.tensorflow", 1)


def test_members_are_imported_when_one_is_asked_for():
    for module, classes in MEMBERS.items():
        for cls, (_, names) in classes.items():
            home = importlib.import_module(at_home(module))
            owner = symbolic.Node if cls == "Node" else getattr(home, cls)
            for name in names:
                assert getattr(owner, name).__doc__
    code = "import sys, hornbeam; hornbeam.layers.Dense(1); print([m for m in sys.modules if 'legacy' in m])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "hornbeam.legacy.layer_members" not in out and "hornbeam.legacy.models" not in out
