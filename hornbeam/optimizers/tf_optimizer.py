"""`TFOptimizer`, which Keras 2 wrapped around TensorFlow's own optimizers."""

from __future__ import annotations

from typing import Any

from hornbeam.optimizers.base.optimizer import Optimizer


class TFOptimizer(Optimizer):
    """Not available: Hornbeam trains with its own optimizers.

    Args:
        optimizer: one of TensorFlow's.

    Raises:
        NotImplementedError: always.
    """

    def __init__(self, optimizer: Any):
        raise NotImplementedError(
            "An optimizer of TensorFlow cannot train a model here: use the one of the same name in "
            f"`hornbeam.optimizers`. Received: {optimizer!r}."
        )
