"""Keras 2's `losses_utils` and `metrics_utils`: how losses were reduced, and metrics counted."""

import warnings

import numpy as np
import pytest

import hornbeam
from hornbeam import metrics, ops

with warnings.catch_warnings(action="ignore", category=hornbeam.OldNameWarning):
    from hornbeam.utils import losses_utils, metrics_utils


def test_losses_times_weights(engine):
    losses = np.array([[1.0, 2.0], [3.0, 4.0]], "float32")
    compute, kinds = losses_utils.compute_weighted_loss, losses_utils.Reduction
    assert float(compute(losses)) == 2.5 and float(compute(losses, 2.0, kinds.SUM)) == 20
    assert float(compute(losses, np.array([1.0, 0.0]))) == pytest.approx(0.75)
    assert float(compute(losses, np.array([[1.0], [0.0]]))) == pytest.approx(0.75)
    found = ops.convert_to_numpy(compute(losses, np.array([1.0, 0.0]), "none"))
    assert found.tolist() == [[1, 2], [0, 0]]
    with pytest.raises(ValueError, match=r"`reduction` must be one of 'none', 'sum', .* Received: 'mean'"):
        compute(losses, reduction="mean")


def test_shapes_of_weights():
    values = np.ones((2, 3, 4))
    for weights in (2.0, np.ones(2), np.ones((2, 1)), np.ones((2, 3, 4))):
        assert losses_utils.broadcast_weights(values, weights).shape == (2, 3, 4)
    for weights in (np.ones(3), np.ones((2, 3, 4, 1))):
        with pytest.raises(ValueError, match=r"have the sizes of the values, \(2, 3, 4\), or 1"):
            losses_utils.broadcast_weights(values, weights)
    fit = losses_utils.squeeze_or_expand_dimensions
    assert [x.shape for x in fit(np.ones((2, 1)), np.ones(2))] == [(2,), (2,)]
    assert [x.shape for x in fit(np.ones(2), np.ones((2, 1)), np.ones((2, 1)))] == [(2,), (2,), (2,)]
    assert fit(np.ones((2, 3)), sample_weight=np.ones(2))[2].shape == (2, 1)


def test_counts_are_those_of_the_metrics(engine):
    generator = np.random.RandomState(0)
    y, p, w = generator.randint(0, 2, (6, 3)), generator.rand(6, 3).astype("float32"), generator.rand(6)
    thresholds = [0.2, 0.5, 0.8]
    classes = dict(
        zip(
            metrics_utils.ConfusionMatrix,
            ("TruePositives", "FalsePositives", "TrueNegatives", "FalseNegatives"),
            strict=True,
        )
    )
    counts = {kind: hornbeam.Variable(np.zeros(3)) for kind in classes}
    metrics_utils.update_confusion_matrix_variables(counts, y, p, thresholds, sample_weight=w)
    for kind, name in classes.items():
        metric = getattr(metrics, name)(thresholds)
        metric.update_state(y, p, np.repeat(w[:, None], 3, 1))
        np.testing.assert_allclose(counts[kind].numpy(), np.asarray(metric.result()), rtol=1e-5)
    kind = metrics_utils.ConfusionMatrix.TRUE_POSITIVES
    for arguments, expected in (
        ({"class_id": 1}, ((y[:, 1] == 1) & (p[:, 1] > 0.5)).sum()),
        ({"top_k": 1, "thresholds": 0.0}, y[np.arange(6), p.argmax(1)].sum()),
    ):
        count = hornbeam.Variable(np.zeros(1))
        metrics_utils.update_confusion_matrix_variables({kind: count}, y, p, **arguments)
        assert count.numpy().tolist() == [expected]
    with pytest.raises(ValueError, match=r"must have members of `ConfusionMatrix` as keys. Received: \['tp'\]"):
        metrics_utils.update_confusion_matrix_variables({"tp": counts}, y, p)


def test_thresholds_and_names():
    assert metrics_utils.parse_init_thresholds(None) == [0.5] and metrics_utils.parse_init_thresholds(0.3) == [0.3]
    with pytest.raises(ValueError, match=r"`thresholds` must be from 0 to 1. Received: \[2\]"):
        metrics_utils.parse_init_thresholds([0.5, 2])
    assert metrics_utils.AUCCurve.from_str("roc") is metrics_utils.AUCCurve.ROC
    assert metrics_utils.AUCSummationMethod.from_str("Majoring") is metrics_utils.AUCSummationMethod.MAJORING
    with pytest.raises(ValueError, match=r"must be one of 'ROC', 'PR'. Received: 'area'"):
        metrics_utils.AUCCurve.from_str("area")
    assert metrics_utils.to_list(1) == [1] == metrics_utils.to_list([1])
    assert metrics_utils.result_wrapper(len) is metrics_utils.update_state_wrapper(len) is len
    assert metrics_utils.Reduction.SUM.value == "sum" and losses_utils.Reduction.all()[0] == "none"
