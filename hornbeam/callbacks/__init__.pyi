"""What can be called at the beginning and end of a run, an epoch or a batch: `fit(..., callbacks=[...])`."""

from hornbeam.callbacks.backup_and_restore import BackupAndRestore as BackupAndRestore
from hornbeam.callbacks.base import Callback as Callback
from hornbeam.callbacks.base_logger import BaseLogger as BaseLogger
from hornbeam.callbacks.callback_list import CallbackList as CallbackList
from hornbeam.callbacks.csv_logger import CSVLogger as CSVLogger
from hornbeam.callbacks.doctor import Doctor as Doctor
from hornbeam.callbacks.early_stopping import EarlyStopping as EarlyStopping
from hornbeam.callbacks.experiment_logger import ExperimentLogger as ExperimentLogger
from hornbeam.callbacks.history import History as History
from hornbeam.callbacks.lambda_callback import LambdaCallback as LambdaCallback
from hornbeam.callbacks.learning_rate_curve import LearningRateCurve as LearningRateCurve
from hornbeam.callbacks.learning_rate_finder import LearningRateFinder as LearningRateFinder
from hornbeam.callbacks.learning_rate_scheduler import LearningRateScheduler as LearningRateScheduler
from hornbeam.callbacks.mlflow_logger import MLflowLogger as MLflowLogger
from hornbeam.callbacks.model_checkpoint import ModelCheckpoint as ModelCheckpoint
from hornbeam.callbacks.optuna_pruning import OptunaPruning as OptunaPruning
from hornbeam.callbacks.orbax_checkpoint import OrbaxCheckpoint as OrbaxCheckpoint
from hornbeam.callbacks.progbar_logger import ProgbarLogger as ProgbarLogger
from hornbeam.callbacks.reduce_lr_on_plateau import ReduceLROnPlateau as ReduceLROnPlateau
from hornbeam.callbacks.remote_monitor import RemoteMonitor as RemoteMonitor
from hornbeam.callbacks.swap_ema_weights import SwapEMAWeights as SwapEMAWeights
from hornbeam.callbacks.tensorboard.tensorboard import TensorBoard as TensorBoard
from hornbeam.callbacks.terminate_on_nan import TerminateOnNaN as TerminateOnNaN
from hornbeam.callbacks.wandb_logger import WandbLogger as WandbLogger
