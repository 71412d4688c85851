"""What can be called at the beginning and end of a run, an epoch or a batch: `fit(..., callbacks=[...])`."""

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
]
