"""What is typed around `Sequential`."""

import pickle

import numpy as np
import pytest

import hornbeam
from hornbeam.layers import LSTM, Conv2D, Dense, Dropout, Flatten, GlobalAveragePooling2D, Input, InputLayer
from hornbeam.models import Sequential

pytestmark = pytest.mark.usefixtures("on_torch")
X = np.linspace(-1, 1, 12, dtype="float32").reshape(4, 3)


def shapes(model):
    return [w.shape for w in model.weights]


@pytest.mark.filterwarnings("ignore::hornbeam.OldNameWarning")
@pytest.mark.parametrize(
    "make",
    [
        lambda: Sequential([Input((3,)), Dense(4), Dense(2)]),
        lambda: Sequential([Input(shape=(3,), batch_size=None), Dense(4), Dense(2)]),
        lambda: Sequential([InputLayer(shape=(3,)), Dense(4), Dense(2)]),
        lambda: Sequential([Dense(4, input_shape=(3,)), Dense(2)]),
        lambda: Sequential([Dense(4, batch_shape=(None, 3)), Dense(2)]),
        lambda: Sequential([Dense(4, input_dim=3), Dense(2)]),
        lambda: Sequential([Dense(4, batch_input_shape=(None, 3)), Dense(2)]),
        lambda: Sequential((Input((3,)), Dense(4), Dense(2))),
    ],
    ids=[
        "Input",
        "Input with keywords",
        "InputLayer",
        "input_shape",
        "batch_shape",
        "input_dim",
        "batch_input_shape",
        "tuple",
    ],
)
def test_all_ways_to_say_the_input_make_the_same_model(make):
    model = make()
    assert model.built
    assert [type(layer).__name__ for layer in model.layers] == ["Dense", "Dense"]
    assert shapes(model) == [(3, 4), (4,), (4, 2), (2,)]
    assert (model.input_shape, model.output_shape) == ((None, 3), (None, 2))
    assert model.predict(X, verbose=0).shape == (4, 2)


def test_add_and_pop():
    model = Sequential(name="stack")
    model.add(Input((3,)))
    model.add(Dense(4, name="first"))
    model.add(Dense(2, name="second"))
    assert model.output_shape == (None, 2)
    popped = model.pop()
    assert popped.name == "second"
    assert model.output_shape == (None, 4)
    assert model.predict(X, verbose=0).shape == (4, 4)
    model.add(Dense(5, name="third"))
    assert model.predict(X, verbose=0).shape == (4, 5)
    assert [layer.name for layer in model.layers] == ["first", "third"]
    assert model.count_params() == 3 * 4 + 4 + 4 * 5 + 5


def test_layers_taken_away_one_by_one():
    model = Sequential([Input((3,)), Dense(2)])
    model.pop()
    assert model.layers == []
    with pytest.raises(IndexError, match="no layers"):
        model.pop()
    model.add(Dense(4))
    assert model.predict(X, verbose=0).shape == (4, 4)


def test_a_model_without_an_input_is_built_by_the_first_data():
    model = Sequential([Dense(4), Dropout(0.5), Dense(1)])
    assert not model.built
    assert model.weights == []
    with pytest.raises(ValueError, match="no weights yet"):
        model.count_params()
    model.compile("sgd", "mse")
    model.fit(X, np.zeros((4, 1)), verbose=0)
    assert shapes(model) == [(3, 4), (4,), (4, 1), (1,)]


@pytest.mark.parametrize("start", ["build", "call", "predict"])
def test_deferred_building(start):
    model = Sequential([Flatten(), Dense(2)])
    x = X.reshape(4, 3, 1)
    {
        "build": lambda: model.build((None, 3, 1)),
        "call": lambda: model(x),
        "predict": lambda: model.predict(x, verbose=0),
    }[start]()
    assert model.built
    assert shapes(model) == [(3, 2), (2,)]
    assert model.predict(x, verbose=0).shape == (4, 2)


def test_a_model_as_a_layer():
    inner = Sequential([Input((3,)), Dense(4)])
    model = Sequential([inner, Dense(2)])
    assert model.output_shape == (None, 2)
    assert model.layers[0] is inner
    assert len(model.weights) == 4
    inner.layers[0].set_weights([np.zeros((3, 4)), np.ones(4)])
    np.testing.assert_array_equal(model.weights[1].numpy(), np.ones(4))


def test_a_sequential_model_in_a_functional_one():
    inner = Sequential([Dense(4), Dense(2)])
    x = Input((3,))
    model = hornbeam.Model(x, inner(x))
    np.testing.assert_array_equal(model.predict(X, verbose=0), inner.predict(X, verbose=0))


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ([Dense(1, name="a"), Dense(1, name="a")], "different names.*'a' twice"),
        ([Dense(1), "Dense"], "takes layers. Received: 'Dense'"),
        ([Dense(1), Input((3,))], "must come first"),
        ([Input((3,)), Dense(2), Flatten(), hornbeam.layers.LSTM(2)], "must have 3 axes"),
    ],
    ids=["same name", "no layer", "late input", "does not fit"],
)
def test_what_does_not_fit_together_is_refused(layers, message):
    with pytest.raises(ValueError, match=message):
        Sequential(layers)


def test_a_layer_with_two_outputs_is_refused():
    with pytest.raises(ValueError, match="3 outputs; a Sequential model takes layers with one"):
        Sequential([Input((3, 2)), hornbeam.layers.LSTM(2, return_state=True)])


def test_one_layer_in_two_models_shares_its_weights():
    shared = Dense(3)
    a, b = Sequential([Input((3,)), shared]), Sequential([Input((3,)), shared, Dense(1)])
    a.compile("sgd", "mse")
    a.fit(X, X, verbose=0)
    np.testing.assert_array_equal(b.layers[0].kernel.numpy(), a.layers[0].kernel.numpy())


def test_config_round_trip():
    model = Sequential([Input((3,)), Dense(4, activation="relu"), Dense(2)], name="stack")
    again = Sequential.from_config(model.get_config())
    assert again.get_config() == model.get_config()
    assert again.name == "stack"
    again.set_weights(model.get_weights())
    np.testing.assert_array_equal(again.predict(X, verbose=0), model.predict(X, verbose=0))


def test_a_model_that_data_has_built_takes_any_number_of_rows(on_torch):
    x = np.ones((6, 4), "float32")
    for run in (lambda m: m.predict(x, verbose=0), lambda m: m.fit(x, x[:, :1], verbose=0)):
        model = hornbeam.Sequential([hornbeam.layers.Dense(2), hornbeam.layers.Dense(1)])
        model.compile("sgd", "mse")
        run(model)
        assert (model.input_shape, model.output_shape) == ((None, 4), (None, 1))


def test_batches_of_images_of_another_size_than_the_first(on_torch):
    layers = [hornbeam.layers.Conv2D(2, 3), hornbeam.layers.GlobalAveragePooling2D()]
    batches = lambda: (np.ones((2, size, size, 3), "float32") for size in (5, 6))  # noqa: E731
    assert hornbeam.Sequential(layers).predict(batches(), verbose=0).shape == (4, 2)
    with pytest.raises(ValueError, match=r"must have shape \(None, 5, 5, 3\)\. Received: data of shape \(2, 6, 6, 3\)"):
        hornbeam.Sequential([hornbeam.Input((5, 5, 3)), *layers]).predict(batches(), verbose=0)
    any_size = hornbeam.Sequential([hornbeam.Input((None, None, 3)), *layers])
    assert any_size.predict(batches(), verbose=0).shape == (4, 2)


@pytest.mark.parametrize("first", ["list", "dict"])
def test_a_stack_may_begin_with_a_layer_of_several_inputs(first, tmp_path):
    x = [X, 2 * X] if first == "list" else {"a": X, "b": 2 * X}
    layer = hornbeam.layers.Add() if first == "list" else OfTwo(name="first")
    model = Sequential([layer, Dense(1, kernel_initializer="ones")])
    expected = 3 * X.sum(1)
    np.testing.assert_allclose(np.ravel(hornbeam.ops.convert_to_numpy(model(x))), expected, rtol=1e-5)
    model.compile("sgd", "mse")
    model.evaluate(x, np.zeros((4, 1)), verbose=0)
    model.save(tmp_path / "model.keras")
    assert model.predict([X[:2]] * 2 if first == "list" else {"a": X[:2], "b": X[:2]}, verbose=0).shape == (2, 1)
    with hornbeam.saving.custom_object_scope({"OfTwo": OfTwo}):
        others = [pickle.loads(pickle.dumps(model)), hornbeam.saving.load_model(tmp_path / "model.keras")]
    for other in others:
        np.testing.assert_allclose(np.ravel(other.predict(x, verbose=0)), expected, rtol=1e-5)


class OfTwo(hornbeam.layers.Layer):
    def call(self, inputs):
        return inputs["a"] + inputs["b"]


def test_a_shape_that_contradicts_the_known_one_is_refused():
    model = Sequential([Input((2,)), Dense(2)])
    model.build((3, 2))
    with pytest.raises(ValueError, match=r"must have shape \(None, 2\). Received: data of shape \(3, 4\)"):
        model.build((3, 4))


def test_an_input_alone_is_a_model_that_changes_nothing():
    inner = Sequential([Input((2,))])
    outer = Sequential([inner, Dense(3)])
    assert outer.output_shape == (None, 3)
    np.testing.assert_array_equal(np.asarray(inner(np.ones((1, 2)))), np.ones((1, 2)))
    with pytest.raises(ValueError, match=r"Input` must come first .* Received: one for a second time"):
        inner.add(Input((2,)))


def test_a_layer_that_cannot_say_its_outputs_shape_waits_for_data():
    class Silent(hornbeam.layers.Layer):
        def call(self, x):
            return x + 1.0

        def compute_output_spec(self, *args, **kwargs):
            raise NotImplementedError

    model = Sequential([Silent(), Dense(1, kernel_initializer="ones")])
    assert float(model(np.ones((1, 2)))[0, 0]) == 4.0
    assert model.predict(np.ones((1, 2)), verbose=0).tolist() == [[4.0]]
    assert [v.path for v in model.weights] == [f"{model.name}/{model.layers[1].name}/{n}" for n in ("kernel", "bias")]


def ones(rows, *shape):
    return np.ones((rows, *shape), "float32")


def test_data_that_tell_the_input_leave_sizes_open_that_layers_take():
    model = Sequential([Dense(2), LSTM(3, return_sequences=True), Dense(1)])
    model.compile("sgd", "mse")
    lengths = (5, 7, 4)
    model.fit(((ones(4, n, 2), ones(4, n, 1)) for n in lengths), steps_per_epoch=3, verbose=0)
    assert model.input_shape == (None, None, 2) and model.output_shape == (None, None, 1)
    weights = model.get_weights()
    assert [model.predict(ones(2, n, 2), verbose=0).shape for n in (6, 5)] == [(2, 6, 1), (2, 5, 1)]
    assert model(ones(3, 9, 2)).shape == (3, 9, 1) and len(model.layers[0].inbound_nodes) == 1
    assert model.evaluate(ones(2, 3, 2), ones(2, 3, 1), verbose=0) >= 0
    assert all(map(np.array_equal, weights, model.get_weights()))
    with pytest.raises(ValueError, match=r"must have the same shape.*\(4, 5, 1\).*\(4, 6, 1\)"):
        model.train_on_batch(ones(4, 6, 2), ones(4, 5, 1))


def test_sizes_that_layers_do_not_take_are_refused():
    model = Sequential([Conv2D(2, 2), Flatten(), Dense(1)])
    assert model(ones(2, 4, 4, 1)).shape == (2, 1)
    for call in (model, lambda x: model.predict(x, verbose=0)):
        with pytest.raises(ValueError, match=r"must have shape .*4, 4, 1\). Received: data of shape \(2, 5, 5, 1\)"):
            call(ones(2, 5, 5, 1))
    assert model.input_shape[1:] == (4, 4, 1)
    given = Sequential([hornbeam.Input((4, 4, 1)), Conv2D(2, 2), GlobalAveragePooling2D()])
    with pytest.raises(ValueError, match="must have shape"):
        given.predict(ones(2, 5, 5, 1), verbose=0)
    assert Sequential(given.layers).predict(ones(2, 5, 5, 1), verbose=0).shape == (2, 2)
