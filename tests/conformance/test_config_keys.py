"""A layer's config has the keys that real Keras's has, so that whoever reads one finds in it what is in the other."""

import pytest
from layer_table import LAYERS

from hornbeam import layers

#: Keys that Hornbeam's configs have beside Keras's, and why.
MORE = {
    "SimpleRNN": {"seed": "Keras forgets it"},
    "RandomGrayscale": {"seed": "Keras forgets it"},
}


@pytest.mark.parametrize("name", [name for name, row in LAYERS.items() if "config" not in row.without])
def test_keys(name):
    keras = pytest.importorskip("keras")
    if not hasattr(keras.layers, name.split()[0]):
        pytest.skip("Keras 3 has no such layer")
    try:
        theirs = set(LAYERS[name].make(keras.layers).get_config())
    except ImportError:
        pytest.skip("real Keras needs TensorFlow for it")
    ours = set(LAYERS[name].make(layers).get_config())
    assert theirs - ours == set()
    assert ours - theirs <= set(MORE.get(name.split()[0], ()))


def test_users_classes_write_their_own_keys():
    class Mine(layers.Dense):
        def __init__(self, units, name=None, dtype=None, trainable=True):
            super().__init__(units, name=name, dtype=dtype, trainable=trainable)

    layer = Mine(2)
    assert "quantization_config" not in layer.get_config()
    assert Mine.from_config(layer.get_config()).units == 2
