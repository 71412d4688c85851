"""Models whose steps are computed at once: the numbers of each alone, up to rounding."""

import json
import warnings

import numpy as np
import pytest

import hornbeam
from hornbeam import layers, search
from hornbeam.training.programs.compiled import forget_compiled

RANDOM = np.random.default_rng(1)
X = RANDOM.normal(size=(48, 4)).astype("float32")
Y = (X[:, 0] + 0.5 * X[:, 1] > 0).astype("float32")
STOPPING = hornbeam.callbacks.EarlyStopping("val_loss", patience=1, min_delta=0.05)


def build(rate):
    if rate == 0.3:
        raise ArithmeticError("unlucky")
    model = hornbeam.Sequential(
        [layers.Input((4,)), layers.Dense(3, "relu"), layers.Dropout(0.2), layers.Dense(1, "sigmoid")]
    )
    model.compile(hornbeam.optimizers.Adam(rate), "binary_crossentropy", metrics=["accuracy"])
    return model


def found(together, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the candidate that fails
        options = {"folds": 3, "epochs": 4, "callbacks": STOPPING, "together": together, **options}
        return search.grid(build, {"rate": [0.001, 0.3, 0.03]}, X, Y, refit=False, **options)


def numbers(search):
    return [(one.scores, one.history) for one in search.candidates]


def test_what_is_trained_together_has_the_numbers_of_each_alone():
    forget_compiled()
    alone, together = found(False), found(True)
    lengths = [[len(outcome.history["loss"]) for outcome in one.outcomes.values()] for one in together.candidates[::2]]
    assert len({*lengths[0], *lengths[1]}) > 1  # some have left before others
    assert together.compilations == alone.compilations == 2
    for one, other in zip(alone.candidates, together.candidates, strict=True):
        np.testing.assert_allclose(one.scores, other.scores, rtol=1e-4)
        for name in one.history:
            np.testing.assert_allclose(one.history[name], other.history[name], rtol=1e-4)
    assert np.isnan(together.candidates[1].score)
    assert together.best_params == alone.best_params


def test_a_search_that_goes_on_trains_together_what_was_and_gives_the_same(tmp_path):
    first = found("auto", folder=tmp_path)
    journal = tmp_path / "search.jsonl"
    lines = journal.read_text().splitlines()
    choices = [line for line in lines if "together" in json.loads(line).keys() - {"`together`"}]
    assert len(choices) == 1
    journal.write_text("\n".join([lines[0], choices[0].replace("false", "true"), *lines[-2:]]) + "\n")
    again = found("auto", folder=tmp_path)
    assert len(journal.read_text().splitlines()) == len(lines)
    whole = found(True)
    if "true" in choices[0]:
        np.testing.assert_equal(numbers(again), numbers(first))
    for one, other in zip(again.candidates, whole.candidates, strict=True):
        np.testing.assert_allclose(one.scores, other.scores, rtol=1e-4)


def test_a_group_that_was_broken_off_goes_on_to_the_bit(tmp_path):
    whole = found(True, folder=tmp_path)
    journal = tmp_path / "search.jsonl"
    journal.write_text("".join(journal.read_text().splitlines(keepends=True)[:5]))
    np.testing.assert_equal(numbers(found(True, folder=tmp_path)), numbers(whole))


def test_together_is_one_of_three():
    with pytest.raises(ValueError, match=r'`together` must be True, False or "auto"\. Received: together=3'):
        found(3)
