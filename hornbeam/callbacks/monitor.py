"""`MonitorCallback`: what callbacks share that watch one number and ask whether it got better."""

from __future__ import annotations

from typing import Any

import numpy as np

from hornbeam.callbacks.base import Callback, Logs
from hornbeam.core.renaming.notice import warn_caller
from hornbeam.core.renaming.results import recorded
from hornbeam.core.suggest import hint

LOWER_IS_BETTER = (
    *("loss", "error", "mse", "mae", "mape", "msle", "rmse", "hinge", "logcosh", "log_cosh", "poisson"),
    *("crossentropy", "divergence", "perplexity"),
)
HIGHER_IS_BETTER = (
    *("acc", "accuracy", "auc", "precision", "recall", "specificity", "sensitivity", "score", "fmeasure", "f1", "r2"),
    *("iou", "io_u", "similarity", "at_recall", "at_precision"),
)
_MEASURED = ("acc", "accuracy", "mae", "mse")  # what is often watched, and only measured when it is asked for
# What nobody looks for the least, or the most, of.
_UNLIKELY = {"min": ("acc", "accuracy", "auc", "precision", "recall"), "max": ("mae", "mse", "rmse")}


class MonitorCallback(Callback):
    """Base of callbacks that watch one number.

    Args:
        monitor: its name, such as "val_loss".
        mode: "min" if lower is better, "max" if higher is; "auto" asks the metric, and then goes by the name, as does
            any other word, with a warning.
        min_delta: how much better counts as better.
    """

    #: Whether a number that the run never computes is an error where `mode` is "auto"; old code is warned once. As in
    #: Keras, who says "min" or "max" knows a number that may come from elsewhere, and is warned.
    is_strict = True

    def __init__(self, monitor: str = "val_loss", mode: str = "auto", min_delta: float = 0.0):
        if mode not in ("auto", "min", "max"):
            warn_caller(f'`mode` must be "auto", "min" or "max". Received: mode={mode!r}; "auto" it is.')
            mode = "auto"
        if monitor.removeprefix("val_") in _UNLIKELY.get(mode, ()):
            other, best = ("max", "highest") if mode == "min" else ("min", "lowest")
            warn_caller(
                f"`mode={mode!r}` takes the worst `{monitor}` for the best: the {best} is meant, as a rule; pass "
                f"`mode={other!r}`."
            )
        self.monitor = monitor
        self.mode = mode
        self.min_delta = abs(min_delta)
        self._sign = {"min": -1, "max": 1}.get(mode)
        self._warned = False

    @property
    def monitor_op(self) -> Any:
        """`numpy.greater` where higher is better, `numpy.less` where lower is; `None` before that is known."""
        return {1: np.greater, -1: np.less, None: None}[self._sign]

    def improved(self, value: float, reference: float | None) -> bool:
        """Whether `value` is better than `reference` by more than `min_delta`; anything is better than `None`."""
        if reference is None:
            return value == value  # NaN is better than nothing at all
        if self._sign is None:
            self._sign = self._direction()
        return self._sign * (value - reference) > self.min_delta

    def monitored(self, logs: Logs | None) -> float | None:
        """The watched number; `None` in an epoch that did not compute it.

        Raises:
            ValueError: for a name that the run will never compute.
        """
        logs = logs or {}
        name = recorded(self.monitor, logs)
        if name is not None:
            if self._sign is None:
                self._sign = self._direction()
            return self._number(name, logs[name])
        validates = (self.params or {}).get("do_validation")
        if not self.monitor.startswith("val_") or any(known.startswith("val_") for known in logs):
            self._missing(f"{self._expected(logs)}.{hint(self.monitor, logs) or self._not_measured()}")
        elif validates is False:
            self._missing(f"{self._expected(logs)}; pass `validation_data` or `validation_split` to `fit`.")
        elif validates is None:
            self._warn(f"{self._expected(logs)}.")
        return None

    def _not_measured(self) -> str:
        """What to do about a metric that the model was not compiled with."""
        name = self.monitor.removeprefix("val_")
        return f" Pass `metrics=[{name!r}]` to `compile`." if name in _MEASURED else ""

    def _missing(self, message: str) -> None:
        if self.is_strict and self.mode == "auto":
            raise ValueError(message)
        self._warn(message)

    def _warn(self, message: str) -> None:
        if not self._warned:
            self._warned = True
            warn_caller(message)

    def _number(self, name: str, value: Any) -> float:
        if np.size(value) == 1:
            return float(np.asarray(value).item())
        metric = self._metric(name)
        argument = getattr(metric, "as_number", None)
        way = f"`{type(metric).__name__}({argument})`" if argument else "let the metric's `result` return one of them"
        raise ValueError(
            f"`monitor` of {type(self).__name__} must be one number. Received: monitor={self.monitor!r}, which is "
            f"{np.size(value)} numbers, such as one for each class; {'use ' if argument else ''}{way}."
        )

    def _metric(self, name: str) -> Any:
        """The metric of that name in logs, where it may follow the name of an output."""
        name = name.removeprefix("val_")
        metrics = [metric for metric in getattr(self.model, "metrics", None) or () if hasattr(metric, "name")]
        return next((metric for metric in metrics if name == metric.name or name.endswith(f"_{metric.name}")), None)

    def _expected(self, logs: Logs) -> str:
        names = ", ".join(map(repr, logs))
        return f"`monitor` of {type(self).__name__} must be one of {names}. Received: monitor={self.monitor!r}"

    def _direction(self) -> int:
        """-1 if lower is better, 1 if higher is."""
        name = self.monitor.removeprefix("val_").lower()
        for metric in getattr(self.model, "metrics", None) or ():
            said = getattr(metric, "_direction", None)
            if getattr(metric, "name", None) == name and said in ("up", "down"):
                return 1 if said == "up" else -1
        for ends, sign in ((LOWER_IS_BETTER, -1), (HIGHER_IS_BETTER, 1)):
            if name.endswith(ends) or name.rstrip("_0123456789").endswith(ends):
                return sign
        if not self.is_strict:
            return -1
        raise ValueError(
            f"`mode` of {type(self).__name__} must say whether lower or higher is better where the name does not. "
            f'Received: mode="auto" for monitor={self.monitor!r}; pass mode="min" or mode="max".'
        )
