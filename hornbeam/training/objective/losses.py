"""`OutputLosses`: the losses given to `compile`, one for each output, and their weighted sum."""

from __future__ import annotations

from typing import Any

import numpy as np

from hornbeam import losses, metrics
from hornbeam.core import declarations, masking, naming
from hornbeam.losses import Loss, LossFunctionWrapper
from hornbeam.training.objective.outputs import Outputs


class OutputLosses:
    """Total loss = sum over outputs of weight x loss(target, output).

    Args:
        loss: a name, a `Loss`, a function, or a list or dict of them, by output.
        loss_weights: numbers, in a list or dict by output.
        outputs: the model's.
    """

    def __init__(self, loss: Any, loss_weights: Any, outputs: Outputs):
        self.outputs = outputs
        self.losses = [resolve(one) for one in outputs.match(loss, "loss", spread=True, partial=True)]
        weights = outputs.match(loss_weights, "loss_weights", spread=True, partial=True)
        self.weights = [1.0 if weight in (None, [None]) else float(np.asarray(weight).item()) for weight in weights]
        with_loss = [i for i, one in enumerate(self.losses) if one is not None]
        outputs.sole = with_loss[0] if len(with_loss) == 1 else None
        self.trackers = [
            metrics.Mean(name=f"{name}_loss") if len(with_loss) > 1 and one is not None else None
            for name, one in zip(outputs.names, self.losses, strict=True)
        ]

    @property
    def metrics(self) -> list[Any]:
        """The running means of the single outputs' losses; none for a model with one output."""
        return [tracker for tracker in self.trackers if tracker is not None]

    def __call__(self, y: Any, y_pred: list[Any], sample_weight: Any, rows: Any, count: Any) -> Any:
        """The weighted sum, a scalar.

        Args:
            y: targets, matched to the outputs by name or place.
            y_pred: the outputs, flat.
            sample_weight: per row, or per row and step.
            rows: which rows of a padded batch are real, or `None`.
            count: how many rows are real.
        """
        targets = self.outputs.match(y, "y", partial=True)
        weights = self.outputs.match(sample_weight, "sample_weight", spread=True, partial=True)
        total: Any = None
        for i, loss in enumerate(self.losses):
            if loss is None:
                continue
            if targets[i] is None:
                raise ValueError(
                    f"Output `{self.outputs.names[i]}` has the loss `{loss.name}` but no targets were given for it."
                )
            value = loss(targets[i], y_pred[i], sample_weight=weights[i], **_mask(y_pred[i], rows))
            if (tracker := self.trackers[i]) is not None:
                tracker.update_state(value, sample_weight=count)
            value = value * self.weights[i] if self.weights[i] != 1.0 else value
            total = value if total is None else total + value
        return total

    @property
    def row_independent(self) -> bool:
        """Whether rows that pad a batch can be masked out of every loss exactly."""
        return all(
            loss is None or (declarations.of(loss, "row_independent") and loss.reduction not in (None, "none"))
            for loss in self.losses
        )


def plain_numbers(loss_weights: Any) -> Any:
    """`loss_weights` as Python's numbers, in lists and dicts.

    Raises:
        ValueError: for what is no number.
    """
    if isinstance(loss_weights, dict):
        return {key: plain_numbers(item) for key, item in loss_weights.items()}
    if isinstance(loss_weights, list | tuple):
        return [plain_numbers(item) for item in loss_weights]
    number = loss_weights.tolist() if hasattr(loss_weights, "tolist") else loss_weights
    if number is not loss_weights and isinstance(number, list):
        return plain_numbers(number)
    if number is not None and not isinstance(number, int | float):
        raise ValueError(
            f"`loss_weights` must be numbers, in a list or dict by output. Received: loss_weights={loss_weights!r}."
        )
    return number


def resolve(identifier: Any) -> Any:
    """A `Loss` for a name, a function, a config or a `Loss`; a list of one stands for it."""
    if isinstance(identifier, list | tuple) and len(identifier) == 1:
        return resolve(identifier[0])
    loss = losses.get(identifier)
    if loss is None or isinstance(loss, Loss):
        return loss
    if not callable(loss):
        raise ValueError(
            f"`loss` must be a name, a `Loss` or a function of (y_true, y_pred). Received: loss={identifier!r}."
        )
    return LossFunctionWrapper(loss, name=naming.to_snake_case(getattr(loss, "__name__", type(loss).__name__)))


def _mask(y_pred: Any, rows: Any) -> dict[str, Any]:
    """The `mask` argument that also leaves out the rows that pad a batch; nothing when there are none."""
    if rows is None:
        return {}
    mask = masking.get_mask(y_pred)
    if mask is None:
        return {"mask": rows}
    return {"mask": mask & rows.reshape((-1,) + (1,) * (len(mask.shape) - 1))}
