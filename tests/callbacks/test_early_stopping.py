"""EarlyStopping: when it stops and what it restores, against real Keras."""

import copy
import pickle
import warnings

import numpy as np
import pytest

from hornbeam.callbacks import EarlyStopping
from hornbeam.callbacks.monitor import MonitorCallback

SEQUENCES = [
    [3.0, 2.0, 1.0, 2.0, 3.0, 0.5, 4.0],
    [1.0, 2.0, 3.0, 4.0],
    [4.0, 3.0, 2.0, 1.0],
    [2.0, 2.0, 2.0, 2.0],
    [5.0, 4.99, 4.98, 4.0, 4.5, 4.5, 4.5],
    [1.0, float("nan"), 0.5, float("nan"), float("nan")],
]
ARGUMENTS = [
    {},
    {"patience": 2},
    {"patience": 1, "restore_best_weights": True},
    {"patience": 2, "min_delta": 0.1, "restore_best_weights": True},
    {"patience": 1, "baseline": 1.5, "restore_best_weights": True},
    {"patience": 1, "start_from_epoch": 2, "restore_best_weights": True},
    {"patience": 2, "mode": "max", "restore_best_weights": True},
]


@pytest.mark.parametrize("values", SEQUENCES)
@pytest.mark.parametrize("arguments", ARGUMENTS, ids=str)
def test_stops_and_restores_as_keras(values, arguments, fakes):
    keras = pytest.importorskip("keras")
    ours, theirs = EarlyStopping(**arguments), keras.callbacks.EarlyStopping(**arguments)
    model, expected = fakes.train(ours, values), fakes.train(theirs, values)
    assert model.weight == expected.weight
    assert model.stop_training == expected.stop_training
    assert (ours.stopped_epoch, ours.best_epoch, ours.wait) == (theirs.stopped_epoch, theirs.best_epoch, theirs.wait)


@pytest.mark.parametrize(
    ("name", "best"),
    [("val_accuracy", 3.0), ("val_auc_1", 3.0), ("val_mean_io_u", 3.0), ("mse", 1.0), ("val_loss", 1.0)],
)
def test_auto_mode_goes_by_the_name(name, best, fakes):
    stopping = EarlyStopping(name, patience=9)
    assert stopping.monitor_op is None
    fakes.train(stopping, [1.0, 3.0, 2.0], name)
    assert stopping.best == best
    assert stopping.monitor_op is (np.greater if best == 3 else np.less)


def test_auto_mode_asks_the_metric(fakes):
    class Metric:
        name, _direction = "surprise", "up"

    model = fakes.Model()
    model.metrics = [Metric()]
    stopping = EarlyStopping("val_surprise", patience=9)
    fakes.train(stopping, [1.0, 3.0], "val_surprise", model)
    assert stopping.best == 3.0


def test_auto_mode_does_not_guess(fakes):
    with pytest.raises(ValueError, match=r'pass mode="min" or mode="max"'):
        fakes.train(EarlyStopping("surprise"), [1.0], "surprise")


@pytest.mark.parametrize(("monitor", "mode"), [("val_accuracy", "min"), ("auc", "min"), ("val_mae", "max")])
def test_the_worst_is_not_taken_for_the_best_in_silence(monitor, mode):
    with pytest.warns(UserWarning, match=f"takes the worst `{monitor}` for the best"):
        EarlyStopping(monitor, mode=mode)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        EarlyStopping(monitor, mode="max" if mode == "min" else "min")
        EarlyStopping("val_loss", mode="max")  # of a loss of one's own it may be meant


def test_the_first_value_may_be_nan(fakes):
    stopping = EarlyStopping(patience=9, restore_best_weights=True)
    assert fakes.train(stopping, [float("nan"), 2.0, 3.0]).weight == 1.0


def test_misspelled_monitor_is_told_with_a_suggestion(fakes):
    with pytest.raises(ValueError, match=r"must be one of 'loss', 'val_loss'. Received: monitor='val_los'. Did"):
        fakes.train(EarlyStopping("val_los"), [1.0])


def test_monitoring_a_validation_that_does_not_happen():
    stopping = EarlyStopping()
    stopping.set_params({"do_validation": False})
    with pytest.raises(ValueError, match="pass `validation_data`"):
        stopping.on_epoch_end(0, {"loss": 1.0})


@pytest.mark.parametrize("monitor", ["val_loss", "val_los", "surprise"])
def test_code_written_for_keras_is_warned(monitor, fakes, monkeypatch):
    monkeypatch.setattr(MonitorCallback, "is_strict", False)
    stopping = EarlyStopping(monitor)
    stopping.set_params({"do_validation": False})
    stopping.set_model(fakes.Model())
    with pytest.warns(UserWarning, match=f"must be one of 'loss'. Received: monitor='{monitor}'"):
        stopping.on_epoch_end(0, {"loss": 1.0})
    assert not stopping.model.stop_training


def test_epochs_without_their_validation_do_not_count(fakes):
    stopping = EarlyStopping(patience=1)
    stopping.set_params({"do_validation": True})
    stopping.set_model(fakes.Model())
    for epoch in range(4):
        stopping.on_epoch_end(epoch, {"loss": 1.0})
    assert not stopping.model.stop_training


def test_unknown_whether_there_is_a_validation_warns_once():
    stopping = EarlyStopping()
    with pytest.warns(UserWarning, match="must be one of 'loss'"):
        stopping.on_epoch_end(0, {"loss": 1.0})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        stopping.on_epoch_end(1, {"loss": 1.0})


@pytest.mark.filterwarnings("ignore::hornbeam.OldNameWarning")
def test_old_name_of_accuracy(fakes):
    stopping = EarlyStopping("val_acc", patience=9)
    fakes.train(stopping, [1.0, 3.0], "val_accuracy")
    assert stopping.best == 3.0


def test_best_weights_are_copies(fakes):
    model = fakes.Model()
    weight = np.zeros(2)
    model.get_weights = lambda: [weight]
    restored = []
    model.set_weights = restored.append
    stopping = EarlyStopping(restore_best_weights=True, patience=5)
    stopping.set_model(model)
    stopping.on_epoch_end(0, {"val_loss": 1.0})
    weight += 1
    stopping.on_epoch_end(1, {"val_loss": 2.0})
    stopping.on_train_end()
    assert restored[0][0].tolist() == [0.0, 0.0]


def test_starts_anew_with_each_run(fakes):
    stopping = EarlyStopping(patience=1)
    assert fakes.train(stopping, [1.0, 2.0, 3.0]).stop_training
    assert not fakes.train(stopping, [9.0, 8.0, 7.0]).stop_training


def test_says_what_it_does(capsys, fakes):
    fakes.train(EarlyStopping(verbose=1, restore_best_weights=True), [1.0, 2.0])
    assert "Epoch 2: early stopping" in capsys.readouterr().out


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda c: pickle.loads(pickle.dumps(c))])
def test_copies_leave_the_model_behind(duplicate, fakes):
    stopping = EarlyStopping(patience=3)
    stopping.set_model(fakes.Model())
    twin = duplicate(stopping)
    assert twin.model is None
    assert twin.patience == 3


def test_an_unknown_mode_is_warned_of_and_then_auto(fakes):
    with pytest.warns(UserWarning, match=r"`mode` must be .* Received: mode='maximum'"):
        stopping = EarlyStopping("accuracy", mode="maximum", patience=9)
    fakes.train(stopping, [1.0, 3.0], "accuracy")
    assert stopping.best == 3.0


def test_a_stated_mode_may_wait_for_a_number_of_others(fakes):
    stopping = EarlyStopping("surprise", mode="max")
    with pytest.warns(UserWarning, match="must be one of 'loss', 'val_loss'. Received: monitor='surprise'"):
        assert not fakes.train(stopping, [1.0, 2.0]).stop_training
