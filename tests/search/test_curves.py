"""Learning curves, validation curves and comparisons."""

from functools import partial

import numpy as np
import pytest

import hornbeam
from hornbeam import layers, search
from hornbeam.search.fitting import Outcome
from hornbeam.search.plan import plan_of
from hornbeam.search.results import Candidate

RANDOM = np.random.default_rng(1)
X = RANDOM.normal(size=(60, 4)).astype("float32")
Y = X[:, :1] + 0.1 * RANDOM.normal(size=(60, 1)).astype("float32")


def build(rate=0.05, units=4):
    model = hornbeam.Sequential([layers.Input((4,)), layers.Dense(units), layers.Dense(1)])
    model.compile(hornbeam.optimizers.Adam(rate), "mse")
    return model


def test_a_learning_curve_shows_that_more_rows_help():
    curve = search.learning_curve(build, X, Y, sizes=[4, 0.5, 1.0], folds=2, epochs=40, batch_size=4)
    assert curve.values == [4, 15, 30]
    assert curve.training.shape == curve.held_out.shape == (3, 2)
    assert curve.held_out[0].mean() > 2 * curve.held_out[-1].mean()
    assert list(curve.table.columns) == ["rows", "training", "training spread", "held out", "held out spread"]
    assert [text.get_text() for text in curve.plot().axes[0].get_legend().get_texts()] == ["training", "held out"]
    assert "held-out loss by rows: 4: " in repr(curve)
    with pytest.raises(ValueError, match=r"shares up to 1, or numbers of rows up to the 30 .*Received: 31"):
        search.learning_curve(build, X, Y, sizes=[31], folds=2)


def test_a_validation_curve_goes_through_the_values_of_one_parameter():
    curve = search.validation_curve(build, "rate", [1e-6, 0.05], X, Y, folds=2, epochs=3)
    assert curve.held_out[0].mean() > curve.held_out[1].mean()
    assert curve.plot().axes[0].get_xscale() == "log"
    with pytest.raises(ValueError, match=r"Received: 'rates'. Did you mean 'rate'"):
        search.validation_curve(build, "rates", [0.1], X, Y)


def test_a_comparison_says_what_is_more_than_noise():
    builders = {"slow": partial(build, 1e-6), "fast": partial(build, 0.05), "same": partial(build, 0.05)}
    found = search.compare(builders, X, Y, repeats=5, epochs=10, batch_size=8)
    assert found.best in ("fast", "same")
    np.testing.assert_array_equal(found.scores["fast"], found.scores["same"])  # the same rows, the same seeds
    table = found.table.set_index("model")
    assert list(table.index)[-1] == "slow"
    assert table["beyond noise"].to_dict() == {"fast": False, "same": False, "slow": True}
    first, second, third = str(found).splitlines()
    assert first.startswith(f"`{found.best}` has the best loss: ")
    assert second.endswith("no difference beyond noise (0 ± 0).")
    assert "`slow`" in third
    assert "worse beyond noise, by" in third
    assert len(found.plot().axes[0].get_lines()) == 3
    with pytest.raises(TypeError, match="`builders` must be two functions or more"):
        search.compare([build], X, Y)
    with pytest.raises(ValueError, match="`repeats` must be a positive integer"):
        search.compare(builders, X, Y, repeats=0)


@pytest.mark.parametrize("folds", [False, True])
def test_noise_of_differences_is_that_of_runs_in_pairs_and_more_where_folds_overlap(folds):
    plan = plan_of("compare", lambda: None, X, Y, {"folds": 4} if folds else {})
    scores = {"a": [5.0, 7.0, 3.0, 9.0], "b": [6.0, 8.5, 3.6, 9.9]}
    candidates = [
        Candidate(i, {"model": name}, outcomes={j: Outcome(score, -1) for j, score in enumerate(values)})
        for i, (name, values) in enumerate(scores.items())
    ]
    found = search.Comparison(candidates, -1, plan)
    behind, noise = found.difference("b")
    assert found.best == "a"
    assert behind == pytest.approx(1.0)
    spread = np.std([1.0, 1.5, 0.6, 0.9], ddof=1)
    assert noise == pytest.approx(3.18 * spread * np.sqrt(1 / 4 + (1 / 3 if folds else 0)))
