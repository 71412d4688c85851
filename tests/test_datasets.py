"""`hornbeam.datasets`, on small files of the real form: read as Keras reads them, safely, with words when offline."""

import gzip
import importlib
import io
import json
import os
import pickle
import struct
import urllib.error
import zipfile

import numpy as np
import pytest

from hornbeam import config, datasets
from hornbeam.datasets import cifar, fashion_mnist, fetching
from hornbeam.datasets.reading import unpickled


def texts(generator, n):
    found = np.empty(n, object)
    found[:] = [generator.integers(1, 50, generator.integers(2, 15)).tolist() for _ in range(n)]
    return found


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Small files with the names and the forms of the real ones."""
    root = tmp_path_factory.mktemp("datasets")
    g = np.random.default_rng(0)
    digits = {f"x_{part}": g.integers(0, 255, (n, 28, 28)).astype("uint8") for part, n in (("train", 5), ("test", 3))}
    digits |= {f"y_{part}": g.integers(0, 9, n).astype("uint8") for part, n in (("train", 5), ("test", 3))}
    np.savez(root / "mnist.npz", **digits)
    reviews = {"x_train": texts(g, 40), "x_test": texts(g, 30)}
    np.savez(root / "imdb.npz", **reviews, y_train=g.integers(0, 2, 40), y_test=g.integers(0, 2, 30))
    np.savez(root / "reuters.npz", x=texts(g, 60), y=g.integers(0, 46, 60))
    np.savez(root / "boston_housing.npz", x=g.random((50, 13)), y=g.random(50))
    np.savez_compressed(root / "california_housing.npz", x=g.random((700, 8), "float32"), y=g.random(700, "float32"))
    for name in ("imdb", "reuters"):
        (root / f"{name}_word_index.json").write_text(json.dumps({"the": 1, "é": 2}))
    return root


@pytest.fixture
def found(files, monkeypatch):
    """Instead of downloading, both Keras and Hornbeam are given the small files."""

    def get_file(fname=None, origin=None, **kwargs):
        return str(files / fname)

    for module in (fetching, cifar, fashion_mnist):
        monkeypatch.setattr(module, "get_file", get_file)
    for name in datasets.__all__:
        monkeypatch.setattr(importlib.import_module(f"keras.src.datasets.{name}"), "get_file", get_file)
    return files


CASES = [
    ("mnist", {}),
    ("boston_housing", {}),
    ("boston_housing", {"test_split": 0.33, "seed": 5}),
    ("california_housing", {}),
    ("california_housing", {"version": "small", "test_split": 0.35, "seed": 2}),
    ("imdb", {}),
    ("imdb", {"num_words": 20, "skip_top": 5, "maxlen": 9}),
    ("imdb", {"oov_char": None, "num_words": 20, "skip_top": 6}),
    ("imdb", {"start_char": None, "index_from": 0, "seed": 3}),
    ("reuters", {}),
    ("reuters", {"num_words": 20, "test_split": 0.3, "seed": 9}),
    ("reuters", {"maxlen": 12, "oov_char": None, "skip_top": 6}),
]


@pytest.mark.parametrize(("name", "arguments"), CASES)
def test_it_is_what_keras_gives(found, name, arguments):
    keras = pytest.importorskip("keras")
    ours, theirs = (getattr(module, name).load_data(**arguments) for module in (datasets, keras.datasets))
    for x, y in zip((*ours[0], *ours[1]), (*theirs[0], *theirs[1]), strict=True):
        assert (x.dtype, x.shape) == (y.dtype, y.shape)
        assert x.tolist() == y.tolist()


@pytest.mark.filterwarnings("ignore::hornbeam.OldNameWarning")
def test_words_and_topics(found):
    keras = pytest.importorskip("keras")
    assert datasets.imdb.get_word_index() == datasets.reuters.get_word_index() == {"the": 1, "é": 2}
    assert datasets.reuters.get_label_names() == keras.datasets.reuters.get_label_names()
    for module in (datasets.imdb, datasets.reuters):
        old = module.load_data(nb_words=20)
        assert [list(map(list, x)) for x, _ in old] == [list(map(list, x)) for x, _ in module.load_data(num_words=20)]


def test_clothes(found):
    content = {}
    for name, n in (("train", 6), ("t10k", 4)):
        x, y = np.arange(n * 784).reshape(n, 28, 28).astype("uint8"), np.arange(n).astype("uint8")
        with gzip.open(found / f"{name}-images-idx3-ubyte.gz", "wb") as file:
            file.write(struct.pack(">4i", 2051, n, 28, 28) + x.tobytes())
        with gzip.open(found / f"{name}-labels-idx1-ubyte.gz", "wb") as file:
            file.write(struct.pack(">2i", 2049, n) + y.tobytes())
        content[name] = x, y
    for (x, y), part in zip(datasets.fashion_mnist.load_data(), content.values(), strict=True):
        np.testing.assert_array_equal(x, part[0])
        np.testing.assert_array_equal(y, part[1])
        assert x.dtype == y.dtype == np.uint8
    path = found / "t10k-labels-idx1-ubyte.gz"
    whole = path.read_bytes()
    for damaged in (b"", whole[:-9], gzip.compress(b"nothing"), gzip.compress(struct.pack(">2i", 2049, 2**31 - 1))):
        path.write_bytes(damaged)
        with pytest.raises(ValueError, match=r"t10k-labels.* cannot be read as this data set"):
            datasets.fashion_mnist.load_data()


def by_python_2(value):
    """A pickle as Python 2 wrote those of CIFAR: its texts are bytes."""

    def text(data):
        return b"T" + struct.pack("<i", len(data)) + data

    def array(x):
        shape = b"".join(b"I%d\n" % n for n in x.shape)
        dtype = b"cnumpy\ndtype\n(" + text(b"u1") + b"I0\nI1\ntR(I3\n" + text(b"|") + b"NNNI-1\nI-1\nI0\ntb"
        made = b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\nt" + text(b"b") + b"tR"
        return made + b"(I1\n(" + shape + b"t" + dtype + b"I00\n" + text(x.tobytes()) + b"tb"

    def numbers(values):
        return b"](" + b"".join(b"K" + bytes([n]) for n in values) + b"e"

    items = [text(key) + (array(v) if isinstance(v, np.ndarray) else numbers(v)) for key, v in value.items()]
    return b"\x80\x02}(" + b"".join(items) + b"u."


def test_photographs(found, monkeypatch):
    x = np.arange(2 * 3072).reshape(2, 3072).astype("uint8")
    ten, hundred = found / "cifar-10-batches-py-target/cifar-10-batches-py", found / "cifar-100-python-target"
    hundred = hundred / "cifar-100-python"
    for folder in (ten, hundred):
        folder.mkdir(parents=True, exist_ok=True)
    for i, name in enumerate([f"data_batch_{i}" for i in range(1, 6)] + ["test_batch"]):
        (ten / name).write_bytes(by_python_2({b"data": x, b"labels": [i, 9]}))
    for name in ("train", "test"):
        (hundred / name).write_bytes(by_python_2({b"data": x, b"fine_labels": [99, 3], b"coarse_labels": [19, 0]}))
    (x_train, y_train), (x_test, y_test) = datasets.cifar10.load_data()
    assert (x_train.shape, x_train.dtype, y_train.dtype) == ((10, 32, 32, 3), np.uint8, np.uint8)
    assert (y_train.ravel().tolist(), y_test.tolist()) == ([0, 9, 1, 9, 2, 9, 3, 9, 4, 9], [[5], [9]])
    np.testing.assert_array_equal(x_test, x.reshape(2, 3, 32, 32).transpose(0, 2, 3, 1))
    for mode, expected in (("fine", [[99], [3]]), ("coarse", [[19], [0]])):
        (_, y_train), _ = datasets.cifar100.load_data(mode)
        assert (y_train.tolist(), y_train.dtype) == (expected, np.int64)
    try:
        config.set_image_data_format("channels_first")
        assert datasets.cifar10.load_data()[0][0].shape == (10, 3, 32, 32)
    finally:
        config.set_image_data_format("channels_last")
    with pytest.raises(ValueError, match='`label_mode` must be "fine" or "coarse"'):
        datasets.cifar100.load_data("x")
    for damaged in (pickle.dumps(Harm()), pickle.dumps({"data": 3}), b"", b"\x80\x02}", pickle.dumps(3)):
        (ten / "test_batch").write_bytes(damaged)
        with pytest.raises(ValueError, match="test_batch` cannot be read as this data set"):
            datasets.cifar10.load_data()


class Harm:
    def __reduce__(self):
        return os.system, ("touch harm-was-done",)


def test_pickles_in_files_of_yours_do_no_harm(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    harm = np.array([Harm(), [1]], object)
    np.savez(tmp_path / "reuters.npz", x=harm, y=np.arange(2))
    with pytest.raises(ValueError, match=r"cannot be read as this data set \(.*: it names `posix.system`"):
        datasets.reuters.load_data(path=tmp_path / "reuters.npz")
    assert not (tmp_path / "harm-was-done").exists()


@pytest.mark.parametrize(
    "array", [np.arange(6).reshape(2, 3), np.asfortranarray(np.eye(2, 3)), np.arange(3, dtype=">i4"), np.array([True])]
)
@pytest.mark.parametrize("protocol", [2, 3, 4])
def test_pickled_arrays_are_read_as_data(array, protocol):
    for given in (array, np.array([[1, 2], "é"], object)):
        found = unpickled(io.BytesIO(pickle.dumps(given, protocol=protocol)))
        assert (found.dtype, found.shape, found.tolist()) == (given.dtype, given.shape, given.tolist())
    assert unpickled(io.BytesIO(pickle.dumps({"a": array, "b": [1]}, protocol=protocol)))["b"] == [1]


def test_damaged_pickles_are_errors():
    whole = pickle.dumps({"a": np.arange(4), "b": np.array([[1], [2]], object)}, protocol=4)
    generator = np.random.default_rng(0)
    for _ in range(300):
        damaged = bytearray(whole[: generator.integers(1, len(whole) + 1)])
        damaged[generator.integers(len(damaged))] = generator.integers(256)
        try:
            found = unpickled(io.BytesIO(bytes(damaged)))
        except ValueError:
            continue
        assert isinstance(found, dict | np.ndarray)


def test_files_that_are_none(tmp_path):
    path = tmp_path / "mnist.npz"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("x_train.npy", b"no array")
    for content in (b"", b"nothing", buffer.getvalue()):
        path.write_bytes(content)
        with pytest.raises(ValueError, match=r"mnist.npz` cannot be read as .*: remove it, or replace it"):
            datasets.mnist.load_data(path=path)


def test_a_file_of_yours_is_read_and_left_alone(files, tmp_path):
    path = tmp_path / "mnist.npz"
    path.write_bytes((files / "mnist.npz").read_bytes())
    before = path.stat().st_mtime_ns
    (x, _), _ = datasets.mnist.load_data(path=str(path))
    assert x.shape == (5, 28, 28)
    assert path.stat().st_mtime_ns == before


def test_the_real_digits(shared):
    path = shared / "data" / "mnist.npz"
    if not path.is_file():
        pytest.skip("no digits")
    (x_train, y_train), (x_test, y_test) = datasets.mnist.load_data(path)
    assert (x_train.shape, y_train.shape, x_test.shape) == ((60000, 28, 28), (60000,), (10000, 28, 28))
    assert x_train.dtype == y_test.dtype == np.uint8
    assert np.bincount(y_train).tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]


@pytest.mark.parametrize("name", datasets.__all__)
def test_offline_it_says_where_to_put_which_file(name, tmp_path, monkeypatch):
    def no_connection(*args, **kwargs):
        raise urllib.error.URLError("no connection")

    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr("urllib.request.OpenerDirector.open", no_connection)
    with pytest.raises(
        OSError, match=rf"https://.* cannot be downloaded \(no connection\): .* `{tmp_path}/datasets/.*`"
    ):
        getattr(datasets, name).load_data()
    if name == "mnist":  # a damaged file is no reason to stop looking
        (tmp_path / "datasets/mnist.npz").write_bytes(b"damaged")
        with pytest.raises(OSError, match="cannot be downloaded"):
            datasets.mnist.load_data()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: datasets.boston_housing.load_data(test_split=1), "`test_split` must be at least 0 and less than 1"),
        (lambda: datasets.california_housing.load_data("medium"), '`version` must be "large" or "small"'),
        (lambda: datasets.imdb.load_data(maxlen=1), "`maxlen` must leave texts"),
    ],
)
def test_wrong_arguments(found, call, message):
    with pytest.raises(ValueError, match=message):
        call()
