"""What is nearly always a mistake in a model, its losses and its metrics: said once, when training starts.

What cannot work is an error (`training/checks.py`). What works and does something else than was meant is told here, in
one sentence: what was found, why it is wrong, what to do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from hornbeam import activations
from hornbeam.core import serialization
from hornbeam.core.declarations import of, signature
from hornbeam.core.refusal import finding_of
from hornbeam.core.renaming.notice import warn_caller
from hornbeam.core.symbolic import Node, Operation, SymbolicTensor
from hornbeam.losses.loss import option
from hornbeam.training.mistake import Mistake
from hornbeam.training.settings_told import mistakes_of_settings

# What makes outputs what a loss or metric takes.
_ACTIVATIONS = {"probabilities": "sigmoid", "class probabilities": "softmax"}

_told: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


@contextmanager
def noting(model: Any) -> Iterator[None]:
    """Around a `fit`: what it warns of, or why it raises an error, is kept for `model.diagnosis`."""
    state = model.__hornbeam__.run_state
    state.mistakes, state.diagnosis = [], None
    try:
        yield
    except (ValueError, TypeError) as error:
        state.mistakes.append(as_mistake(error))
        raise


def as_mistake(error: BaseException) -> Mistake:
    """An error of `fit` as what was found, and what to do."""
    what, _, fix = str(error).rpartition("; ")
    if not what:
        what, fix = str(error).rstrip("."), "change the data or the model as the message says."
    return Mistake(finding_of(error), what, fix, is_error=True)


def warn_of_mistakes(trainer: Any, data: Any) -> list[Mistake]:
    """Warn of each mistake once, until the model is compiled anew; returns all of them.

    Args:
        trainer: of a model that is built for the data.
        data: (x, y, sample_weight), of all rows or of one batch.
    """
    found = list(mistakes(trainer, data))
    for mistake in found:
        told = _told.setdefault(trainer.objective.losses, set())
        if str(mistake) not in told:
            told.add(str(mistake))
            warn_caller(str(mistake))
    return found


def mistakes(trainer: Any, data: Any) -> Iterator[Mistake]:
    """What is nearly always a mistake, for a trainer whose model is built for the data."""
    yield from mistakes_of_settings(trainer, data)
    compiled = trainer.objective.losses
    if compiled is None or not serialization.is_builtin(type(trainer.model).compute_loss):
        return
    model = trainer.model
    endings = [ending(tensor) for tensor in model.__hornbeam__.outputs or [None] * len(compiled.outputs)]
    if len(endings) != len(compiled.outputs):
        return
    for name, loss, last in zip(compiled.outputs.names, compiled.losses, endings, strict=True):
        where = f"Output `{name}` of model `{model.name}`"
        if loss is not None:
            yield from _of_loss(where, loss, last)
    if trainer.objective.metrics is not None:
        targets = compiled.outputs.match(data[1], "y", partial=True)
        for entry in trainer.objective.metrics.entries:
            i = entry.output
            where = f"Metric `{entry.name}` of output `{compiled.outputs.names[i]}` of model `{model.name}`"
            shape = compiled.outputs.tensors[i].shape
            yield from _of_metric(where, entry.metric, compiled.losses[i], targets[i], shape, endings[i])


def _of_loss(where: str, loss: Any, last: Ending | None) -> Iterator[Mistake]:
    if last is not None and last.gives == "class probabilities" and last.units == 1:
        yield Mistake(
            "softmax_one_unit",
            f"{where} is a {last.name} of one unit, which is always 1",
            "for two classes end in a sigmoid, with `binary_crossentropy`; for more, in a softmax with a unit for "
            "each; for numbers, without an activation.",
        )
        return
    wanted = _ACTIVATIONS.get(of(loss, "outputs"))
    if wanted is None or last is None:
        return
    if _takes_logits(loss) and last.gives is not None:
        yield Mistake(
            "double_softmax",
            f"{where} ends in a {last.name}, but its loss `{loss.name}` has `from_logits=True` and applies another "
            f"{wanted} to it, which hides most of its gradient",
            "leave out `from_logits=True`: the loss is computed from the logits anyway.",
        )
    elif not _takes_logits(loss) and last.gives is None:
        found = "has no activation" if last.is_linear else f"ends in `{last.name}`"
        yield Mistake(
            "missing_output_activation" if last.is_linear else "relu_output_classification",
            f"{where} {found}, but its loss `{loss.name}` takes probabilities, and cuts off what is not between 0 and "
            "1",
            f'end it with `activation="{wanted}"`.',
        )


def _of_metric(
    where: str, metric: Any, loss: Any, target: Any, shape: tuple[int | None, ...], last: Ending | None
) -> Iterator[Mistake]:
    told = _told_of_metric(metric, loss, target, shape[-1] if len(shape) > 1 else 1, last)
    if told is not None:
        yield Mistake("metric_mismatch", f"{where} {told[0]}", told[1])


def _told_of_metric(
    metric: Any, loss: Any, target: Any, units: int | None, last: Ending | None
) -> tuple[str, str] | None:
    """What a metric does that cannot be meant, and what to do."""
    compares, wanted = of(metric, "compares"), _ACTIVATIONS.get(of(metric, "outputs"))
    if compares == "largest unit" and units == 1:
        return (
            "asks which unit is the largest, and there is only one, so that it is the same whatever is learnt",
            'use "binary_accuracy", or "accuracy", which chooses by the shapes.',
        )
    if compares == "threshold" and last is not None and last.gives == "class probabilities" and units != 1:
        return (
            f"counts each of {units} probabilities by itself, most of which are rightly small, so that it is high for "
            "any model",
            'use "accuracy", which asks whether the largest one is that of the class.',
        )
    if compares == "equality" and last is not None:
        return (
            "counts outputs that are exactly equal to their targets, which numbers with fractions hardly ever are",
            'pass the name "accuracy", which chooses by the shapes.',
        )
    if compares == "threshold" and not _are_classes(target):
        return (
            "compares classes 0 and 1, but the targets are other numbers, so that it says nothing",
            'for numbers use "mae" or `R2Score()`.',
        )
    if wanted and last is not None and last.is_linear and loss is not None and _takes_logits(loss):
        return (
            "takes probabilities, and is given logits",
            f'end the output with `activation="{wanted}"` and leave out `from_logits=True`: the loss is computed from '
            "the logits anyway.",
        )
    return None


def _takes_logits(loss: Any) -> bool:
    return bool(option(loss, "from_logits"))


def _are_classes(target: Any) -> bool:
    """Whether targets may be classes 0 and 1, or probabilities; only numbers on the host are looked at."""
    if not isinstance(target, np.ndarray) or target.dtype.kind not in "iuf" or not target.size:
        return True
    return bool(target.min() >= 0 and target.max() <= 1)


class Ending(NamedTuple):
    """A known activation that an output ends with, and how many units it was applied to."""

    activation: Callable[..., Any]
    units: int | None

    @property
    def name(self) -> str:
        return serialization.name_of(self.activation) or self.activation.__name__

    @property
    def gives(self) -> Any:
        """What its values are: see `core/declarations.py`."""
        return getattr(self.activation, "gives", None)

    @property
    def is_linear(self) -> bool:
        return self.activation is activations.linear


def ending(tensor: SymbolicTensor | None) -> Ending | None:
    """The activation that made a symbolic tensor, `None` when it is not known.

    >>> import hornbeam
    >>> x = hornbeam.Input((3,))
    >>> ending(hornbeam.layers.Reshape((1, 2))(hornbeam.layers.Dense(2, activation="softmax")(x))).name
    'softmax'
    """
    node = None if tensor is None else tensor.node
    if tensor is None or node is None:
        return None
    made_by = node.operation
    is_function = isinstance(made_by, Operation)
    outputs = None if is_function else getattr(made_by.__hornbeam__, "outputs", None)
    if outputs:  # a model within the model
        return ending(outputs[tensor.index])
    passes = getattr(made_by.function, "passes_values", False) if is_function else of(made_by, "passes_values")
    if passes and len(node.inputs) == 1:
        return ending(node.inputs[0])
    last = _along_last(node) if is_function else of(made_by, "last_activation")
    units = tensor.shape[-1] if tensor.shape else None
    is_known = serialization.name_of(last) is not None or getattr(last, "gives", None) is not None
    return Ending(last, units) if is_known else None


def _along_last(node: Node) -> Any:
    """The function that a graph calls, where it gives probabilities of the last axis."""
    fn = node.operation.function
    axis = signature(fn).bind(*node.args, **node.kwargs).arguments.get("axis", -1)
    return fn if getattr(fn, "gives", None) is not None and axis == -1 else None
