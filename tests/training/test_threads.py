"""Models in threads at once: each gives the numbers, to the bit, that it gives alone."""

import sys
import threading

import numpy as np
import pytest

import hornbeam
from hornbeam import layers
from hornbeam.core import naming, rng
from hornbeam.training.programs.compiled import forget_compiled

pytestmark = pytest.mark.usefixtures("few_to_collect")

ROWS = np.random.default_rng(0).normal(size=(24, 4, 3)).astype("float32")
CLASSES = np.arange(24) % 3


def dense():
    return [layers.Flatten(), layers.Dense(6, "relu"), layers.Dropout(0.3), layers.BatchNormalization()]


def recurrent():
    return [layers.GaussianNoise(0.1), layers.LSTM(4, dropout=0.2)]


class OwnStep(hornbeam.Sequential):
    def train_step(self, data):
        x, y = data
        return super().train_step((x + hornbeam.random.normal((4, 3), stddev=0.1), y))


def made(parts, kind=hornbeam.Sequential):
    model = kind([layers.Input((4, 3)), *parts, layers.Dense(3, "softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def numbers(seed, build):
    """All that a user gets of one model: histories, scores, predictions, weights."""
    hornbeam.utils.set_random_seed(seed)
    model = build()
    history = model.fit(ROWS, CLASSES, epochs=2, batch_size=8, validation_split=0.25, verbose=0).history
    scores = model.evaluate(ROWS, CLASSES, verbose=0)
    found = [*history.values(), scores, model.predict(ROWS, verbose=0), model(ROWS[:3])]
    return [np.asarray(value) for value in [*found, *model.get_weights()]], model.compile_count()


def at_once(work, jobs):
    """`work(*job)` of each job in a thread of its own, all started together, and their results."""
    start, results = threading.Barrier(len(jobs)), {}

    def run(i):
        start.wait()
        try:
            results[i] = work(*jobs[i])
        except BaseException as error:
            results[i] = error

    threads = [threading.Thread(target=run, args=(i,)) for i in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [results[i] for i in range(len(jobs))]


@pytest.fixture
def restless():
    """Threads take turns a hundred times as often as usual."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(5e-5)
    yield
    sys.setswitchinterval(before)


def test_training_and_predicting_in_threads_gives_the_numbers_of_each_alone(engine, restless):
    builders = [lambda: made(dense()), lambda: made(recurrent()), lambda: made([layers.Flatten()], OwnStep)]
    jobs = [(seed, build) for seed in (1, 2) for build in builders]
    forget_compiled()
    together = at_once(numbers, jobs)
    alone = [numbers(*job) for job in jobs]
    for found, expected in zip(together, alone, strict=True):
        if isinstance(found, BaseException):
            raise found
        for ours, theirs in zip(found[0], expected[0], strict=True):
            np.testing.assert_array_equal(ours, theirs)
    again = at_once(numbers, jobs)  # now that all is compiled
    for found, expected in zip(again, alone, strict=True):
        assert all(map(np.array_equal, found[0], expected[0]))


def test_threads_that_train_one_structure_at_once_compile_it_once(engine):
    forget_compiled()
    _, count = numbers(0, lambda: made(dense()))
    forget_compiled()
    together = at_once(numbers, [(seed, lambda: made(dense())) for seed in range(4)])
    assert sum(count for _, count in together) == count > 0


def test_a_seed_that_a_thread_sets_is_its_own():
    def draw(seed):
        hornbeam.utils.set_random_seed(seed)
        return [rng.make_seed(), float(hornbeam.random.uniform(()))]

    hornbeam.utils.set_random_seed(5)
    mine = [rng.make_seed() for _ in range(3)]
    hornbeam.utils.set_random_seed(5)
    first = [rng.make_seed()]
    in_threads = at_once(draw, [(1,), (2,), (1,)])
    assert first + [rng.make_seed() for _ in range(2)] == mine
    assert in_threads[0] == in_threads[2] != in_threads[1]


def test_inside_seeded_all_numbers_follow_from_its_seed_and_outside_none_are_used_up():
    def some():
        return [rng.make_seed(), float(hornbeam.random.uniform(())), float(layers.Dense(1).add_weight((1,)).numpy()[0])]

    hornbeam.utils.set_random_seed(3)
    expected = some()
    hornbeam.utils.set_random_seed(3)
    with rng.seeded([7, 1]):
        inside = some()
    with rng.seeded([7, 1]):
        assert some() == inside
        hornbeam.utils.set_random_seed(3)  # for what is inside
        assert some() == expected
    assert some() == expected


def test_names_are_unique_whoever_asks_at_once(restless):
    sys.setswitchinterval(1e-6)
    names = at_once(lambda: [naming.unique("one") for _ in range(2000)], [()] * 6)
    assert len({name for some in names for name in some}) == 12000


def test_names_counted_apart_start_anew_and_change_nobody_elses():
    before = naming.unique("counted")
    with naming.counted_apart():
        inner = [naming.unique("counted"), naming.unique("counted")]
        hornbeam.backend.clear_session()
        assert [*inner, naming.unique("counted")] == ["counted", "counted_1", "counted"]
    assert naming.unique("counted") not in (before, "counted")
