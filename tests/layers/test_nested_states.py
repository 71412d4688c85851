"""Recurrent cells of a user's own whose states are nested."""

import numpy as np
import pytest

from hornbeam import engine as eng
from hornbeam import layers

pytestmark = pytest.mark.usefixtures("engine")

X = np.random.default_rng(0).normal(size=(2, 3, 4)).astype("float32")
MASK = np.array([[True, True, False], [False, True, True]])


def as_numpy(x):
    return np.asarray(eng.to_numpy(x))


class Pair(layers.Layer):
    """An LSTM cell and a GRU cell above it, whose states are `[[h, c], {"h": h}]`."""

    state_size = ([4, 4], {"h": 3})
    output_size = 3

    def __init__(self, dropout=0.0):
        super().__init__()
        self.lstm, self.gru = layers.LSTMCell(4), layers.GRUCell(3)
        self.drop = layers.Dropout(dropout)  # its seed is a variable that the cell assigns

    def call(self, inputs, states):
        of_lstm, of_gru = states
        y, of_lstm = self.lstm(inputs, of_lstm)
        y, (h,) = self.gru(self.drop(y), [of_gru["h"]])
        return y, [of_lstm, {"h": h}]


@pytest.mark.parametrize("dropout", [0.0, 0.5], ids=["plain", "with a seed"])
def test_nested_states_begin_at_zero_and_stop_at_masked_steps(dropout):
    cell = Pair(dropout)
    layer = layers.RNN(cell, return_sequences=True, return_state=True)
    outputs, (h, c), state = layer(X, mask=MASK)
    expected, (lstm_h, lstm_c), gru_h = layers.RNN([cell.lstm, cell.gru], return_sequences=True, return_state=True)(
        X, mask=MASK
    )
    for ours, theirs in ((outputs, expected), (h, lstm_h), (c, lstm_c), (state["h"], gru_h[0])):
        np.testing.assert_allclose(as_numpy(ours), as_numpy(theirs), atol=1e-6)


def test_nested_states_are_kept_by_a_stateful_layer():
    layer = layers.RNN(Pair(), stateful=True)
    halves = [as_numpy(layer(x)) for x in (X, X)]
    whole = as_numpy(layers.RNN(layer.cell)(np.concatenate([X, X], 1)))
    np.testing.assert_allclose(halves[1], whole, atol=1e-6)


@pytest.mark.parametrize("size", [None, 2.5, "a", {"h": 3}, [3, 0], [True]], ids=str)
def test_other_state_sizes_are_refused(size):
    cell = Pair()
    cell.state_size = size
    with pytest.raises(ValueError, match="`state_size` of a recurrent cell must be a positive integer or a list"):
        layers.RNN(cell)
