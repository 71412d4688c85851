"""Datasets in worker processes: the same batches as in threads, errors with their text, deaths in words."""

import os
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from hornbeam.data import PyDataset, as_source, prefetch
from hornbeam.utils import set_random_seed


class Numbers(PyDataset):
    """Batch i holds i; some of them do something else first."""

    def __init__(self, length=6, rows=2, **arguments):
        super().__init__(**{"workers": 2, "use_multiprocessing": True} | arguments)
        self.length, self.rows, self.epoch, self.does = length, rows, 0, {}

    def __len__(self):
        return self.length

    def __getitem__(self, index):
        what = self.does.get(index)
        if what == "raise":
            raise OSError(f"no image {index}")
        if what == "die":
            os._exit(3)
        if what == "be killed":
            os.kill(os.getpid(), 9)
        if what == "hang":
            stuck_here()
        if what == "be odd":
            raise Odd(1, 2)
        return np.full((self.rows, 2), float(index)), np.full(self.rows, os.getpid()), np.full(self.rows, self.epoch)

    def on_epoch_end(self):
        self.epoch += 1


class Odd(Exception):
    """Cannot be unpickled."""

    def __init__(self, a, b):
        super().__init__(a)


class Random(Numbers):
    def __getitem__(self, index):
        return np.random.normal(size=(2, 1)), np.zeros(2)


def stuck_here():
    time.sleep(60)


@pytest.fixture
def opened():
    sources = []

    def make(dataset, **arguments):
        sources.append(as_source(dataset, **arguments))
        return sources[-1]

    yield make
    for source in sources:
        source.close()


def test_batches_come_in_order_from_other_processes_and_epochs_reach_them(opened):
    source = opened(Numbers())
    source.peek()
    for epoch in range(2):
        batches = list(source.epoch())
        assert [x[0, 0] for x, _, _ in batches] == list(range(6))
        assert {int(w[0]) for _, _, w in batches} == {epoch}
        others = {int(y[0]) for _, y, _ in batches[1:]}
        assert others
        assert os.getpid() not in others


def test_large_batches_are_of_their_own_memory(opened):
    batches = list(opened(Numbers(rows=50_000)).epoch())
    for i, (x, _, _) in enumerate(batches):
        assert x.shape == (50_000, 2)
        assert (x == i).all()
        x[:] = -1


@pytest.mark.parametrize(
    ("what", "error", "message"),
    [
        ("raise", OSError, "no image 3"),
        ("be odd", RuntimeError, "A worker process of `Numbers` failed while getting batch 3"),
        ("die", RuntimeError, "worker process of `Numbers` ended with exit code 3 while getting batch 3"),
        (
            "be killed",
            RuntimeError,
            "was ended by SIGKILL, as the system does when memory is short, while getting batch 3",
        ),
    ],
)
def test_says_what_went_wrong(what, error, message, opened):
    data = Numbers()
    data.does = {3: what}
    found = []
    with pytest.raises(error, match=message) as caught:
        for x, _, _ in opened(data).epoch():
            found.append(x[0, 0])
    assert found == [0, 1, 2]
    if what in ("raise", "be odd"):
        assert any("In a worker process of `Numbers`:\nTraceback" in note for note in caught.value.__notes__)


def test_shows_where_a_worker_is_stuck(opened, monkeypatch):
    data = Numbers(length=4, workers=1)
    data.does = {2: "hang"}
    epoch = opened(data).epoch()
    next(epoch), next(epoch)
    monkeypatch.setattr(prefetch, "TELL_AFTER", 0.3)
    monkeypatch.setattr(prefetch, "GIVE_UP_AFTER", 2.0)
    with (
        pytest.warns(UserWarning, match="`Numbers` has given no batch"),
        pytest.raises(TimeoutError, match=r"(?s)in stuck_here"),
    ):
        next(epoch)


def test_random_numbers_follow_the_seed_for_any_number_of_workers(opened):
    found = []
    for workers in (1, 3):
        set_random_seed(5)
        found.append([x.tolist() for x, _, _ in opened(Random(workers=workers)).epoch()])
    assert found[0] == found[1]
    assert len({str(x) for x in found[0]}) == 6


def test_what_cannot_travel_stays():
    data = Numbers()
    data.lock = threading.Lock()
    source = as_source(data)
    with pytest.warns(UserWarning, match=r"`Numbers` cannot be given to worker processes, as it cannot be pickled"):
        assert {int(y[0]) for _, y, _ in source.epoch()} == {os.getpid()}


def test_no_process_is_left(opened):
    import multiprocessing

    source = opened(Numbers())
    list(source.epoch())
    assert len(multiprocessing.active_children()) == 2
    source.close()
    assert multiprocessing.active_children() == []


SCRIPT = """
import numpy as np, hornbeam
from hornbeam.utils import PyDataset

class Data(PyDataset):
    def __len__(self):
        return 4
    def __getitem__(self, index):
        return np.ones((2, 3)), np.ones(2)

def main():
    model = hornbeam.Sequential([hornbeam.Input((3,)), hornbeam.layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(Data(), epochs=2, workers=2, use_multiprocessing=True, validation_data=Data(), verbose=0)
    model.evaluate(Data(), workers=1, use_multiprocessing=True, verbose=0)
    print(model.predict(Data(), workers=2, use_multiprocessing=True, verbose=0).shape)

GUARD
"""


@pytest.mark.slow
@pytest.mark.parametrize("is_guarded", [True, False])
def test_scripts(is_guarded, tmp_path):
    path = tmp_path / "script.py"
    path.write_text(SCRIPT.replace("GUARD", 'if __name__ == "__main__":\n    main()' if is_guarded else "main()"))
    done = subprocess.run([sys.executable, path], capture_output=True, text=True, timeout=100)
    if is_guarded:
        assert (done.stdout, done.stderr) == ("(8, 1)\n", "")
    else:
        assert done.returncode
        assert 'A script that uses processes must have `if __name__ == "__main__":`' in done.stderr
