"""`BaseLogger`: Keras 2's, which averaged the numbers of batches."""

from __future__ import annotations

from collections.abc import Iterable

from hornbeam.callbacks.base import Callback


class BaseLogger(Callback):
    """Has nothing to do: the numbers that callbacks get are those of the epoch so far, averaged already.

    Args:
        stateful_metrics: names of numbers that were not to be averaged.
    """

    def __init__(self, stateful_metrics: Iterable[str] | None = None):
        self.stateful_metrics = set(stateful_metrics or ())
