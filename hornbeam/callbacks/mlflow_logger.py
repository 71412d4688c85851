"""`MLflowLogger`: the numbers of a run in MLflow."""

from __future__ import annotations

import contextlib
from typing import Any

from hornbeam.callbacks.base import Logs
from hornbeam.callbacks.experiment_logger import ExperimentLogger
from hornbeam.core.integers import is_integer


class MLflowLogger(ExperimentLogger):
    """Writes the numbers of each epoch, or of every so many batches, to MLflow's active run; else to one of its own.

    What it writes besides: the epochs, the optimizer and its settings as parameters of the run, and the model's summary
    as "model_summary.txt". A run of its own ends with the training, as "FAILED" if an error ended that.

    Args:
        log_every_epoch: whether the numbers are those of epochs, by their numbers.
        log_every_n_steps: every how many batches, instead; then by the count of batches.

    Raises:
        ImportError: when a run begins, without MLflow.

    >>> from hornbeam.callbacks import MLflowLogger
    >>> logger = MLflowLogger(log_every_epoch=False, log_every_n_steps=100)
    """

    def __init__(self, log_every_epoch: bool = True, log_every_n_steps: int | None = None):
        if log_every_epoch == (log_every_n_steps is not None):
            raise ValueError(
                "Numbers are written either with `log_every_epoch=True` or with `log_every_n_steps`. Received: "
                f"log_every_epoch={log_every_epoch!r}, log_every_n_steps={log_every_n_steps!r}."
            )
        if log_every_n_steps is not None and not is_integer(log_every_n_steps, 1):
            raise ValueError(f"`log_every_n_steps` must be a positive integer. Received: {log_every_n_steps!r}.")
        super().__init__("epoch" if log_every_n_steps is None else log_every_n_steps)
        self.log_every_epoch = log_every_epoch
        self.log_every_n_steps = log_every_n_steps
        self._is_own = False

    def state_dict(self) -> Logs:
        """How many batches there were; whose the run of MLflow is, each process finds out."""
        return {name: value for name, value in super().state_dict().items() if name in ("_batches", "_written")}

    def begin(self, settings: Logs) -> None:
        mlflow = _mlflow()
        self._is_own = mlflow.active_run() is None
        if self._is_own:
            mlflow.start_run()
        known = mlflow.get_run(mlflow.active_run().info.run_id).data.params  # a parameter cannot be changed
        mlflow.log_params({name: value for name, value in settings.items() if name not in known})
        lines: list[str] = []
        with contextlib.suppress(ValueError):  # a model that is not built has none
            self.model.summary(print_fn=lines.append)
        mlflow.log_text("\n".join(lines), "model_summary.txt")

    def write(self, numbers: dict[str, float], kind: str, step: int) -> None:
        if (kind == "epoch") == self.log_every_epoch:
            _mlflow().log_metrics(numbers, step=step)
        elif kind == "epoch":  # what batches do not have
            found = {name: value for name, value in numbers.items() if name.startswith("val_")}
            if found:
                _mlflow().log_metrics(found, step=self._batches)

    def end(self, has_failed: bool) -> None:
        if self._is_own:
            _mlflow().end_run("FAILED" if has_failed else "FINISHED")
        self._is_own = False


def _mlflow() -> Any:
    try:
        import mlflow
    except ImportError:
        raise ImportError("`MLflowLogger` needs the package `mlflow`: `pip install hornbeam[mlflow]`.") from None
    return mlflow
