"""Methods of layers take the arguments that Keras's take, under their names."""

import inspect

import keras
import numpy as np
import pytest

import hornbeam
from hornbeam import engine as eng
from hornbeam import layers

STEPS = np.random.default_rng(0).normal(size=(2, 5, 3)).astype("float32")
MASK = np.array([[True, True, False, False, False], [True] * 5])


def as_numpy(x):
    return np.asarray(eng.to_numpy(x))


def test_masks_are_asked_for_by_name():
    other = ~MASK
    found = layers.Add().compute_mask([STEPS, STEPS], mask=[eng.asarray(MASK), eng.asarray(other)])
    assert as_numpy(found).all()
    assert layers.Dot(2).compute_mask([STEPS, STEPS], mask=[MASK, other]) is None
    assert layers.GlobalAveragePooling1D().compute_mask(STEPS, mask=MASK) is None
    assert layers.LSTM(2, return_sequences=True).compute_mask(STEPS, mask=MASK) is MASK
    assert layers.Bidirectional(layers.GRU(2)).compute_mask(STEPS, mask=MASK) is None
    ids = eng.asarray(np.array([[1, 0]]))
    assert as_numpy(layers.Embedding(3, 2, mask_zero=True).compute_mask(ids, mask=None)).tolist() == [[True, False]]


class Centered(layers.Conv1D):
    """Weight standardization: the kernel without its mean."""

    def convolution_op(self, inputs, kernel):
        return super().convolution_op(inputs, kernel - kernel.numpy().mean())


def test_a_subclass_may_do_something_to_the_kernel_of_a_convolution():
    layer = Centered(2, 3, padding="causal", activation="relu")
    plain = layers.Conv1D(2, 3, padding="causal", activation="relu")
    for one in (layer, plain):
        one.build(STEPS.shape)
    plain.set_weights([layer.kernel.numpy() - layer.kernel.numpy().mean(), layer.bias.numpy()])
    np.testing.assert_allclose(as_numpy(layer(STEPS)), as_numpy(plain(STEPS)), rtol=1e-5, atol=1e-6)


def double(x):
    return 2 * x


@pytest.mark.parametrize("make", [lambda: layers.Dense(1, activation=double), lambda: layers.Lambda(double)])
def test_configs_are_read_with_custom_objects(make):
    layer = make()
    again = type(layer).from_config(layer.get_config(), custom_objects={"double": double})
    assert again.get_config() == layer.get_config()


def test_rms_normalization_and_pooling_take_their_arguments_by_the_names_of_keras():
    assert as_numpy(layers.RMSNormalization(epsilon=0.0)(x=np.array([[2.0, -2.0]]))).tolist() == [[1, -1]]
    assert layers.MaxPooling1D(2, 2, "valid", None, "pool").name == "pool"


SHAPES = {
    "dense": lambda k: k.Dense(3).compute_output_shape(input_shape=(2, 4, 6)),
    "attention": lambda k: k.MultiHeadAttention(2, 3).compute_output_shape(
        query_shape=(2, 4, 6), value_shape=(2, 5, 6)
    ),
    "all of attention": lambda k: k.MultiHeadAttention(2, 3).compute_output_shape(
        (2, 4, 6), value_shape=(2, 5, 6), key_shape=(2, 5, 6)
    ),
    "sequence": lambda k: k.LSTM(3).compute_output_shape(sequences_shape=(2, 4, 6)),
    "states": lambda k: k.LSTM(3).compute_output_shape((2, 4, 6), initial_state_shape=[(2, 3), (2, 3)]),
    "both ways": lambda k: k.Bidirectional(k.GRU(3)).compute_output_shape(sequences_shape=(2, 4, 6)),
}


@pytest.mark.parametrize("ask", SHAPES.values(), ids=SHAPES)
def test_shapes_are_asked_for_by_the_names_of_the_arguments(engine, ask):
    assert tuple(ask(layers)) == tuple(ask(keras.layers))


def test_a_shape_by_an_unknown_name():
    with pytest.raises(TypeError, match=r"`Dense` takes `input_shape`. Received: 0 by place, shape by name"):
        layers.Dense(3).compute_output_shape(shape=(2, 3))
    with pytest.raises(TypeError, match=r"Received: 0 by place, none by name"):
        layers.Dense(3).compute_output_shape()


class Weighted(layers.Layer):
    """A user's layer of two arguments."""

    def build(self, left_shape, right_shape):
        self.w = self.add_weight((left_shape[-1],))

    def call(self, left, right, scale=1.0):
        return scale * (left * self.w + right)

    def compute_output_spec(self, *args, **kwargs):
        return super().compute_output_spec(*args, **kwargs)


def test_methods_show_the_arguments_of_the_class_they_are_asked_of(engine):
    shown = inspect.signature(layers.MultiHeadAttention.compute_output_spec)
    assert list(shown.parameters)[:4] == ["self", "query", "value", "key"]
    assert list(inspect.signature(layers.Dense(1).compute_output_shape).parameters) == ["input_shape"]
    assert list(inspect.signature(Weighted().compute_output_shape).parameters) == ["left_shape", "right_shape"]
    x = hornbeam.Input((3,))
    assert Weighted().compute_output_spec(left=x, right=x, scale=2.0).shape == (None, 3)
    assert Weighted().compute_output_shape(right_shape=(2, 3), left_shape=(2, 3)) == (2, 3)


def test_inputs_by_the_name_that_some_version_of_keras_has(engine):
    layer = layers.LSTM(2)
    expected = as_numpy(layer(STEPS))
    np.testing.assert_array_equal(as_numpy(layer(inputs=STEPS)), expected)
    np.testing.assert_array_equal(as_numpy(layer(sequences=STEPS, mask=None)), expected)
    cell = layers.SimpleRNNCell(2)
    states = [np.zeros((2, 2), "float32")]
    first = as_numpy(cell(STEPS[:, 0], states)[0])
    np.testing.assert_array_equal(as_numpy(cell(sequence=STEPS[:, 0], states=states)[0]), first)
    x = hornbeam.Input((5, 3))
    assert hornbeam.Model(x, layer(inputs=x)).predict(STEPS, verbose=0).shape == (2, 2)
    np.testing.assert_array_equal(
        as_numpy(layers.Dense(2, "relu", kernel_initializer="ones")(x=STEPS)).shape, (2, 5, 2)
    )


@pytest.mark.parametrize(
    ("make", "weight"),
    [
        (lambda k: k.Dense(2), "kernel"),
        (lambda k: k.EinsumDense("ab,bc->ac", 2), "kernel"),
        (lambda k: k.Conv1D(2, 1), "kernel"),
        (lambda k: k.Embedding(3, 2), "embeddings"),
        (lambda k: k.ReversibleEmbedding(3, 2), "embeddings"),
    ],
)
def test_weights_are_there_once_the_layer_is_built(make, weight):
    for library in (layers, keras.layers):
        assert not hasattr(make(library), weight)
    with pytest.raises(AttributeError, match=f"has no `{weight}` yet: call it on data, or `build"):
        getattr(make(layers), weight)
    layer = make(layers)
    layer.build((None, 3, 3) if "Conv" in type(layer).__name__ else (None, 3))
    assert getattr(layer, weight) is layer.weights[0]


def test_layers_compute_in_floats():
    for make in (lambda **k: layers.Dense(2, **k), lambda **k: layers.Embedding(3, 2, **k)):
        assert make(quantization_config=None).get_config()["quantization_config"] is None
        with pytest.raises(ValueError, match=r"`quantization_config` of `\w+` must be None: layers compute in floats"):
            make(quantization_config="int8")
