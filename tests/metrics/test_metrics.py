"""Metrics: streamed batches, weights, masks and resets as in real Keras; rows of weight 0 leave no trace."""

import json

import numpy as np
import pytest
from metric_cases import CASES, IDS, WEIGHTS, batch

from hornbeam import engine as eng
from hornbeam import losses, metrics
from hornbeam.core import masking
from hornbeam.core.lift import lift


def compiled(metric, y, p):
    """`update_state`, with weights or `None`, and `result`, as one program over the metric's variables."""
    metric.build(y.shape, p.shape)
    variables = metric.variables

    def step(y, p, w):
        metric.update_state(y, p, sample_weight=w)
        return metric.result()

    program = eng.jit(lift(step, variables))

    def run(y, p, w):
        y, p, w = (x if x is None else eng.asarray(x) for x in (y, p, w))
        result, values = program([v.value for v in variables], y, p, w)
        for variable, value in zip(variables, values, strict=True):
            variable.assign(value)
        return eng.to_numpy(result)

    return run


@pytest.mark.filterwarnings("ignore:Explicitly requested dtype int64:UserWarning")  # of real Keras
@pytest.mark.parametrize(("name", "arguments", "kind"), CASES, ids=IDS)
def test_streams_are_those_of_keras(engine, name, arguments, kind):
    import keras

    if "IoU" in name:  # whose weights real Keras truncates to integers by default
        arguments = {"dtype": "float32", **arguments}
    metric, theirs = getattr(metrics, name)(**arguments), getattr(keras.metrics, name)(**arguments)
    run = compiled(metric, *batch(kind, 0))
    for seed, weights in ((1, WEIGHTS), (2, WEIGHTS[::-1]), (3, None)):
        y, p = batch(kind, seed)
        mine = run(y, p, np.ones(5, "float32") if weights is None else weights)
        theirs.update_state(y, p, sample_weight=weights)
        np.testing.assert_allclose(mine, np.asarray(theirs.result()), rtol=2e-5, atol=1e-6)
    assert [v.shape for v in metric.variables] == [tuple(v.shape) for v in theirs.variables]
    metric.reset_state()
    theirs.reset_state()
    y, p = batch(kind, 4)
    theirs.update_state(y, p)
    np.testing.assert_allclose(run(y, p, None), np.asarray(theirs.result()), rtol=2e-5, atol=1e-6)


@pytest.mark.parametrize(("name", "arguments", "kind"), CASES, ids=IDS)
def test_rows_of_weight_zero_leave_no_trace(name, arguments, kind):
    y, p = batch(kind, 1)
    exact, padded = (getattr(metrics, name)(**arguments) for _ in range(2))
    assert exact.row_independent
    compiled(exact, y, p)(y, p, WEIGHTS)
    y, p = np.concatenate([y, y[:2]]), np.concatenate([p, np.full_like(p[:2], np.nan if p.dtype.kind == "f" else 0)])
    compiled(padded, y, p)(y, p, np.concatenate([WEIGHTS, np.zeros(2, "float32")]))
    for a, b in zip(exact.variables, padded.variables, strict=True):
        np.testing.assert_allclose(b.numpy(), a.numpy(), rtol=1e-6, err_msg=a.path)


@pytest.mark.parametrize("name", ["MeanSquaredError", "RootMeanSquaredError", "Precision", "BinaryAccuracy"])
@pytest.mark.parametrize("weighted", [False, True])
def test_masks_of_the_outputs_count_as_in_keras(engine, name, weighted):
    """In the means of functions, with weights and without; nowhere else."""
    import keras

    y, p = batch("binary", 1)
    mask = np.array([True, True, False, True, False])
    theirs, q = getattr(keras.metrics, name)(), keras.ops.convert_to_tensor(p)
    q._keras_mask = keras.ops.convert_to_tensor(mask)
    theirs.update_state(y, q, sample_weight=WEIGHTS if weighted else None)
    metric, p = getattr(metrics, name)(), eng.asarray(p)
    masking.set_mask(p, eng.asarray(mask))
    metric.update_state(y, p, sample_weight=WEIGHTS if weighted else None)
    np.testing.assert_allclose(float(metric.result()), float(theirs.result()), rtol=1e-5)


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("weight", [None, np.array([1.0, 2.0, 3.0, 4.0], "float32")], ids=["", "weighted"])
def test_entries_of_an_ignored_class_count_nowhere(engine, weight, masked):
    """In the loss and in the metric, whatever their weights are: as if they were not there."""
    y, p = np.array([0, 2, 1, 0]), np.random.default_rng(0).dirichlet(np.ones(3), 4).astype("float32")
    counts, mask = y != 2, np.array([True, True, True, False])
    if masked:
        counts &= mask
    expected = np.average(-np.log(p[range(4), y])[counts], weights=None if weight is None else weight[counts])
    p = eng.asarray(p)
    masking.set_mask(p, eng.asarray(mask) if masked else None)
    metric = metrics.SparseCategoricalCrossentropy(ignore_class=2)
    metric.update_state(y, p, sample_weight=weight)
    loss = losses.SparseCategoricalCrossentropy(ignore_class=2, reduction="mean_with_sample_weight")
    assert float(metric.result()) == pytest.approx(expected, rel=1e-5)
    assert float(loss(y, p, sample_weight=weight)) == pytest.approx(expected, rel=1e-5)


def test_ignored_entries_under_weights_count_as_in_keras():
    """Without weights, real Keras's metric counts them as zeros; its loss, and Hornbeam's, leave them out."""
    import keras

    y, p = np.array([0, 2, 1, 0]), np.random.default_rng(0).dirichlet(np.ones(3), 4).astype("float32")
    weight = np.array([1.0, 2.0, 3.0, 4.0], "float32")
    for w in (weight, None):
        mine, theirs = (k.SparseCategoricalCrossentropy(ignore_class=2) for k in (metrics, keras.metrics))
        mine.update_state(y, p, sample_weight=w)
        theirs.update_state(y, p, sample_weight=w)
        right = float(theirs.result()) if w is not None else float(theirs.result()) * 4 / 3
        assert float(mine.result()) == pytest.approx(right, rel=1e-5)
    keras_loss = keras.losses.SparseCategoricalCrossentropy(ignore_class=2)(y, p)
    assert float(mine.result()) == pytest.approx(float(keras_loss), rel=1e-5)


@pytest.mark.parametrize("name", ["Mean", "Sum"])
def test_means_and_sums_of_values(name):
    import keras

    metric, theirs = getattr(metrics, name)(), getattr(keras.metrics, name)()
    values = np.arange(12, dtype="float32").reshape(3, 4)
    for x, w in ((values, None), (values, [1.0, 0.0, 2.0]), (values, values), (3.0, None), (7.0, 0.5)):
        metric.update_state(x, sample_weight=w)
        theirs.update_state(x, sample_weight=w)
        np.testing.assert_allclose(float(metric.result()), float(theirs.result()), rtol=1e-6)
    metric.reset_states()
    assert float(metric.result()) == 0.0


def test_step_mask_and_row_weights_count_together():
    y, p = (np.random.default_rng(s).uniform(size=(3, 4, 2)).astype("float32") for s in (0, 1))
    mask = np.array([[1, 1, 1, 0], [1, 0, 0, 0], [1, 1, 1, 1]], bool)
    exact, padded = metrics.MeanSquaredError(), metrics.MeanSquaredError()
    q = eng.asarray(p[:2])
    masking.set_mask(q, eng.asarray(mask[:2]))
    exact.update_state(y[:2], q)
    q = eng.asarray(p)
    masking.set_mask(q, eng.asarray(mask))
    padded.update_state(y, q, sample_weight=np.array([1.0, 1.0, 0.0]))
    assert float(padded.result()) == pytest.approx(float(exact.result()))


@pytest.mark.parametrize(("name", "arguments", "kind"), CASES, ids=IDS)
def test_config_round_trips_and_is_read_by_keras(name, arguments, kind):
    import keras

    metric = getattr(metrics, name)(**arguments)
    config = json.loads(json.dumps(metrics.serialize(metric)))
    again = metrics.deserialize(config)
    assert type(again) is type(metric) and metrics.serialize(again) == config
    assert all(hasattr(metric, key) for key in arguments)
    theirs = keras.metrics.deserialize(config)
    assert theirs.name == metric.name
    assert metrics.deserialize(json.loads(json.dumps(keras.metrics.serialize(theirs)))).name == metric.name


def test_names_are_those_of_keras():
    import keras

    for name in (
        "mse",
        "MeanSquaredError",
        "mean_absolute_error",
        "AUC",
        "auc",
        "bce",
        "cosine_similarity",
        "accuracy",
    ):
        mine, theirs = metrics.get(name), keras.metrics.get(name)
        assert type(mine).__name__ == type(theirs).__name__
        assert mine.name.rstrip("_0123456789") == theirs.name.rstrip("_0123456789")
    assert metrics.get("rmse").name == "root_mean_squared_error"
    assert isinstance(metrics.get(metrics.Mean), metrics.Mean)
    assert metrics.get(None) is None


def test_a_users_metric(engine):
    class Rows(metrics.Metric):
        def __init__(self, name="rows", **kwargs):
            super().__init__(name=name, **kwargs)
            self.rows = self.add_weight(name="rows", initializer="zeros")
            self.mean = metrics.Mean()
            self.old_order = self.add_weight("old", (), initializer="ones", dtype="int32")
            self.add_variable((2,), np.array([3.0, 4.0]), name="held_by_nobody")

        def update_state(self, y_true, y_pred, sample_weight=None):
            self.rows.assign_add(y_pred.shape[0])
            self.mean.update_state(y_pred)

        def result(self):
            return {"rows": self.rows.value, "mean": self.mean.result()}

    metric = Rows()
    own = ["rows/rows", "rows/old", "rows/held_by_nobody"]
    assert [v.path for v in metric.variables] == [*own, "mean/total", "mean/count"]
    assert metric.variables[1].dtype == "int32" and metric.variables[2].numpy().tolist() == [3.0, 4.0]
    assert not metric.row_independent
    for _ in range(2):
        result = metric(np.ones((2, 1)), np.full((2, 1), 3.0))
    assert float(result["rows"]) == 4.0 and float(result["mean"]) == 3.0
    metric.reset_state()
    assert not any(v.numpy().any() for v in metric.variables)


def test_rows_of_a_users_function_may_be_padded_only_if_it_says_so():
    def distance(y, p):
        return abs(y - p)

    assert not metrics.MeanMetricWrapper(distance).row_independent
    distance.row_independent = True
    assert metrics.MeanMetricWrapper(distance).row_independent


def test_building_and_resetting_touch_the_host_only():
    metric = metrics.MeanSquaredError()
    assert all(isinstance(v._value, np.ndarray) for v in metric.variables)
    metric.update_state([[1.0]], [[3.0]])
    metric.reset_state()
    assert all(isinstance(v._value, np.ndarray) for v in metric.variables)


def test_messages():
    for make, error, message in [
        (lambda: metrics.get("acuracy"), ValueError, r"`metric` must be a known name.*'acuracy'.*'accuracy'"),
        (lambda: metrics.CategoricalAccuracy()([1, 2], np.eye(2)), ValueError, r"must be one-hot.*\(2,\).*sparse"),
        (
            lambda: metrics.SparseCategoricalAccuracy()(np.eye(2), np.eye(2)),
            ValueError,
            r"one class index for each row",
        ),
        (lambda: metrics.BinaryAccuracy()(np.ones((2, 3)), np.ones((2, 2))), ValueError, r"the same shape.*\(2, 3\)"),
        (lambda: metrics.Mean()([1.0, 2.0], [1.0, 2.0, 3.0]), ValueError, r"`sample_weight` must have the shape"),
        (lambda: metrics.Precision(thresholds=[2]), ValueError, r"`thresholds` must be in \[0, 1\]. Received: .*2"),
        (lambda: metrics.AUC(curve="X"), ValueError, r"`curve` must be 'ROC', 'PR' or 'PRGAIN'. Received: curve='X'"),
        (lambda: metrics.PrecisionAtRecall(2), ValueError, r"`recall` must be in \[0, 1\]. Received: recall=2"),
        (lambda: metrics.F1Score(average="mean"), ValueError, r"`average` must be None, 'micro'"),
        (lambda: metrics.Precision(class_id=1)([0, 1], [0.2, 0.8]), ValueError, r"outputs of shape \(batch, classes\)"),
        (
            lambda: metrics.Recall(class_id=2)(np.eye(2), np.eye(2)),
            ValueError,
            r"class_id=2, outputs of shape \(2, 2\)",
        ),
        (lambda: metrics.IoU(2, [2]), ValueError, r"`target_class_ids` must be below `num_classes`, 2"),
        (lambda: metrics.Metric().update_state(), NotImplementedError, r"`Metric` must define `update_state`"),
    ]:
        with pytest.raises(error, match=message):
            make()


def test_metrics_of_keras_2():
    for reduction, expected in (("sum", 7.0), ("sum_over_batch_size", 3.5), ("weighted_mean", 7 / 3)):
        metric = metrics.Reduce(reduction, "m")
        metric.update_state([1.0, 3.0], sample_weight=[1.0, 2.0])
        assert float(metric.result()) == pytest.approx(expected)

    class Half(metrics.SensitivitySpecificityBase):
        def result(self):
            return self.true_positives.value[1]

    assert float(Half(0.5, num_thresholds=3)([1, 1, 0], [0.9, 0.2, 0.8])) == 1.0
    one, two = metrics.clone_metrics([metrics.AUC(num_thresholds=5), metrics.Mean(name="m")])
    assert one.num_thresholds == 5 and two.name == "m" and list(metrics.clone_metrics({"a": one})) == ["a"]
    assert metrics.AUC(thresholds=[0.5]).thresholds == pytest.approx([0, 0.5, 1], abs=1e-6)


def test_stateless_forms_assign_nothing(engine):
    y, p = batch("one-hot", 1)
    for metric in (metrics.CategoricalAccuracy(), metrics.F1Score(average="macro"), metrics.AUC(curve="PR")):
        metric.build(y.shape, p.shape)
        values = metric.stateless_reset_state()
        for part in (slice(0, 2), slice(2, 5)):
            values = metric.stateless_update_state(values, y[part], p[part])
        result = float(metric.stateless_result(values))
        assert all(not v.numpy().any() for v in metric.variables)
        assert result == pytest.approx(float(metric(y, p)), rel=1e-5)
    with pytest.raises(ValueError, match=r"must hold a value for each of its 2 variables\. Received: 1\."):
        metrics.Mean().stateless_result([0.0])


def test_scores_refuse_what_is_no_number():
    for wrong in ({"beta": "x"}, {"beta": -1.0}, {"threshold": "x"}):
        with pytest.raises(ValueError, match="Received"):
            metrics.FBetaScore(**wrong)


def test_thresholds_can_be_read_as_they_are_used_and_as_they_were_asked_for():
    for given, used in [({}, [0.5]), ({"thresholds": 0.3}, [0.3]), ({"thresholds": (0.2, 0.7)}, [0.2, 0.7])]:
        for cls in (metrics.Precision, metrics.Recall, metrics.TruePositives, metrics.FalseNegatives):
            metric = cls(**given)
            assert (metric.thresholds, metric.init_thresholds) == (used, given.get("thresholds"))
            assert cls.from_config(metric.get_config()).init_thresholds == given.get("thresholds")
    assert metrics.Precision(top_k=2).thresholds == [-1e10]
