"""Memory for batches, which is used again when nobody holds it any more."""

import collections

import numpy as np
import pytest

from hornbeam.data import lent


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(lent, "_LEAST", 64)
    monkeypatch.setattr(lent, "_waiting", collections.deque())
    monkeypatch.setattr(lent._Loan.__del__, "__defaults__", (lent._waiting, 2048))


def place(array):
    return array.ctypes.data


def test_memory_is_used_again_once_no_view_of_it_is_left():
    first = lent.empty((4, 8), np.float32)
    first[...] = 7
    where, row = place(first), first[1:2].view(np.uint8)
    del first
    second = lent.empty((4, 8), "float32")
    assert place(second) != where and second.flags.writeable and second.flags.c_contiguous
    del row
    third = lent.empty((8, 8), np.float16)
    assert place(third) == where and third.shape == (8, 8) and third.dtype == np.float16


def test_what_is_small_or_of_objects_or_beyond_the_limit_is_no_loan():
    assert lent.empty((3,), np.float32).base is None
    assert lent.empty((100,), object).base is None
    arrays = [lent.empty((1024,), np.uint8) for _ in range(3)]
    arrays.clear()
    assert sum(memory.nbytes for memory in lent._waiting) == 2048
    other = lent.empty((100,), np.uint8)  # of another size: what waits goes on waiting
    assert len(lent._waiting) == 2 and other.nbytes == 100
