"""`TerminateOnNaN`: end a run whose loss is no number any more."""

from __future__ import annotations

import math

from hornbeam.callbacks.base import Callback, Logs


class TerminateOnNaN(Callback):
    """Stops the run after the batch whose loss is NaN or infinite.

    Args:
        raise_error: whether to raise an error instead, so that callbacks after this one do not see the epoch's end.

    Raises:
        RuntimeError: with `raise_error`.
    """

    tells_of_nan = True

    def __init__(self, raise_error: bool = False):
        self.raise_error = raise_error

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        loss = (logs or {}).get("loss")
        if loss is None or math.isfinite(loss):
            return
        message = f"Batch {batch}: Invalid loss, terminating training: it is {loss}."
        if self.raise_error:
            raise RuntimeError(message)
        print(message)
        self.model.stop_training = True
