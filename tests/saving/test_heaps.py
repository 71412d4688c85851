"""Heaps of texts in HDF5 files over which HDF5 itself would loop for ever, or run away: damaged files, at once."""

import io
import struct

import h5py
import numpy as np
import pytest

import hornbeam
from hornbeam import layers, saving
from hornbeam.saving import hdf5

OBJECT = 16  # bytes before the first object in a heap, and before the bytes of each


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    path = tmp_path_factory.mktemp("heaps") / "m.h5"
    model = hornbeam.Sequential([hornbeam.Input((3,)), *[layers.Dense(3) for _ in range(9)]])
    model.save(path)
    return path.read_bytes()


def free(size):
    """An object that is free, of so many bytes."""
    return struct.pack("<HHIQ", 0, 0, 0, size)


DAMAGE = {
    "an object without a size": (OBJECT, free(0)),
    "a step back": (OBJECT, free(2**64 - 16)),
    "an object beyond the end": (OBJECT, free(2**20)),
    "a text beyond the end": (OBJECT, struct.pack("<HHIQ", 1, 1, 0, 2**64 - 1)),
    "a heap beyond the file": (8, struct.pack("<Q", 2**40)),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_heap_that_does_not_end_is_damage(kind, good, tmp_path):
    heap, (place, value) = good.index(b"GCOL"), DAMAGE[kind]
    data = bytearray(good)
    data[heap + place : heap + place + len(value)] = value
    path = tmp_path / "m.h5"
    path.write_bytes(data)
    with pytest.raises(ValueError, match=r"m\.h5` is damaged"):
        saving.load_model(path)


def test_long_texts_in_heaps_of_their_own_are_read(tmp_path):
    texts = {f"k{i}": "é" * 10**i for i in range(6)}
    with h5py.File(tmp_path / "t.h5", "w") as file:
        file.attrs.update(texts)
    for source in (str(tmp_path / "t.h5"), io.BytesIO((tmp_path / "t.h5").read_bytes())):
        with hdf5.reading(source, "t.h5") as file:
            assert {key: str(file.attrs[key]) for key in texts} == texts


def test_numbers_that_look_like_such_a_heap_are_an_error_and_not_zeros(tmp_path):
    with h5py.File(tmp_path / "n.h5", "w") as file:
        file["n"] = np.frombuffer(b"GCOL\x01\0\0\0" * 512, "float32")
    with (
        pytest.raises(ValueError, match=r"the heap at byte \d+ has objects that do not lead to its end"),
        hdf5.reading(str(tmp_path / "n.h5"), "n.h5") as file,
    ):
        hdf5.read(file["n"])


def test_lengths_of_four_bytes_are_refused(tmp_path):
    plist = h5py.h5p.create(h5py.h5p.FILE_CREATE)
    plist.set_sizes(8, 4)
    h5py.File(h5py.h5f.create(str(tmp_path / "m.h5").encode(), fcpl=plist)).close()
    with pytest.raises(ValueError, match="lengths of 8 and 4 bytes where 8 and 8 are expected"):
        saving.load_model(tmp_path / "m.h5")
