"""The engine is imported while no garbage is collected, and the collector is left as it was."""

import gc
import subprocess
import sys
import weakref

import pytest

from hornbeam import engine

PROBE = """
import gc
import numpy as np
{before}
import hornbeam.engine
collections = [generation["collections"] for generation in gc.get_stats()]
module = hornbeam.engine.load({name!r})
later = [generation["collections"] for generation in gc.get_stats()]
print(sum(later) - sum(collections), gc.isenabled(), gc.get_freeze_count())
"""


def collections_and_state(before: str) -> tuple[int, bool, int]:
    """How often garbage was collected while the active engine was imported; whether that is on then; what is frozen."""
    code = PROBE.format(before=before, name=engine.backend())
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    count, is_on, frozen = run.stdout.split()
    return int(count), is_on == "True", int(frozen)


def test_importing_the_engine_collects_no_garbage() -> None:
    assert collections_and_state("") == (0, True, 0)


def test_a_collector_that_is_off_stays_off() -> None:
    assert collections_and_state("gc.disable()") == (0, False, 0)


def test_what_the_user_froze_stays_frozen() -> None:
    count, is_on, frozen = collections_and_state("gc.freeze()")
    assert count > 0 and is_on and frozen > 0


def test_an_error_leaves_the_collector_on() -> None:
    with pytest.raises(ImportError, match="nowhere"):
        engine.load("nowhere")
    assert gc.isenabled()


def test_garbage_made_before_is_collected_after() -> None:
    class Cycle:
        pass

    cycle = Cycle()
    cycle.itself = cycle  # type: ignore[attr-defined]
    seen = weakref.ref(cycle)
    del cycle
    with engine._without_collections():
        pass
    assert gc.isenabled()
    gc.collect()
    assert seen() is None
