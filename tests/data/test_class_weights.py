"""class_weight: sample weights out of targets of every shape."""

import numpy as np
import pytest

from hornbeam.data import as_source

X = np.ones((4, 1))
WEIGHTS = {0: 1.0, 1: 5.0, 2: 2.0}


def weights(y, class_weight=WEIGHTS, sample_weight=None, **arguments):
    x = np.ones((len(next(iter(y.values())) if isinstance(y, dict) else y[0] if isinstance(y, list) else y), 1))
    return as_source(x, y, sample_weight, class_weight=class_weight, **arguments).arrays[2]


@pytest.mark.parametrize(
    "y",
    [
        np.array([0, 1, 2, 1]),
        np.array([[0], [1], [2], [1]]),
        np.array([[0.0], [1.0], [2.0], [1.0]]),
        np.eye(3)[[0, 1, 2, 1]],
    ],
)
def test_targets_in_every_form(y):
    assert weights(y).tolist() == [1.0, 5.0, 2.0, 5.0]
    assert weights(y).dtype == np.float32


def test_as_keras():
    pytest.importorskip("keras")
    from keras.src.trainers.data_adapters.data_adapter_utils import class_weight_to_sample_weights

    for y in (np.array([0, 1, 2, 1]), np.eye(3)[[0, 2, 1]], np.array([[0], [1]])):
        np.testing.assert_array_equal(weights(y), class_weight_to_sample_weights(y, WEIGHTS))


def test_targets_of_sequences_and_pixels():
    assert weights(np.array([[0, 1, 2], [2, 2, 0]])).tolist() == [[1, 5, 2], [2, 2, 1]]
    assert weights(np.array([[[0], [1]], [[1], [1]]])).tolist() == [[1, 5], [5, 5]]
    assert weights(np.eye(3)[np.array([[0, 1], [2, 2]])]).tolist() == [[1, 5], [2, 2]]


def test_balanced():
    y = np.array([0, 0, 0, 2])
    np.testing.assert_allclose(weights(y, "balanced"), [4 / 6, 4 / 6, 4 / 6, 2.0])


def test_multiplies_with_sample_weights():
    y = np.array([0, 1, 2, 1])
    assert weights(y, sample_weight=np.array([1, 2, 3, 0.5])).tolist() == [1.0, 10.0, 6.0, 2.5]
    assert weights(y, sample_weight=np.ones((4, 1))).tolist() == [1.0, 5.0, 2.0, 5.0]
    assert weights(np.array([[0, 2], [2, 1]]), sample_weight=np.array([1, 2])).tolist() == [[1, 2], [4, 10]]


def test_several_outputs_by_name():
    y = {"a": np.array([0, 1]), "b": np.array([1.5, 2.5])}
    found = weights(y, {"a": WEIGHTS})
    assert found["a"].tolist() == [1.0, 5.0]
    assert found["b"] is None
    found = weights(list(y.values()), {"a": WEIGHTS}, [np.array([2.0, 2.0]), np.ones(2)], output_names=["a", "b"])
    assert [w.tolist() for w in found] == [[2.0, 10.0], [1.0, 1.0]]


def test_one_output_by_name():
    assert weights(np.array([0, 1]), {"out": WEIGHTS}, output_names=["out"]).tolist() == [1.0, 5.0]
    assert weights({"out": np.array([0, 1])}, WEIGHTS)["out"].tolist() == [1.0, 5.0]
    assert weights([np.array([0, 1])], WEIGHTS)[0].tolist() == [1.0, 5.0]


def test_a_class_without_a_weight_counts_one():
    with pytest.warns(UserWarning, match=r"does not name the classes \[1\]"):
        assert weights(np.array([0, 1]), {0: 3.0}).tolist() == [3.0, 1.0]


@pytest.mark.parametrize(
    ("y", "class_weight", "message"),
    [
        (np.array([0.5, 1]), WEIGHTS, "Received: non-integers"),
        (np.array([[1, 1, 0], [0, 0, 1]]), WEIGHTS, "several 1s or none"),
        (np.array([0, 1]), {"cat": 1.0}, r"must map class indices .* Received: 'cat': 1.0"),
        (np.array([0, 1]), {0: -1.0, 1: 1.0}, "weights that are not negative. Received: 0: -1.0"),
        (np.array([0, 1]), [1.0, 2.0], "must be a dictionary of a number per class"),
        (np.array([0, 1]), "balance", 'must be a dictionary or "balanced"'),
        ([np.array([0, 1]), np.array([0, 1])], WEIGHTS, "several outputs must be a dictionary by output name"),
    ],
)
def test_says_what_is_wrong(y, class_weight, message):
    with pytest.raises(ValueError, match=message):
        weights(y, class_weight)


def test_needs_targets():
    with pytest.raises(ValueError, match="`class_weight` needs targets"):
        _ = as_source(X, class_weight=WEIGHTS).arrays
