"""`Output`: one output of a model with its loss, its targets, and how good predictions of them are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from hornbeam.core.declarations import of
from hornbeam.losses.divergences import poisson
from hornbeam.losses.loss import option
from hornbeam.losses.regression import huber, log_cosh, mean_absolute_error, mean_squared_error
from hornbeam.training.diagnosis import Ending, ending


@dataclass(eq=False)
class Output:
    """One output.

    Attributes:
        name: the output's.
        loss: its `Loss`, or `None`.
        weight: of the loss.
        target: some rows of its targets, or `None`.
        last: the activation that it ends with, where that is known.
        units: the size of its last axis.
    """

    name: str
    loss: Any
    weight: float
    target: np.ndarray | None
    last: Ending | None
    units: int

    @cached_property
    def kind(self) -> str | None:
        """What the targets are: "classes" (one of several), "binary", "numbers"; `None` where that is not known.

        The targets say it, not the loss, which may be the wrong one.
        """
        y = self.target
        if y is None or y.dtype.kind not in "iufb" or not y.size or not np.isfinite(y).all():
            return None
        if of(self.loss, "targets") == "class indices":
            return "classes"
        is_vector = y.ndim >= 2 and y.shape[-1] > 1
        zero_one = holds_only(y, 0, 1)
        if zero_one and is_vector and self.units > 1 and bool((y.sum(-1) == 1).all()):
            return "classes"
        if zero_one and not is_vector:
            return "binary"
        if not is_vector and self.gives is None and holds_only(y, -1, 1):
            return "binary"
        return "numbers" if not zero_one else "flags"

    @property
    def gives(self) -> Any:
        return self.last.gives if self.last is not None else None

    @property
    def takes_logits(self) -> bool:
        return bool(option(self.loss, "from_logits"))

    @cached_property
    def labels(self) -> np.ndarray | None:
        """The class of each row, for one class a row."""
        y = self.target
        if self.kind == "classes" and y is not None:
            is_index = of(self.loss, "targets") == "class indices"
            labels = y if is_index else y.argmax(-1)
            labels = labels.reshape(labels.shape[:1]) if labels.size == len(labels) else labels
            return labels.astype(int)
        return (y.reshape(len(y), -1)[:, 0] > 0).astype(int) if self.kind == "binary" and y is not None else None

    @cached_property
    def vectors(self) -> np.ndarray | None:
        """The targets as numbers, a row of them for each: classes as one-hot vectors."""
        if self.labels is not None:
            if self.labels.ndim > 1:
                return None
            return np.eye(max(self.labels.max() + 1, 2))[self.labels]
        if self.kind is None or self.target is None:
            return None
        return self.target.reshape(len(self.target), -1).astype(np.float64)

    def skill(self, predicted: np.ndarray, target: np.ndarray | None = None) -> float:
        """How good predictions are: 0 for those that do not look at the inputs, 1 for perfect ones.

        Of classes it is the share of the rows that those get wrong who always say the commonest; of numbers R².
        """
        other = self if target is None else Output(self.name, self.loss, self.weight, target, self.last, self.units)
        return other._skill(predicted)

    def _skill(self, predicted: np.ndarray) -> float:
        if not np.isfinite(predicted).all():
            return -1.0
        if self.labels is not None:
            said = self._said(predicted)
            common = max(np.bincount(self.labels.ravel()).max() / self.labels.size, 1 / 2**10)
            return float((np.mean(said == self.labels) - common) / max(1 - common, 1 / self.labels.size))
        assert self.target is not None
        y = self.target.reshape(len(self.target), -1).astype(np.float64)
        spread = np.mean((y - y.mean(0)) ** 2)
        return float(1 - np.mean((predicted.reshape(y.shape) - y) ** 2) / max(spread, 1e-300))

    def error_of(self, skill: float) -> float:
        """The standard error of a skill that is measured on the rows of these targets."""
        if self.target is None:
            return 0.0
        if self.labels is None:  # residuals have heavier tails than a normal distribution
            return float((1 - skill) * 2 / np.sqrt(max(len(self.target), 1)))
        rest = 1 - np.bincount(self.labels.ravel()).max() / self.labels.size
        wrong = np.clip((1 - skill) * rest, 0, 1)
        return float(np.sqrt(wrong * (1 - wrong) / self.labels.size) / max(rest, 1 / self.labels.size))

    def _said(self, predicted: np.ndarray) -> np.ndarray:
        assert self.labels is not None
        if self.kind == "classes" and self.units > 1:
            return predicted.argmax(-1).reshape(self.labels.shape)
        is_around_zero = self.takes_logits or (self.target is not None and self.target.min() < 0)
        flat = predicted.reshape(len(predicted), -1)
        flat = flat[:, -1] if flat.shape[1] == 2 else flat[:, 0]
        return (flat > (0 if is_around_zero else 0.5)).astype(int)


def outputs_of(trainer: Any, y: Any) -> list[Output]:
    """The outputs of a model whose losses are matched; none where they are not known."""
    compiled = trainer.objective.losses
    if compiled is None:
        return []
    known = trainer.model.__hornbeam__.outputs
    endings = (
        [ending(t) for t in known] if known and len(known) == len(compiled.outputs) else [None] * len(compiled.outputs)
    )
    try:
        targets = compiled.outputs.match(y, "y", partial=True)
    except ValueError:
        targets = [None] * len(compiled.outputs)
    return [
        Output(name, loss, weight, target, last, tensor.shape[-1] if len(tensor.shape) > 1 else 1)
        for name, loss, weight, target, last, tensor in zip(
            compiled.outputs.names,
            compiled.losses,
            compiled.weights,
            targets,
            endings,
            compiled.outputs.tensors,
            strict=True,
        )
    ]


def constant_loss(output: Output) -> float | None:
    """The loss of the best outputs that do not look at the inputs; `None` for a loss whose formula is not known."""
    if output.vectors is None or output.target is None:
        return None
    if of(output.loss, "outputs") in ("probabilities", "class probabilities") and output.labels is not None:
        share = output.vectors.mean(0)
        return float(-(share * np.log(np.maximum(share, 1e-12))).sum())
    if of(output.loss, "outputs") == "probabilities" and output.kind == "flags":
        share = np.clip(output.vectors.mean(0), 1e-12, 1 - 1e-12)
        return float(-(share * np.log(share) + (1 - share) * np.log(1 - share)).mean())
    y = output.target.reshape(len(output.target), -1).astype(np.float64)
    formula = _FORMULAS.get(getattr(output.loss, "fn", None))
    if formula is None:
        return None
    delta = option(output.loss, "delta") or 1.0
    return min(float(formula(y, constant, delta).mean()) for constant in (y.mean(0), np.median(y, 0)))


def _huber(y: Any, p: Any, delta: float) -> Any:
    size = np.abs(y - p)
    return np.where(size < delta, size**2 / 2, delta * (size - delta / 2))


_FORMULAS: dict[Any, Callable[[Any, Any, float], Any]] = {
    mean_squared_error: lambda y, p, _: (y - p) ** 2,
    mean_absolute_error: lambda y, p, _: np.abs(y - p),
    huber: _huber,
    log_cosh: lambda y, p, _: np.logaddexp(y - p, p - y) - np.log(2),
    poisson: lambda y, p, _: p - y * np.log(np.maximum(p, 1e-7)),
}


def is_linear(output: Output) -> bool:
    """Whether the loss of numbers grows with large errors as they do, not with their squares."""
    return output.labels is None and getattr(output.loss, "fn", None) in (mean_absolute_error, huber, log_cosh)


def holds_only(y: np.ndarray, a: float, b: float) -> bool:
    """Whether all numbers are one of two. The first ones are asked first: most arrays have others there."""
    return all(bool(((part == a) | (part == b)).all()) for part in (y[:32], y))
