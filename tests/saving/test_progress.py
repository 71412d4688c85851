"""How far a large file is, shown once that takes a while."""

import numpy as np
import pytest

import hornbeam
from hornbeam import layers, saving


@pytest.fixture
def model():
    return hornbeam.Sequential([hornbeam.Input((64,)), *(layers.Dense(64) for _ in range(4))])


@pytest.mark.parametrize("name", ["m.keras", "m.h5", "w.weights.h5", "w.weights.json", "w.safetensors"])
def test_it_is_shown_and_ends_with_all(name, model, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("hornbeam.saving.progress._QUIET", 0.0)
    monkeypatch.setattr("hornbeam.saving.progress._EVERY", 0.0)
    monkeypatch.setattr("hornbeam.saving.progress.is_terminal", lambda stream: True)
    is_whole = name.startswith("m")
    (model.save if is_whole else model.save_weights)(tmp_path / name)
    saving.load_model(tmp_path / name) if is_whole else model.load_weights(tmp_path / name)
    shown = capsys.readouterr().err
    saved, loaded, _ = shown.split("\n")
    assert saved.count("\r") > 4 and f"Saving `{tmp_path / name}`" in saved and "100% of" in saved.rpartition("\r")[2]
    assert f"Loading `{tmp_path / name}`" in loaded


def test_a_file_gets_the_last_line_alone(model, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("hornbeam.saving.progress._QUIET", 0.0)
    model.save(tmp_path / "m.keras")
    assert capsys.readouterr().err.count("%") == 1


def test_what_is_quick_says_nothing(model, tmp_path, capsys):
    model.save(tmp_path / "m.keras")
    saving.load_model(tmp_path / "m.keras")
    assert capsys.readouterr().err == ""


def test_nothing_is_shown_where_logging_is_off(model, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("hornbeam.saving.progress._QUIET", 0.0)
    hornbeam.config.disable_interactive_logging()
    try:
        model.save(tmp_path / "m.keras")
    finally:
        hornbeam.config.enable_interactive_logging()
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("name", ["m.keras", "m.h5", "w.weights.h5", "w.safetensors"])
def test_values_that_are_read_are_the_models_own(name, model, tmp_path):
    """What was read is kept without a copy, and training or assigning changes no other model's."""
    (model.save if name.startswith("m") else model.save_weights)(tmp_path / name)
    model.load_weights(tmp_path / name)
    before = [np.array(value) for value in model.get_weights()]
    other = hornbeam.models.clone_model(model)
    other.load_weights(tmp_path / name)
    other.compile("sgd", "mse")
    other.fit(np.ones((4, 64)), np.ones((4, 64)), verbose=0)
    for a, b in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(a, b)
