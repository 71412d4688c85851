"""CallbackList: who is called with what, and who listens to batches."""

import numpy as np
import pytest

from hornbeam.callbacks import Callback, CallbackList, History, LambdaCallback, TerminateOnNaN


class Recorder(Callback):
    def __init__(self):
        self.seen = []

    def on_epoch_end(self, epoch, logs=None):
        self.seen.append((epoch, logs))


def test_logs_are_python_floats():
    recorder = Recorder()
    CallbackList([recorder]).on_epoch_end(0, {"a": np.float32(0.5), "b": np.array(2), "c": np.arange(2)})
    logs = recorder.seen[0][1]
    assert type(logs["a"]) is type(logs["b"]) is float
    assert logs["c"].tolist() == [0, 1]


@pytest.mark.parametrize("name", ["jax", "torch"])
def test_logs_of_an_engine_become_floats(name):
    from hornbeam import engine

    scalar = engine.load(name).asarray(0.5)
    recorder = Recorder()
    CallbackList([recorder]).on_epoch_end(0, {"a": scalar})
    assert recorder.seen == [(0, {"a": 0.5})]


def test_numbers_are_asked_for_only_if_somebody_listens():
    def logs():
        raise AssertionError("nobody asked")

    callbacks = CallbackList([Recorder()])
    callbacks.on_train_batch_end(0, logs)
    callbacks.on_test_end(logs)
    with pytest.raises(AssertionError, match="nobody asked"):
        callbacks.on_epoch_end(0, logs)


def test_a_callback_may_change_the_logs_of_the_history(fakes):
    add = LambdaCallback(on_epoch_end=lambda epoch, logs: logs.update(extra=1.0))
    callbacks = CallbackList([add], fakes.Model())
    assert callbacks.on_epoch_end(0, {"loss": 2.0}) == {"loss": 2.0, "extra": 1.0}
    assert callbacks.history.history == {"loss": [2.0], "extra": [1.0]}
    assert callbacks.model.history is callbacks.history


def test_history_of_the_caller_is_used():
    history = History()
    assert CallbackList([history]).history is history
    assert CallbackList([history], history=False).history is history
    assert CallbackList(None, history=False).history is None
    assert CallbackList(None, add_history=False).history is None


def test_history_starts_anew_and_lets_names_come_later():
    history = History()
    history.on_epoch_end(7, {"old": 1.0})
    history.on_train_begin()
    history.on_epoch_end(0, {"loss": 1.0})
    history.on_epoch_end(1, {"loss": 0.5, "val_loss": 2.0})
    assert history.history == {"loss": [1.0, 0.5], "val_loss": [2.0]}
    assert history.epoch == [0, 1]


def test_params_and_model_reach_everyone(fakes):
    recorder, model = Recorder(), fakes.Model()
    CallbackList([recorder], model, verbose=0, epochs=3, steps=5)
    assert recorder.params == {"verbose": 0, "epochs": 3, "steps": 5}
    assert recorder.model is model


class OnBatchEnd(Callback):
    def on_batch_end(self, batch, logs=None):
        self.last = batch, logs


class OnTestBatch(Callback):
    def on_test_batch_begin(self, batch, logs=None):
        pass


class OnPredictBatch(Callback):
    def on_predict_batch_end(self, batch, logs=None):
        pass


class Plain:
    def on_train_batch_begin(self, batch, logs=None):
        pass


@pytest.mark.parametrize(
    ("callback", "watches"),
    [
        (Recorder(), ""),
        (OnBatchEnd(), "train"),
        (OnTestBatch(), "test"),
        (OnPredictBatch(), "predict"),
        (Plain(), "train"),
        (TerminateOnNaN(), "train"),
        (LambdaCallback(on_epoch_end=print), ""),
        (LambdaCallback(on_batch_end=print), "train"),
    ],
)
def test_who_watches_batches(callback, watches):
    callbacks = CallbackList([callback])
    found = {kind for kind in ("train", "test", "predict") if getattr(callbacks, f"watches_{kind}_batches")}
    assert found == ({watches} - {""})


def test_older_names_of_batch_hooks_are_called():
    callback = OnBatchEnd()
    CallbackList([callback]).on_train_batch_end(3, {"loss": 1.0})
    assert callback.last == (3, {"loss": 1.0})


def test_callbacks_written_for_keras(fakes):
    keras = pytest.importorskip("keras")

    class Theirs(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            self.seen = epoch, logs, self.model

    class TheirsByBatch(keras.callbacks.Callback):
        def on_batch_begin(self, batch, logs=None):
            self.seen = batch

    callback, model = Theirs(), fakes.Model()
    callbacks = CallbackList([callback], model)
    assert not callbacks.watches_train_batches
    callbacks.on_epoch_end(0, {"loss": np.float32(1)})
    assert callback.seen == (0, {"loss": 1.0}, model)

    by_batch = TheirsByBatch()
    callbacks = CallbackList([by_batch], model)
    assert callbacks.watches_train_batches
    callbacks.on_train_batch_begin(5)
    assert by_batch.seen == 5


def test_a_class_of_the_users_that_is_called_callback():
    seen = []

    class Callback:
        def on_epoch_end(self, epoch, logs=None):
            seen.append(epoch)

    Callback.on_epoch_end.__qualname__ = "Callback.on_epoch_end"
    CallbackList([Callback()]).on_epoch_end(1, {})
    assert seen == [1]


def test_a_callback_may_say_that_it_needs_no_batches():
    class Says(OnBatchEnd):
        def _implements_train_batch_hooks(self):
            return False

    assert not CallbackList([Says()]).watches_train_batches


def test_every_callback_gets_its_end_even_if_one_fails():
    ended = []

    def fail(logs):
        raise RuntimeError("first")

    last = LambdaCallback(on_train_end=lambda logs: ended.append(logs))
    with pytest.raises(RuntimeError, match="first"):
        CallbackList([LambdaCallback(on_train_end=fail), last]).on_train_end({"loss": 1.0})
    assert ended == [{"loss": 1.0}]


def test_one_callback_a_list_or_another_list():
    recorder = Recorder()
    for given in (recorder, [recorder], [[recorder]], CallbackList([recorder])):
        assert recorder in list(CallbackList(given))
    assert len(CallbackList(None, history=False)) == 0


def test_a_class_instead_of_an_object():
    with pytest.raises(TypeError, match=r"Received: the class Recorder; make an object of it: Recorder\(...\)"):
        CallbackList([Recorder])


def test_something_else_than_a_callback():
    with pytest.raises(TypeError, match=r"`callbacks` must be .* Received: 'early'"):
        CallbackList(["early"])


def test_terminate_on_nan(fakes):
    model = fakes.Model()
    callback = TerminateOnNaN()
    callback.set_model(model)
    callback.on_train_batch_end(0, {"loss": 1.0})
    assert not model.stop_training
    callback.on_train_batch_end(1, {"loss": float("inf")})
    assert model.stop_training
    with pytest.raises(RuntimeError, match=r"Batch 2: Invalid loss, .* it is nan"):
        TerminateOnNaN(raise_error=True).on_train_batch_end(2, {"loss": float("nan")})
