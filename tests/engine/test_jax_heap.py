"""The setting of the C library's heap is made once, where there is one, and never over the user's."""

import sys

import pytest

from hornbeam.engine.jax import heap


@pytest.fixture
def made(monkeypatch):
    """What was set in a C library that takes note."""
    settings = {}

    class Library:
        mallopt = staticmethod(settings.__setitem__)

    monkeypatch.setattr(heap.ctypes, "CDLL", lambda _: Library)
    for name in [name for name in heap.os.environ if name.startswith(("MALLOC_", "GLIBC_TUNABLES"))]:
        monkeypatch.delenv(name)
    return settings


def keep():
    heap.keep_freed_memory.__wrapped__()


@pytest.mark.skipif(sys.platform != "linux", reason="a setting of Linux's C library")
def test_blocks_come_from_the_heap_and_stay(made):
    keep()
    assert made == {-1: heap.BYTES_KEPT, -3: heap.BYTES_KEPT}


@pytest.mark.parametrize("name", ["MALLOC_TRIM_THRESHOLD_", "GLIBC_TUNABLES"])
def test_the_users_settings_stay(made, monkeypatch, name):
    monkeypatch.setenv(name, "1")
    keep()
    assert made == {}


def test_other_systems_and_libraries_have_none(made, monkeypatch):
    monkeypatch.setattr(heap.ctypes, "CDLL", lambda _: object())
    keep()
    monkeypatch.setattr(heap.sys, "platform", "darwin")
    monkeypatch.setattr(heap.ctypes, "CDLL", lambda _: 1 / 0)
    keep()
    assert made == {}
