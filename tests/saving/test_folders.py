"""Models as folders: what a `.keras` file holds, as files of their own."""

import os

import numpy as np
import pytest

import hornbeam
from hornbeam import layers, saving


def stack():
    model = hornbeam.Sequential([hornbeam.Input((3,)), layers.Dense(4, activation="tanh"), layers.Dense(2)])
    model.compile("adam", "mse")
    model.fit(np.ones((4, 3)), np.ones((4, 2)), verbose=0)
    return model


def same_weights(model, other):
    for mine, theirs in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_keras_reads_a_folder_and_its_folders_are_read(keras, tmp_path):
    mine = stack()
    mine.save(tmp_path / "mine", zipped=False)
    assert sorted(os.listdir(tmp_path)) == ["mine"]
    assert sorted(os.listdir(tmp_path / "mine")) == ["config.json", "metadata.json", "model.weights.h5"]
    theirs = keras.saving.load_model(tmp_path / "mine")
    same_weights(theirs, mine)
    theirs.save(tmp_path / "theirs", zipped=False)
    back = saving.load_model(tmp_path / "theirs")
    same_weights(back, mine)
    assert back.optimizer.iterations == 1
    other = stack()
    other.load_weights(tmp_path / "theirs")
    same_weights(other, mine)


def test_a_folder_keeps_the_files_of_layers(tmp_path):
    words = layers.StringLookup(vocabulary=["a", "b", "c"])
    hornbeam.Sequential([hornbeam.Input((1,), dtype="string"), words]).save(tmp_path / "m", zipped=False)
    copy = saving.load_model(tmp_path / "m")
    assert copy.layers[0].get_vocabulary() == words.get_vocabulary()


def test_a_folder_is_replaced_whole(tmp_path, monkeypatch):
    model = stack()
    model.save(tmp_path / "m", zipped=False)
    model.set_weights([np.zeros_like(value) for value in model.get_weights()])

    def fail(*_):
        raise KeyboardInterrupt

    for target in ("hornbeam.saving.hdf5.write", "hornbeam.saving.replacing._put_in_place"):
        with monkeypatch.context() as patch:
            patch.setattr(target, fail)
            with pytest.raises(KeyboardInterrupt):
                model.save(tmp_path / "m", zipped=False)
        assert os.listdir(tmp_path) == ["m"] and saving.load_model(tmp_path / "m").get_weights()[0].any()
    model.save(tmp_path / "m", zipped=False)
    assert os.listdir(tmp_path) == ["m"]
    same_weights(saving.load_model(tmp_path / "m"), model)


def test_a_folder_is_replaced_where_names_cannot_be_exchanged(tmp_path, monkeypatch):
    monkeypatch.setattr("hornbeam.saving.replacing._exchanged", lambda *_: False)
    model = stack()
    model.save(tmp_path / "m", zipped=False)
    model.save(tmp_path / "m", zipped=False)
    assert os.listdir(tmp_path) == ["m"]
    same_weights(saving.load_model(tmp_path / "m"), model)


class TestRefused:
    def test_a_folder_of_something_else_stays(self, tmp_path):
        (tmp_path / "thesis.tex").write_text("years of work")
        with pytest.raises(FileExistsError, match=r"thesis.tex.*would be lost"):
            stack().save(tmp_path, zipped=False)
        assert os.listdir(tmp_path) == ["thesis.tex"]

    def test_names(self, tmp_path):
        with pytest.raises(ValueError, match=r"must not end in `\.keras`"):
            stack().save(tmp_path / "m.keras", zipped=False)
        (tmp_path / "file").write_text("")
        with pytest.raises(NotADirectoryError, match="another name"):
            stack().save(tmp_path / "file", zipped=False)
        with pytest.raises(FileNotFoundError, match="make it first"):
            stack().save(tmp_path / "none" / "m", zipped=False)
        stack().save(tmp_path / "m", zipped=False)
        with pytest.raises(FileExistsError, match="`overwrite` is false"):
            stack().save(tmp_path / "m", zipped=False, overwrite=False)
        with pytest.raises(IsADirectoryError, match="SavedModel"):
            saving.load_model(tmp_path)

    @pytest.mark.parametrize("name", ["config.json", "model.weights.h5"])
    def test_parts_that_are_links_or_pipes(self, name, tmp_path):
        stack().save(tmp_path / "m", zipped=False)
        part = tmp_path / "m" / name
        part.rename(tmp_path / "elsewhere")
        part.symlink_to(tmp_path / "elsewhere")
        with pytest.raises(ValueError, match=rf"`{name}`.*no plain file"):
            saving.load_model(tmp_path / "m")
        part.unlink()
        os.mkfifo(part)
        with pytest.raises(ValueError, match=rf"`{name}`.*no plain file"):
            saving.load_model(tmp_path / "m")
