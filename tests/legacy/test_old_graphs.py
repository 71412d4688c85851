"""What graphs of Keras 2 allowed: code that uses tensors beside its arguments, shapes that are lists, lists of one."""

import numpy as np
import pytest

from hornbeam import Input, Model, Variable, ops
from hornbeam.layers import LSTM, Activation, Bidirectional, Dense, Lambda, Layer
from hornbeam.legacy import backend as K
from hornbeam.legacy.tensorflow.gradient_tape import GradientTape
from hornbeam.losses import kl_divergence

ONES = np.ones((4, 3), "float32")


def test_code_of_layers_uses_tensors_of_the_graph(engine):
    x = Input((3,))
    z = Dense(3, kernel_initializer="ones")(x)

    class Penalized(Layer):
        def build(self, input_shape):
            self.scale = self.add_weight(shape=(input_shape[-1],), initializer="ones", name="scale")

        def call(self, inputs):
            self.add_loss(K.mean(K.square(z)))
            return inputs * self.scale + z

        def compute_output_shape(self, input_shape):
            return input_shape

    y = Penalized()(Lambda(lambda t: t * z)(x))
    model = Model(x, y)
    np.testing.assert_allclose(model.predict(ONES, verbose=0), 6 * ONES)
    model.compile("sgd", "mse")
    assert model.evaluate(ONES, 6 * ONES, verbose=0) == pytest.approx(9)
    before = model.get_weights()
    model.fit(ONES, 0 * ONES, verbose=0)
    assert len(model.layers) == 4 and len(before) == 3
    assert all(np.any(a != b) for a, b in zip(before, model.get_weights(), strict=True))
    with pytest.raises(ValueError, match="computes with tensors of the graph that it is not called on"):
        model.to_json()


def test_user_code_gets_shapes_that_answer_as_those_of_tensorflow():
    class Wide(Layer):
        def build(self, input_shape):
            self.kernel = self.add_weight(shape=input_shape.as_list()[-1:] + [5], name="kernel")

        def call(self, inputs):
            return inputs @ self.kernel

        def compute_output_shape(self, input_shape):
            assert input_shape.rank == 2 and not input_shape.is_fully_defined()
            return input_shape[:-1] + [5]

    model = Model(x := Input((3,)), Wide()(x))
    assert model.output_shape == (None, 5) and model.predict(ONES, verbose=0).shape == (4, 5)


def test_layers_inside_of_one_that_tells_its_shape_are_built():
    class Twice(Layer):
        def __init__(self):
            super().__init__()
            self.inner = Dense(2)

        def call(self, inputs):
            return self.inner(inputs) * 2

        def compute_output_shape(self, input_shape):
            return (input_shape[0], 2)

    model = Model(x := Input((3,)), Twice()(x))
    assert len(model.weights) == 2


def test_one_output_in_a_list_has_a_value_without_the_list():
    x = Input((3,))
    model = Model([x], [Dense(2)(x)])
    assert model.predict(ONES, verbose=0).shape == model(ONES).shape == (4, 2)
    assert [tensor.shape for tensor in model(x)] == [(None, 2)]  # as in Keras 3
    model.compile("sgd", ["mse"])
    assert set(model.fit(ONES, [np.ones((4, 2))], verbose=0).history) == {"loss"}


def test_tables_that_are_shorter_than_the_sizes_that_stand_for_unknown_ones():
    class Positions(Layer):
        def call(self, inputs):
            return inputs + ops.convert_to_tensor(np.zeros((1, 4, 3), "float32"))[:, : inputs.shape[1]]

    assert Positions()(Input((None, 3))).shape == (None, None, 3)


def test_wrappers_are_the_layers_of_a_model():
    x = Input((3, 2))
    model = Model(x, Bidirectional(LSTM(2, dropout=0.5))(x))
    assert isinstance(model.layers[1], Bidirectional) and len(model.weights) == 6


def test_an_activation_that_is_taken_away():
    dense, act = Dense(2, activation="softmax"), Activation("relu")
    dense.activation = act.activation = None
    np.testing.assert_allclose(dense(ONES), ONES @ dense.get_weights()[0], rtol=1e-5)
    assert act(-ONES)[0, 0] == -1


def test_a_number_as_the_targets_of_a_loss_function():
    expected = 0.1 * np.log(0.1 / np.array([0.5, 0.2]))
    assert float(kl_divergence(0.1, np.array([0.5, 0.2], "float32"))) == pytest.approx(expected.sum(), rel=1e-5)


@pytest.mark.parametrize("labels, is_right", [([0.72, 1.19], True), ([-0.1, 1.05], True), ([1.0, 2.0], False)])
def test_labels_of_gans_may_be_noisy(labels, is_right):
    model = Model(x := Input((3,)), Dense(1, activation="sigmoid")(x))
    model.compile("sgd", "binary_crossentropy")
    if is_right:
        assert np.isfinite(model.train_on_batch(ONES[:2], np.array(labels)))
    else:
        with pytest.raises(ValueError, match="must be in"):
            model.train_on_batch(ONES[:2], np.array(labels))


@pytest.mark.parametrize(
    "key",
    [
        np.s_[::-1],
        np.s_[..., ::-2],
        np.s_[0, 2:0:-1],
        np.s_[None, 0, ::-1, 1:3],
        np.s_[:, 1, 5::-1],
        np.s_[:, 0:2:-1],
    ],
)
def test_slices_that_go_backwards(key, engine):
    x = np.arange(24.0).reshape(2, 3, 4)
    np.testing.assert_array_equal(ops.convert_to_numpy(ops.get_item(ops.convert_to_tensor(x), key)), x[key])


def test_gradients_by_a_variable_that_a_model_is_called_on(engine):
    model = Model(x := Input((3,)), Dense(1, kernel_initializer="ones")(x))
    image = Variable(ONES)
    with GradientTape() as tape:
        y = ops.sum(model(image, training=False))
    np.testing.assert_allclose(tape.gradient(y, image), ONES)
