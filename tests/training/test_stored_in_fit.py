"""Training on arrays on disk gives the numbers of training on the same arrays in memory, and memory stays flat."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import hornbeam
from hornbeam.data import memory


@pytest.fixture
def small_budget(monkeypatch):
    """Windows of 64 rows of five numbers."""
    monkeypatch.setattr(memory, "DEVICE_BYTES", 10240)
    monkeypatch.setattr(memory, "WINDOW_BYTES", 64 * 20)


@pytest.fixture
def rows():
    rng = np.random.default_rng(3)
    return rng.normal(size=(1000, 4)).astype("float32"), rng.integers(0, 3, 1000)


@pytest.fixture
def stored(rows, tmp_path):
    for i, array in enumerate(rows):
        np.save(tmp_path / f"{i}.npy", array)
    return [np.load(tmp_path / f"{i}.npy", mmap_mode="r") for i in range(2)]


def with_moments():
    """A model whose rows mix: its last batch is not padded."""
    return hornbeam.Sequential(
        [hornbeam.Input((4,)), hornbeam.layers.BatchNormalization(), hornbeam.layers.Dense(3, activation="softmax")]
    )


def runs(model, data, **kwargs):
    history = model.fit(*data, batch_size=16, epochs=2, shuffle=False, verbose=0, **kwargs).history
    return history, model.get_weights(), model.evaluate(*data, verbose=0), model.predict(data[0], verbose=0)


@pytest.mark.parametrize("short_batches", [False, True], ids=["padded", "short batches"])
@pytest.mark.parametrize(
    "arguments",
    [{}, {"validation_split": 0.3}, {"class_weight": {0: 1.0, 1: 2.0, 2: 0.5}}, {"steps_per_epoch": 31}],
    ids=lambda a: next(iter(a), "plain"),
)
def test_same_as_in_memory(short_batches, arguments, classifier, rows, stored, small_budget, monkeypatch):
    model = classifier
    if short_batches:
        model = with_moments()
        model.compile(hornbeam.optimizers.SGD(0.1), "sparse_categorical_crossentropy", metrics=["accuracy"])
    other = hornbeam.models.clone_model(model)
    other.set_weights(model.get_weights())
    other.compile(hornbeam.optimizers.SGD(0.1), "sparse_categorical_crossentropy", metrics=["accuracy"])
    found = runs(model, stored, **arguments)
    monkeypatch.setattr(memory, "DEVICE_BYTES", 2**30)
    expected = runs(other, rows, **arguments)
    for name in expected[0]:
        np.testing.assert_allclose(found[0][name], expected[0][name], rtol=1e-5, atol=1e-6, err_msg=name)
    for a, b in zip([*found[1], *found[2:]], [*expected[1], *expected[2:]], strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6)


def test_arrays_in_memory_beyond_the_budget(classifier, rows, small_budget, monkeypatch):
    other = hornbeam.models.clone_model(classifier)
    other.set_weights(classifier.get_weights())
    other.compile(hornbeam.optimizers.SGD(0.1), "sparse_categorical_crossentropy", metrics=["accuracy"])
    hornbeam.utils.set_random_seed(1)
    found = classifier.fit(*rows, batch_size=16, epochs=2, verbose=0).history
    monkeypatch.setattr(memory, "DEVICE_BYTES", 2**30)
    hornbeam.utils.set_random_seed(1)
    expected = other.fit(*rows, batch_size=16, epochs=2, verbose=0).history
    np.testing.assert_allclose(found["loss"], expected["loss"], rtol=1e-5)


def test_callbacks_see_every_batch(classifier, stored, small_budget):
    seen = []

    class Watch(hornbeam.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            seen.append(batch)

    classifier.fit(*stored, batch_size=16, verbose=0, callbacks=[Watch()])
    assert seen == list(range(63))


def test_all_targets_are_compared_with_the_loss(classifier, rows, tmp_path, small_budget):
    y = rows[1].copy()
    y[900] = 7
    np.save(tmp_path / "y.npy", y)
    with pytest.raises(
        ValueError, match=r"class indices from 0 to 2, as it has 3 units. Received: indices from 0 to 7"
    ):
        classifier.fit(rows[0], np.load(tmp_path / "y.npy", mmap_mode="r"), verbose=0)


PROGRAM = """
import resource, sys
import numpy as np, hornbeam
from hornbeam.data import memory
memory.DEVICE_BYTES = 24 * 2**20
rows, width = 400_000, 128
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
x = np.memmap(sys.argv[1], "float32", "r", shape=(rows, width))
y = np.zeros(rows, "float32")
model = hornbeam.Sequential([hornbeam.Input((width,)), hornbeam.layers.Dense(1)])
model.compile("sgd", "mse")
few = np.zeros((4000, width), "float32")
model.fit(few, few[:, 0], batch_size=500, verbose=0, validation_split=0.1); model.predict(few, verbose=0)
before = peak()
model.fit(x, y, batch_size=500, epochs=2, verbose=0, validation_split=0.1)
model.evaluate(x, y, batch_size=500, verbose=0)
assert model.predict(x, batch_size=500, verbose=0).shape == (rows, 1)
print(peak() - before)
"""


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="ru_maxrss has other units elsewhere")
def test_memory_stays_flat(tmp_path):
    """200 MB with a budget of 24 MB."""
    with open(tmp_path / "x", "wb") as file:
        for _ in range(10):
            file.write(np.zeros((40_000, 128), "float32").tobytes())
    done = subprocess.run([sys.executable, "-c", PROGRAM, str(tmp_path / "x")], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) < 60, done.stdout
