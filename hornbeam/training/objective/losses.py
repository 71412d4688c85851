"""`OutputLosses`: the losses given to `compile`, one for each output, and their weighted sum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from hornbeam import losses, metrics
from hornbeam.core import declarations, masking, naming, tree
from hornbeam.core.declarations import fact
from hornbeam.losses import Loss, LossFunctionWrapper
from hornbeam.training.objective.joint import Joint, pulled
from hornbeam.training.objective.outputs import Outputs


class OutputLosses:
    """Total loss = sum over outputs of weight x loss(target, output).

    Args:
        loss: a name, a `Loss`, a function, or a list or dict of them, by output; several for one output in a list.
        loss_weights: numbers, in a list or dict by output.
        outputs: the model's.

    Attributes:
        losses: one for each output, or `None`.
        joint: those of several outputs together.
    """

    def __init__(self, loss: Any, loss_weights: Any, outputs: Outputs):
        self.outputs = outputs
        numbers = iter(range(len(outputs)))
        joint, loss, loss_weights = pulled(loss, loss_weights, tree.map(lambda _: next(numbers), outputs.structure))
        self.joint = [each._replace(loss=resolve(each.loss), weight=_number(each.weight)) for each in joint]
        weights = outputs.match(loss_weights, "loss_weights", spread=True, partial=True)
        matched = outputs.match(loss, "loss", spread=True, partial=True)
        self.losses = [resolve(one, weight) for one, weight in zip(matched, weights, strict=True)]
        self.weights = [
            1.0 if isinstance(loss, SumOfLosses) else _number(weight)
            for loss, weight in zip(self.losses, weights, strict=True)
        ]
        with_loss = [i for i, one in enumerate(self.losses) if one is not None]
        outputs.sole = with_loss[0] if len(with_loss) == 1 and not joint else None
        shows_each = len(with_loss) + len(joint) > 1
        self.trackers = [
            metrics.Mean(name=f"{name}_loss") if shows_each and one is not None else None
            for name, one in zip(outputs.names, self.losses, strict=True)
        ]
        self.joint_trackers = [metrics.Mean(name=f"{self._named(one)}_loss") for one in self.joint if shows_each]

    def _named(self, joint: Joint) -> str:
        """The path of what a joint loss compares; of all outputs, their names."""
        return "_".join(map(str, joint.path or self.outputs.names))

    @property
    def metrics(self) -> list[Any]:
        """The running means of the single outputs' losses; none for a model with one output."""
        return [*(tracker for tracker in self.trackers if tracker is not None), *self.joint_trackers]

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
        for i, joint in enumerate(self.joint):
            value = self._joint_loss(joint, targets, weights, y_pred, rows)
            if self.joint_trackers:
                self.joint_trackers[i].update_state(value, sample_weight=count)
            value = value * joint.weight if joint.weight != 1.0 else value
            total = value if total is None else total + value
        return total

    def _joint_loss(self, joint: Joint, targets: list[Any], weights: list[Any], y_pred: list[Any], rows: Any) -> Any:
        places = tree.leaves(joint.places)
        if any(targets[i] is None for i in places):
            raise ValueError(
                f"Outputs {[self.outputs.names[i] for i in places]} have the loss `{joint.loss.name}` together, but no "
                "targets were given for some of them."
            )
        weight = weights[places[0]]
        if any(weights[i] is not weight for i in places):
            raise ValueError(
                f"Outputs {[self.outputs.names[i] for i in places]} have the loss `{joint.loss.name}` together, which "
                "takes one `sample_weight`. Received: one for each."
            )
        y_true, y_pred = (tree.map(given.__getitem__, joint.places) for given in (targets, y_pred))
        return joint.loss(y_true, y_pred, sample_weight=weight, **_mask(tree.leaves(y_pred)[0], rows))

    @property
    def row_independent(self) -> bool:
        """Whether rows that pad a batch can be masked out of every loss exactly."""
        return all(
            loss is None or (declarations.of(loss, "row_independent") and loss.reduction not in (None, "none"))
            for loss in [*self.losses, *(joint.loss for joint in self.joint)]
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


def _number(weight: Any) -> float:
    return 1.0 if weight in (None, [None]) else float(np.asarray(weight).item())


class SumOfLosses(Loss):
    """Several losses of one output, added up.

    Args:
        losses: what each of them is.
        weights: a number for each of them.
    """

    def __init__(self, losses: Sequence[Loss], weights: Sequence[float]):
        super().__init__("_and_".join(loss.name for loss in losses))
        self.losses, self.weights = list(losses), list(weights)

    @fact
    def row_independent(self) -> bool:
        """Whether the value of a row depends on that row alone: in each of them."""
        each = (
            declarations.of(loss, "row_independent") and loss.reduction not in (None, "none") for loss in self.losses
        )
        return all(each)

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None, mask: Any = None) -> Any:
        values = [loss(y_true, y_pred, sample_weight, mask) for loss in self.losses]
        return sum(value * weight for value, weight in zip(values, self.weights, strict=True))


def _sum_of(identifiers: Sequence[Any], weights: Any) -> Any:
    found = [resolve(one) for one in identifiers]
    weights = weights if isinstance(weights, list | tuple) else [weights] * len(found)
    if len(weights) != len(found):
        raise ValueError(
            f"`loss_weights` must have a number for each of {len(found)} losses of one output. Received: {weights!r}."
        )
    pairs = [(loss, _number(weight)) for loss, weight in zip(found, weights, strict=True) if loss is not None]
    return SumOfLosses([loss for loss, _ in pairs], [weight for _, weight in pairs]) if pairs else None


def resolve(identifier: Any, weights: Any = None) -> Any:
    """A `Loss` for a name, a function, a config or a `Loss`; for a list of them their sum, by the `weights`."""
    if isinstance(identifier, list | tuple) and len(identifier) == 1:
        return resolve(identifier[0])
    if isinstance(identifier, list | tuple):
        return _sum_of(identifier, weights)
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
