"""Fetching ahead in threads: when it starts, what ends it, and what a worker that is stuck looks like."""

import threading

import pytest

from hornbeam.data import prefetch
from hornbeam.data.prefetch import AdaptivePrefetch, Prefetcher


@pytest.fixture
def wait(monkeypatch):
    """Lets time pass."""
    now = [0.0]
    monkeypatch.setattr(prefetch.time, "perf_counter", lambda: now[0])

    def wait(seconds):
        now[0] += seconds

    return wait


def run(prefetch, wait, fetching, using, count=20):
    """The numbers of the items, and how many of them the caller's thread has fetched."""
    in_main = []

    def items():
        for i in range(count):
            wait(fetching)
            in_main.append(threading.current_thread() is threading.main_thread())
            yield i

    numbers = []
    for i in prefetch.over(items()):
        wait(using)
        numbers.append(i)
    return numbers, sum(in_main)


@pytest.mark.parametrize(
    ("fetching", "using", "in_main"), [(0.005, 0.005, 3), (0.005, 0, 20), (0, 0.005, 20), (0.0001, 0.0001, 20)]
)
def test_a_thread_starts_where_it_saves_time(fetching, using, in_main, wait):
    assert run(AdaptivePrefetch(2), wait, fetching, using) == (list(range(20)), in_main)


def test_what_was_learnt_holds_for_the_next_epoch(wait):
    prefetch = AdaptivePrefetch(2)
    assert run(prefetch, wait, 0.005, 0.005, 4) == ([0, 1, 2, 3], 3)
    assert run(prefetch, wait, 0, 0, 4) == ([0, 1, 2, 3], 0)


def test_no_thread_without_depth(wait):
    assert run(AdaptivePrefetch(0), wait, 0.005, 0.005) == (list(range(20)), 20)


def test_an_error_keeps_its_place_and_its_traceback():
    def culprit(i):
        if i == 2:
            raise OSError("no such image")
        return i

    found = []
    with pytest.raises(OSError, match="no such image") as caught:
        for item in Prefetcher(culprit, workers=3, depth=5):
            found.append(item)
    assert found == [0, 1]
    assert caught.traceback[-1].name == "culprit"


def test_a_stuck_worker_is_shown_and_given_up_in_the_end(monkeypatch):
    monkeypatch.setattr(prefetch, "TELL_AFTER", 0.05)
    monkeypatch.setattr(prefetch, "GIVE_UP_AFTER", 0.3)
    free = threading.Event()

    def waits_for_a_lock(i):
        free.wait()

    with Prefetcher(waits_for_a_lock, name="Images") as items:
        with (
            pytest.warns(UserWarning, match=r"(?s)`Images` has given no batch for 0 seconds. .* in waits_for_a_lock"),
            pytest.raises(TimeoutError, match=r"(?s)in waits_for_a_lock.*Giving up"),
        ):
            next(items)
        free.set()
