"""What can be called at the beginning and end of a run, an epoch or a batch: `fit(..., callbacks=[...])`."""

import importlib
from typing import TYPE_CHECKING

from hornbeam.callbacks.base import Callback
from hornbeam.callbacks.callback_list import CallbackList
from hornbeam.callbacks.csv_logger import CSVLogger
from hornbeam.callbacks.early_stopping import EarlyStopping
from hornbeam.callbacks.history import History
from hornbeam.callbacks.lambda_callback import LambdaCallback
from hornbeam.callbacks.learning_rate_scheduler import LearningRateScheduler
from hornbeam.callbacks.model_checkpoint import ModelCheckpoint
from hornbeam.callbacks.progbar_logger import ProgbarLogger
from hornbeam.callbacks.reduce_lr_on_plateau import ReduceLROnPlateau
from hornbeam.callbacks.terminate_on_nan import TerminateOnNaN

__all__ = [
    "Callback",
    "CallbackList",
    "History",
    "EarlyStopping",
    "ModelCheckpoint",
    "LearningRateScheduler",
    "ReduceLROnPlateau",
    "LambdaCallback",
    "TerminateOnNaN",
    "CSVLogger",
    "ProgbarLogger",
    "BackupAndRestore",
    "RemoteMonitor",
    "SwapEMAWeights",
    "TensorBoard",
    # of Keras 2
    "BaseLogger",
]

# Those that few scripts have, and where they are: imported when somebody asks for them.
_LATER = {
    "BackupAndRestore": "backup_and_restore",
    "BaseLogger": "base_logger",
    "RemoteMonitor": "remote_monitor",
    "SwapEMAWeights": "swap_ema_weights",
    "TensorBoard": "tensorboard.tensorboard",
}

if TYPE_CHECKING:
    from hornbeam.callbacks.backup_and_restore import BackupAndRestore
    from hornbeam.callbacks.base_logger import BaseLogger
    from hornbeam.callbacks.remote_monitor import RemoteMonitor
    from hornbeam.callbacks.swap_ema_weights import SwapEMAWeights
    from hornbeam.callbacks.tensorboard.tensorboard import TensorBoard
else:

    def __getattr__(name):
        if name not in _LATER:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        callback = globals()[name] = getattr(importlib.import_module(f"{__name__}.{_LATER[name]}"), name)
        return callback
