"""Recurrent cells: their arguments are those of their layers."""

import inspect
import pickle
import pydoc

import pytest

from hornbeam import layers

keras = pytest.importorskip("keras")

CELLS = {layers.LSTM: layers.LSTMCell, layers.GRU: layers.GRUCell, layers.SimpleRNN: layers.SimpleRNNCell}
PAIRS = pytest.mark.parametrize(("layer", "cell"), CELLS.items(), ids=[layer.__name__ for layer in CELLS])


def parameters(cls):
    return {p.name: p.default for p in inspect.signature(cls).parameters.values() if p.name != "kwargs"}


@PAIRS
def test_a_cell_takes_the_arguments_of_keras_in_its_order(layer, cell):
    assert list(parameters(cell).items()) == list(parameters(getattr(keras.layers, cell.__name__)).items())
    assert parameters(cell).items() <= parameters(layer).items()


@PAIRS
def test_help_says_what_every_argument_of_a_cell_is(layer, cell):
    lines = cell.__init__.__doc__.splitlines()[1:]
    documented = {name for line in lines for name in line.partition(":")[0].strip().split(", ")}
    assert documented == parameters(cell).keys()
    assert lines[0].strip() in pydoc.render_doc(cell, renderer=pydoc.plaintext)


@PAIRS
def test_arguments_of_a_cell_come_by_place_or_by_name_and_are_in_its_config(layer, cell):
    made = cell(2, "relu", dropout=0.5, name="mine")
    config = pickle.loads(pickle.dumps(made)).get_config()
    assert config == cell.from_config(config).get_config()
    assert (config["units"], config["activation"], config["dropout"], config["name"]) == (2, "relu", 0.5, "mine")
    assert "return_sequences" not in config


@PAIRS
def test_wrong_arguments_of_a_cell_are_named(layer, cell):
    with pytest.raises(TypeError, match=f"`{cell.__name__}`.*units"):
        cell()
    with pytest.raises(TypeError, match=f"`{cell.__name__}` has no argument `return_sequences`"):
        cell(2, return_sequences=True)
