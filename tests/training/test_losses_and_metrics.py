"""Losses, metrics and weights in every form that `compile` and `fit` take: histories are real Keras's, key by key."""

import numpy as np
import pytest

import hornbeam

SPARSE = "sparse_categorical_crossentropy"


def regressor(k):
    return k.Sequential([k.Input((4,)), k.layers.Dense(5, activation="tanh"), k.layers.Dense(1)])


# one output: what to predict, the arguments of compile, and those of fit


def classes(k):
    return {"loss": SPARSE, "metrics": ["accuracy"], "weighted_metrics": ["accuracy"]}


def onehot(k):
    return {"loss": "categorical_crossentropy", "metrics": ["acc"]}


def number(k):
    return {"loss": "mse", "metrics": ["mae", k.metrics.RootMeanSquaredError()]}


def rowwise_functions(k):
    def squared(y, p):
        return k.ops.mean(k.ops.square(y - p), axis=-1)

    return {"loss": squared, "metrics": [lambda y, p: k.ops.mean(k.ops.abs(y - p), axis=-1)]}


def scalar_functions(k):
    def RootOfMean(y, p):
        return k.ops.sqrt(k.ops.mean(k.ops.square(y - p)))

    return {"loss": RootOfMean, "metrics": [lambda y, p: k.ops.max(k.ops.abs(y - p))]}


def mixing_functions(k):
    def spread(y, p):
        """One value per row, yet each depends on all rows."""
        return k.ops.mean(k.ops.square(y - p + k.ops.mean(p)), axis=-1)

    return {"loss": spread, "metrics": [spread]}


def classes_of_their_own(k):
    class Distance(k.losses.Loss):
        def call(self, y, p):
            return k.ops.sum(k.ops.abs(y - p), axis=-1)

    class Largest(k.metrics.Metric):
        def __init__(self, name="largest", **kwargs):
            super().__init__(name=name, **kwargs)
            self.most = self.add_variable(shape=(), initializer="zeros", name="most")

        def update_state(self, y, p, sample_weight=None):
            self.most.assign(k.ops.maximum(self.most, k.ops.max(p)))

        def result(self):
            return self.most.value

        def reset_state(self):
            self.most.assign(0.0)

    return {"loss": Distance(), "metrics": [Largest()]}


def summed(k):
    return {"loss": k.losses.MeanSquaredError(reduction="sum"), "metrics": ["mae"]}


WEIGHTS = {0: 1.0, 1: 2.0, 2: 0.5}
CASES = {
    "sample_weight": (classes, "classes", {"sample_weight": np.linspace(0.1, 2.0, 20)}),
    "class_weight": (classes, "classes", {"class_weight": WEIGHTS}),
    "class_weight of one-hot targets": (onehot, "onehot", {"class_weight": WEIGHTS}),
    "metric objects": (number, "y", {"validation_split": 0.25}),
    "functions of rows": (rowwise_functions, "y", {}),
    "functions of batches": (scalar_functions, "y", {}),
    "functions that mix rows": (mixing_functions, "y", {}),
    "subclasses": (classes_of_their_own, "y", {}),
    "another reduction": (summed, "y", {}),
}


@pytest.mark.parametrize("name", CASES)
def test_one_output(name, data, make_mlp, same_as_keras):
    arguments, target, kwargs = CASES[name]
    make = regressor if target == "y" else make_mlp
    same_as_keras(make, (data.x, getattr(data, target)), arguments, **kwargs)


def test_class_weights_multiply_sample_weights(data, classifier):
    by_class = np.array([1.0, 2.0, 0.5])[data.classes]
    weighted = classifier.evaluate(data.x, data.classes, sample_weight=data.weight * by_class, verbose=0)[0]
    classifier.optimizer.learning_rate = 0.0
    both = classifier.fit(
        data.x, data.classes, sample_weight=data.weight, class_weight=WEIGHTS, batch_size=8, verbose=0
    )
    assert both.history["loss"] == pytest.approx([weighted], rel=1e-5)


def test_a_loss_as_a_metric_is_its_mean_over_rows(data, regressor):
    regressor.compile("sgd", "mse", metrics=[hornbeam.losses.MeanSquaredError(name="again")])
    loss, again = regressor.evaluate(data.x, data.y, batch_size=8, verbose=0)
    assert again == pytest.approx(loss, rel=1e-6)


def test_a_loss_of_the_whole_batch_as_a_metric_is_its_mean_over_batches(data, regressor):
    regressor.compile("sgd", "mse", metrics=[hornbeam.losses.Dice()])
    found = regressor.evaluate(data.x, data.y, batch_size=15, verbose=0)[1]  # 20 rows: the last batch has 5
    p = regressor.predict(data.x, verbose=0)
    parts = [float(hornbeam.losses.Dice()(data.y[rows], p[rows])) for rows in (slice(15), slice(15, 20))]
    assert found == pytest.approx(np.mean(parts), rel=1e-4)


def test_a_class_that_is_ignored_needs_no_unit(data, classifier):
    classifier.compile("sgd", hornbeam.losses.SparseCategoricalCrossentropy(ignore_class=255))
    some = np.where(np.arange(len(data.classes)) < 5, 255, data.classes)
    expected = classifier.evaluate(data.x[5:], data.classes[5:], verbose=0)
    assert classifier.evaluate(data.x, some, verbose=0) == pytest.approx(expected, rel=1e-5)


def test_classes_may_lie_along_another_axis():
    made = hornbeam.Sequential([hornbeam.Input((2, 3)), hornbeam.layers.Softmax(axis=1)])
    made.compile("sgd", hornbeam.losses.SparseCategoricalCrossentropy(axis=1))
    x, y = np.zeros((4, 2, 3), "float32"), np.array([[0, 1, 1]] * 4)
    weight = np.ones((4, 3))
    assert made.evaluate(x, y, sample_weight=weight, verbose=0) == pytest.approx(np.log(2), rel=1e-5)
    with pytest.raises(ValueError, match=r"class indices from 0 to 1, as it has 2 units"):
        made.evaluate(x, 2 * y, verbose=0)


def test_attributes_of_a_users_loss_and_metric_may_have_any_name(data, regressor):
    class Distance(hornbeam.losses.MeanAbsoluteError):
        def __init__(self):
            super().__init__()
            self.row_independent = self.targets = self.outputs = np.arange(3)

    class Same(hornbeam.metrics.MeanAbsoluteError):
        def __init__(self):
            super().__init__(name="same")
            self.row_independent = self.compares = self.outputs = np.arange(3)

    regressor.compile("sgd", Distance(), metrics=[Same()])
    loss, same = regressor.evaluate(data.x, data.y, batch_size=15, verbose=0)
    assert loss == pytest.approx(same, rel=1e-5)


def test_a_loss_of_ones_own_that_says_so_keeps_rows_apart(data, regressor):
    class Cubed(hornbeam.losses.Loss):
        row_independent = True

        def call(self, y, p):
            return hornbeam.ops.mean(hornbeam.ops.abs(y - p) ** 3, axis=-1)

    regressor.compile("sgd", Cubed())
    whole = regressor.evaluate(data.x, data.y, batch_size=20, verbose=0)
    assert regressor.evaluate(data.x, data.y, batch_size=15, verbose=0) == pytest.approx(whole, rel=1e-5)


# several outputs


def lists(k):
    return {"loss": ["mse", SPARSE], "loss_weights": [0.5, 2.0], "metrics": [["mae"], ["accuracy"]]}


def dicts(k):
    metrics = {"size": ["mae"], "kind": ["accuracy"]}
    return {"loss": {"size": "mse", "kind": SPARSE}, "loss_weights": {"size": 0.5, "kind": 2.0}, "metrics": metrics}


def some_metrics(k):
    return {"loss": {"size": "mse", "kind": SPARSE}, "metrics": {"kind": "accuracy"}}


def weighted(k):
    metrics = {"size": ["mae"], "kind": ["accuracy"]}
    return {"loss": {"size": "mse", "kind": SPARSE}, "metrics": metrics, "weighted_metrics": metrics}


def one_loss(k):
    return {"loss": {"size": "mse"}}


def listed(k):
    named = by_name(k)
    a, b = (named.input[name] for name in "ab")
    return k.Model([a, b], [named.output["size"], named.output["kind"]])


def by_name(k):
    a, b = k.Input((4,), name="a"), k.Input((2,), name="b")
    h = k.layers.Concatenate()([a, b])
    size, kind = k.layers.Dense(1, name="size")(h), k.layers.Dense(3, activation="softmax", name="kind")(h)
    return k.Model({"a": a, "b": b}, {"size": size, "kind": kind})


SAMPLE_WEIGHTS = {"size": np.linspace(0.1, 1.0, 20), "kind": np.linspace(1.0, 2.0, 20)}


@pytest.mark.parametrize(
    ("make", "arguments", "form", "kwargs"),
    [
        (listed, lists, "lists", {}),
        (listed, dicts, "lists", {}),
        (by_name, dicts, "dicts", {}),
        (by_name, some_metrics, "dicts", {}),
        (by_name, weighted, "dicts", {"sample_weight": SAMPLE_WEIGHTS}),
        (by_name, one_loss, "one", {}),
    ],
    ids=["lists", "lists with dicts", "dicts", "some metrics", "weights", "one loss of two"],
)
def test_two_outputs(make, arguments, form, kwargs, data, same_as_keras):
    x, y = {"a": data.x, "b": data.x[:, :2]}, {"size": data.y, "kind": data.classes}
    if form == "lists":
        x, y = list(x.values()), list(y.values())
    if form == "one":
        y = {"size": data.y}
    same_as_keras(make, (x, y), arguments, **kwargs)


# what layers add to the loss


def regularized(k):
    return k.Sequential(
        [
            k.Input((4,)),
            k.layers.Dense(5, kernel_regularizer=k.regularizers.L2(0.1), activity_regularizer="l1"),
            k.layers.Dense(1, bias_regularizer="l2"),
        ]
    )


def with_added_loss(k):
    class Shrink(k.layers.Layer):
        def call(self, x):
            self.add_loss(0.1 * k.ops.mean(k.ops.square(x)))
            return x

    return k.Sequential([k.Input((4,)), k.layers.Dense(5), Shrink(), k.layers.Dense(1)])


@pytest.mark.parametrize("make", [regularized, with_added_loss])
def test_losses_of_layers_are_in_the_reported_loss(make, data, same_as_keras):
    validation = (data.x, data.y)
    same_as_keras(make, (data.x, data.y), lambda k: {"loss": "mse", "metrics": ["mae"]}, validation_data=validation)


def test_losses_of_layers_alone_can_be_trained(data, same_as_keras):
    same_as_keras(with_added_loss, (data.x,), lambda k: {})


@pytest.mark.parametrize("shape", [(20,), (20, 1)])
def test_targets_may_lack_the_last_axis(shape, data, regressor):
    expected = regressor.evaluate(data.x, data.y, verbose=0)
    assert regressor.evaluate(data.x, data.y.reshape(shape), verbose=0) == pytest.approx(expected, rel=1e-6)


def test_names_of_metrics_do_not_depend_on_other_models(data, engine):
    for _ in range(2):
        model = hornbeam.Sequential([hornbeam.Input((4,)), hornbeam.layers.Dense(1)])
        model.compile("sgd", "mse", metrics=["mae", hornbeam.metrics.MeanSquaredError(name="second"), "mae"])
        history = model.fit(data.x, data.y, verbose=0).history
        assert sorted(history) == ["loss", "mae", "mae_1", "second"]
        assert model.metrics_names == ["loss", "mae", "second", "mae_1"]
