"""An integer that an `Embedding` has no row for is named where the data lies on the host."""

import numpy as np
import pytest

import hornbeam
from hornbeam import layers

pytestmark = pytest.mark.usefixtures("engine")

GOOD = np.array([[0, 1, 4], [2, 3, 3], [1, 1, -1]])
BAD = np.array([[0, 1, 4], [2, 5, 3], [1, 1, 1]])
Y = np.zeros(3, "float32")
MESSAGE = r"Layer `words` \(Embedding\) has rows for integers from 0 to 4: give it `input_dim=6` or more.*Received: 5\."


def model():
    made = hornbeam.Sequential(
        [layers.Embedding(5, 2, name="words"), layers.GlobalAveragePooling1D(), layers.Dense(1)], name="m"
    )
    made.compile("sgd", "mse")
    made.fit(GOOD, Y, verbose=0)
    return made


def batches(x):
    for i in range(3):
        yield x[i : i + 1], Y[i : i + 1]


CALLS = {
    "fit": lambda m, x: m.fit(x, Y, verbose=0),
    "fit of batches": lambda m, x: m.fit(batches(x), verbose=0),
    "evaluate": lambda m, x: m.evaluate(x, Y, verbose=0),
    "predict": lambda m, x: m.predict(x, verbose=0),
    "predict in parts": lambda m, x: m.predict(x, batch_size=2, verbose=0),
    "predict of batches": lambda m, x: m.predict((b[0] for b in batches(x)), verbose=0),
    "the model": lambda m, x: m(x),
    "the layer": lambda m, x: m.layers[0](x),
    "the layer on a list": lambda m, x: m.layers[0](x.tolist()),
}


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("dtype", ["int64", "int32", "uint8", "float32"])
def test_an_integer_beyond_the_table_is_named(name, dtype):
    with pytest.raises(ValueError, match=MESSAGE):
        CALLS[name](model(), BAD.astype(dtype))


@pytest.mark.parametrize("name", CALLS)
def test_integers_of_the_table_pass_and_negative_ones_count_from_the_end(name):
    CALLS[name](model(), GOOD)
    with pytest.raises(ValueError, match="Received: -6"):
        CALLS[name](model(), np.where(GOOD == -1, -6, GOOD))


@pytest.mark.parametrize("as_dict", [True, False])
def test_each_table_sees_its_own_input(as_dict):
    few, many = layers.Input((3,), name="few"), layers.Input((3,), name="many")
    outputs = layers.add([layers.Embedding(2, 2, name="small")(few), layers.Embedding(9, 2)(many)])
    made = hornbeam.Model([few, many], outputs)
    pack = lambda a, b: {"few": a, "many": b} if as_dict else [a, b]  # noqa: E731
    assert made.predict(pack(GOOD % 2, BAD), verbose=0).shape == (3, 3, 2)
    with pytest.raises(ValueError, match="`small`"):
        made.predict(pack(BAD, BAD), verbose=0)
