"""Files of several megabytes, which are read and written in pieces and in place."""

import os
import zipfile

import h5py
import numpy as np
import pytest

import hornbeam
from hornbeam import engine as E
from hornbeam import saving
from hornbeam.saving.lent_memory import LentMemory

UNITS = 700  # a kernel of 2 MB, more than any piece
FORMS = {
    "m.keras": lambda model, path: model.save(path),
    "m.h5": lambda model, path: model.save(path),
    "folder": lambda model, path: model.save(path, zipped=False),
    "w.weights.h5": lambda model, path: model.save_weights(path),
    "w.weights.json": lambda model, path: model.save_weights(path, max_shard_size=0.003),
    "w.safetensors": lambda model, path: model.save_weights(path),
}


def make(k=hornbeam, seed=0):
    model = k.Sequential([k.Input((UNITS,)), k.layers.Dense(UNITS), k.layers.Dense(UNITS, use_bias=False)])
    r = np.random.default_rng(seed)
    model.set_weights([r.random(weight.shape, "float32") for weight in model.get_weights()])
    return model


def same(model, other):
    return all((a == b).all() for a, b in zip(model.get_weights(), other.get_weights(), strict=True))


@pytest.mark.parametrize("form", FORMS)
def test_files_hold_each_weight_once_and_are_read(form, tmp_path, engine):
    model, path = make(), tmp_path / form
    FORMS[form](model, path)
    size = sum(file.stat().st_size for file in tmp_path.rglob("*") if file.is_file())
    weights = sum(weight.nbytes for weight in model.get_weights())
    assert weights < size < weights + 100_000
    if form[0] in "mf":
        assert same(saving.load_model(path), model)
    other = make(seed=1)
    other.load_weights(path)
    assert same(other, model)


def test_keras_and_its_files(keras, tmp_path):
    model, theirs = make(), make(keras, seed=1)
    model.save(tmp_path / "m.keras")
    assert same(keras.saving.load_model(tmp_path / "m.keras"), model)
    with zipfile.ZipFile(tmp_path / "m.keras") as archive:
        assert archive.testzip() is None
    theirs.save(tmp_path / "theirs.keras")
    assert same(saving.load_model(tmp_path / "theirs.keras"), theirs)


def test_one_byte_that_has_changed(tmp_path):
    path = tmp_path / "m.keras"
    make().save(path)
    with open(path, "r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(b"\xff\0\xff")
    with pytest.raises(ValueError, match="CRC"):
        saving.load_model(path)


@pytest.mark.parametrize("packed", [{"compression": "gzip"}, {"fletcher32": True, "chunks": (100, 100)}])
def test_packed_values_that_turn_out_damaged_change_nothing(packed, tmp_path):
    """The first variable could have been read."""
    model, path = make(), tmp_path / "w.weights.h5"
    model.save_weights(path)
    with h5py.File(path, "a") as file:
        place = "layers/dense_1/vars"
        kernel = file[place]["0"][()]
        del file[place]["0"]
        dataset = file[place].create_dataset("0", data=kernel, **packed)
        at = dataset.id.get_chunk_info(dataset.id.get_num_chunks() // 2).byte_offset
    other = make(seed=1)
    other.load_weights(path)
    assert same(other, model)
    with open(path, "r+b") as file:
        file.seek(at + 50)
        file.write(os.urandom(20))
    other, before = make(seed=2), make(seed=2)
    with pytest.raises(ValueError, match="damaged"):
        other.load_weights(path)
    assert same(other, before)


def test_a_disk_that_fails_changes_nothing_or_says_how_far_it_was(tmp_path, monkeypatch):
    """What is small is read before anything changes; there is no memory for a second model beside a large one."""
    from hornbeam.saving import hdf5

    model, other, path, read = make(), make(seed=1), tmp_path / "w.weights.h5", hdf5.read
    model.save_weights(path)

    def fail(dataset, buffer):
        if dataset.name.startswith("/layers/dense_1"):
            raise OSError("Input/output error")
        return read(dataset, buffer)

    monkeypatch.setattr("hornbeam.saving.plan.Plan.__init__.__defaults__", (fail, hdf5.is_whole, False))
    with pytest.raises(ValueError, match="Input/output error"):
        other.load_weights(path)
    assert same(other, make(seed=1))
    monkeypatch.setattr("hornbeam.saving.assigning._STAGED", 0)
    with pytest.raises(ValueError, match=r"Input/output error.* when 2 of 3 variables .* load again"):
        other.load_weights(path)


@pytest.mark.parametrize("form", FORMS)
def test_a_large_model_is_read_through_the_same_memory(form, tmp_path, engine, monkeypatch):
    monkeypatch.setattr("hornbeam.saving.assigning._STAGED", 0)
    model, other = make(), make(seed=1)
    FORMS[form](model, tmp_path / form)
    other.load_weights(tmp_path / form)
    assert same(other, model)


def test_large_weights_wait_where_they_are_computed_with(tmp_path, engine):
    model = make()
    model.save(tmp_path / "m.keras")
    kernel, bias, _ = saving.load_model(tmp_path / "m.keras").weights
    assert not isinstance(kernel._value, np.ndarray) and isinstance(bias._value, np.ndarray)


def test_memory_that_is_used_again_keeps_what_is_still_copied(engine):
    memory, made = LentMemory([2**21] * 16), []
    assert 2**22 <= memory.memory.nbytes < 1.01 * 2**22
    for i in range(16):
        piece = memory.take(2**21 >> i % 3).view("float32")  # of several sizes
        piece[:] = i
        made.append(E.as_weight(piece, "float32", lent=True))
        memory.lend(made[-1])
    assert all((E.to_numpy(array) == i).all() for i, array in enumerate(made))


def test_memory_of_which_one_array_is_most_has_room_for_no_second():
    assert LentMemory([2**20, 2**22]).memory.nbytes < 1.01 * 2**22
