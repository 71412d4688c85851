"""Most promises about models do not depend on the engine. PyTorch compiles nothing, so it is the quicker one."""

import pytest


@pytest.fixture
def on_torch():
    from hornbeam import config

    previous = config.backend()
    config.set_backend("torch")
    yield
    config.set_backend(previous)
