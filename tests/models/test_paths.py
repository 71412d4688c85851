"""Paths of variables: the names of the layers above, however a layer comes to be built."""

import numpy as np

import hornbeam as hb
from hornbeam import layers


class Block(layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.one = layers.Dense(2, name="one")
        self.two = hb.Sequential([layers.Dense(3, name="inner")], name="two")

    def call(self, x):
        return self.two(self.one(x))


class Tower(hb.Model):
    def __init__(self):
        super().__init__(name="tower")
        self.block = Block(name="block")

    def call(self, x):
        return self.block(x)


def paths(model):
    return [variable.path for variable in model.weights]


BELOW = ["one/kernel", "one/bias", "two/inner/kernel", "two/inner/bias"]


def test_layers_that_a_call_builds_lie_below_it(on_torch):
    x = hb.Input((2,))
    assert paths(hb.Model(x, Block(name="block")(x))) == [f"block/{path}" for path in BELOW]
    for tower in (Tower(), Tower()):
        tower(np.ones((1, 2)))
        assert paths(tower) == [f"tower/block/{path}" for path in BELOW]
    built = Tower()
    built.build((None, 2))
    assert paths(built) == paths(tower)


class OfAnyLength(layers.Layer):
    def __init__(self):
        super().__init__()
        self.inner = hb.Sequential([layers.Dense(3), layers.Dense(2)])

    def call(self, x):
        return self.inner(x)


def test_a_stack_in_a_layer_that_is_called_on_unknown_sizes_knows_none(engine):
    x = hb.Input((None, 2))
    layer = OfAnyLength()
    assert layer(x).shape == (None, None, 2)
    assert layer.inner.input_shape == (None, None, 2)
    assert [layer(np.ones((1, length, 2))).shape for length in (3, 5)] == [(1, 3, 2), (1, 5, 2)]


def test_layers_of_a_stack_lie_below_it_whenever_its_input_is_known(on_torch):
    for start, call in (([hb.Input((2,))], False), ([], True)):
        model = hb.Sequential([*start, layers.Dense(3, name="a")], name="m")
        model.add(layers.Dense(1, name="b"))
        if call:
            model(np.ones((1, 2)))
        assert paths(model) == ["m/a/kernel", "m/a/bias", "m/b/kernel", "m/b/bias"]
        assert paths(hb.Sequential.from_config(model.get_config())) == ["a/kernel", "a/bias", "b/kernel", "b/bias"]
    inner = hb.Sequential([layers.Dense(1, name="a")], name="inner")
    assert paths(hb.Sequential([hb.Input((2,)), inner], name="outer")) == ["outer/inner/a/kernel", "outer/inner/a/bias"]
