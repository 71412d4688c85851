"""Threads take turns in Python, and give way while they wait."""

import threading
import time

from hornbeam.core import turns
from hornbeam.core.running import running


def in_threads(*functions):
    threads = [threading.Thread(target=function) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_one_is_busy_at_a_time(monkeypatch):
    monkeypatch.setattr(turns, "PATIENCE", 60)
    shared, busy, seen = turns.Turns(), [], []

    def work():
        for _ in range(20):
            with shared.taken():
                busy.append(1)
                seen.append(len(busy))
                time.sleep(0.0005)
                busy.pop()

    in_threads(work, work, work)
    assert seen == [1] * 60


def test_who_waits_gives_way(monkeypatch):
    monkeypatch.setattr(turns, "PATIENCE", 60)
    shared, arrived = turns.Turns(), threading.Barrier(2, timeout=60)

    def work():
        with shared.taken(), turns.waiting():
            arrived.wait()  # both are here at once

    in_threads(work, work)
    assert running.turn is None


def test_nobody_waits_for_ever(monkeypatch):
    monkeypatch.setattr(turns, "PATIENCE", 0.01)
    shared, is_done = turns.Turns(), threading.Event()

    def holds():
        with shared.taken():
            assert is_done.wait(60)  # it comes from somebody whose turn it is not

    def goes_on():
        with shared.taken(), turns.waiting():
            is_done.set()

    in_threads(holds, goes_on)
    with shared.taken():  # nothing is left behind
        assert shared._busy.locked()
    assert not shared._busy.locked()


def test_outside_of_turns_waiting_is_nothing():
    with turns.waiting():
        assert running.turn is None
