"""OrbaxCheckpoint: Keras's layout, which is read across, and its arguments."""

import json
import sys
import warnings

import keras
import numpy as np
import pytest

import hornbeam
from hornbeam.callbacks import OrbaxCheckpoint

X = np.arange(12, dtype="float32").reshape(6, 2) / 12
Y = X.sum(1, keepdims=True)


def compiled(library=hornbeam):
    model = library.Sequential(
        [library.Input((2,), name="x"), library.layers.Dense(3, name="a"), library.layers.Dense(1, name="b")], name="m"
    )
    model.compile(library.optimizers.Adam(0.1), "mse")
    return model


def fit(model, checkpoint, epochs=3):
    options = {"batch_size": 2, "epochs": epochs, "verbose": 0, "validation_data": (X, Y)}
    return model.fit(X, Y, callbacks=[checkpoint], **options)


def steps(folder):
    return sorted(int(path.name) for path in folder.iterdir() if path.name.isdecimal())


@pytest.fixture
def orbax():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip("orbax.checkpoint")


def loaded(folder, model=None):
    model = model or compiled()
    model.fit(X, Y, verbose=0)  # other numbers, and an optimizer of another name
    checkpoint = OrbaxCheckpoint(folder)
    checkpoint.set_model(model)
    return model, checkpoint.restore()


def assert_equal(one, other):
    for value, expected in zip(one.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(value, expected)


@pytest.mark.filterwarnings("ignore")  # Orbax's own
def test_the_last_checkpoints_are_kept_and_restored(engine, orbax, tmp_path, capsys):
    model = compiled()
    fit(model, OrbaxCheckpoint(tmp_path / "o", max_to_keep=2, verbose=1))
    assert steps(tmp_path / "o") == [1, 2] and "Saving checkpoint 2 to" in capsys.readouterr().out
    again, step = loaded(tmp_path / "o")
    assert (step, int(again.optimizer.iterations)) == (2, 9)
    assert_equal(again, model)
    config = json.loads((tmp_path / "o" / "2" / "model_config" / "_strings.json").read_text())["config"]
    assert json.loads(config)["class_name"] == "Sequential"
    checkpoint = OrbaxCheckpoint(tmp_path / "o")
    checkpoint.set_model(again)
    with pytest.raises(FileNotFoundError, match=r"must have the checkpoint. Received: step=7, of \[1, 2\]"):
        checkpoint.restore(7)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("arguments", "kept"),
    [
        ({"save_freq": 2, "max_to_keep": None, "save_on_background": False}, [2, 4, 6, 8]),
        ({"save_best_only": True, "monitor": "loss", "mode": "max", "max_to_keep": None}, [0]),
        ({"save_weights_only": True}, [2]),
    ],
)
def test_what_is_kept_is_what_keras_keeps(arguments, kept, orbax, tmp_path):
    fit(compiled(), OrbaxCheckpoint(tmp_path / "o", **arguments))
    assert steps(tmp_path / "o") == kept
    if "save_best_only" not in arguments:
        fit(compiled(keras), keras.callbacks.OrbaxCheckpoint(tmp_path / "k", **arguments))
        assert steps(tmp_path / "k") == kept


@pytest.mark.filterwarnings("ignore")
def test_checkpoints_of_keras_are_restored(orbax, tmp_path):
    model = compiled(keras)
    fit(model, keras.callbacks.OrbaxCheckpoint(tmp_path, save_on_background=False))
    again, step = loaded(tmp_path)
    assert (step, int(again.optimizer.iterations)) == (2, 9)
    assert_equal(again, model)


@pytest.mark.filterwarnings("ignore")
def test_keras_loads_ours(orbax, tmp_path):
    model = compiled()
    fit(model, OrbaxCheckpoint(tmp_path / "o"))
    assert_equal(keras.saving.load_model(tmp_path / "o"), model)


def test_arguments():
    with pytest.raises(ValueError, match=r"`max_to_keep` must be a positive integer or None. Received: 0"):
        OrbaxCheckpoint("o", max_to_keep=0)
    with pytest.raises(ValueError, match=r'`save_freq` must be "epoch" or a positive integer. Received: .*=0'):
        OrbaxCheckpoint("o", save_freq=0)


def test_without_the_package(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "orbax.checkpoint", None)
    with pytest.raises(ImportError, match=r"needs the package `orbax-checkpoint`: `pip install hornbeam\[orbax\]`"):
        fit(compiled(), OrbaxCheckpoint(tmp_path))
