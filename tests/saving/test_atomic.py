"""Writing: the old file or the new one, whole, whatever happens on the way; and one sentence about it."""

import os
import resource
import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

import hornbeam
from hornbeam import layers, saving
from hornbeam.callbacks import BackupAndRestore, Callback, ModelCheckpoint

X, Y = np.ones((4, 50), "float32"), np.zeros((4, 1), "float32")
FORMS = {
    "m.keras": lambda model, path: model.save(path),
    "m.h5": lambda model, path: model.save(path),
    "folder": lambda model, path: model.save(path, zipped=False),
    "w.weights.h5": lambda model, path: model.save_weights(path),
    "w.weights.json": lambda model, path: model.save_weights(path, max_shard_size=1e-4),
    "w.safetensors": lambda model, path: model.save_weights(path),
}


@pytest.fixture
def model():
    made = hornbeam.Sequential([hornbeam.Input((50,)), layers.Dense(100), layers.Dense(1)])
    made.compile("sgd", "mse")
    return made


def content(folder):
    return {path.relative_to(folder): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_killed_at_any_moment():
    """`make fuzz` kills 200 times for each form."""
    script = Path(__file__).with_name("killing.py")
    done = subprocess.run(
        [sys.executable, script, "all", "4"], capture_output=True, text=True, check=False, timeout=300
    )
    assert done.stdout.count("never damaged") == 6, done.stdout + done.stderr


@pytest.mark.parametrize("form", ["m.keras", "folder", "w.weights.json"])
def test_what_a_dead_writer_has_left_is_cleared_away(model, tmp_path, form):
    """The lock of a writer that lives is held; files of other names are somebody else's."""
    fcntl = pytest.importorskip("fcntl")
    shard = "w_b_00003.weights.h5" if form.endswith(".json") else form
    dead, others = tmp_path / f".{shard}.0123abcd.tmp", [tmp_path / ".x.0123abcd.tmp", tmp_path / f".{form}.tmp"]
    alive = tmp_path / f".{form}.89abcdef.tmp"
    if form == "folder":
        dead.mkdir()
        (dead / "config.json").write_text("{}")
    for path in [alive, *others] + [dead] * (form != "folder"):
        path.write_text("half")
    with open(alive) as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        FORMS[form](model, tmp_path / form)
        assert not dead.exists() and all(path.exists() for path in [alive, *others])
    FORMS[form](model, tmp_path / form)
    assert not alive.exists()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("room", [0, 5000, 20000])
def test_a_full_disk(model, tmp_path, form, room):
    """No file may become larger than there is room for."""
    FORMS[form](model, tmp_path / form)
    before, weights = content(tmp_path), model.get_weights()
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
        with pytest.raises(OSError) as caught:
            FORMS[form](model, tmp_path / form)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    assert f"{form}` cannot be written (File too large); what was there before is as it was" in str(caught.value)
    assert content(tmp_path) == before
    assert all((a == b).all() for a, b in zip(model.get_weights(), weights, strict=True))


@pytest.mark.parametrize("form", FORMS)
def test_a_folder_that_cannot_be_written(model, form):
    """The kernel's own, in which not even root makes files."""
    if not os.path.isdir("/proc/sys/kernel"):
        pytest.skip("no such folder")
    with pytest.raises(OSError, match=f"{form}` cannot be written"):
        FORMS[form](model, f"/proc/sys/kernel/{form}")


class At(Callback):
    """Does something after the first epoch."""

    def __init__(self, what):
        super().__init__()
        self.what = what

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 1:
            self.what()


def test_a_folder_that_vanishes_is_made_again(model, tmp_path, engine):
    folder = tmp_path / "checkpoints"
    checkpoint = ModelCheckpoint(folder / "{epoch}.keras")
    model.fit(X, Y, epochs=2, verbose=0, callbacks=[checkpoint, At(lambda: shutil.rmtree(folder))])
    assert os.listdir(folder) == ["2.keras"]


def test_a_folder_that_is_gone_for_good(tmp_path, engine):
    """The sentence comes out of `fit`, and what was trained is in the model."""
    model = hornbeam.Sequential([hornbeam.Input((50,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    before, folder = model.get_weights(), tmp_path / "checkpoints"

    def vanish():
        shutil.rmtree(folder)
        folder.write_text("a file")

    with pytest.raises(OSError, match="checkpoints"):
        model.fit(X, Y, epochs=3, verbose=0, callbacks=[ModelCheckpoint(folder / "m.keras"), At(vanish)])
    after = model.get_weights()
    assert np.isfinite(after[0]).all() and (after[0] != before[0]).any()
    model.save(tmp_path / "m.keras")
    model.fit(X, Y, verbose=0)


class TestNonFinite:
    @pytest.fixture
    def spoil(self, model):
        def run():
            model.layers[0].set_weights([np.full((50, 100), np.nan), np.zeros(100)])

        return run

    @pytest.mark.parametrize("only_weights", [False, True])
    def test_checkpoints_keep_what_is_good(self, model, tmp_path, spoil, only_weights, engine):
        path = tmp_path / ("w.weights.h5" if only_weights else "m.keras")
        checkpoint = ModelCheckpoint(path, save_weights_only=only_weights)
        said = r"must be finite to be saved to `.*`, which stays as it is.*`.*kernel` and .*allow_nonfinite=True"
        with pytest.warns(UserWarning, match=said):
            model.fit(X, Y, epochs=2, verbose=0, callbacks=[checkpoint, At(spoil)])
        loaded = hornbeam.models.clone_model(model) if only_weights else saving.load_model(path)
        if only_weights:
            loaded.load_weights(path)
        assert all(np.isfinite(w).all() for w in loaded.get_weights())

    def test_unless_asked_to(self, model, tmp_path, spoil):
        checkpoint = ModelCheckpoint(tmp_path / "m.keras", allow_nonfinite=True)
        with warnings.catch_warnings():
            warnings.filterwarnings("error", message=".*must be finite to be saved")
            model.fit(X, Y, epochs=2, verbose=0, callbacks=[checkpoint, At(spoil)])
            model.save_weights(tmp_path / "w.weights.h5")
        assert np.isnan(saving.load_model(tmp_path / "m.keras").get_weights()[0]).any()

    def test_a_run_goes_on_from_what_is_good(self, model, tmp_path, spoil):
        class Stop(Exception):
            pass

        def stop():
            raise Stop

        backup = BackupAndRestore(tmp_path / "backup")
        with pytest.warns(UserWarning, match="must be finite"), pytest.raises(Stop):
            later = At(stop)
            later.on_epoch_begin = lambda epoch, logs=None: stop() if epoch == 2 else None
            model.fit(X, Y, epochs=3, verbose=0, callbacks=[backup, At(spoil), later])
        again = BackupAndRestore(tmp_path / "backup", delete_checkpoint=False)
        model.fit(X, Y, epochs=3, verbose=0, callbacks=[again])
        assert again.first_epoch == 1 and all(np.isfinite(w).all() for w in model.get_weights())

    def test_infinite_masks_are_meant(self, tmp_path):
        class Masked(layers.Layer):
            def build(self, shape):
                self.mask = self.add_weight(shape=(2,), initializer="zeros", trainable=False)
                self.mask.assign([0.0, -np.inf])

            def call(self, x):
                return x + self.mask

        model = hornbeam.Sequential([hornbeam.Input((2,)), Masked()])
        assert hornbeam.core.finite.spoiled(model) == []
