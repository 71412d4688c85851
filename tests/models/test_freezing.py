"""Which layers are trained, by their names."""

import numpy as np
import pytest

import hornbeam
from hornbeam import layers


def body():
    x = hornbeam.Input((3,))
    h = layers.Dense(4, name="block1")(x)
    return hornbeam.Model(x, layers.BatchNormalization(name="norm")(layers.Dense(2, name="block2")(h)), name="body")


@pytest.fixture
def model():
    x = hornbeam.Input((3,))
    return hornbeam.Model(x, layers.Dense(1, name="head")(layers.Dense(2, name="neck")(body()(x))), name="whole")


def trained(model):
    return {weight.path.split("/")[0] for weight in model.trainable_weights}


def test_by_name_and_by_path(model):
    assert model.freeze("block*") == ["body/block1", "body/block2"]
    assert trained(model) == {"norm", "neck", "head"}
    assert model.freeze("body/norm", "neck") == ["body/norm", "neck"]
    assert trained(model) == {"head"}
    assert model.unfreeze("body/block[2]") == ["body/block2"]
    assert trained(model) == {"block2", "head"}


def test_all(model):
    assert model.freeze() == ["body", "neck", "head"] and not model.trainable_weights
    model.unfreeze()
    assert trained(model) == {"block1", "block2", "norm", "neck", "head"}


def test_a_part_of_what_is_frozen_as_a_whole(model):
    model.get_layer("body").__hornbeam__.trainable = False  # as `Model(..., trainable=False)` has it
    model.unfreeze("block2")
    assert trained(model) == {"block2", "neck", "head"}
    model.trainable = False
    model.unfreeze("head")
    assert trained(model) == {"head"}


def test_a_name_that_nothing_has(model):
    with pytest.raises(ValueError, match=r"layer of model `whole`. Received: 'blok\*'. Did you mean 'block"):
        model.freeze("blok*")
    with pytest.raises(TypeError, match=r"must be a string.*Received: 3"):
        model.unfreeze(3)
    assert len(trained(model)) == 5


def test_what_is_frozen_stays_as_it_is(model, engine):
    model.freeze("body")
    model.compile("adam", "mse")
    before = [np.array(value) for value in model.get_layer("body").get_weights()]
    model.fit(np.ones((4, 3)), np.ones((4, 1)), verbose=0)
    for a, b in zip(model.get_layer("body").get_weights(), before, strict=True):
        np.testing.assert_array_equal(a, b)


def test_layers_of_a_subclassed_model():
    class Net(hornbeam.Model):
        def __init__(self):
            super().__init__()
            self.blocks = [layers.Dense(2, name=f"block{i}") for i in range(2)]
            self.head = layers.Dense(1, name="head")

        def call(self, x):
            for block in self.blocks:
                x = block(x)
            return self.head(x)

    model = Net()
    model(np.ones((1, 3)))
    assert model.freeze("block*") == ["block0", "block1"] and trained(model) == {model.name}
    assert [weight.path for weight in model.trainable_weights] == [weight.path for weight in model.head.weights]
