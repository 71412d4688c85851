"""The compilation cache on disk: entries are whole or absent, whatever other processes and the disk do."""

import os
import subprocess
import sys
import time

import pytest

pytest.importorskip("jax")

from hornbeam.engine.jax import cache
from hornbeam.engine.jax.cache import Entries


@pytest.fixture
def entries(tmp_path):
    return Entries(tmp_path)


def _files(folder):
    return sorted(path.name for path in folder.iterdir())


def test_an_entry_comes_back(entries, tmp_path):
    assert entries.get("a") is None
    entries.put("a", b"program")
    entries.put("b", b"")
    assert entries.get("a") == b"program"
    assert entries.get("b") == b""
    assert _files(tmp_path) == ["a.xla", "b.xla"]


@pytest.mark.parametrize("damage", [lambda c: c[:-1], lambda c: b"", lambda c: c[:3], lambda c: c[:-1] + b"X"])
def test_a_damaged_entry_is_absent_and_makes_room_for_a_new_one(entries, tmp_path, damage):
    entries.put("a", b"program")
    path = tmp_path / "a.xla"
    path.write_bytes(damage(path.read_bytes()))
    assert entries.get("a") is None
    assert _files(tmp_path) == []
    entries.put("a", b"program")
    assert entries.get("a") == b"program"


def test_a_folder_that_cannot_be_written_or_is_gone_costs_nothing(tmp_path, monkeypatch):
    gone = Entries(tmp_path / "gone")
    gone.put("a", b"program")
    assert gone.get("a") is None

    def full(*args):
        raise OSError(28, "No space left on device")

    entries = Entries(tmp_path)
    entries.put("kept", b"program")
    monkeypatch.setattr(cache.os, "replace", full)
    entries.put("a", b"program")
    monkeypatch.setattr(cache.os, "utime", full)
    assert entries.get("kept") == b"program"
    assert _files(tmp_path) == ["kept.xla"]


def test_the_least_recently_used_go_first(entries, tmp_path, monkeypatch):
    for i in range(4):
        entries.put(str(i), bytes(6))
        os.utime(tmp_path / f"{i}.xla", (i, i))
    entries.get("0")
    monkeypatch.setattr(cache, "_CACHE_BYTES", 20)
    cache._trim(tmp_path)
    assert _files(tmp_path) == ["0.xla", "3.xla"]


def test_what_killed_processes_left_is_removed(tmp_path):
    for name in ("old.tmp", "new.tmp"):
        (tmp_path / name).write_bytes(b"")
    os.utime(tmp_path / "old.tmp", (time.time() - 7200,) * 2)
    cache._trim(tmp_path)
    assert _files(tmp_path) == ["new.tmp"]


FIGHT = """
import random, sys
from hornbeam.engine.jax import cache
entries, found = cache.Entries(sys.argv[1]), 0
cache._CACHE_BYTES = 400_000
for i in range(300):
    n = random.randrange(10)
    value = entries.get(str(n))
    assert value is None or value == bytes([n]) * 100_000
    found += value is not None
    entries.put(str(n), bytes([n]) * 100_000)
    if i % 10 == 0:
        cache._trim(sys.argv[1])
assert found
"""


def test_processes_share_a_folder(tmp_path):
    processes = [
        subprocess.Popen([sys.executable, "-c", FIGHT, str(tmp_path)], stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    for process in processes:
        _, errors = process.communicate(timeout=100)
        assert process.returncode == 0, errors
    assert all(name.endswith(".xla") for name in _files(tmp_path))


COMPILE = """
import sys, warnings, jax
from hornbeam import engine
warnings.simplefilter("error")
seen = []
jax.monitoring.register_event_listener(lambda event, **_: seen.append(event.rsplit("/")[-1]))
print(float(engine.jit(lambda x: x + 1.0)(engine.asarray([1.0]))[0]), "cache_hits" in seen)
"""


def _compile(folder):
    environment = os.environ | {"HORNBEAM_CACHE_DIR": str(folder), "HORNBEAM_ENGINE": "jax"}
    run = subprocess.run([sys.executable, "-c", COMPILE], env=environment, capture_output=True, text=True, timeout=100)
    assert run.returncode == 0, run.stderr
    return run.stdout.split()


def test_programs_are_found_again_and_replaced_when_damaged(tmp_path):
    assert _compile(tmp_path) == ["2.0", "False"]
    assert _compile(tmp_path) == ["2.0", "True"]
    for path in (tmp_path / "jax").glob("*.xla"):
        path.write_bytes(path.read_bytes()[:-100])
    assert _compile(tmp_path) == ["2.0", "False"]
    assert _compile(tmp_path) == ["2.0", "True"]
