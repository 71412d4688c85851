"""`preprocessing.sequence` beyond padding, as real Keras has it."""

import json
import random

import numpy as np
import pytest

import hornbeam
from hornbeam.preprocessing import sequence

SERIES = np.arange(40.0).reshape(20, 2)


@pytest.fixture(scope="module")
def keras_sequence():
    pytest.importorskip("keras")
    return pytest.importorskip("keras.src.legacy.preprocessing.sequence")


def test_sampling_tables(keras_sequence):
    np.testing.assert_allclose(sequence.make_sampling_table(50), keras_sequence.make_sampling_table(50))
    np.testing.assert_allclose(sequence.make_sampling_table(9, 0.1), keras_sequence.make_sampling_table(9, 0.1))


@pytest.mark.parametrize(
    "options",
    [
        {"seed": 3},
        {"negative_samples": 0, "shuffle": False},
        {"window_size": 1, "categorical": True, "shuffle": False},
        {"negative_samples": 2.5, "seed": 1, "categorical": True},
        {"sampling_table": np.linspace(0.2, 1, 10), "seed": 1},
        {"negative_samples": 0},
    ],
    ids=range(6),
)
@pytest.mark.filterwarnings("ignore:non-integer arguments to randrange:DeprecationWarning")  # Keras's
def test_skipgrams(keras_sequence, options):
    found = []
    for module in (sequence, keras_sequence):
        random.seed(5)
        couples, labels = module.skipgrams([1, 2, 0, 3, 4, 9, 2], 10, **options)
        found.append(([list(map(int, pair)) for pair in couples], labels))
    assert found[0] == found[1]


@pytest.mark.parametrize(
    "options",
    [
        {"length": 3},
        {"length": 4, "sampling_rate": 2, "batch_size": 4},
        {"length": 3, "stride": 3, "batch_size": 2},
        {"length": 2, "start_index": 4, "end_index": 11, "batch_size": 3, "reverse": True},
        {"length": 5, "shuffle": True, "batch_size": 3},
    ],
    ids=range(5),
)
def test_windows_of_a_series(keras_sequence, options):
    ours = sequence.TimeseriesGenerator(SERIES, SERIES[:, 0], **options)
    theirs = keras_sequence.TimeseriesGenerator(SERIES, SERIES[:, 0], **options)
    assert len(ours) == len(theirs)
    for i in range(len(ours)):
        batches = []
        for generator in (ours, theirs):
            np.random.seed(i)
            batches.append(generator[i])
        for mine, its in zip(*batches):
            np.testing.assert_array_equal(mine, its)
    config = json.loads(ours.to_json())["config"]  # Keras 3's own fails here
    assert json.loads(config["data"]) == SERIES.tolist() and config["length"] == options["length"]


def test_a_series_is_trained_on():
    series = np.sin(np.arange(60.0))[:, None]
    batches = sequence.TimeseriesGenerator(series, series, length=4, batch_size=16)
    model = hornbeam.Sequential([hornbeam.Input((4, 1)), hornbeam.layers.SimpleRNN(3), hornbeam.layers.Dense(1)])
    model.compile("adam", "mse")
    assert len(model.fit(batches, epochs=2, verbose=0).history["loss"]) == 2
    assert model.predict(batches, verbose=0).shape == (56, 1)


def test_a_series_that_is_too_short_is_said():
    with pytest.raises(ValueError, match="needs more rows than `data` has"):
        sequence.TimeseriesGenerator([1, 2], [1, 2], length=2)
    with pytest.raises(ValueError, match="as many as `data`"):
        sequence.TimeseriesGenerator([1, 2], [1], length=1)


def test_a_number_is_no_list_of_sequences():
    with pytest.raises(ValueError, match="must be a list of lists"):
        sequence.pad_sequences(3)
