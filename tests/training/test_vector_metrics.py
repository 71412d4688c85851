"""Metrics of several numbers: they train, are shown and remembered; what needs one number says how to get it."""

import csv
import io

import numpy as np
import pytest

import hornbeam
from hornbeam import callbacks
from hornbeam.callbacks.progress import Progress

METRICS = {
    "f1_score": lambda: hornbeam.metrics.F1Score(),
    "fbeta_score": lambda: hornbeam.metrics.FBetaScore(beta=2.0),
    "r2_score": lambda: hornbeam.metrics.R2Score(class_aggregation=None),
}


class Seen(callbacks.Callback):
    """What callbacks get of one metric, after batches and after epochs."""

    def __init__(self, name):
        self.name, self.values = name, []

    def on_train_batch_end(self, batch, logs=None):
        self.values.append(logs[self.name])

    def on_epoch_end(self, epoch, logs=None):
        self.values += [logs[self.name], logs[f"val_{self.name}"]]


def compiled(make_mlp, metric, units=3):
    model = make_mlp(hornbeam, units, "sigmoid")
    model.compile("sgd", "mse", metrics=[metric])
    return model


@pytest.mark.parametrize("name", METRICS)
def test_a_metric_of_several_numbers_is_an_array_everywhere(data, make_mlp, engine, name, tmp_path):
    model, seen = compiled(make_mlp, METRICS[name]()), Seen(name)
    log = callbacks.CSVLogger(tmp_path / "log.csv")
    arrays = (data.x, data.onehot)
    history = model.fit(*arrays, epochs=2, validation_data=arrays, verbose=0, callbacks=[seen, log]).history
    remembered = history[name] + history[f"val_{name}"]
    evaluated = [model.evaluate(*arrays, verbose=0)[1], model.evaluate(*arrays, verbose=0, return_dict=True)[name]]
    batch = [model.test_on_batch(*arrays)[1], model.train_on_batch(*arrays)[1]]
    for value in (*remembered, *seen.values, *evaluated, *batch):
        assert isinstance(value, np.ndarray) and value.shape == (3,)
    np.testing.assert_allclose(history[f"val_{name}"][-1], evaluated[0], rtol=1e-5)
    with open(tmp_path / "log.csv") as file:
        written = list(csv.DictReader(file))[-1][f"val_{name}"]
    np.testing.assert_allclose([float(part) for part in written.strip("[]").split(",")], evaluated[0], rtol=1e-5)


@pytest.mark.parametrize("name", METRICS)
def test_a_vector_of_one_is_a_number(data, make_mlp, engine, name, tmp_path):
    model, seen = compiled(make_mlp, METRICS[name](), units=1), Seen(name)
    arrays = (data.x, data.binary[:, None])
    watching = callbacks.EarlyStopping(f"val_{name}", mode="max")
    log = callbacks.CSVLogger(tmp_path / "log.csv")
    history = model.fit(*arrays, validation_data=arrays, verbose=0, callbacks=[seen, watching, log]).history
    evaluated = model.evaluate(*arrays, verbose=0)[1]
    values = [*history[name], *seen.values, evaluated, model.test_on_batch(*arrays)[1], watching.best]
    assert all(type(value) is float for value in values)
    with open(tmp_path / "log.csv") as file:
        assert float(list(csv.DictReader(file))[-1][f"val_{name}"]) == pytest.approx(evaluated)


@pytest.mark.parametrize(
    "make",
    [
        lambda name, path: callbacks.EarlyStopping(name, mode="max"),
        lambda name, path: callbacks.ModelCheckpoint(path, monitor=name, mode="max", save_best_only=True),
        lambda name, path: callbacks.ReduceLROnPlateau(name, mode="max"),
    ],
)
def test_a_callback_that_needs_one_number_says_which_argument_gives_it(data, make_mlp, engine, make, tmp_path):
    model = compiled(make_mlp, hornbeam.metrics.F1Score())
    callback = make("val_f1_score", tmp_path / "model.keras")
    arrays = (data.x, data.onehot)
    with pytest.raises(ValueError, match=r"'val_f1_score', which is 3 numbers.*`F1Score\(average=\"macro\"\)`\."):
        model.fit(*arrays, validation_data=arrays, verbose=0, callbacks=[callback])


def test_a_file_name_cannot_hold_several_numbers(data, make_mlp, engine, tmp_path):
    model = compiled(make_mlp, hornbeam.metrics.F1Score())
    keeping = callbacks.ModelCheckpoint(str(tmp_path / "{f1_score:.2f}.keras"))
    with pytest.raises(ValueError, match=r"names of single numbers, and \['f1_score'\] are several"):
        model.fit(data.x, data.onehot, verbose=0, callbacks=[keeping])


def test_a_users_vector_metric_is_told_to_return_one_number(data, make_mlp, engine):
    class PerClass(hornbeam.metrics.Mean):
        def update_state(self, y_true, y_pred, sample_weight=None):
            super().update_state(y_pred)

        def result(self):
            return hornbeam.ops.stack([self.total.value, self.count.value])

    model = compiled(make_mlp, PerClass(name="mine"))
    with pytest.raises(ValueError, match=r"which is 2 numbers.*let the metric's `result` return one"):
        model.fit(data.x, data.onehot, verbose=0, callbacks=[callbacks.EarlyStopping("mine", mode="min")])


def test_the_bar_shows_a_few_numbers_and_counts_many():
    stream = io.StringIO()
    progress = Progress(2, 1, 1, stream=stream)
    progress.epoch_begin(0)
    progress.epoch_end(0, {"f1": np.array([0.5, 0.25]), "iou": np.linspace(0, 1, 11, dtype="float32")})
    assert "f1: [0.5000, 0.2500] - iou: [0.0000, 0.1000, 0.2000, 0.3000, ... 11 numbers]" in stream.getvalue()


def test_outputs_of_one_number_stay_arrays_for_callbacks(data, make_mlp, engine):
    seen = []
    model = make_mlp(hornbeam, 1, None)
    tell = callbacks.LambdaCallback()
    tell.on_predict_batch_end = lambda batch, logs=None: seen.append(logs["outputs"])
    model.predict(data.x[:1], callbacks=[tell], verbose=0)
    assert seen[0].shape == (1, 1)
