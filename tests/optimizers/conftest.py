"""What the tests of optimizers share."""

from typing import Any

import pytest

from hornbeam import optimizers

_WRAPPERS = ("LossScaleOptimizer", "MultiOptimizer", "OptimizerMap", "TFOptimizer", "Optimizer")
RULES = [name for name in optimizers.__all__ if name[0].isupper() and name not in _WRAPPERS]


@pytest.fixture(params=RULES)
def rule(request) -> Any:
    """Each optimizer class that is a rule of its own."""
    return getattr(optimizers, request.param)
