"""Models between symbolic inputs and outputs."""

import inspect

import numpy as np
import pytest

import hornbeam
from hornbeam import ops
from hornbeam.layers import LSTM, Add, Concatenate, Dense, Embedding, Input
from hornbeam.models import Model

pytestmark = pytest.mark.usefixtures("on_torch")
A = np.linspace(-1, 1, 12, dtype="float32").reshape(4, 3)
B = np.linspace(0, 2, 8, dtype="float32").reshape(4, 2)


def two_by_two():
    a, b = Input((3,), name="a"), Input((2,), name="b")
    h = Concatenate()([Dense(4, activation="tanh", name="hidden")(a), b])
    return Model([a, b], [Dense(1, name="size")(h), Dense(3, activation="softmax", name="kind")(h)])


def test_several_inputs_and_outputs():
    model = two_by_two()
    assert (model.input_names, model.output_names) == (["a", "b"], ["size", "kind"])
    assert (model.input_shape, model.output_shape) == ([(None, 3), (None, 2)], [(None, 1), (None, 3)])
    size, kind = model.predict([A, B], verbose=0)
    assert (size.shape, kind.shape) == ((4, 1), (4, 3))
    np.testing.assert_allclose(kind.sum(1), 1, rtol=1e-6)


def test_inputs_by_name_or_in_order():
    model = two_by_two()
    expected = model.predict([A, B], verbose=0)
    for given in ({"a": A, "b": B}, {"b": B, "a": A}, (A, B)):
        for found, wanted in zip(model.predict(given, verbose=0), expected, strict=True):
            np.testing.assert_array_equal(found, wanted)


@pytest.mark.parametrize(
    ("given", "message"), [([A], "takes 2 inputs"), ({"a": A}, r"without \['b'\]"), ([B, A], "axis|size|shape")]
)
def test_wrong_inputs_are_refused(given, message):
    with pytest.raises(ValueError, match=message):
        two_by_two().predict(given, verbose=0)


def test_targets_and_losses_by_name():
    model = two_by_two()
    model.compile("sgd", {"size": "mse", "kind": "categorical_crossentropy"}, metrics={"kind": ["accuracy"]})
    targets = {"kind": np.eye(3, dtype="float32")[[0, 1, 2, 0]], "size": np.ones((4, 1))}
    history = model.fit({"b": B, "a": A}, targets, verbose=0).history
    assert set(history) == {"loss", "size_loss", "kind_loss", "kind_accuracy"}
    np.testing.assert_allclose(history["loss"][0], history["size_loss"][0] + history["kind_loss"][0], rtol=1e-5)


def test_dicts_of_inputs_and_outputs():
    inputs = {"left": Input((3,), name="left"), "right": Input((3,), name="right")}
    model = Model(inputs, {"sum": Add()([inputs["left"], inputs["right"]]), "twice": inputs["left"] * 2})
    found = model.predict({"left": A, "right": A + 1}, verbose=0)
    assert set(found) == {"sum", "twice"}
    np.testing.assert_allclose(found["sum"], 2 * A + 1, rtol=1e-6)
    np.testing.assert_allclose(found["twice"], 2 * A, rtol=1e-6)
    model.compile("sgd", {"sum": "mse", "twice": "mae"})
    with pytest.warns(UserWarning, match="by name"):
        assert set(model.predict([A, A], verbose=0)) == {"sum", "twice"}


def test_nested_structures():
    a, b = Input((3,), name="a"), Input((2,), name="b")
    model = Model([a, {"more": b}], {"one": [a + 1.0, b], "two": b * 2.0})
    found = model([A, {"more": B}])
    np.testing.assert_allclose(np.asarray(found["one"][0]), A + 1)
    np.testing.assert_allclose(np.asarray(found["two"]), B * 2)


def test_a_layer_called_twice_has_one_set_of_weights():
    shared, a, b = Dense(2, name="shared"), Input((3,)), Input((3,))
    model = Model([a, b], shared(a) - shared(b))
    assert len(model.weights) == 2
    np.testing.assert_allclose(model.predict([A, A], verbose=0), 0, atol=1e-7)
    model.compile("sgd", "mse")
    before = shared.get_weights()[0]
    model.fit([A, A + 1], np.ones((4, 2)), verbose=0)
    assert not np.array_equal(shared.get_weights()[0], before)
    np.testing.assert_allclose(model.predict([A, A], verbose=0), 0, atol=1e-7)


def test_models_in_models():
    x = Input((3,))
    inner = Model(x, Dense(4, name="inside")(x), name="inner")
    y = Input((3,))
    outer = Model(y, Dense(1)(inner(y) + inner(y * 2.0)), name="outer")
    assert outer.get_layer("inner") is inner
    assert len(outer.weights) == 4
    assert outer.predict(A, verbose=0).shape == (4, 1)


def test_intermediate_tensors_as_outputs():
    model = two_by_two()
    features = Model(model.inputs, model.get_layer("hidden").output)
    expected = np.tanh(A @ model.get_layer("hidden").kernel.numpy())
    np.testing.assert_allclose(features.predict([A, B], verbose=0), expected, rtol=1e-5, atol=1e-6)
    first = Model(model.inputs[0], model.get_layer("hidden").output)
    np.testing.assert_allclose(first.predict(A, verbose=0), expected, rtol=1e-5, atol=1e-6)


def test_intermediate_tensors_as_inputs():
    x = Input((3,))
    h = Dense(4, activation="relu", name="code")(x)
    y = Dense(3, name="back")(h)
    whole, encoder, decoder = Model(x, y), Model(x, h), Model(h, y)
    assert decoder.input_shape == (None, 4)
    assert [layer.name for layer in decoder.layers][1:] == ["back"]
    code = encoder.predict(A, verbose=0)
    np.testing.assert_allclose(decoder.predict(code, verbose=0), whole.predict(A, verbose=0), rtol=1e-6)


def test_operations_and_operators_on_symbolic_tensors():
    x = Input((3,))
    y = ops.concatenate([ops.relu(x)[:, :2], 1.0 - x**2, -x / 2.0], axis=-1)
    model = Model(x, ops.sum(y, axis=1, keepdims=True))
    expected = np.maximum(A, 0)[:, :2].sum(1) + (1 - A**2).sum(1) + (-A / 2).sum(1)
    np.testing.assert_allclose(model.predict(A, verbose=0)[:, 0], expected, rtol=1e-5)


def test_masks_travel_through_the_graph():
    words = Input((5,), dtype="int32")
    model = Model(words, LSTM(3)(Embedding(8, 2, mask_zero=True)(words)))
    short, long = np.array([[3, 4, 0, 0, 0]]), np.array([[3, 4]])
    free = Input((None,), dtype="int32")
    unpadded = Model(free, model.layers[2](model.layers[1](free)))
    np.testing.assert_allclose(model.predict(short, verbose=0), unpadded.predict(long, verbose=0), rtol=1e-5)


def test_unknown_sizes_stay_unknown():
    x = Input((None, 3))
    model = Model(x, hornbeam.layers.GlobalAveragePooling1D()(LSTM(2, return_sequences=True)(x)))
    assert model.layers[1].output.shape == (None, None, 2)
    for steps in (2, 5):
        assert model.predict(np.ones((4, steps, 3), "float32"), verbose=0).shape == (4, 2)


def test_tensors_that_are_no_input_may_be_where_a_graph_begins():
    a = hornbeam.KerasTensor((2, 3))
    for make in (hornbeam.Function, Model):
        assert np.asarray(make(a, 2 * a + 1)(np.ones((2, 3), "float32"))).tolist() == [[3.0] * 3] * 2
    middle = a * 2
    function = hornbeam.Function(middle, middle + 1)
    assert function.operations == [function.outputs[0].node.operation]
    assert np.asarray(function(np.ones((2, 3), "float32"))).tolist() == [[2.0] * 3] * 2


def test_outputs_that_do_not_come_from_the_inputs_are_refused():
    a, b = Input((3,), name="a"), Input((3,), name="b")
    with pytest.raises(ValueError, match="depends on the input `b`"):
        Model(a, Add()([a, b]))
    with pytest.raises(ValueError, match="must be made from `Input` tensors"):
        Model(a, A)
    with pytest.raises(ValueError, match=r"different names.*'twin'"):
        Model(a, Dense(1, name="twin")(Dense(1, name="twin")(a)))


def test_get_layer():
    model = two_by_two()
    assert model.get_layer("kind").units == 3
    assert model.get_layer(index=0).name == "a"
    assert model.get_layer(index=-1) is model.layers[-1]
    with pytest.raises(ValueError, match=r"has the layers \['a', 'hidden', 'b'.*Received: name='knid'"):
        model.get_layer("knid")
    with pytest.raises(ValueError, match=r"has 6 layers\. Received: index=9"):
        model.get_layer(index=9)
    with pytest.raises(ValueError, match="either `name` or `index`"):
        model.get_layer()


def test_config_round_trip():
    x = Input((3,), name="x")
    h = Dense(4, name="h")(x)
    inner = hornbeam.Sequential([Input((4,)), Dense(4)], name="inner")
    model = Model({"x": x}, {"y": Dense(1, name="y")(Add(name="add")([h, inner(h)])), "z": ops.tanh(h)}, name="net")
    again = Model.from_config(model.get_config())
    assert again.get_config() == model.get_config()
    again.set_weights(model.get_weights())
    for found, expected in zip(again({"x": A}).values(), model({"x": A}).values(), strict=True):
        np.testing.assert_array_equal(np.asarray(found), np.asarray(expected))


def test_editors_see_the_arguments():
    assert [*inspect.signature(hornbeam.Functional).parameters] == ["inputs", "outputs", "name", "kwargs"]


def test_a_list_for_inputs_with_names_is_taken_in_their_order_if_it_is_the_alphabets_with_a_warning():
    a, b = Input((1,), name="a"), Input((1,), name="b")
    model = Model({"a": a, "b": b}, a + 2 * b)
    ones, twos = np.ones((4, 1), "float32"), np.full((4, 1), 2.0, "float32")
    with pytest.warns(UserWarning, match="`inputs` doesn't match the expected structure.* in the order of .'a', 'b'."):
        assert ops.convert_to_numpy(model([ones, twos])).ravel().tolist() == [5] * 4
    model.compile("sgd", "mse")
    with pytest.warns(UserWarning, match="takes its inputs by name"):
        assert model.predict([ones, twos], verbose=0).ravel().tolist() == [5] * 4
    with pytest.raises(ValueError, match=r"takes its inputs by name.* Received: a list of 3"):
        model([ones] * 3)
    other_order = Model({"b": b, "a": a}, a + 2 * b)
    for compute in (other_order, other_order.predict):
        with pytest.raises(ValueError, match=r"a dictionary with the keys \['b', 'a'\]. Received: a list of 2"):
            compute([ones, twos])


def test_none_is_for_inputs_that_are_optional():
    @hornbeam.saving.register_keras_serializable()
    class Either(hornbeam.layers.Layer):
        def call(self, x, y=None):
            return x if y is None else x + y

        def compute_output_shape(self, x_shape, y_shape=None):
            return x_shape

    for is_optional in (True, False):
        x, y = Input((2,), name="x"), Input((2,), name="y", optional=is_optional)
        model = Model({"x": x, "y": y}, Either()(x, y))
        given = {"x": A[:, :2], "y": None}
        if is_optional:
            np.testing.assert_array_equal(ops.convert_to_numpy(model(given)), given["x"])
        else:
            with pytest.raises(ValueError, match=r"Input `y` of model .* must be given: it is not `optional`"):
                model(given)


def test_outputs_in_a_tuple_come_back_from_a_config_so():
    x = Input((2,))
    model = Model(x, (Dense(1)(x), Dense(2)(x)))
    assert isinstance(Model.from_config(model.get_config())(np.ones((1, 2))), tuple)
    assert model.to_json() == hornbeam.models.model_from_json(model.to_json()).to_json()


class Named(Model):
    def __init__(self, *args, temperature=1.0, **kwargs):
        super().__init__(*args, **kwargs)
        self.temperature = temperature


def test_a_class_that_passes_its_graph_on_comes_back_from_its_config_with_it():
    x = Input((3,))
    outputs = Dense(5)(x)
    for model in (Named(inputs=x, outputs=outputs, temperature=2.0), Named(x, outputs, temperature=2.0)):
        again = Named.from_config(model.get_config())
        assert (type(again), again.temperature, again.output_shape) == (Named, 2.0, (None, 5))
        assert again.count_params() == model.count_params()


def test_what_is_trainable_is_each_ones_own_flag_in_a_config():
    x = Input((3,))
    model = Model(x, Dense(1)(x), trainable=False)
    again = Model.from_config(model.get_config())
    assert not again.trainable
    assert again.layers[1].trainable
    assert again.get_config() == model.get_config()


def test_a_call_keeps_the_order_of_a_dictionary_of_outputs(engine):
    """JAX's programs sort them: code that takes the last of the values would take another one."""
    inputs = hornbeam.Input((2,))
    z, a = hornbeam.layers.Dense(1)(inputs), hornbeam.layers.Dense(3)(inputs)
    model = hornbeam.Model(inputs, {"z": z, "a": {"y": a, "b": z}})
    for _ in range(2):
        found = model(np.ones((1, 2), "float32"))
        assert (list(found), list(found["a"])) == (["z", "a"], ["y", "b"])
        assert [tuple(part.shape) for part in (found["z"], *found["a"].values())] == [(1, 1), (1, 3), (1, 1)]
