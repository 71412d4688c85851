"""How many models are trained at once is said by what a fit takes alone."""

import pytest

from hornbeam.search import width
from hornbeam.search.width import Width


@pytest.fixture
def fits(monkeypatch):
    """A search with two threads whose fits take what they are said to take."""
    clock = [0.0]
    monkeypatch.setattr(width.time, "perf_counter", lambda: clock[0])
    chosen = Width(2)

    def fits(*given):
        found = []
        for seconds, busy, is_compiled in given:
            clock[0] += seconds
            chosen.tell(seconds, busy, is_compiled)
            found.append(chosen.now)
        return found

    fits.width = chosen
    return fits


def test_short_fits_that_are_python_are_trained_by_one_thread(fits):
    assert fits(*[(0.01, 0.006, False)] * 4) == [1] * 4
    assert fits.width.is_settled


@pytest.mark.parametrize("fit", [(0.03, 0.02, False), (0.01, 0.002, False)])
def test_others_by_all_threads(fits, fit):
    assert fits(fit, fit) == [2, 2]
    assert fits.width.is_settled


def test_a_fit_that_compiles_says_nothing_nor_do_those_that_waited_for_it(fits):
    fits.width.wait_no_longer()
    assert fits((0.5, 0.4, True), (0.75, 0.1, False)) == [2, 2]
    assert not fits.width.is_settled
    assert fits((0.02, 0.01, False)) == [1]  # short even among others: what does it take alone?
    assert fits((0.02, 0.01, False), (0.01, 0.008, False)) == [1, 1]
    assert fits.width.is_settled


def test_long_fits_get_company(fits):
    fits.width.wait_no_longer()
    assert fits((5.0, 5.0, False)) == [2]
    assert fits.width.is_settled


def test_models_that_are_computed_together_have_all_threads():
    assert Width(2, may_change=False).now == 2
