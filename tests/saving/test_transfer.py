"""Weights of one model for another: by name, for a part, or as far as they fit; in files of every form."""

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import hornbeam
from hornbeam import layers, saving

FORMS = ["m.keras", "m.h5", "w.weights.h5", "w.weights.json", "w.safetensors"]


def encoder(k=hornbeam, name="encoder"):
    x = k.Input((4, 3))
    h = k.layers.LSTM(2, name="rnn", return_sequences=True)(x)
    return k.Model(x, k.layers.BatchNormalization(name="norm")(k.layers.Dense(2, name="dense")(h)), name=name)


def whole(k=hornbeam, units=3, first=False):
    x = k.Input((4, 3))
    h = k.layers.Dense(3, name="first")(x) if first else x
    return k.Model(x, k.layers.Dense(units, name="head")(encoder(k)(h)), name="whole")


def write(model, path):
    (model.save if path.name.startswith("m.") else model.save_weights)(path)
    return path


def scramble(model):
    model.set_weights([value + 1 for value in model.get_weights()])
    return model


def same(model, other):
    for mine, theirs in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, theirs)


@pytest.mark.parametrize("form", FORMS)
def test_by_name(form, tmp_path):
    source, model = scramble(whole()), whole(first=True)
    before = model.get_layer("first").get_weights()
    report = model.load_weights(write(source, tmp_path / form), by_name=True)
    same(model.get_layer("encoder"), source.get_layer("encoder"))
    same(model.get_layer("head"), source.get_layer("head"))
    np.testing.assert_array_equal(model.get_layer("first").get_weights()[0], before[0])
    assert len(report.loaded) == 11 and len(report.missing) == 2 and not report.mismatched


@pytest.mark.parametrize("form", FORMS)
def test_names_that_are_equal_and_shapes_that_are_not(form, tmp_path):
    path, model = write(scramble(whole()), tmp_path / form), whole(units=5)
    before = model.get_weights()
    with pytest.raises(ValueError, match=r"keeps its own:\n.*head"):
        model.load_weights(path, by_name=True)
    for a, b in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(a, b)
    with pytest.warns(UserWarning, match="keep their weights.*\n.*head"):
        report = model.load_weights(path, by_name=True, skip_mismatch=True)
    assert report.mismatched and len(report.loaded) >= 9


@pytest.mark.parametrize("form", FORMS[:-1])
def test_a_part_of_a_whole(form, tmp_path):
    source, model = scramble(whole()), encoder()
    path = write(source, tmp_path / form)
    report = model.load_weights(path, part="encoder")
    same(model, source.get_layer("encoder"))
    assert len(report.loaded) == 9
    with pytest.raises(ValueError, match=r"Received: 'encodr'.*Did you mean 'encoder'"):
        model.load_weights(path, part="encodr")


def test_a_part_by_its_path(tmp_path):
    source, model = scramble(whole()), encoder()
    model.load_weights(write(source, tmp_path / "w.weights.h5"), part="layers/functional")
    same(model, source.get_layer("encoder"))


def test_into_a_part(tmp_path):
    source, model = scramble(encoder()), whole()
    saving.load_weights(model.get_layer("encoder"), write(source, tmp_path / "w.weights.h5"))
    same(model.get_layer("encoder"), source)


@pytest.mark.parametrize("form", ["m.keras", "w.weights.h5"])
def test_names_in_files_of_keras(form, keras, tmp_path):
    source, model = whole(keras), whole(first=True)
    model.load_weights(write(source, tmp_path / form), by_name=True)
    for a, b in zip(model.get_layer("encoder").get_weights(), source.get_layer("encoder").get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_without_the_top(tmp_path):
    """`include_top=False`: the model is the beginning of the one in the file."""
    source = scramble(whole())
    write(source, tmp_path / "w.weights.h5")
    x = hornbeam.Input((4, 3))
    model = hornbeam.Model(x, encoder()(x))
    with pytest.warns(UserWarning, match="no place for"):
        report = model.load_weights(tmp_path / "w.weights.h5")
    same(model, source.get_layer("encoder"))
    assert report.unexpected == ["/layers/dense/vars"]


def test_names_that_occur_twice(tmp_path):
    class Net(hornbeam.Model):
        def __init__(self):
            super().__init__()
            self.parts = [layers.Dense(2, name="same"), layers.Dense(2, name="same")]

        def call(self, x):
            return self.parts[1](self.parts[0](x))

    model = Net()
    model(np.ones((1, 2)))
    model.save_weights(tmp_path / "w.weights.h5")
    with pytest.raises(ValueError, match=r"needs names that occur once.*same'"):
        model.load_weights(tmp_path / "w.weights.h5", by_name=True)
    model.load_weights(tmp_path / "w.weights.h5")


def test_the_guide_runs(tmp_path):
    page = Path(__file__).parents[2] / "docs" / "transfer_learning.md"
    program = re.search(r"```python\n(.*?)```", page.read_text(), re.DOTALL).group(1)
    shown = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        check=False,
    )
    assert shown.returncode == 0, shown.stderr
    assert "4 weights loaded, 2 missing, 1 unexpected" in shown.stdout
    assert float(shown.stdout.split()[-1]) < 1
