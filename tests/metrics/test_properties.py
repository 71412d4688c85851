"""For any data: metrics agree with scikit-learn, and any split into batches gives the same number."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from metric_cases import CASES, IDS, batch

from hornbeam import config, metrics

pytest.importorskip("torch")
scores = pytest.importorskip("sklearn.metrics")

few = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(autouse=True, scope="module")
def eagerly():
    """Each example has shapes of its own: on an engine that compiles, all of the time would go there."""
    previous = config.backend()
    config.set_backend("torch")
    yield
    config.set_backend(previous)


@st.composite
def streams(draw):
    """A seed for the data, and the sizes of the batches."""
    return draw(st.integers(0, 2**16)), draw(st.lists(st.integers(1, 6), min_size=1, max_size=5))


def parts(sizes):
    ends = np.cumsum(sizes)
    return [slice(end - size, end) for end, size in zip(ends, sizes, strict=True)]


@pytest.mark.parametrize(("name", "arguments", "kind"), CASES, ids=IDS)
@few
@given(stream=streams(), weighted=st.booleans())
def test_any_split_into_batches_gives_the_same(name, arguments, kind, stream, weighted):
    seed, sizes = stream
    y, p = batch(kind, seed, sum(sizes))
    weight = np.random.default_rng(seed).integers(0, 4, len(y)).astype("float32") if weighted else None
    whole, split = (getattr(metrics, name)(**arguments) for _ in range(2))
    whole.update_state(y, p, sample_weight=weight)
    for part in parts(sizes):
        split.update_state(y[part], p[part], sample_weight=None if weight is None else weight[part])
    np.testing.assert_allclose(np.asarray(split.result()), np.asarray(whole.result()), rtol=1e-4, atol=1e-5)


# what scikit-learn calls it: metric, kind of data, and its function of (y, p, weight)
labels = [0, 1, 2]
SKLEARN = {
    "MeanSquaredError": (metrics.MeanSquaredError, "real", scores.mean_squared_error),
    "MeanAbsoluteError": (metrics.MeanAbsoluteError, "real", scores.mean_absolute_error),
    "RootMeanSquaredError": (
        metrics.RootMeanSquaredError,
        "real",
        lambda y, p, sample_weight: np.sqrt(scores.mean_squared_error(y, p, sample_weight=sample_weight)),
    ),
    "R2Score": (metrics.R2Score, "real", scores.r2_score),
    "R2Score of variances": (
        lambda: metrics.R2Score("variance_weighted_average"),
        "real",
        lambda y, p, sample_weight: scores.r2_score(y, p, sample_weight=sample_weight, multioutput="variance_weighted"),
    ),
    "SparseCategoricalAccuracy": (
        metrics.SparseCategoricalAccuracy,
        "class",
        lambda y, p, sample_weight: scores.accuracy_score(y, p.argmax(1), sample_weight=sample_weight),
    ),
    "SparseTopKCategoricalAccuracy": (
        lambda: metrics.SparseTopKCategoricalAccuracy(k=2),
        "class",
        lambda y, p, sample_weight: scores.top_k_accuracy_score(y, p, k=2, labels=labels, sample_weight=sample_weight),
    ),
    "CategoricalCrossentropy": (
        metrics.SparseCategoricalCrossentropy,
        "class",
        lambda y, p, sample_weight: scores.log_loss(
            y,
            p.astype("float64") / p.astype("float64").sum(1, keepdims=True),
            labels=labels,
            sample_weight=sample_weight,
        ),
    ),
    "Precision": (
        metrics.Precision,
        "column",
        lambda y, p, sample_weight: scores.precision_score(y, p > 0.5, sample_weight=sample_weight, zero_division=0),
    ),
    "Recall": (
        metrics.Recall,
        "column",
        lambda y, p, sample_weight: scores.recall_score(y, p > 0.5, sample_weight=sample_weight, zero_division=0),
    ),
    "Recall of a class": (
        lambda: metrics.Recall(class_id=1, top_k=1),
        "one-hot",
        lambda y, p, sample_weight: scores.recall_score(
            y[:, 1], p.argmax(1) == 1, sample_weight=sample_weight, zero_division=0
        ),
    ),
    "F1Score": (
        lambda: metrics.F1Score("macro"),
        "one-hot",
        lambda y, p, sample_weight: scores.f1_score(
            y.argmax(1), p.argmax(1), labels=labels, average="macro", sample_weight=sample_weight, zero_division=0
        ),
    ),
    "FBetaScore": (
        lambda: metrics.FBetaScore("weighted", beta=2.0),
        "one-hot",
        lambda y, p, sample_weight: scores.fbeta_score(
            y.argmax(1),
            p.argmax(1),
            beta=2.0,
            labels=labels,
            average="weighted",
            sample_weight=sample_weight,
            zero_division=0,
        ),
    ),
    "IoU": (
        lambda: metrics.IoU(3, [1]),
        "classes",
        lambda y, p, sample_weight: scores.jaccard_score(
            y, p, labels=[1], average="macro", sample_weight=sample_weight, zero_division=0
        ),
    ),
}


@pytest.mark.parametrize("name", SKLEARN)
@few
@given(stream=streams(), weighted=st.booleans())
def test_values_are_those_of_scikit_learn(name, stream, weighted):
    make, kind, expected = SKLEARN[name]
    seed, sizes = stream
    sizes = [3, *sizes]
    y, p = batch(kind, seed, sum(sizes))
    weight = np.random.default_rng(seed).integers(1, 4, len(y)).astype("float32") if weighted else None
    metric = make()
    for part in parts(sizes):
        metric.update_state(y[part], p[part], sample_weight=None if weight is None else weight[part])
    assert float(metric.result()) == pytest.approx(float(expected(y, p, sample_weight=weight)), rel=1e-4, abs=1e-5)


@few
@given(stream=streams(), weighted=st.booleans())
def test_areas_under_curves_are_those_of_scikit_learn(stream, weighted):
    """Exactly, for outputs no two of which lie between the same thresholds."""
    seed, sizes = stream
    rng, rows = np.random.default_rng(seed), sum(sizes) + 2
    y = np.concatenate([[0, 1], rng.integers(0, 2, rows - 2)])
    p = (rng.integers(0, 198, rows) + 0.5) / 199
    weight = rng.integers(1, 4, rows).astype("float32") if weighted else None
    metric = metrics.AUC()
    for part in parts([2, *sizes]):
        metric.update_state(y[part], p[part], sample_weight=None if weight is None else weight[part])
    assert float(metric.result()) == pytest.approx(scores.roc_auc_score(y, p, sample_weight=weight), abs=1e-5)
