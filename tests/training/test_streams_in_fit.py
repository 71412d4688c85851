"""`fit` on data that comes batch by batch: what it takes, and what it leaves behind."""

import threading
import time

import numpy as np
import pytest

import hornbeam


def test_a_generator_may_fill_the_same_array_again(classifier):
    x, y = np.random.default_rng(0).normal(size=(64, 16, 4)).astype("float32"), np.arange(64 * 16).reshape(64, 16) % 3
    fresh = ((a, b) for a, b in zip(x, y, strict=True))

    def reused():
        a, b = np.empty((16, 4), "float32"), np.empty(16, "int32")
        for i in range(64):
            a[:], b[:] = x[i], y[i]
            yield a, b

    weights = classifier.get_weights()
    expected = classifier.fit(fresh, verbose=0).history["loss"], classifier.get_weights()
    classifier.set_weights(weights)
    found = classifier.fit(reused(), verbose=0).history["loss"], classifier.get_weights()
    assert found[0] == expected[0]
    for a, b in zip(found[1], expected[1], strict=True):
        np.testing.assert_array_equal(a, b)


def test_fit_takes_no_more_batches_than_its_epochs_have(classifier):
    taken = []

    def batches():
        for i in range(100):
            taken.append(i)
            time.sleep(0.003)
            yield np.ones((2, 4)), np.zeros(2)

    generator = batches()
    classifier.fit(generator, steps_per_epoch=5, epochs=3, verbose=0)
    assert len(taken) == 15
    next(generator)


def test_no_thread_outlives_a_fit_that_fails(classifier):
    class Failing:
        def on_train_batch_end(self, batch, logs=None):
            time.sleep(0.005)
            if batch == 8:
                raise ValueError("from the callback")

    def batches():
        while True:
            time.sleep(0.005)
            yield np.ones((2, 4)), np.zeros(2)

    before = threading.active_count()
    with pytest.raises(ValueError, match="from the callback") as caught:
        classifier.fit(batches(), steps_per_epoch=100, verbose=0, callbacks=[Failing()])
    assert threading.active_count() == before, caught


@pytest.mark.parametrize(
    ("later", "message"),
    [
        ((np.full((2, 4), np.nan), np.zeros(2)), "`x` must be finite numbers. Received: NaN in 2 of 2 rows"),
        (
            (np.ones((2, 4)), np.full(2, 7)),
            "class indices from 0 to 2, as it has 3 units. Received: indices from 7 to 7",
        ),
        ((np.ones((2, 4)), np.full(2, 0.5)), "must be class indices .* Received: non-integers, such as 0.5"),
        ((np.ones((2, 4)),), "needs targets. Received: no `y` in the training data"),
        ((np.ones((2, 4)), np.zeros(3)), "A batch must have as many rows .* `x` with 2, `y` with 3"),
        (None, "A batch must have inputs. Received: None"),
        ((1.0, 2.0), "one row per sample. Received: the scalar 1.0; if the data gives single samples, put them"),
    ],
    ids=["NaN", "class", "fraction", "no targets", "rows", "None", "sample"],
)
def test_every_batch_is_checked(classifier, later, message):
    good = np.ones((2, 4)), np.zeros(2)
    with pytest.raises(ValueError, match=message) as caught:
        classifier.fit(iter([good, good, later]), verbose=0)
    assert "While getting batch 2 of `list_iterator`." in caught.value.__notes__
    assert np.isfinite(classifier.fit(iter([good]), verbose=0).history["loss"]).all()


def test_workers_of_the_call(classifier):
    threads = set()

    class Told(hornbeam.utils.PyDataset):
        def __len__(self):
            return 12

        def __getitem__(self, index):
            threads.add(threading.current_thread())
            time.sleep(0.01)
            return np.ones((2, 4)), np.zeros(2)

    classifier.fit(Told(), workers=3, max_queue_size=5, verbose=0)
    assert len(threads - {threading.main_thread()}) == 3
    threads.clear()
    classifier.fit(Told(workers=3), workers=0, verbose=0)
    classifier.evaluate(Told(workers=3), workers=0, verbose=0)
    classifier.predict(Told(workers=3), workers=0, verbose=0)
    assert threads == {threading.main_thread()}
    with pytest.raises(ValueError, match=r"`workers` must be a non-negative integer. Received: workers=-1"):
        classifier.fit(Told(), workers=-1)
