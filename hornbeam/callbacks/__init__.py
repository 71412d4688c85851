"""What can be called at the beginning and end of a run, an epoch or a batch: `fit(..., callbacks=[...])`."""

from hornbeam.callbacks.base import Callback
from hornbeam.callbacks.callback_list import CallbackList
from hornbeam.callbacks.history import History
from hornbeam.callbacks.progbar_logger import ProgbarLogger

__all__ = [
    "Callback",
    "CallbackList",
    "History",
    "ProgbarLogger",
]
