"""Arrays on disk: read in parts, shuffled by blocks, checked while they are read."""

import numpy as np
import pytest

from hornbeam.data import ArraySource, StoredSource, as_source, memory
from hornbeam.utils import set_random_seed

ROWS = 2000


@pytest.fixture(autouse=True)
def small_budget(monkeypatch):
    """Windows of 128 rows, blocks of 8."""
    monkeypatch.setattr(memory, "DEVICE_BYTES", 12288)
    monkeypatch.setattr(memory, "WINDOW_BYTES", 128 * 12)


def arrays(rows=ROWS):
    number = np.arange(rows)
    return np.stack([number, -number], axis=1).astype("float64"), number.astype("int64") % 7


def as_memmap(array, folder, name):
    np.save(folder / f"{name}.npy", array)
    return np.load(folder / f"{name}.npy", mmap_mode="r")


def as_hdf5(array, folder, name):
    h5py = pytest.importorskip("h5py")
    with h5py.File(folder / f"{name}.h5", "w") as file:
        file["a"] = array
    return h5py.File(folder / f"{name}.h5")["a"]


class Zarr:
    """What Zarr, TensorStore and their kind have in common."""

    def __init__(self, array, *_):
        self._array, self.shape, self.dtype = array, array.shape, array.dtype
        self.asked = []

    def __getitem__(self, rows):
        assert isinstance(rows, slice)
        self.asked.append((rows.start, rows.stop))
        return self._array[rows]


@pytest.fixture(params=[as_memmap, as_hdf5, Zarr])
def stored(request, tmp_path):
    x, y = arrays()
    return request.param(x, tmp_path, "x"), request.param(y, tmp_path, "y")


def visited(source):
    """The rows of the windows of the next epoch, in order, by their first number."""
    return [int(number) for window, _ in source.windows(lambda w: w) for number in window.data[0][window.order, 0]]


def test_in_parts_and_narrowed(stored):
    source = as_source(*stored, batch_size=32)
    assert isinstance(source, StoredSource)
    assert (source.rows, source.steps) == (ROWS, 63)
    batches = list(source.epoch())
    assert [len(x) for x, _, _ in batches] == [32] * 62 + [16]
    assert (batches[0][0].dtype, batches[0][1].dtype) == (np.float32, np.int32)
    x, y = arrays()
    np.testing.assert_array_equal(np.concatenate([b[0] for b in batches]), x)
    np.testing.assert_array_equal(np.concatenate([b[1] for b in batches]), y)
    np.testing.assert_array_equal(source.peek()[0], x[:32])


def test_what_fits_is_loaded(stored, monkeypatch):
    monkeypatch.setattr(memory, "DEVICE_BYTES", 2**20)
    source = as_source(*stored)
    assert type(source) is ArraySource
    np.testing.assert_array_equal(source.arrays[0], arrays()[0])


def test_windows_have_one_size():
    source = as_source(*map(Zarr, arrays()), batch_size=32)
    windows = [window for window, _ in source.windows()]
    assert source.room == 128
    assert {len(leaf) for window in windows for leaf in window.data[:2]} == {128}
    assert [len(window.order) for window in windows] == [128] * 15 + [80]


def test_shuffled_by_blocks():
    x = Zarr(arrays()[0])
    set_random_seed(1)
    source = as_source(x, arrays()[1], batch_size=32, shuffle=True)
    x.asked.clear()
    first = visited(source)
    assert all(stop - start <= 8 for start, stop in x.asked)
    second = visited(source)
    assert sorted(first) == sorted(second) == list(range(ROWS))
    assert first != second
    # as far from their place as in a random order: a third of the rows
    assert 500 < np.abs(np.array(first) - np.arange(ROWS)).mean() < 840
    # neighbours on disk are apart by a part of a window
    assert np.abs(np.diff(first)).mean() > 400
    set_random_seed(1)
    again = as_source(Zarr(arrays()[0]), arrays()[1], batch_size=32, shuffle=True)
    assert [visited(again), visited(again)] == [first, second]


def test_shuffled_batches_stay_together():
    source = as_source(*map(Zarr, arrays()), batch_size=32, shuffle="batch")
    rows = visited(source)
    assert sorted(rows) == list(range(ROWS))
    starts = rows[::32]
    assert starts != sorted(starts)
    assert starts[-1] == 1984
    for i, start in enumerate(starts):
        assert rows[i * 32 : (i + 1) * 32] == list(range(start, min(start + 32, ROWS)))


def test_epochs_of_some_steps():
    """Training goes on in the same pass and into the next; the last batch of a pass stays short."""
    source = as_source(*map(Zarr, arrays()), batch_size=32, steps=25, repeat=True)
    epochs = [visited(source) for _ in range(3)]
    assert epochs == [
        list(range(800)),
        list(range(800, 1600)),
        [*range(1600, ROWS), *range(12 * 32)],
    ]
    evaluation = as_source(*map(Zarr, arrays()), batch_size=32, steps=5)
    assert [visited(evaluation) for _ in range(2)] == [list(range(160))] * 2
    with pytest.warns(UserWarning, match="gave 63 of 99 batches"):
        visited(as_source(*map(Zarr, arrays()), batch_size=32, steps=99))


def test_an_epoch_that_was_left_is_over():
    source = as_source(*map(Zarr, arrays()), batch_size=32)
    windows = source.windows()
    next(windows)
    windows.close()
    assert visited(source) == list(range(ROWS))


def test_split():
    x, y = arrays()
    train, validation = as_source(
        Zarr(x), y, batch_size=32, shuffle=True, class_weight={0: 2.0} | dict.fromkeys(range(1, 7), 1.0)
    ).split(0.25)
    assert sorted(visited(train)) == list(range(1500))
    assert visited(validation) == list(range(1500, ROWS))
    assert set(train.peek()[2].tolist()) == {1.0, 2.0}
    assert validation.peek()[2] is None
    with pytest.raises(ValueError, match="`validation_split` must be between 0 and 1"):
        as_source(Zarr(x)).split(2)


def test_weights_of_classes_and_rows():
    x, y = arrays()
    y = (y > 0).astype("int64")
    weight = np.linspace(1, 2, ROWS).astype("float32")
    in_memory = ArraySource(x, y, weight, class_weight="balanced").arrays[2]
    found = list(as_source(Zarr(x), Zarr(y), Zarr(weight), class_weight="balanced").epoch())
    np.testing.assert_allclose(np.concatenate([w for _, _, w in found]), in_memory, rtol=1e-6)


def test_nan_is_found_when_it_is_read():
    x, y = arrays()
    x[1234, 1] = np.nan
    source = as_source(Zarr(x), y)
    with pytest.raises(
        ValueError, match=r"`x` must be finite numbers. Received: NaN in 1 of \d+ rows, first in row 1234"
    ):
        visited(source)
    assert len(visited(as_source(Zarr(x), y, check_finite=False))) == ROWS


def test_large_integers_are_refused_when_they_are_read():
    y = np.full(ROWS, 2**40)
    with pytest.raises(ValueError, match="`y` must fit into 32-bit integers"):
        visited(as_source(Zarr(arrays()[0]), Zarr(y)))


def test_one_array_on_disk_is_enough(tmp_path):
    x, y = arrays()
    source = as_source({"a": as_memmap(x, tmp_path, "x"), "b": x.astype("float32")}, y)
    assert isinstance(source, StoredSource)
    window, _ = next(source.windows())
    np.testing.assert_array_equal(window.data[0]["a"], window.data[0]["b"])
    with pytest.raises(ValueError, match=r"as many rows in each array. Received: `x` with 2000, `y` with 7"):
        as_source(Zarr(x), y[:7])


def test_views_of_a_map_stay_on_disk(tmp_path):
    x = as_memmap(arrays()[0], tmp_path, "x")
    assert isinstance(as_source(np.asarray(x)[100:1900:1], batch_size=32), StoredSource)
    writable = np.memmap(tmp_path / "w", "float32", "w+", shape=(ROWS, 3))
    writable[:] = 5
    assert all((window.data[0] == 5).all() for window, _ in as_source(writable).windows())
    changed = np.memmap(tmp_path / "w", "float32", "c", shape=(ROWS, 3))
    changed[:] = 7  # in memory alone
    assert as_source(changed).rows == ROWS
    assert (changed == 7).all()


def test_arrays_in_memory_give_windows_of_a_true_shuffle():
    x, y = arrays()
    set_random_seed(0)
    expected = as_source(x, y, shuffle=True).order().tolist()
    set_random_seed(0)
    source = as_source(x, y, shuffle=True)
    assert visited(source) == expected


def test_an_array_that_stands_twice_is_read_once():
    x = Zarr(arrays()[0])
    source = as_source(x, x)
    x.asked.clear()
    window, _ = next(source.windows())
    assert window.data[0] is window.data[1]
    assert x.asked.count((0, 64)) <= 1


def test_the_budget_looks_at_what_is_free(monkeypatch):
    monkeypatch.setattr(memory, "DEVICE_BYTES", 2**32)
    for free, expected in ((2**40, 2**32), (2**30, 2**28), (0, 0), (None, 2**32)):
        monkeypatch.setattr(memory, "free_memory", lambda free=free: free)
        assert memory.budget() == expected
    monkeypatch.setattr(memory.engine, "memory_stats", lambda: {"bytes_limit": 2**26, "bytes_in_use": 2**25})
    assert memory.budget() == 2**23
    monkeypatch.undo()
    assert 2**20 < memory.free_memory() < 2**50


@pytest.mark.parametrize("make", [Zarr, np.asarray])
def test_windows_keep_their_size_when_memory_gets_short(make, monkeypatch):
    source = as_source(make(arrays()[0]), batch_size=32)
    room = source.room
    monkeypatch.setattr(memory, "free_memory", lambda: 2**12)
    assert {len(window.data[0]) for window, _ in source.windows(lambda w: w)} == {room} == {source.room}


def test_real_zarr(tmp_path):
    zarr = pytest.importorskip("zarr")
    array = zarr.create_array(store=str(tmp_path / "x.zarr"), shape=(100, 2), chunks=(10, 2), dtype="float32")
    array[:] = np.arange(200).reshape(100, 2)
    source = as_source(array, np.arange(100), batch_size=10)
    assert source.rows == 100
    np.testing.assert_array_equal(source.arrays[0], array[:])
