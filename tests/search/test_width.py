"""How many models are trained at once is what has taken less time."""

import pytest

from hornbeam.search import width
from hornbeam.search.width import Width


@pytest.fixture
def widths(monkeypatch):
    """The numbers of threads that a search goes through, given what a fit takes."""
    clock = [0.0]
    monkeypatch.setattr(width.time, "perf_counter", lambda: clock[0])

    def widths(alone, each_of_two, busy, compiled=(), **options):
        chosen, found = Width(2, **options), []
        for number in range(12):
            clock[0] += alone if chosen.now == 1 else each_of_two
            chosen.tell(busy, number in compiled)
            found.append(chosen.now)
        return found

    return widths


def test_one_thread_goes_on_where_two_take_longer(widths):
    assert widths(alone=1.0, each_of_two=1.1, busy=1.0) == [2] * 4 + [1] * 8


def test_two_threads_go_on_where_they_are_faster(widths):
    found = widths(alone=1.0, each_of_two=0.7, busy=0.6)
    assert found[-1] == 2
    assert 0 < found.count(1) <= 4  # which were measured


def test_nothing_is_measured_where_threads_wait_for_the_engine(widths):
    assert widths(alone=1.0, each_of_two=0.6, busy=0.2) == [2] * 12


def test_fits_that_compile_say_nothing(widths):
    assert widths(alone=1.0, each_of_two=5.0, busy=5.0, compiled=range(12)) == [2] * 12
    assert widths(alone=1.0, each_of_two=1.1, busy=1.0, compiled=[0, 2, 3]) == [2] * 8 + [1] * 4


def test_models_that_are_computed_together_keep_their_threads(widths):
    assert widths(alone=1.0, each_of_two=2.0, busy=2.0, may_change=False) == [2] * 12
