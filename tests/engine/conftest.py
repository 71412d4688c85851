"""Engine tests get the engine's module, whichever engine is active."""

import pytest

from hornbeam.engine import load


@pytest.fixture(params=["jax", "torch"], scope="session")
def e(request):
    pytest.importorskip(request.param)
    return load(request.param)
