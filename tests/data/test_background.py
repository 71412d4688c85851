"""Fetching ahead in threads: when it starts, what ends it, and what a worker that is stuck looks like."""

import threading
import time

import pytest

from hornbeam.data import background
from hornbeam.data.background import Background, Lookahead


def slow(seconds, count=20):
    for i in range(count):
        time.sleep(seconds)
        yield i, threading.current_thread() is threading.main_thread()


def use(items, seconds):
    used = []
    for item in items:
        time.sleep(seconds)
        used.append(item)
    return used


@pytest.mark.parametrize(
    ("fetching", "using", "has_thread"), [(0.005, 0.005, True), (0.005, 0, False), (0, 0.005, False), (0, 0, False)]
)
def test_a_thread_starts_where_it_saves_time(fetching, using, has_thread):
    used = use(Lookahead(2).over(slow(fetching)), using)
    assert [i for i, _ in used] == list(range(20))
    assert (not used[-1][1]) is has_thread


def test_what_was_learnt_holds_for_the_next_epoch():
    lookahead = Lookahead(2)
    use(lookahead.over(slow(0.005, 4)), 0.005)
    assert not any(in_main for _, in_main in lookahead.over(slow(0, 4)))


def test_an_error_keeps_its_place_and_its_traceback():
    def culprit(i):
        if i == 2:
            raise OSError("no such image")
        return i

    found = []
    with pytest.raises(OSError, match="no such image") as caught:
        for item in Background(culprit, workers=3, depth=5):
            found.append(item)
    assert found == [0, 1]
    assert caught.traceback[-1].name == "culprit"


def test_a_stuck_worker_is_shown_and_given_up_in_the_end(monkeypatch):
    monkeypatch.setattr(background, "TELL_AFTER", 0.05)
    monkeypatch.setattr(background, "GIVE_UP_AFTER", 0.3)
    free = threading.Event()

    def waits_for_a_lock(i):
        free.wait()

    with Background(waits_for_a_lock, name="Images") as items:
        with (
            pytest.warns(UserWarning, match=r"(?s)`Images` has given no batch for 0 seconds. .* in waits_for_a_lock"),
            pytest.raises(TimeoutError, match=r"(?s)in waits_for_a_lock.*Giving up"),
        ):
            next(items)
        free.set()
