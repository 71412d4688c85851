"""Losses: values as real Keras has them, under every reduction, weight and mask; exact under padding."""

import json

import numpy as np
import pytest

from hornbeam import engine as eng
from hornbeam import losses, ops, saving
from hornbeam.core import masking

REDUCTIONS = ["sum_over_batch_size", "mean", "sum", "mean_with_sample_weight", "none"]

# class, its arguments, kind of targets and outputs
CASES = [
    ("MeanSquaredError", {}, "real"),
    ("MeanAbsoluteError", {}, "real"),
    ("MeanAbsolutePercentageError", {}, "real"),
    ("MeanSquaredLogarithmicError", {}, "real"),
    ("Huber", {}, "real"),
    ("Huber", {"delta": 0.2}, "real"),
    ("LogCosh", {}, "real"),
    ("CosineSimilarity", {}, "real"),
    ("CosineSimilarity", {"axis": 1}, "real"),
    ("BinaryCrossentropy", {}, "binary"),
    ("BinaryCrossentropy", {"from_logits": True, "label_smoothing": 0.2}, "binary logits"),
    ("CategoricalCrossentropy", {}, "one-hot"),
    ("CategoricalCrossentropy", {"label_smoothing": 0.2}, "one-hot"),
    ("CategoricalCrossentropy", {"from_logits": True}, "one-hot logits"),
    ("SparseCategoricalCrossentropy", {}, "class"),
    ("SparseCategoricalCrossentropy", {"from_logits": True}, "class logits"),
    ("SparseCategoricalCrossentropy", {"ignore_class": 1}, "class"),
    ("BinaryFocalCrossentropy", {}, "binary"),
    ("BinaryFocalCrossentropy", {"apply_class_balancing": True, "label_smoothing": 0.1}, "binary"),
    ("BinaryFocalCrossentropy", {"from_logits": True, "gamma": 1.5}, "binary logits"),
    ("CategoricalFocalCrossentropy", {}, "one-hot"),
    ("CategoricalFocalCrossentropy", {"from_logits": True, "alpha": [0.2, 0.3, 0.4]}, "one-hot logits"),
    ("CategoricalGeneralizedCrossEntropy", {"q": 0.3}, "class"),
    ("KLDivergence", {}, "real"),
    ("Poisson", {}, "real"),
    ("Hinge", {}, "binary"),
    ("Hinge", {}, "sign"),
    ("SquaredHinge", {}, "binary"),
    ("CategoricalHinge", {}, "one-hot"),
    ("Dice", {"axis": [1, 2]}, "binary"),
    ("Tversky", {"axis": [1, 2], "alpha": 0.2, "beta": 0.7}, "binary"),
]
IDS = [f"{name}-{kind}-{'-'.join(arguments)}" for name, arguments, kind in CASES]


def data(kind: str, shape: tuple[int, ...] = (4, 2)) -> tuple[np.ndarray, np.ndarray]:
    """Targets and outputs; outputs are shaped (*shape, 3)."""
    rng = np.random.default_rng(1)
    p = rng.uniform(0.05, 0.95, (*shape, 3)).astype("float32")
    if "logits" in kind:
        p = (6 * p - 3).astype("float32")
    classes = rng.integers(0, 3, shape)
    match kind.split()[0]:
        case "binary":
            return rng.integers(0, 2, p.shape).astype("float32"), p
        case "sign":
            return (2 * rng.integers(0, 2, p.shape) - 1).astype("float32"), p
        case "one-hot":
            return np.eye(3, dtype="float32")[classes], p
        case "class":
            return classes.astype("int32"), p
    return rng.uniform(0, 1, p.shape).astype("float32"), p


WEIGHT = np.array([[1.0, 0.5], [2.0, 0.0], [0.3, 1.0], [1.0, 1.5]], "float32")
MASK = np.array([[True, True], [True, False], [False, False], [True, True]])


def oracle(name, arguments, reduction, y, p, weight=None, mask=None) -> np.ndarray:
    import keras

    p = keras.ops.convert_to_tensor(p)
    if mask is not None:
        p._keras_mask = keras.ops.convert_to_tensor(mask)
    return np.asarray(getattr(keras.losses, name)(**arguments, reduction=reduction)(y, p, sample_weight=weight))


@pytest.mark.parametrize(("name", "arguments", "kind"), CASES, ids=IDS)
def test_values_are_those_of_keras(engine, name, arguments, kind):
    y, p = data(kind)
    loss = getattr(losses, name)(**arguments, reduction="none")
    mine = eng.jit(lambda y, p: loss(y, p))(eng.asarray(y), eng.asarray(p))
    expected = oracle(name, arguments, "none", y, p)
    assert tuple(mine.shape) == expected.shape
    np.testing.assert_allclose(eng.to_numpy(mine), expected, rtol=2e-5, atol=1e-6)


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("weighted", ["none", "steps", "rows of one"])
def test_reductions_weights_and_masks_are_those_of_keras(engine, weighted, masked):
    cases = [("MeanSquaredError", {}, "real"), ("SparseCategoricalCrossentropy", {"ignore_class": 1}, "class")]
    weight = {"none": None, "steps": WEIGHT, "rows of one": WEIGHT[:, :1]}[weighted]
    mask = MASK if masked else None
    for name, arguments, kind in cases:
        y, p = data(kind)

        def all_reductions(y, p, name=name, arguments=arguments):
            made = [getattr(losses, name)(**arguments, reduction=r) for r in REDUCTIONS]
            return [loss(y, p, sample_weight=weight, mask=mask) for loss in made]

        mine = eng.jit(all_reductions)(eng.asarray(y), eng.asarray(p))
        for reduction, value in zip(REDUCTIONS, mine, strict=True):
            if reduction == "mean_with_sample_weight" and weighted == "rows of one" and not masked:
                continue  # real Keras divides by the sum of 4 weights, not of the 8 that they stand for
            expected = oracle(name, arguments, reduction, y, p, weight, mask)
            np.testing.assert_allclose(
                eng.to_numpy(value), expected, rtol=1e-5, atol=1e-7, err_msg=f"{name} {reduction}"
            )


@pytest.mark.parametrize(("name", "arguments", "kind"), CASES, ids=IDS)
def test_a_padded_batch_with_a_row_mask_has_the_loss_of_the_rows(name, arguments, kind):
    y, p = data(kind)
    padded_y, padded_p = np.concatenate([y, y[:1]]), np.concatenate([p, np.full_like(p[:1], np.nan)])
    rows = np.array([True] * 4 + [False])
    weights = (None, WEIGHT[:, :1], WEIGHT[:, 0])
    padded_weights = [None if weight is None else np.concatenate([weight, weight[:1]]) for weight in weights]
    made = [getattr(losses, name)(**arguments, reduction=reduction) for reduction in REDUCTIONS[:-1]]

    @eng.jit
    def all_losses(y, p, padded_y, padded_p):
        exact = [loss(y, p, weight) for weight in weights for loss in made]
        padded = [loss(padded_y, padded_p, weight, mask=rows) for weight in padded_weights for loss in made]
        return exact, padded

    exact, padded = all_losses(*map(eng.asarray, (y, p, padded_y, padded_p)))
    np.testing.assert_allclose(*([float(x) for x in values] for values in (padded, exact)), rtol=1e-6)


def test_row_mask_and_step_mask_count_together(engine):
    y, p = (eng.asarray(x) for x in data("real"))
    rows = np.array([True, True, True, False])
    loss = losses.MeanSquaredError()
    masking.set_mask(p, eng.asarray(MASK))
    both = loss(y, p, mask=rows)
    masking.set_mask(p, None)
    assert float(both) == pytest.approx(float(loss(y, p, mask=MASK & rows[:, None])))
    assert float(loss(y[:3], p[:3], mask=MASK[:3])) == pytest.approx(float(both))


def test_nothing_counts_means_zero(engine):
    y, p = data("real")
    assert float(losses.MeanSquaredError()(y, p, mask=np.zeros(4, bool))) == 0.0
    weights = np.zeros(4, "float32")
    assert float(losses.MeanSquaredError(reduction="mean_with_sample_weight")(y, p, weights)) == 0.0


def test_row_weights_lie_along_the_rows():
    """Even where there are as many steps as rows."""
    y, p = data("real", (2, 2))
    per_row = losses.MeanSquaredError(reduction="none")(y, p, sample_weight=[1.0, 0.0])
    assert float(per_row[0, 1]) > 0 and float(per_row[1, 0]) == 0


@pytest.mark.parametrize(("y", "p"), [((4,), (4, 1)), ((4, 1), (4,)), ((4, 2), (4, 2, 1)), ((4, 2, 1), (4, 2))])
def test_ranks_that_differ_by_a_last_axis_of_one(y, p):
    import keras

    y, p = np.linspace(0, 1, int(np.prod(y))).reshape(y), np.linspace(1, 3, int(np.prod(p))).reshape(p)
    for reduction in ("none", "mean"):
        mine = losses.MeanSquaredError(reduction=reduction)(y, p)
        np.testing.assert_allclose(mine, keras.losses.MeanSquaredError(reduction=reduction)(y, p), rtol=1e-6)


@pytest.mark.parametrize("y", [(4, 1), (1, 3), (4,), (4, 2), (12,)])
def test_targets_are_never_broadcast(y):
    with pytest.raises(ValueError, match=r"`y_true` and `y_pred` must have the same shape.*\(4, 3\)"):
        losses.MeanSquaredError()(np.ones(y), np.ones((4, 3)))


def test_messages():
    with pytest.raises(ValueError, match=r"one class index for each row.*One-hot targets need"):
        losses.SparseCategoricalCrossentropy()(np.eye(3), np.eye(3))
    with pytest.raises(ValueError, match=r"`reduction` must be one of .* Received: reduction='median'"):
        losses.MeanSquaredError(reduction="median")
    with pytest.raises(ValueError, match=r"`sample_weight` must have the shape of the values.*\(4,\).*\(3,\)"):
        losses.MeanSquaredError()(np.ones((4, 1)), np.ones((4, 1)), sample_weight=np.ones(3))
    with pytest.raises(ValueError, match=r"`label_smoothing` must be in \[0, 1\]. Received: label_smoothing=2"):
        losses.CategoricalCrossentropy(label_smoothing=2)
    with pytest.raises(ValueError, match=r"`loss` must be a known name.*'mean_square_error'.*Did you mean"):
        losses.get("mean_square_error")
    with pytest.raises(NotImplementedError, match=r"`Loss` must define `call\(y_true, y_pred\)`"):
        losses.Loss()([1.0], [1.0])


def test_a_class_that_does_not_exist_is_not_silent():
    values = losses.SparseCategoricalCrossentropy(reduction="none")([0, 3], np.full((2, 3), 1 / 3))
    assert np.isnan(np.asarray(values)).tolist() == [False, True]


def test_the_loss_of_a_function(engine):
    loss = losses.LossFunctionWrapper(lambda y, p, power: abs(y - p) ** power, power=3.0, name="cubed")
    assert loss.name == "cubed"
    assert float(loss([0.0, 0.0], [1.0, 3.0])) == 14.0


def test_a_loss_without_a_batch_axis_is_itself():
    loss = losses.LossFunctionWrapper(lambda y, p: ((y - p) ** 2).sum())
    assert float(loss(np.zeros((2, 2)), np.ones((2, 2)))) == 4.0
    assert float(loss(np.zeros((2, 2)), np.ones((2, 2)), mask=np.array([True, False]))) == 4.0


@pytest.mark.parametrize(("name", "arguments", "kind"), CASES, ids=IDS)
def test_values_of_some_rows_are_those_of_all_where_a_loss_says_so(name, arguments, kind):
    y, p = data(kind)
    loss = getattr(losses, name)(**arguments)

    @eng.jit
    def of_both(y, p, *some):
        return loss.call(y, p), loss.call(*some)

    values, some = map(ops.convert_to_numpy, of_both(*map(eng.asarray, (y, p, y[[2, 0]], p[[2, 0]]))))
    keeps_apart = values.shape[:1] == y.shape[:1] and np.allclose(some, values[[2, 0]], 1e-5, 1e-6)
    assert loss.row_independent == keeps_apart


def test_a_loss_with_a_formula_of_its_own_says_nothing_that_its_base_said():
    class Mine(losses.BinaryCrossentropy):
        def call(self, y_true, y_pred):
            return ops.max(y_pred - y_true, axis=0)

    class Named(losses.BinaryCrossentropy):
        pass

    mine, named = Mine(), Named()
    assert (mine.row_independent, mine.targets, mine.outputs) == (False, None, None)
    assert (named.row_independent, named.targets, named.outputs) == (True, "probabilities", "probabilities")


@pytest.mark.parametrize(("name", "arguments", "kind"), CASES, ids=IDS)
def test_config_round_trips_and_is_read_by_keras(name, arguments, kind):
    import keras

    loss = getattr(losses, name)(**arguments, reduction="sum", name="mine")
    config = losses.serialize(loss)
    again = losses.deserialize(json.loads(json.dumps(config)))
    assert type(again) is type(loss) and losses.serialize(again) == config
    assert {key: getattr(loss, key) for key in arguments} == arguments
    if name == "CategoricalGeneralizedCrossEntropy":
        return  # real Keras does not read its own
    theirs = keras.losses.deserialize(config)
    assert theirs.name == "mine" and theirs.reduction == "sum"
    if "delta" in arguments or "axis" in arguments:
        return  # real Keras does not write these
    assert (
        losses.serialize(losses.deserialize(keras.losses.serialize(theirs)))["config"].items()
        >= {
            "name": "mine",
            "reduction": "sum",
            **arguments,
        }.items()
    )


@pytest.mark.filterwarnings("ignore::hornbeam.OldNameWarning")
def test_functions_are_found_by_all_their_names():
    for name in ("mse", "MSE", "mean_squared_error"):
        assert losses.get(name) is losses.mean_squared_error
    assert losses.get("kullback_leibler_divergence") is losses.kl_divergence
    assert losses.get("cosine_proximity") is losses.cosine_similarity
    assert isinstance(losses.get("MeanSquaredError"), losses.MeanSquaredError)
    assert isinstance(losses.get(losses.Huber), losses.Huber)
    assert losses.get(None) is None
    assert losses.serialize(losses.mse) == "mean_squared_error"
    assert losses.deserialize("mse") is losses.mse


def test_a_users_loss_is_saved_by_its_name():
    @saving.register_keras_serializable("tests")
    class Scaled(losses.Loss):
        def __init__(self, factor, name="scaled", **kwargs):
            super().__init__(name=name, **kwargs)
            self.factor = factor

        def call(self, y_true, y_pred):
            return self.factor * abs(y_true - y_pred)

        def get_config(self):
            return {**super().get_config(), "factor": self.factor}

    loss = losses.deserialize(losses.serialize(Scaled(3.0, reduction="sum")))
    assert float(loss([0.0], [1.0])) == 3.0 and loss.reduction == "sum"


def test_half_precision_outputs_are_computed_in_floatx(engine):
    p = eng.cast(eng.asarray(np.full((2, 2), 100.0, "float32")), "float16")
    loss = losses.MeanSquaredError()(np.full((2, 2), 1000.0), p)
    assert eng.dtype_name(loss) == "float32" and float(loss) == 810000.0


def test_what_is_the_categorical_crossentropy():
    for loss in ("categorical_crossentropy", losses.categorical_crossentropy, losses.CategoricalCrossentropy()):
        assert losses.is_categorical_crossentropy(loss)
    assert not losses.is_categorical_crossentropy("mse")
    assert not losses.is_categorical_crossentropy(losses.SparseCategoricalCrossentropy())
