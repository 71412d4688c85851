"""`constants` of recurrent layers, as in Keras 2: arrays that a cell of the user's sees at all times."""

import numpy as np
import pytest

import hornbeam
from hornbeam import engine as eng
from hornbeam import layers, ops

RNG = np.random.default_rng(0)
X = RNG.normal(size=(4, 3, 2)).astype("float32")
C = RNG.normal(size=(4, 5)).astype("float32")


@hornbeam.saving.register_keras_serializable("test_constants")
class WithConstant(layers.Layer):
    """h = tanh(x W + h U + c V)."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = self.state_size = units

    def build(self, input_shape):
        (_, inputs), *constants = input_shape if isinstance(input_shape, list) else [input_shape]
        self.W = self.add_weight(name="W", shape=(inputs, self.units))
        self.U = self.add_weight(name="U", shape=(self.units, self.units))
        self.V = self.add_weight(name="V", shape=(constants[0][-1], self.units)) if constants else None

    def call(self, inputs, states, constants=None):
        (h,) = states
        h = inputs @ self.W + h @ self.U
        h = ops.tanh(h if constants is None else h + constants[0] @ self.V)
        return h, [h]


def plain(x):
    return np.asarray(eng.to_numpy(x))


def by_formula(cell, x, c):
    W, U, V = (weight.numpy() for weight in cell.weights)
    h, found = np.zeros((len(x), cell.units)), []
    for t in range(x.shape[1]):
        h = np.tanh(x[:, t] @ W + h @ U + c @ V)
        found.append(h)
    return np.stack(found, 1)


def test_every_step_sees_them(engine):
    layer = layers.RNN(WithConstant(3), return_sequences=True)
    y = plain(layer(X, constants=C))
    np.testing.assert_allclose(y, by_formula(layer.cell, X, C), atol=1e-5)
    np.testing.assert_array_equal(plain(layer(inputs=X, constants=[C])), y)
    assert layer.compute_output_shape(X.shape, constants_shape=[C.shape]) == (4, 3, 3)


def test_in_a_model_that_is_trained(engine):
    x, c = hornbeam.Input((3, 2)), hornbeam.Input((5,))
    layer = layers.RNN(WithConstant(3))
    model = hornbeam.Model([x, c], layer(x, constants=c))
    np.testing.assert_allclose(model.predict([X, C], verbose=0), by_formula(layer.cell, X, C)[:, -1], atol=1e-5)
    before = layer.cell.V.numpy()
    model.compile("sgd", "mse")
    model.fit([X, C], np.ones((4, 3)), batch_size=3, verbose=0)  # the last batch is padded
    assert (layer.cell.V.numpy() != before).all()


def test_both_ways_and_stacked(engine):
    both = layers.Bidirectional(layers.RNN(WithConstant(3), return_sequences=True), merge_mode=None)
    forward, backward = both(X, constants=C)
    np.testing.assert_allclose(plain(forward), by_formula(both.forward_layer.cell, X, C), atol=1e-5)
    np.testing.assert_allclose(plain(backward)[:, ::-1], by_formula(both.backward_layer.cell, X[:, ::-1], C), atol=1e-5)
    stacked = layers.RNN([WithConstant(3), layers.SimpleRNNCell(2)])  # of which one knows them
    y = plain(stacked(X, constants=C))
    first, second = stacked.cell.cells
    above = layers.RNN(second)
    np.testing.assert_allclose(y, plain(above(by_formula(first, X, C).astype("float32"))), atol=1e-5)


def test_a_cell_that_does_not_know_them():
    with pytest.raises(ValueError, match=r"`call` of the cell of layer `l` must have an argument `constants`"):
        layers.LSTM(2, name="l")(X, constants=C)
