"""`clone_model`: the same architecture, weights of its own."""

import numpy as np
import pytest

import hornbeam
from hornbeam import ops
from hornbeam.layers import Dense, Dropout, Input
from hornbeam.models import Sequential, clone_model

pytestmark = pytest.mark.usefixtures("on_torch")
X = np.linspace(-1, 1, 12, dtype="float32").reshape(4, 3)


def graph():
    x = Input((3,), name="x")
    shared = Dense(3, name="shared")
    inner = Sequential([Input((3,)), Dense(3, name="inside")], name="inner")
    return hornbeam.Model(x, ops.relu(inner(shared(shared(x)))) + 1.0, name="net")


@pytest.mark.parametrize("make", [graph, lambda: Sequential([Input((3,)), Dense(4, name="a"), Dense(1)], name="net")])
def test_same_architecture_other_weights(make):
    model = make()
    other = clone_model(model)
    assert type(other) is type(model)
    assert other.name == "net"
    assert [layer.name for layer in other.layers] == [layer.name for layer in model.layers]
    assert [w.shape for w in other.weights] == [w.shape for w in model.weights]
    assert not {id(w) for w in other.weights} & {id(w) for w in model.weights}
    assert not np.array_equal(other.weights[0].numpy(), model.weights[0].numpy())
    other.set_weights(model.get_weights())
    np.testing.assert_array_equal(other.predict(X, verbose=0), model.predict(X, verbose=0))


def test_an_unbuilt_model():
    other = clone_model(Sequential([Dense(4), Dense(1)]))
    assert not other.built
    assert other.predict(X, verbose=0).shape == (4, 1)


def test_other_layers_in_the_place_of_some():
    def without_dropout(layer):
        return hornbeam.layers.Identity() if isinstance(layer, Dropout) else type(layer).from_config(layer.get_config())

    other = clone_model(Sequential([Input((3,)), Dense(4), Dropout(0.5)]), clone_function=without_dropout)
    assert [type(layer).__name__ for layer in other.layers] == ["Dense", "Identity"]


def test_recursive():
    def wider(layer):
        if not isinstance(layer, Dense):
            return type(layer).from_config(layer.get_config())
        return Dense(layer.units, use_bias=False, name=layer.name)

    other = clone_model(graph(), clone_function=wider, recursive=True)
    assert not other.get_layer("inner").get_layer("inside").use_bias
    assert len(other.weights) == 2


def test_on_an_input_of_ones_own():
    start = Input((3,), batch_size=4, name="mine")
    other = clone_model(graph(), input_tensors=start)
    assert other.input_names == ["mine"]
    assert other.input_shape == (4, 3)


def test_a_subclass_is_made_from_its_config():
    class Small(hornbeam.Model):
        def __init__(self, units=2, **kwargs):
            super().__init__(**kwargs)
            self.units = units
            self.dense = Dense(units)

        def call(self, x):
            return self.dense(x)

    other = clone_model(Small(units=5))
    assert other.units == 5
    assert other.predict(X, verbose=0).shape == (4, 5)


def test_a_compiled_model_is_compiled_again():
    model = graph()
    model.compile(hornbeam.optimizers.SGD(0.5), "mse", metrics=[hornbeam.metrics.MeanAbsoluteError(name="m")])
    other = clone_model(model)
    assert other.compiled
    assert other.optimizer is not model.optimizer
    assert float(other.optimizer.learning_rate) == 0.5
    other.fit(X, np.ones((4, 3)), verbose=0)
    assert "m" in other.history.history
    assert model.get_metrics_result().keys() == {"loss"}


def test_calls_are_made_in_ones_own_way_inside_of_models_too():
    def doubled(layer, *args, **kwargs):
        outputs = layer(*args, **kwargs)
        return Dropout(0.5)(outputs) if isinstance(layer, Dense) else outputs

    x, y = Input((2,)), Input((2,))
    inner = hornbeam.Model(x, Dense(2)(x), name="inner")
    other = clone_model(hornbeam.Model(y, inner(y)), call_function=doubled, recursive=True)
    assert isinstance(other.get_layer("inner").layers[-1], Dropout)


def test_inputs_of_another_structure_are_refused():
    a, b = Input((1,)), Input((1,))
    model = hornbeam.Model({"a": a, "b": b}, a + b)
    with pytest.raises(ValueError, match=r"`input_tensors` must be like the inputs of model .*'a'"):
        clone_model(model, input_tensors=(a, b))
