"""The tests of this folder share `table` (what there is) and `build` (one built instance per layer and engine)."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def on_torch():
    """Run the test on PyTorch, whose eager mode is quick, because the engine makes no difference to it."""
    from hornbeam import config

    previous = config.backend()
    config.set_backend("torch")
    yield "torch"
    config.set_backend(previous)
