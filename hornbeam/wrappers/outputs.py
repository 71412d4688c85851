"""What the outputs of a model are: how many units, which targets their losses take, what their values mean."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import numpy as np

from hornbeam.core.declarations import of
from hornbeam.losses.loss import option
from hornbeam.training.diagnosis import ending

Scale = Literal["probabilities", "logits", "margins"]


class Output(NamedTuple):
    """An output of a compiled model.

    Attributes:
        name: of the output.
        shape: of a row.
        takes: the targets of its loss, see `losses/definition.py`; `None` where that is not known.
        scale: what values stand for: probabilities of classes; logits, of which the loss makes probabilities; or
            margins, which say by their sign on which side of a line a row is.
    """

    name: str
    shape: tuple[int, ...]
    takes: str | None
    scale: Scale

    @property
    def units(self) -> int:
        """How many there are along the last axis."""
        return self.shape[-1] if self.shape else 1

    @property
    def is_one_hot(self) -> bool:
        return self.units > 1 and self.takes in ("numbers", "probabilities", "class probabilities")


def outputs_of(model: Any, tensors: Any) -> list[Output]:
    """The outputs of a compiled model.

    Args:
        model: the model.
        tensors: its outputs as symbolic tensors, in their structure.
    """
    trainer = model.__hornbeam__.run_state.trainer
    compiled = trainer.objective.losses_for(tensors, model.output_names)
    known = model.__hornbeam__.outputs or [None] * len(compiled.outputs)
    return [
        Output(name, tuple(size or 1 for size in tensor.shape[1:]), of(loss, "targets"), _scale(loss, end))
        for name, tensor, loss, end in zip(compiled.outputs.names, compiled.outputs.tensors, compiled.losses, known)
    ]


def _scale(loss: Any, tensor: Any) -> Scale:
    if of(loss, "outputs") == "margins":
        return "margins"
    last = ending(tensor)
    is_logits = bool(option(loss, "from_logits")) and (last is None or last.gives is None)
    return "logits" if is_logits else "probabilities"


def probabilities(values: np.ndarray, output: Output) -> np.ndarray:
    """The probabilities of classes, shape (rows, classes), of an output of one unit or of one unit per class.

    Raises:
        AttributeError: where outputs are no probabilities.
    """
    if output.scale == "margins":
        raise AttributeError(
            f"`predict_proba` needs outputs that are probabilities. Received: margins, which the loss of output "
            f"`{output.name}` is made for; call `decision_function`, or train a sigmoid with `binary_crossentropy`."
        )
    if output.units > 1:
        return _softmax(values) if output.scale == "logits" else values
    p = yes(values, output)
    return np.concatenate([1 - p, p], axis=1)


def yes(values: np.ndarray, output: Output) -> np.ndarray:
    """The probability of each unit by itself."""
    return _sigmoid(values) if output.scale == "logits" else values


def log_odds(values: np.ndarray, output: Output) -> np.ndarray:
    """How far each unit by itself is on the side of yes: 0 is undecided."""
    values = values.astype(np.float64)
    if output.scale != "probabilities":
        return values
    p = np.clip(values, _TINY, 1 - _TINY)
    return np.log(p / (1 - p))


def scores(values: np.ndarray, output: Output) -> np.ndarray:
    """How much speaks for each class: logits, margins or logarithms of probabilities."""
    values = values.astype(np.float64)
    return np.log(np.maximum(values, _TINY)) if output.scale == "probabilities" else values


_TINY = 1e-12


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return 0.5 * (1 + np.tanh(0.5 * x))


def _softmax(x: np.ndarray) -> np.ndarray:
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
