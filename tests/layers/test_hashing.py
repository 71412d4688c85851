"""`Hashing` and `HashedCrossing`, and the hash functions below them against published vectors."""

import numpy as np
import pytest

from hornbeam import layers
from hornbeam.layers.preprocessing.categorical.farmhash import farmhash64
from hornbeam.layers.preprocessing.categorical.siphash import siphash24

# The reference implementation's table `vectors_sip64`: messages 00, 00 01, ... under the key 00 01 ... 0f.
SIPHASH = {0: 0x726FDB47DD0E0E31, 1: 0x74F839C593DC67FD, 7: 0xAB0200F58B01D137, 8: 0x93F5F5799A932462}
SIPHASH |= {15: 0xA129CA6149BE45E5, 16: 0x3F2ACC7F57C29BDB, 63: 0x958A324CEB064572}
KEY = (0x0706050403020100, 0x0F0E0D0C0B0A0908)
FARMHASH = {b"": 0x9AE16A3B2F90404F, b"hello": 0xB48BE5A931380CE8}


def test_siphash_gives_the_published_values():
    found = siphash24([bytes(range(n)) for n in SIPHASH], KEY)
    assert found.tolist() == list(SIPHASH.values())


def test_farmhash_gives_the_published_values():
    assert farmhash64(list(FARMHASH)).tolist() == list(FARMHASH.values())


def test_a_string_has_the_same_hash_alone_and_among_others():
    strings = [b"x" * n for n in (*range(70), 127, 128, 129, 300)]
    for function in (farmhash64, lambda s: siphash24(s, (1, 2))):
        together = function(strings)
        assert together.tolist() == [function([s])[0] for s in strings]
        assert len(set(together.tolist())) == len(strings)
        assert function([]).tolist() == []


@pytest.mark.parametrize(
    ("arguments", "data", "expected"),
    [
        ({"num_bins": 1000}, ["a", "apple", "hello world", "", "ä漢字"], [939, 601, 11, 263, 107]),
        ({"num_bins": 1000}, ["x" * 40, "y" * 70], [852, 122]),
        ({"num_bins": 7, "mask_value": ""}, ["a", "", "apple"], [4, 0, 2]),
        ({"num_bins": 1000, "salt": 1337}, ["a", "", "x" * 40], [34, 919, 601]),
        ({"num_bins": 1000, "salt": [133, 137]}, ["a", "hello world"], [354, 296]),
        ({"num_bins": 5}, [[0, 1], [2, -3], [123456789, 7]], [[0, 4], [4, 4], [1, 3]]),
        ({"num_bins": 5, "mask_value": 0}, [[0, 1], [2, 3]], [[0, 2], [4, 2]]),
        ({"num_bins": 4, "output_mode": "multi_hot"}, [["a", "b"], ["c", "a"]], [[0, 0, 1, 1], [1, 0, 0, 1]]),
        ({"num_bins": 4, "output_mode": "one_hot"}, [["a"], ["apple"]], [[0, 0, 0, 1], [0, 1, 0, 0]]),
    ],
)
def test_hashing_gives_what_keras_gives_on_tensorflow(arguments, data, expected):
    layer = layers.Hashing(**arguments)
    found = layer(data)
    assert found.tolist() == expected
    assert found.dtype == ("int64" if layer.output_mode == "int" else "float32")
    assert layer.compute_output_shape(np.shape(data)) == found.shape


@pytest.mark.parametrize(
    ("arguments", "data", "expected"),
    [
        ({"num_bins": 5}, [["A", "B", "A", "B", "A"], [101, 101, 101, 102, 102]], [1, 4, 1, 1, 3]),
        ({"num_bins": 100}, [["x", "y"], ["1", "2"], [5, 6]], [93, 33]),
        ({"num_bins": 5, "output_mode": "one_hot"}, [["A"], [101]], [[0, 1, 0, 0, 0]]),
        ({"num_bins": 5}, [[["A"], ["B"]], [[101], [101]]], [[1], [4]]),
    ],
)
def test_crossing_gives_what_keras_gives_on_tensorflow(arguments, data, expected):
    assert layers.HashedCrossing(**arguments)(data).tolist() == expected


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: layers.Hashing(0), "`num_bins` of `Hashing` must be a positive integer"),
        (lambda: layers.Hashing(1, mask_value=""), "must be at least 2 with a `mask_value`"),
        (lambda: layers.Hashing(3, salt=[1, 2, 3]), "`salt` of `Hashing` must be one or two integers"),
        (lambda: layers.Hashing(3, sparse=True), "`sparse` of `Hashing` must be False"),
        (lambda: layers.Hashing(3, dtype="float32"), "`dtype` of `Hashing` must be one of integers"),
        (lambda: layers.Hashing(3, output_mode="tf_idf"), "`output_mode` of `Hashing` must be one of"),
        (lambda: layers.HashedCrossing(3)([["a"]]), "crosses a list of at least two features. Received: 1"),
        (lambda: layers.HashedCrossing(3)([["a"], ["b", "c"]][:1] * 2 + [[["a"]]]), "Received: shapes"),
    ],
)
def test_wrong_arguments(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize("data", [[0.5, 1.5], ["a", None], [["a"], ["b", "c"]]])
def test_wrong_data_is_said_with_the_layers_name(data):
    with pytest.raises((TypeError, ValueError), match=r"Layer `bins` \(Hashing\) needs .*Received: .*;"):
        layers.Hashing(3, name="bins")(data)
