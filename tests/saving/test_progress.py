"""How far a large file is, shown once that takes a while."""

import numpy as np
import pytest

import hornbeam
from hornbeam import layers, saving


def at_once(monkeypatch):
    """What a large file shows after a while, a small one shows from the beginning."""
    for limit in ("_QUIET", "_SMALL"):
        monkeypatch.setattr(f"hornbeam.saving.progress.{limit}", 0)


@pytest.fixture
def model():
    return hornbeam.Sequential([hornbeam.Input((64,)), *(layers.Dense(64) for _ in range(4))])


@pytest.mark.parametrize("name", ["m.keras", "m.h5", "w.weights.h5", "w.weights.json", "w.safetensors"])
def test_it_is_shown_and_ends_with_all(name, model, tmp_path, monkeypatch, capsys):
    at_once(monkeypatch)
    monkeypatch.setattr("hornbeam.saving.progress._EVERY", 0.0)
    monkeypatch.setenv("COLUMNS", "500")
    monkeypatch.setattr("hornbeam.saving.progress.is_terminal", lambda stream: True)
    is_whole = name.startswith("m")
    (model.save if is_whole else model.save_weights)(tmp_path / name)
    saving.load_model(tmp_path / name) if is_whole else model.load_weights(tmp_path / name)
    shown = capsys.readouterr().err
    saved, loaded, _ = shown.split("\n")
    assert saved.count("\r") > 4 and f"Saving `{tmp_path / name}`" in saved and "100% of" in saved.rpartition("\r")[2]
    assert f"Loading `{tmp_path / name}`" in loaded


def test_a_file_gets_the_last_line_alone(model, tmp_path, monkeypatch, capsys):
    at_once(monkeypatch)
    model.save(tmp_path / "m.keras")
    saving.load_model(tmp_path / "m.keras")
    name = f"`{tmp_path / 'm.keras'}`"
    assert capsys.readouterr().err == f"Saving {name}: 100% of 0 MiB\nLoading {name}: 100% of 0 MiB\n"


def test_a_line_fits_into_a_narrow_terminal(model, tmp_path, monkeypatch, capsys):
    at_once(monkeypatch)
    monkeypatch.setattr("hornbeam.saving.progress.is_terminal", lambda stream: True)
    monkeypatch.setenv("COLUMNS", "44")
    path = tmp_path / ("x" * 50 + "the_end.weights.h5")
    model.save_weights(path)
    lines = capsys.readouterr().err.strip().split("\r")
    assert all(len(line) < 44 and line.startswith("Saving `...") and "weights.h5`:" in line for line in lines)


def test_what_is_quick_or_small_says_nothing(model, tmp_path, monkeypatch, capsys):
    model.save(tmp_path / "m.keras")
    monkeypatch.setattr("hornbeam.saving.progress._QUIET", 0)
    saving.load_model(tmp_path / "m.keras")
    assert capsys.readouterr().err == ""


def test_nothing_is_shown_where_logging_is_off(model, tmp_path, monkeypatch, capsys):
    at_once(monkeypatch)
    hornbeam.config.disable_interactive_logging()
    try:
        model.save(tmp_path / "m.keras")
    finally:
        hornbeam.config.enable_interactive_logging()
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("name", ["m.keras", "m.h5", "w.weights.h5", "w.safetensors"])
def test_values_that_are_read_are_the_models_own(name, model, tmp_path):
    """Training or assigning changes no other model's, though all were read through the same memory."""
    (model.save if name.startswith("m") else model.save_weights)(tmp_path / name)
    model.load_weights(tmp_path / name)
    before = [np.array(value) for value in model.get_weights()]
    other = hornbeam.models.clone_model(model)
    other.load_weights(tmp_path / name)
    other.compile("sgd", "mse")
    other.fit(np.ones((4, 64)), np.ones((4, 64)), verbose=0)
    for a, b in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(a, b)
