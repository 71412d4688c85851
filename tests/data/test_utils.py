"""Helpers of `hornbeam.utils`, against real Keras."""

import numpy as np
import pytest

from hornbeam import utils


@pytest.fixture
def keras():
    return pytest.importorskip("keras")


@pytest.mark.parametrize("x", [[0, 2, 1], [[0], [2]], np.zeros((2, 3, 1)), np.array([[0, 1], [2, 3]])], ids=str)
@pytest.mark.parametrize("num_classes", [None, 5])
def test_to_categorical(keras, x, num_classes):
    np.testing.assert_array_equal(utils.to_categorical(x, num_classes), keras.utils.to_categorical(x, num_classes))


@pytest.mark.parametrize("x", [[0, 3], [-1, 0], [0.5]])
def test_to_categorical_of_what_is_no_class(x):
    with pytest.raises(ValueError, match="must hold whole numbers from 0 to 1"):
        utils.to_categorical(x, 2)


@pytest.mark.parametrize("axis", [-1, 1])
@pytest.mark.parametrize("order", [1, 2])
def test_normalize(keras, axis, order):
    x = np.array([[3.0, 4.0], [0.0, 0.0], [1.0, -1.0]])
    np.testing.assert_allclose(utils.normalize(x, axis, order), keras.utils.normalize(x, axis, order))
    np.testing.assert_allclose(utils.normalize(x.T, 0, order), utils.normalize(x, 1, order).T)


@pytest.mark.parametrize(
    "sequences", [[[1, 2, 3], [4], []], [[[1, 2]], [[3, 4], [5, 6]]], [np.array([1.5, 2.5]), np.array([1.0])]], ids=str
)
@pytest.mark.parametrize("maxlen", [None, 2])
@pytest.mark.parametrize("padding", ["pre", "post"])
@pytest.mark.parametrize("truncating", ["pre", "post"])
def test_pad_sequences(keras, sequences, maxlen, padding, truncating):
    arguments = {"maxlen": maxlen, "padding": padding, "truncating": truncating, "dtype": "float32", "value": 9.0}
    np.testing.assert_array_equal(
        utils.pad_sequences(sequences, **arguments), keras.utils.pad_sequences(sequences, **arguments)
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1, 2],), "must be a list of lists. Received: 1 at position 0"),
        (([[1]], None, "int32", "before"), '`padding` must be "pre" or "post"'),
        (([[[1, 2]], [[1]]],), r"items of one shape, \(2,\). Received: shape \(1,\) in sequence 1"),
    ],
)
def test_pad_sequences_says_what_is_wrong(arguments, message):
    with pytest.raises(ValueError, match=message):
        utils.pad_sequences(*arguments)


def test_packing(keras):
    for arguments in ((1,), ([1],), (1, 2), (1, 2, 3)):
        packed = utils.pack_x_y_sample_weight(*arguments)
        assert packed == keras.utils.pack_x_y_sample_weight(*arguments)
        assert utils.unpack_x_y_sample_weight(packed) == keras.utils.unpack_x_y_sample_weight(packed)


def test_clear_session_counts_names_anew():
    from hornbeam.core import naming

    utils.clear_session()
    assert naming.unique("dense") == "dense"
    utils.clear_session()
    assert naming.unique("dense") == "dense"
