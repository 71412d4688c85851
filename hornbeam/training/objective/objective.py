"""`Objective`: what training minimises and what it reports, as `compile` was told, matched to the outputs later."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from hornbeam import metrics
from hornbeam.core import naming, tree
from hornbeam.metrics import Mean
from hornbeam.training.objective.losses import OutputLosses
from hornbeam.training.objective.metrics import OutputMetrics
from hornbeam.training.objective.names import each, number_names
from hornbeam.training.objective.outputs import Outputs


class Objective:
    """The losses and metrics of a model.

    Args:
        loss: a name, a `Loss`, a function, or a list or dict of them, by output.
        loss_weights: numbers, in a list or dict by output.
        plain_metrics: metrics that ignore sample weights: names, `Metric`s or functions, in lists or dicts by output.
        weighted_metrics: metrics that use them.

    Attributes:
        losses: the losses by output; `None` until the outputs are known.
        metrics: the metrics by output; `None` until outputs and targets are known.
        loss_tracker: the running mean of the whole loss.
    """

    def __init__(self, loss: Any, loss_weights: Any, plain_metrics: Any, weighted_metrics: Any):
        self.loss = loss
        self.loss_weights = loss_weights
        self.given_metrics = (plain_metrics, weighted_metrics)
        self.losses: OutputLosses | None = None
        self.metrics: OutputMetrics | None = None
        self.loss_tracker = Mean(name="loss")
        self.number_names([])

    def losses_for(self, y_pred: Any, names: list[str]) -> OutputLosses:
        """The losses, matched to outputs like `y_pred`.

        Args:
            y_pred: the outputs, in their structure.
            names: of outputs that are not in a dict.
        """
        if self.losses is None:
            self.losses = OutputLosses(self.loss, self.loss_weights, Outputs(y_pred, names))
        return self.losses

    def judge(self, y_pred: Any) -> None:
        """Outputs have the sizes of `y_pred` from now on."""
        if self.losses is not None:
            self.losses.outputs.tensors[:] = tree.leaves(y_pred)

    def metrics_for(self, y: Any, y_pred: Any, names: list[str]) -> OutputMetrics:
        """The metrics, matched to outputs like `y_pred` and targets like `y`."""
        if self.metrics is None:
            outputs = self.losses.outputs if self.losses is not None else Outputs(y_pred, names)
            self.number_names([])
            is_asked = any(metric is not None for metric in each(self.given_metrics))
            targets = outputs.match(y if is_asked else None, "y", partial=True)  # who counts nothing may have any
            self.metrics = OutputMetrics(*self.given_metrics, outputs, targets)
        return self.metrics

    @contextlib.contextmanager
    def unless_refused(self) -> Iterator[None]:
        """Inside, losses and metrics are matched to data; where it is refused, they wait for other data."""
        before = self.losses, self.metrics
        try:
            yield
        except Exception:
            self.losses, self.metrics = before
            raise

    @property
    def counters(self) -> list[metrics.Metric]:
        """All that counts: the loss's running mean, those of the outputs' losses, the metrics."""
        matched = [part.metrics for part in (self.losses, self.metrics) if part is not None]
        return [self.loss_tracker, *(counter for part in matched for counter in part)]

    def number_names(self, held: list[Any]) -> None:
        """Name the metrics that nobody named, those that layers hold first, as if the process had made no others."""
        given = [metric for metric in each(self.given_metrics) if naming.is_automatic(metric)]
        if given or held:
            number_names([*held, *given])

    @property
    def awaits_outputs(self) -> bool:
        """Whether there are metrics that no outputs and targets are known for yet."""
        return self.metrics is None and any(metric is not None for metric in each(self.given_metrics))

    @property
    def names(self) -> list[str]:
        """The names of what is reported, in the order of counting."""
        return self._names(self.metrics.names if self.metrics is not None else [])

    @property
    def listed_names(self) -> list[str]:
        """The names in the order of what `evaluate` returns."""
        return self._names(self.metrics.listed_names if self.metrics is not None else [])

    def expected_names(self, y_pred: Any, names: list[str]) -> list[str]:
        """`listed_names` before there are targets: for such outputs, and targets like them."""
        outputs = Outputs(y_pred, names)
        self.number_names([])
        try:
            losses = OutputLosses(self.loss, self.loss_weights, outputs)
            expected = OutputMetrics(*self.given_metrics, outputs, outputs.tensors, builds=False)
        except ValueError:  # it will be said when there is data
            return self.listed_names
        return ["loss", *(tracker.name for tracker in losses.metrics), *expected.listed_names]

    def _names(self, metrics: list[str]) -> list[str]:
        trackers = self.losses.metrics if self.losses is not None else []
        return ["loss", *(tracker.name for tracker in trackers), *metrics]

    @property
    def seen(self) -> tuple[Any, ...]:
        """What a step depends on; where outputs are matched already, what they were matched from plays no part."""
        losses = (self.loss, self.loss_weights) if self.losses is None else self.losses
        return losses, self.given_metrics if self.metrics is None else self.metrics, self.loss_tracker

    @property
    def row_independent(self) -> bool:
        """Whether rows that pad a batch can be kept out of losses and metrics exactly; false until both are known."""
        return all(part is not None and part.row_independent for part in (self.losses, self.metrics))

    def result(self) -> dict[str, Any]:
        """The values by name."""
        logs = {"loss": self.loss_tracker.result()}
        for tracker in self.losses.metrics if self.losses is not None else []:
            logs[tracker.name] = tracker.result()
        return logs | (self.metrics.result() if self.metrics is not None else {})

    def count(self, y: Any, y_pred: Any, sample_weight: Any, rows: Any, names: list[str]) -> None:
        """Count a batch into the metrics; rows that pad it weigh nothing."""
        self.metrics_for(y, y_pred, names).update_state(y, tree.leaves(y_pred), sample_weight, rows)
