"""`timeseries_dataset_from_array`; the windows are those that Keras 3.15 makes on TensorFlow."""

import numpy as np
import pytest

import hornbeam
from hornbeam.utils import timeseries_dataset_from_array

X = np.arange(20.0)


def windows(**arguments):
    return [x.tolist() for x in timeseries_dataset_from_array(X, None, batch_size=None, **arguments)]


def test_windows():
    assert windows(sequence_length=4) == [list(range(i, i + 4)) for i in range(17)]
    assert windows(sequence_length=2, sampling_rate=3)[-1] == [16, 19]  # the last row is in the last window
    assert windows(sequence_length=20) == [list(range(20))]
    assert windows(sequence_length=4, start_index=5, end_index=12) == [list(range(i, i + 4)) for i in range(5, 9)]


def test_batches_with_targets():
    data = timeseries_dataset_from_array(X, X * 10, 4, sequence_stride=3, sampling_rate=2, batch_size=3)
    assert len(data) == 2
    (x1, y1), (x2, y2) = ((x.tolist(), y.tolist()) for x, y in data)
    assert x1 == [[0, 2, 4, 6], [3, 5, 7, 9], [6, 8, 10, 12]]
    assert x2 == [[9, 11, 13, 15], [12, 14, 16, 18]]
    assert y1 + y2 == [0, 30, 60, 90, 120]


def test_there_are_as_many_windows_as_targets():
    (x, y), *_ = timeseries_dataset_from_array(X, X[:5], 4, batch_size=100)
    assert len(x) == len(y) == 5
    (x, y), *_ = timeseries_dataset_from_array(X, X[:7], 4, batch_size=100, start_index=5)
    assert y.tolist() == [5, 6]


def test_shapes_and_dtypes():
    data = timeseries_dataset_from_array(np.ones((10, 2), "float32"), list(range(10)), 4)
    assert [(part.shape, part.dtype) for part in data.element_spec] == [((None, 4, 2), np.float32), ((None,), np.int32)]


def test_shuffle():
    data = timeseries_dataset_from_array(X, X, 4, batch_size=None, shuffle=True, seed=3)
    first, second = ([int(y) for _, y in data] for _ in range(2))
    assert sorted(first) == sorted(second) == list(range(17))
    assert first != second
    again = timeseries_dataset_from_array(X, X, 4, batch_size=None, shuffle=True, seed=3, format="grain")
    assert [int(y) for _, y in again] == first
    assert all(x[0] == y for x, y in data)


def test_it_is_trained_on(engine):
    data = hornbeam.preprocessing.timeseries_dataset_from_array(X, X[4:], 4, batch_size=4)
    model = hornbeam.Sequential([hornbeam.Input((4,)), hornbeam.layers.Dense(1)])
    model.compile("sgd", "mse")
    assert len(model.fit(data, epochs=1, validation_data=data, verbose=0).history) == 2
    assert model.predict(data, verbose=0).shape == (16, 1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"sequence_length": 21},
            "A window of 21 rows, each 1 from the next, must fit .*Received: 20 rows",
        ),
        ({"sequence_length": 4, "sampling_rate": 20}, "A window of 4 rows, each 20 from the next"),
        ({"sequence_length": 0}, "`sequence_length` must be a positive integer"),
        ({"sequence_length": 4, "sequence_stride": 0}, "`sequence_stride` must be a positive integer"),
        ({"sequence_length": 4, "sampling_rate": 0}, "`sampling_rate` must be a positive integer"),
        ({"sequence_length": 4, "start_index": -1}, "`start_index` must be a row of the data, which has 20"),
        ({"sequence_length": 4, "start_index": 20}, "`start_index` must be a row of the data, which has 20"),
        ({"sequence_length": 4, "end_index": 21}, "`end_index` must be more than `start_index`, 0, and at most the 20"),
        ({"sequence_length": 4, "start_index": 8, "end_index": 8}, "`end_index` must be more than `start_index`, 8"),
        ({"sequence_length": 4, "format": "x"}, '`format` must be "tf" or "grain"'),
    ],
)
def test_wrong_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        timeseries_dataset_from_array(X, None, **arguments)
