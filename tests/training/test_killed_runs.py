"""A run that is killed and gone on with gives what a run gives that was never stopped, to the bit."""

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
@pytest.mark.parametrize("name", ["jax", "torch"])
def test_killed_at_random_moments(name):
    """Twice here; `make fuzz` kills ten times."""
    pytest.importorskip(name)
    script = Path(__file__).parent / "killing.py"
    done = subprocess.run([sys.executable, script, name, "2"], capture_output=True, text=True, timeout=300)
    assert "the same to the bit" in done.stdout, done.stderr[-2000:]
