"""BackupAndRestore: a run that was interrupted goes on as if it had not been."""

import json

import keras
import numpy as np
import pytest

import hornbeam
from hornbeam import layers
from hornbeam.callbacks import BackupAndRestore, LambdaCallback

X = np.random.default_rng(0).normal(size=(8, 3)).astype("float32")
Y = X.sum(1, keepdims=True)


def compiled():
    hornbeam.utils.set_random_seed(1)
    model = hornbeam.Sequential([hornbeam.Input((3,)), layers.Dense(4), layers.Dropout(0.5), layers.Dense(1)])
    model.compile(hornbeam.optimizers.Adam(0.1), "mse")
    return model


def fit(model, *callbacks, epochs=4):
    options = {"batch_size": 2, "shuffle": False, "verbose": 0}
    return model.fit(X, Y, epochs=epochs, callbacks=list(callbacks), **options).history["loss"]


def failing(epoch, batch=None):
    def fail(at, logs):
        if at == (epoch if batch is None else batch) and fail.is_on:
            fail.is_on = False
            raise OSError("power")

    fail.is_on = True
    return LambdaCallback(on_epoch_begin=fail) if batch is None else LambdaCallback(on_train_batch_begin=fail)


def test_goes_on_to_the_bit(engine, tmp_path):
    whole = compiled()
    losses = fit(whole)
    with pytest.raises(OSError, match="power"):
        fit(compiled(), BackupAndRestore(tmp_path / "b"), failing(2))
    again = compiled()
    assert fit(again, BackupAndRestore(tmp_path / "b")) == losses[2:]
    for value, expected in zip(again.get_weights(), whole.get_weights(), strict=True):
        np.testing.assert_array_equal(value, expected)
    assert not (tmp_path / "b").exists()  # the run has come to its end
    assert len(fit(again, BackupAndRestore(tmp_path / "b"))) == 4


def test_batches_are_kept_and_the_epoch_begins_again(tmp_path):
    backup = BackupAndRestore(tmp_path, save_freq=3)
    with pytest.raises(OSError, match="power"):
        fit(compiled(), backup, failing(0, batch=3), epochs=1)
    (state,) = json.loads((tmp_path / "training_metadata.json").read_text())
    assert (state["epoch"], state["batch"], state["weights"]) == (0, 2, "3.weights.h5")
    model = compiled()
    assert len(fit(model, BackupAndRestore(tmp_path, save_freq=3), epochs=1)) == 1
    assert int(model.optimizer.iterations) == 3 + 4


def test_the_state_before_where_the_last_one_is_damaged(tmp_path):
    with pytest.raises(OSError, match="power"):
        fit(compiled(), BackupAndRestore(tmp_path, double_checkpoint=True), failing(3))
    assert sorted(p.name for p in tmp_path.glob("*.h5")) == ["12.weights.h5", "8.weights.h5"]
    (tmp_path / "12.weights.h5").write_bytes(b"damaged")
    assert len(fit(compiled(), BackupAndRestore(tmp_path, double_checkpoint=True))) == 2
    with pytest.raises(OSError, match="power"):
        fit(compiled(), BackupAndRestore(tmp_path), failing(1))
    (tmp_path / "4.weights.h5").write_bytes(b"damaged")
    with pytest.raises((OSError, ValueError)):
        fit(compiled(), BackupAndRestore(tmp_path))


def test_a_run_that_is_kept(tmp_path):
    backup = BackupAndRestore(tmp_path, delete_checkpoint=False)
    fit(compiled(), backup, epochs=2)
    assert fit(compiled(), backup, epochs=4) == fit(compiled())[2:]


def test_arguments():
    with pytest.raises(ValueError, match=r'`save_freq` must be "epoch", a positive integer or False. Received: .*=-1'):
        BackupAndRestore("b", save_freq=-1)
    with pytest.raises(ValueError, match="`backup_dir` must name a folder"):
        BackupAndRestore("")


def test_a_run_of_keras_goes_on(tmp_path):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.01, momentum=0.9), "mse")
    backup = keras.callbacks.BackupAndRestore(tmp_path, delete_checkpoint=False)
    model.fit(X, Y, epochs=2, batch_size=4, shuffle=False, verbose=0, callbacks=[backup])
    ours = hornbeam.Sequential([hornbeam.Input((3,)), layers.Dense(1)])
    ours.compile(hornbeam.optimizers.SGD(0.01, momentum=0.9), "mse")
    options = {"epochs": 3, "batch_size": 4, "shuffle": False, "verbose": 0}
    (loss,) = ours.fit(X, Y, callbacks=[BackupAndRestore(tmp_path)], **options).history["loss"]
    (expected,) = model.fit(X, Y, initial_epoch=2, **options).history["loss"]
    assert loss == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("text", ["nonsense", '[{"epoch": "2", "weights": "a"}]', '{"batch": 1}', "3"])
def test_a_damaged_list_of_states(tmp_path, text):
    (tmp_path / "training_metadata.json").write_text(text)
    with pytest.raises(ValueError, match="must be what `BackupAndRestore` has written: remove the folder to begin"):
        fit(compiled(), BackupAndRestore(tmp_path), epochs=1)
