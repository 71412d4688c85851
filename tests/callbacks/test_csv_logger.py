"""CSVLogger: the file, against real Keras."""

import pytest

from hornbeam.callbacks import CSVLogger

EPOCHS = [{"loss": 0.5, "acc": 1.0, "val_loss": 2.0}, {"loss": 0.25, "acc": 0.5}]


def write(cls, path, **arguments):
    callback = cls(str(path), **arguments)
    callback.set_params({})
    callback.on_train_begin()
    for epoch, logs in enumerate(EPOCHS):
        callback.on_epoch_end(epoch, dict(logs))
    callback.on_train_end()
    return path.read_text()


@pytest.mark.parametrize("separator", [",", ";"])
def test_writes_what_keras_writes(tmp_path, separator):
    keras = pytest.importorskip("keras")
    ours = write(CSVLogger, tmp_path / "ours.csv", separator=separator)
    assert ours == write(keras.callbacks.CSVLogger, tmp_path / "theirs.csv", separator=separator)
    assert ours.splitlines()[0] == separator.join(["epoch", "acc", "loss", "val_loss"])
    assert ours.splitlines()[2].endswith("NA")


def test_goes_on_in_a_file(tmp_path):
    path = tmp_path / "log.csv"
    first = write(CSVLogger, path, append=True)
    assert write(CSVLogger, path, append=True) == first + first.split("\n", 1)[1]
    assert write(CSVLogger, path) == first


def test_columns_of_a_validation_that_comes_later(tmp_path):
    callback = CSVLogger(tmp_path / "log.csv")
    callback.set_params({"do_validation": True})
    callback.on_train_begin()
    callback.on_epoch_end(0, {"loss": 1.0})
    callback.on_epoch_end(1, {"loss": 1.0, "val_loss": 2.0})
    assert (tmp_path / "log.csv").read_text().split() == ["epoch,loss,val_loss", "0,1.0,NA", "1,1.0,2.0"]
