"""What numbers are called in logs: as in a process that makes no other metrics, and in the order of real Keras."""

import importlib.util

import numpy as np
import pytest

import hornbeam
from hornbeam import layers, metrics

pytestmark = pytest.mark.usefixtures("few_to_collect")


def one_output(k):
    x = k.Input((4,), name="x")
    return k.Model(x, k.layers.Dense(1, activation="sigmoid", name="out")(x))


def two_outputs(k):
    """A dict whose keys are not in sorted order."""
    x = k.Input((4,), name="x")
    return k.Model(x, {name: k.layers.Dense(1, activation="sigmoid", name=name)(x) for name in ("zb", "a")})


def two_in_a_list(k):
    x = k.Input((4,), name="x")
    return k.Model(x, [k.layers.Dense(1, activation="sigmoid", name=name)(x) for name in ("zb", "a")])


def reversed_order(k):
    first, second = k.metrics.AUC(), k.metrics.AUC(curve="PR")
    return [second, first]


CASES = {
    "one": (one_output, lambda k: {"metrics": [k.metrics.AUC()]}),
    "two": (one_output, lambda k: {"metrics": [k.metrics.AUC(), k.metrics.AUC(curve="PR")]}),
    "made the other way round": (one_output, lambda k: {"metrics": reversed_order(k)}),
    "binary accuracies": (
        one_output,
        lambda k: {"metrics": [k.metrics.BinaryAccuracy(), k.metrics.BinaryAccuracy(threshold=0.3)]},
    ),
    "strings": (one_output, lambda k: {"metrics": ["AUC", "Precision", "accuracy", "acc", "mse"]}),
    "named": (one_output, lambda k: {"metrics": [k.metrics.AUC(name="auc_7"), k.metrics.AUC()]}),
    "a dict": (two_outputs, lambda k: {"metrics": {"zb": [k.metrics.AUC()], "a": [k.metrics.AUC(), "accuracy"]}}),
    "accuracy of two": (two_outputs, lambda k: {"metrics": {"zb": "accuracy", "a": "accuracy"}}),
    "a list": (two_in_a_list, lambda k: {"metrics": [[k.metrics.AUC()], [k.metrics.AUC(), "accuracy"]]}),
}


@pytest.mark.parametrize("case", CASES)
def test_names_and_order_are_those_of_keras_in_a_fresh_process(case):
    keras = pytest.importorskip("keras")
    make, arguments = CASES[case]
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(40, 4)).astype("float32"), (rng.uniform(size=(40, 1)) > 0.5).astype("float32")
    if make is two_outputs:
        y = {"zb": y, "a": 1 - y}
    elif make is two_in_a_list:
        y = [y, 1 - y]
    keras.backend.clear_session()
    metrics.AUC(), metrics.Precision()  # this process is not fresh
    theirs = make(keras)

    def fitted(k, model):
        model.set_weights(theirs.get_weights())
        model.compile(k.optimizers.SGD(0.0), "mse", **arguments(k))
        history = model.fit(x, y, verbose=0, batch_size=40).history
        return sorted(history), model.evaluate(x, y, verbose=0, batch_size=40)

    names, values = fitted(keras, theirs)
    previous = hornbeam.config.backend()
    try:
        for engine in [name for name in ("jax", "torch") if importlib.util.find_spec(name)]:
            hornbeam.config.set_backend(engine)
            model = make(hornbeam)
            mine, found = fitted(hornbeam, model)
            assert mine == names
            if case != "binary accuracies":  # Keras lists the first of two metrics with one name twice
                np.testing.assert_allclose(found, values, rtol=1e-3, atol=1e-4)
            logs = model.evaluate(x, y, verbose=0, batch_size=40, return_dict=True)
            assert [logs[name] for name in model.metrics_names] == pytest.approx(found)
    finally:
        hornbeam.config.set_backend(previous)


def test_every_fold_of_a_cross_validation_logs_the_same_names(engine, data):
    for _ in range(2):
        model = hornbeam.Sequential([hornbeam.Input((4,)), layers.Dense(1, activation="sigmoid")])
        model.compile("sgd", "mse", metrics=[metrics.AUC(), metrics.Precision(), hornbeam.losses.Huber()])
        logs = model.evaluate(data.x, data.binary[:, None], verbose=0, return_dict=True)
        assert sorted(logs) == ["auc", "huber_loss", "loss", "precision"]
        assert [metric.name for metric in model.metrics[1:]] == model.metrics_names[1:]


def test_a_users_loss_without_a_name_is_a_metric_of_one_name(engine, data):
    class Far(hornbeam.losses.Loss):
        def call(self, y_true, y_pred):
            return hornbeam.ops.mean(y_pred - y_true, axis=-1)

    for _ in range(2):
        model = hornbeam.Sequential([hornbeam.Input((4,)), layers.Dense(1)])
        model.compile("sgd", "mse", metrics=[Far()])
        assert "far" in model.evaluate(data.x, data.y, verbose=0, return_dict=True)


def test_metrics_of_layers_and_of_custom_steps_are_numbered_within_the_model(engine, data):
    class Noted(layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.note = metrics.Mean()

        def call(self, x):
            self.note.update_state(hornbeam.ops.mean(x))
            return x + 1

    class Own(hornbeam.Model):
        def __init__(self):
            super().__init__()
            self.dense, self.positives = layers.Dense(1), metrics.TruePositives()

        def call(self, x):
            return self.dense(x)

        def train_step(self, batch):
            x, y = batch
            self.positives.update_state(y, self(x))
            return {metric.name: metric.result() for metric in self.metrics}

    for _ in range(2):
        model = hornbeam.Sequential([hornbeam.Input((4,)), Noted(), Noted(), layers.Dense(1)])
        model.compile("sgd", "mse")
        logs = model.evaluate(data.x, data.y, verbose=0, return_dict=True)
        assert sorted(logs) == ["loss", "mean", "mean_1"]
        assert logs["mean_1"] == pytest.approx(logs["mean"] + 1, abs=1e-5)
        own = Own()
        own.compile("sgd", "mse")
        assert "true_positives" in own.fit(data.x, data.binary[:, None], verbose=0).history


def test_a_metric_alone_is_numbered_as_in_keras_and_a_chosen_name_stays(engine, data):
    first, second = metrics.AUC().name, metrics.AUC().name
    assert first != second
    model = hornbeam.Sequential([hornbeam.Input((4,)), layers.Dense(1, activation="sigmoid")])
    model.compile("sgd", "mse", metrics=[metrics.AUC(name="auc_9"), metrics.AUC(name="mine")])
    logs = model.evaluate(data.x, data.binary[:, None], verbose=0, return_dict=True)
    assert sorted(logs) == ["auc_9", "loss", "mine"]


def test_a_saved_model_keeps_the_names(tmp_path, data):
    for _ in range(2):
        model = hornbeam.Sequential([hornbeam.Input((4,)), layers.Dense(1, activation="sigmoid")])
        model.compile("sgd", "mse", metrics=[metrics.AUC()])
        model.save(tmp_path / "m.keras")
        loaded = hornbeam.models.load_model(tmp_path / "m.keras")
        assert "auc" in loaded.evaluate(data.x, data.binary[:, None], verbose=0, return_dict=True)


def test_models_whose_outputs_sort_otherwise_share_programs_and_no_numbers(engine, data):
    """Code of one structure serves both: each number must come under its own name."""

    def logs_of(names):
        x = hornbeam.Input((4,))
        kernels = (np.full((4, 1), 0.1, "float32"), np.full((4, 1), -0.2, "float32"))
        outputs = [layers.Dense(1, name=name, use_bias=False)(x) for name in names]
        model = hornbeam.Model(x, outputs)
        model.set_weights(kernels)
        model.compile("sgd", "mse", metrics=["mae", "mae"])
        return model.evaluate(data.x, [data.y, data.y], verbose=0, return_dict=True)

    one, other = logs_of(("a", "b")), logs_of(("z", "b"))
    assert other["z_mae"] == pytest.approx(one["a_mae"]) and other["b_mae"] == pytest.approx(one["b_mae"])
    assert one["a_mae"] != pytest.approx(one["b_mae"])
