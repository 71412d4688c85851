"""Callbacks in the loop: real Keras's hooks in its order with its arguments, on floats, for anything with hooks."""

import numpy as np
import pytest

import hornbeam
from hornbeam import callbacks

HOOKS = [
    *("on_train_begin", "on_train_end", "on_epoch_begin", "on_epoch_end", "on_train_batch_begin", "on_train_batch_end"),
    *("on_test_begin", "on_test_end", "on_test_batch_begin", "on_test_batch_end"),
    *("on_predict_begin", "on_predict_end", "on_predict_batch_begin", "on_predict_batch_end"),
]


def recorder(base=object):
    """An object with all hooks that notes each call: its name, its position, the names of its logs."""

    class Recorder(base):
        def __init__(self):
            super().__init__()
            self.calls, self.values = [], []

    def hook(name):
        def record(self, *args):
            position = args[:-1]
            logs = args[-1] or {}
            self.calls.append((name, *position, sorted(logs)))
            self.values += [value for key, value in logs.items() if key != "outputs"]

        return record

    for name in HOOKS:
        if name.endswith(("_epoch_begin", "_epoch_end", "_batch_begin", "_batch_end")):
            setattr(Recorder, name, (lambda h: lambda self, position, logs=None: h(self, position, logs))(hook(name)))
        else:
            setattr(Recorder, name, (lambda h: lambda self, logs=None: h(self, logs))(hook(name)))
    return Recorder()


def run(model, callback, data):
    x, y = data.x, data.y
    model.fit(
        x,
        y,
        epochs=2,
        batch_size=8,
        validation_data=(x[:12], y[:12]),
        validation_freq=2,
        verbose=0,
        callbacks=[callback],
    )
    model.evaluate(x, y, batch_size=16, verbose=0, callbacks=[callback])
    model.predict(x, batch_size=16, verbose=0, callbacks=[callback])


def test_hooks_are_those_of_keras(data, make_mlp, engine):
    keras = pytest.importorskip("keras")
    calls = []
    for k, base in ((keras, keras.callbacks.Callback), (hornbeam, callbacks.Callback)):
        model = make_mlp(k, 1, None)
        model.compile("sgd", "mse", metrics=["mae"])
        calls.append(recorder(base))
        run(model, calls[-1], data)
    assert calls[1].calls == calls[0].calls
    assert {type(value) for value in calls[1].values} == {float}


@pytest.mark.parametrize("kind", ["object", "real Keras"])
def test_callbacks_of_another_class(kind, data, regressor):
    own, other = recorder(callbacks.Callback), recorder()
    if kind == "real Keras":
        other = recorder(pytest.importorskip("keras").callbacks.Callback)
    run(regressor, own, data)
    run(regressor, other, data)
    assert other.calls == own.calls


def test_a_callback_of_real_keras_knows_the_model(data, regressor):
    keras = pytest.importorskip("keras")

    class Stop(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            assert self.params["epochs"] == 9
            self.model.stop_training = epoch == 1

    history = regressor.fit(data.x, data.y, epochs=9, verbose=0, callbacks=[Stop()])
    assert history.epoch == [0, 1]


def test_real_keras_s_own_callbacks(data, regressor):
    keras = pytest.importorskip("keras")
    regressor.optimizer.learning_rate = 0.0
    stopping = keras.callbacks.EarlyStopping("loss", patience=2, restore_best_weights=True)
    rates = []
    schedule = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate)
    remember = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: rates.append(logs["learning_rate"]))
    history = regressor.fit(
        data.x, data.y, epochs=9, verbose=0, shuffle=False, callbacks=[stopping, schedule, remember]
    )
    assert history.epoch == [0, 1, 2]
    assert rates == [0.0, 0.0, 0.0]


class Stop(callbacks.Callback):
    def __init__(self, epoch, batch=None):
        self.at = epoch, batch
        self.ended = []

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch

    def on_epoch_end(self, epoch, logs=None):
        self.ended.append(epoch)
        if self.at == (epoch, None):
            self.model.stop_training = True


class StopInBatch(Stop):
    def on_train_batch_end(self, batch, logs=None):
        if self.at == (self.epoch, batch):
            self.model.stop_training = True


def test_evaluations_and_predictions_stop_after_a_batch(data, regressor):
    seen = []
    stop = callbacks.LambdaCallback()
    stop.on_test_batch_end = lambda batch, logs=None: seen.append(batch) or setattr(regressor, "stop_evaluating", True)
    stop.on_predict_batch_end = lambda batch, logs=None: setattr(regressor, "stop_predicting", batch == 1)
    regressor.evaluate(data.x, data.y, batch_size=8, verbose=0, callbacks=[stop])
    regressor.fit(
        data.x, data.y, validation_data=(data.x, data.y), validation_batch_size=8, verbose=0, callbacks=[stop]
    )
    assert seen == [0, 0]
    assert len(regressor.predict(data.x, batch_size=8, verbose=0, callbacks=[stop])) == 16
    assert len(regressor.predict(data.x, batch_size=8, verbose=0)) == len(data.x)


@pytest.mark.parametrize("validates", [False, True])
def test_stopping_after_an_epoch(validates, data, regressor):
    stop = Stop(epoch=1)
    validation = {"validation_data": (data.x, data.y)} if validates else {}
    history = regressor.fit(data.x, data.y, epochs=5, verbose=0, callbacks=[stop], **validation)
    assert history.epoch == stop.ended == [0, 1]
    assert all(len(values) == 2 for values in history.history.values())


@pytest.mark.parametrize("kind", ["arrays", "generator"])
def test_stopping_after_a_batch(kind, data, regressor):
    def stream():
        while True:
            yield data.x[:4], data.y[:4]

    run = {"x": data.x, "y": data.y, "batch_size": 4}
    if kind == "generator":
        run = {"x": stream(), "steps_per_epoch": 5}
    stop = StopInBatch(epoch=1, batch=2)
    history = regressor.fit(**run, epochs=5, verbose=0, callbacks=[stop])
    assert history.epoch == stop.ended == [0, 1]
    assert int(regressor.optimizer.iterations.numpy()) == 5 + 3
    assert regressor.fit(data.x, data.y, epochs=2, verbose=0).epoch == [0, 1]  # the flag is taken back


def test_logs_of_batches_are_the_epoch_so_far(data, regressor):
    found = []

    class Watch(callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            found.append(logs["loss"])

    regressor.optimizer.learning_rate = 0.0
    regressor.fit(data.x, data.y, batch_size=8, shuffle=False, verbose=0, callbacks=[Watch()])
    expected = [regressor.evaluate(data.x[:rows], data.y[:rows], verbose=0) for rows in (8, 16, 20)]
    assert found == pytest.approx(expected, rel=1e-5)


def test_what_a_callback_adds_to_the_logs_is_in_the_history(data, regressor):
    class Add(callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            logs["twice"] = 2 * logs["loss"]

    history = regressor.fit(data.x, data.y, epochs=2, verbose=0, callbacks=[Add()])
    assert history is regressor.history
    assert history.history["twice"] == [2 * loss for loss in history.history["loss"]]
    assert all(type(value) is float for values in history.history.values() for value in values)
    assert history.params["epochs"] == 2
    assert history.params["steps"] == 1


def test_a_callback_may_change_weights_and_the_learning_rate(data, regressor):
    class Reset(callbacks.Callback):
        def on_train_batch_begin(self, batch, logs=None):
            self.model.set_weights([np.zeros_like(weight) for weight in self.model.get_weights()])
            self.model.optimizer.learning_rate = 0.0

    regressor.fit(data.x, data.y, batch_size=8, verbose=0, callbacks=[Reset()])
    assert not any(weight.any() for weight in regressor.get_weights())


def test_a_callback_may_predict_and_evaluate(data, regressor):
    found = []

    class Look(callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            found.append(self.model.predict(data.x, verbose=0))
            logs["own"] = self.model.evaluate(data.x, data.y, verbose=0)

    history = regressor.fit(data.x, data.y, epochs=2, verbose=0, callbacks=[Look()]).history
    for outputs, own in zip(found, history["own"], strict=True):
        assert float(((outputs - data.y) ** 2).mean()) == pytest.approx(own, rel=1e-5)
    assert history["loss"][1] == pytest.approx(history["own"][0], rel=1e-5)  # one batch: measured before its step


def test_checkpoints_of_the_best_epoch(data, regressor, tmp_path):
    best = callbacks.ModelCheckpoint(tmp_path / "best.keras", "loss", save_best_only=True)
    weights = callbacks.ModelCheckpoint(tmp_path / "{epoch}-{loss:.3f}.weights.h5", save_weights_only=True)
    history = regressor.fit(data.x, data.y, epochs=3, verbose=0, callbacks=[best, weights]).history["loss"]
    loaded = hornbeam.models.load_model(tmp_path / "best.keras")
    assert best.best == min(history)
    np.testing.assert_allclose(loaded.predict(data.x, verbose=0), regressor.predict(data.x, verbose=0), rtol=1e-5)
    names = sorted(path.name for path in tmp_path.glob("*.weights.h5"))
    assert names == [f"{i + 1}-{loss:.3f}.weights.h5" for i, loss in enumerate(history)]


def test_nobody_who_watches_gets_fewer_calls_than_there_are_batches(data, regressor):
    """Hundreds of quick batches, all of them seen."""
    batches = []
    callback = callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: batches.append(batch))
    x, y = np.tile(data.x, (10, 1)), np.tile(data.y, (10, 1))
    for _ in range(2):
        regressor.fit(x, y, batch_size=1, verbose=0, callbacks=[callback])
    assert batches == [*range(200), *range(200)]
