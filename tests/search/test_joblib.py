"""Processes of joblib train a search's candidates."""

import threading

import numpy as np
import pytest

import hornbeam
from hornbeam import search

joblib = pytest.importorskip("joblib")

X = np.random.default_rng(0).normal(size=(40, 3)).astype("float32")


def test_processes_give_the_numbers_of_threads():
    def build(rate):  # a function inside of another: it travels by value
        model = hornbeam.Sequential([hornbeam.layers.Input((3,)), hornbeam.layers.Dense(1)])
        model.compile(hornbeam.optimizers.Adam(rate), "mse")
        return model

    arguments = (build, {"rate": [0.1, 0.01]}, X, X[:, :1])
    here = search.grid(*arguments, folds=2, epochs=1)
    with joblib.parallel_config("loky", n_jobs=2, max_nbytes=100):  # arrays travel once, as files
        there = search.grid(*arguments, folds=2, epochs=1)
    assert [one.scores for one in here.candidates] == [one.scores for one in there.candidates]
    np.testing.assert_array_equal(*[found.best_model.predict(X, verbose=0) for found in (here, there)])


def test_what_cannot_travel_is_said():
    lock = threading.Lock()

    def build(rate):
        with lock:
            return rate

    with (
        joblib.parallel_config("loky", n_jobs=2),
        pytest.raises(TypeError, match=r"^`build` must be .*: `build`"),
    ):
        search.grid(build, {"rate": [0.1, 0.01]}, X, X[:, :1])
    with joblib.parallel_config("loky", n_jobs=2), pytest.raises(TypeError, match="end it with `return model`"):
        search.grid(lambda rate: None, {"rate": [0.1, 0.01]}, X, X[:, :1])
