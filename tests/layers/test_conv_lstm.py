"""Convolutional LSTMs over masks and batches; what recurrent layers show of their cells; states that do not fit."""

import numpy as np
import pytest

import hornbeam
from hornbeam import engine as eng
from hornbeam import layers
from hornbeam.core.renaming import notice

X = np.random.default_rng(0).normal(size=(2, 3, 4, 4, 2)).astype("float32")
MASK = np.array([[True, False, True], [True, True, False]])


def as_numpy(x):
    return np.asarray(eng.to_numpy(x))


def test_a_masked_step_of_images_leaves_the_states_as_they_were(engine):
    layer = layers.ConvLSTM2D(2, 2, return_sequences=True)
    y = as_numpy(layer(X, mask=MASK))
    alone = as_numpy(layer(X[:1, [0, 2]]))
    np.testing.assert_allclose(y[0, [0, 2]], alone[0], rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(y[0, 1], y[0, 0])
    np.testing.assert_array_equal(y[1, 2], y[1, 1])


def test_a_stateful_one_goes_on_where_the_last_batch_ended(engine):
    layer = layers.ConvLSTM1D(2, 2, stateful=True)
    x = X[:, :, 0]
    whole = layers.ConvLSTM1D(2, 2)
    whole(x)
    layer(x[:, :2])
    layer.set_weights(whole.get_weights())
    layer.reset_state()
    layer(x[:, :2])
    np.testing.assert_allclose(as_numpy(layer(x[:, 2:])), as_numpy(whole(x)), rtol=1e-5, atol=1e-6)


def test_dropout_is_the_same_at_all_times_and_repeats_with_its_seed(engine):
    make = lambda: layers.ConvLSTM2D(  # noqa: E731
        2, 1, dropout=0.5, recurrent_dropout=0.5, seed=4, kernel_initializer="ones", recurrent_initializer="ones"
    )
    first, second = (as_numpy(make()(X, training=True)) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert (first != as_numpy(make()(X))).any()


def test_sizes_of_images_may_be_unknown_where_keras_wants_them(engine):
    model = hornbeam.Sequential([layers.Input((3, None, 2)), layers.ConvLSTM1D(3, 2)])
    assert model.output_shape == (None, None, 3)
    assert model.predict(X[:, :, 0], verbose=0).shape == (2, 3, 3)


@pytest.mark.parametrize("make", [lambda: layers.LSTM(3, dropout=0.2), lambda: layers.ConvLSTM2D(3, 2, dropout=0.2)])
def test_a_recurrent_layer_shows_the_arguments_of_its_cell_and_they_are_read_only(make):
    layer = make()
    assert (layer.dropout, layer.use_bias, layer.unit_forget_bias) == (0.2, True, True)
    layer.cell.activation = layer.cell.recurrent_activation
    assert layer.activation is layer.recurrent_activation
    with pytest.raises(AttributeError, match="activation"):
        layer.activation = None


def test_a_cell_of_ones_own_drops_the_same_at_all_times(engine):
    class Cell(layers.SimpleRNNCell):
        def call(self, inputs, states, training=False):
            keep = self.get_dropout_mask(inputs)
            return inputs * keep, [states[0]]

    layer = layers.RNN(Cell(2, dropout=0.5, seed=1), return_sequences=True)
    x = np.ones((4, 5, 2), "float32")
    y, z = as_numpy(layer(x, training=True)), as_numpy(layer(x, training=True))
    assert set(np.unique(y)) == {0, 2}
    np.testing.assert_array_equal(y, np.repeat(y[:, :1], 5, 1))
    assert (y != z).any()


def test_masks_of_a_cell_stay_until_they_are_reset(engine):
    cell = layers.GRUCell(50, dropout=0.5, recurrent_dropout=0.5)
    x = eng.asarray(np.ones((1, 50), "float32"))
    first = as_numpy(cell.get_dropout_mask(x))
    np.testing.assert_array_equal(first, as_numpy(cell.get_dropout_mask(x)))
    cell.reset_dropout_mask()
    assert (first != as_numpy(cell.get_dropout_mask(x))).any()
    assert cell.get_recurrent_dropout_mask(x).shape == (1, 50)
    assert layers.LSTMCell(2).get_dropout_mask(x) is None


def test_layers_for_cudnn_are_the_layers_of_today(monkeypatch):
    monkeypatch.setattr(notice, "_said", set())  # each is said once in a process
    with pytest.warns(hornbeam.OldNameWarning, match="`CuDNNLSTM` in `hornbeam.layers` is now called `LSTM`"):
        assert layers.CuDNNLSTM is layers.LSTM
    with pytest.warns(hornbeam.OldNameWarning, match="`CuDNNGRU`"):
        assert layers.CuDNNGRU is layers.GRU
    with pytest.warns(hornbeam.OldNameWarning, match="`ConvRecurrent2D`"):
        assert isinstance(layers.ConvLSTM2D(1, 1), layers.ConvRecurrent2D)


STEPS = np.ones((2, 3, 4), "float32")
BAD = {
    "size of a state": (
        lambda: layers.LSTM(2, name="l")(STEPS, initial_state=[np.ones((2, 3)), np.ones((2, 2))]),
        r"`initial_state` of layer `l` \(LSTM\) needs 2 states, each of shape \(2, 2\).*Received: \(2, 3\), \(2, 2\)",
    ),
    "rows of a state": (
        lambda: layers.GRU(2)(STEPS, initial_state=np.ones((3, 2))),
        r"needs a state of shape \(2, 2\) for its `GRUCell`. Received: \(3, 2\)",
    ),
    "symbolic": (
        lambda: layers.GRU(2)(hornbeam.Input((3, 4)), initial_state=hornbeam.Input((3,))),
        r"needs a state of shape \(None, 2\) for its `GRUCell`. Received: \(None, 3\)",
    ),
    "number of states": (
        lambda: layers.LSTM(2, name="l")(STEPS, initial_state=[np.ones((2, 2))]),
        "`l` has 2 states. Received: 1",
    ),
    "stacked": (
        lambda: layers.RNN([layers.GRUCell(2), layers.GRUCell(3)])(STEPS, initial_state=[np.ones((2, 2))] * 2),
        r"needs a state of shape \(2, 3\) for its `GRUCell`. Received: \(2, 2\)",
    ),
    "images": (
        lambda: layers.ConvLSTM2D(2, 2)(X, initial_state=[X[:, 0], X[:, 0]]),
        r"needs 2 states, each of shape \(2, 3, 3, 2\) for its `ConvLSTM2DCell`. Received: \(2, 4, 4, 2\)",
    ),
    "small images": (lambda: layers.ConvLSTM2D(2, 5)(X), "must have at least 5 elements along each axis"),
    "filters": (lambda: layers.ConvLSTM2D(0, 5), "`filters` of `ConvLSTM2DCell` must be a positive integer"),
}


@pytest.mark.parametrize("case", BAD)
def test_states_and_images_that_do_not_fit_are_named(case):
    act, message = BAD[case]
    with pytest.raises(ValueError, match=message):
        act()
