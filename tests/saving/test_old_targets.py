"""Names of files as Keras 2 and tf.keras took them: any name; what is written under it is read back from it."""

import os
import warnings

import h5py
import numpy as np
import pytest

import hornbeam
from hornbeam import layers, saving
from hornbeam.core.renaming import notice

X = np.eye(3, dtype="float32")


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(notice, "_said", set())


@pytest.fixture(scope="module")
def model():
    model = hornbeam.Sequential([hornbeam.Input((3,)), layers.Dense(2), layers.BatchNormalization()])
    model.compile("adam", "mse")
    return model


def values(model):
    return [w.tolist() for w in model.get_weights()]


@pytest.mark.parametrize(
    "name, settings, is_what",
    [
        ("my_model.hf", {}, os.path.isfile),
        ("model-0.93", {}, os.path.isfile),
        ("path/to/location", {}, os.path.isdir),
        ("plain", {"save_format": "h5"}, os.path.isfile),
        ("plain", {"save_format": "tf"}, os.path.isdir),
    ],
)
def test_a_model_comes_back_from_any_name(name, settings, is_what, model):
    with pytest.warns(hornbeam.OldNameWarning, match=r"the form of today|ending of the name says"):
        model.save(name, **settings)
    assert is_what(name)
    copy = saving.load_model(name)
    assert values(copy) == values(model) and type(copy.optimizer) is type(model.optimizer)


@pytest.mark.parametrize(
    "name, settings, written",
    [
        ("w.h5", {}, "w.h5"),
        ("w.hdf5", {}, "w.hdf5"),
        ("training/cp.ckpt", {}, "training/cp.ckpt"),
        ("w.ckpt", {"save_format": "tf"}, "w.ckpt"),
        ("w.h5", {"save_format": "h5"}, "w.h5"),
    ],
)
def test_weights_come_back_from_any_name(name, settings, written, model):
    with pytest.warns(hornbeam.OldNameWarning, match=r"the form of today|ending of the name says"):
        model.save_weights(name, **settings)
    assert os.path.isfile(written)
    copy = hornbeam.models.clone_model(model)
    copy.set_weights([w + 1 for w in copy.get_weights()])
    copy.load_weights(name)
    assert values(copy) == values(model)


def test_a_bare_name_makes_the_folders_that_tensorflow_made(model):
    model.save_weights("checkpoints/mine")
    assert os.path.isfile("checkpoints/mine.weights.h5")
    model.load_weights("checkpoints/mine")
    with pytest.raises(FileNotFoundError, match="make it first"):
        model.save_weights("none/mine.h5")


def test_real_keras_reads_weights_in_h5(keras, model):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", hornbeam.OldNameWarning)
        model.save_weights("w.h5")
    theirs = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2), keras.layers.BatchNormalization()])
    theirs.load_weights("w.h5")
    assert values(theirs) == values(model)
    with h5py.File("w.h5") as file:
        assert [name.decode() for name in file.attrs["layer_names"]] == [layer.name for layer in model.layers]


def test_each_kind_of_name_is_announced_once(model):
    with pytest.warns(hornbeam.OldNameWarning) as said:
        for name in ("a.hf", "b.hf", "c", "d"):
            model.save(name)
        for name in ("a.h5", "b.h5", "a.hf", "a"):
            model.save_weights(name)
    assert [str(one.message) for one in said] == [
        "`save('a.hf')` writes HDF5, as in Keras 2: the form of today is that of 'a.keras'.",
        "`save('c')` makes a folder, as in tf.keras: the form of today is that of 'c.keras'.",
        "`save_weights('a.h5')` writes Keras 2's layout: the form of today is that of 'a.weights.h5'.",
        "`save_weights('a.hf')` writes HDF5: the form of today is that of 'a.weights.h5'.",
    ]


def test_another_format_is_refused(model):
    for save in (model.save, model.save_weights):
        with pytest.raises(ValueError, match=r"`save_format` must be one of .* Received: save_format='pickle'"):
            save("x", save_format="pickle")
