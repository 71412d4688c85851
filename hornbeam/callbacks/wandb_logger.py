"""`WandbLogger`: the numbers of a run in Weights & Biases."""

from __future__ import annotations

from typing import Any

from hornbeam.callbacks.base import Logs
from hornbeam.callbacks.experiment_logger import ExperimentLogger


class WandbLogger(ExperimentLogger):
    """Writes the numbers of each epoch to the run that `wandb.init()` began, under the names of `WandbMetricsLogger`.

    The names are "epoch/loss", "epoch/val_loss", "epoch/learning_rate" and so on, shown over "epoch/epoch"; for batches
    "batch/loss" and so on, over "batch/batch_step". The epochs, the optimizer and its settings are "fit" in the run's
    config.

    Args:
        log_freq: "epoch", or every how many batches those numbers are written, too; "batch" for each.
        initial_global_step: how many batches there were before.

    Raises:
        ImportError: when a run begins, without wandb.
        ValueError: when a run begins, without `wandb.init()` before.

    >>> from hornbeam.callbacks import WandbLogger
    >>> logger = WandbLogger(log_freq=100)
    """

    def __init__(self, log_freq: str | int = "epoch", initial_global_step: int = 0):
        super().__init__(log_freq)
        self.initial_global_step = initial_global_step

    def begin(self, settings: Logs) -> None:
        run = _wandb().run
        if run is None:
            raise ValueError("`WandbLogger` writes to the run of `wandb.init()`. Received: no run; call it first.")
        run.config.update({"fit": settings}, allow_val_change=True)
        for kind, step in (("epoch", "epoch/epoch"), ("batch", "batch/batch_step")):
            if kind == "epoch" or self.log_freq != "epoch":
                run.define_metric(step)
                run.define_metric(f"{kind}/*", step_metric=step)

    def write(self, numbers: dict[str, float], kind: str, step: int) -> None:
        at = {"epoch/epoch": step} if kind == "epoch" else {"batch/batch_step": self.initial_global_step + step}
        _wandb().log(at | {f"{kind}/{name}": value for name, value in numbers.items()})


def _wandb() -> Any:
    try:
        import wandb
    except ImportError:
        raise ImportError("`WandbLogger` needs the package `wandb`: `pip install hornbeam[wandb]`.") from None
    return wandb
