"""`LambdaCallback`: a callback from functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hornbeam.callbacks.base import HOOKS, Callback


class LambdaCallback(Callback):
    """A callback from functions, each with the arguments of the hook of its name.

    Args:
        on_epoch_begin, on_epoch_end: functions of `(epoch, logs)`.
        on_train_begin, on_train_end: functions of `(logs)`.
        on_train_batch_begin, on_train_batch_end: functions of `(batch, logs)`.
        on_batch_begin, on_batch_end: their names in Keras 2.
        **kwargs: functions for other hooks, such as `on_test_end`; anything else becomes an attribute.

    >>> from hornbeam.callbacks import LambdaCallback
    >>> LambdaCallback(on_epoch_end=lambda epoch, logs: print(epoch, logs["loss"])).on_epoch_end(0, {"loss": 0.5})
    0 0.5
    """

    def __init__(
        self,
        on_epoch_begin: Callable[..., Any] | None = None,
        on_epoch_end: Callable[..., Any] | None = None,
        on_train_begin: Callable[..., Any] | None = None,
        on_train_end: Callable[..., Any] | None = None,
        on_train_batch_begin: Callable[..., Any] | None = None,
        on_train_batch_end: Callable[..., Any] | None = None,
        on_batch_begin: Callable[..., Any] | None = None,
        on_batch_end: Callable[..., Any] | None = None,
        **kwargs: Any,
    ):
        given = {name: value for name, value in locals().items() if name in HOOKS} | kwargs
        for name, value in given.items():
            if value is not None:
                setattr(self, name, value)
