"""`DistillationLoss`: how far a student is from its teacher."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hornbeam import losses, ops
from hornbeam.core import tree
from hornbeam.core.configurable import Configurable


class DistillationLoss(Configurable):
    """Base of the losses of a `Distiller`; a subclass defines `compute_loss`.

    >>> import hornbeam
    >>> class Distance(hornbeam.distillation.DistillationLoss):
    ...     def compute_loss(self, teacher_outputs, student_outputs, **kwargs):
    ...         return hornbeam.ops.mean(abs(teacher_outputs - student_outputs))
    >>> float(Distance().compute_loss(hornbeam.ops.array([1.0, 2.0]), hornbeam.ops.array([1.0, 4.0])))
    1.0
    """

    api_module = "keras.distillation"

    def compute_loss(self, teacher_outputs: Any, student_outputs: Any, **kwargs: Any) -> Any:
        """The loss of a batch, a scalar."""
        raise NotImplementedError(
            f"`{type(self).__name__}` must define `compute_loss(teacher_outputs, student_outputs)`."
        )

    def validate_outputs(self, teacher_outputs: Any, student_outputs: Any) -> None:
        """Raise `ValueError` unless the outputs can be compared; here, when their structures differ."""
        theirs, mine = tree.structure(teacher_outputs), tree.structure(student_outputs)
        if theirs != mine:
            raise ValueError(
                f"`{type(self).__name__}` needs a student with outputs in the structure of the teacher's, {theirs}. "
                f"Received: {mine}."
            )

    def validate_model_compatibility(self, teacher: Any, student: Any) -> None:
        """Raise `ValueError` unless the models have what the loss compares."""


def loss_tree(loss: Any, where: str) -> Any:
    """The losses that names, functions and objects in a structure stand for.

    Raises:
        ValueError: when there is none.
    """
    found = tree.map(lambda item: None if item is None else losses.get(item), loss)
    if all(item is None for item in tree.leaves(found)):
        raise ValueError(f"`loss` of `{where}` must hold at least one loss. Received: loss={loss!r}.")
    return found


def total(loss: Any, teacher: Any, student: Any) -> Any:
    """The sum of the losses between the outputs of teacher and student; one loss counts for each output."""
    return sum((_value(one, t, s) for one, t, s in _matched(loss, teacher, student)), start=0.0)


def _value(loss: Any, teacher: Any, student: Any) -> Any:
    shapes = [tuple(outputs.shape) for outputs in (teacher, student)]
    if shapes[0] != shapes[1] and getattr(loss, "outputs", None) is not None:  # a loss of which this is known
        raise ValueError(
            f"The loss {losses.serialize(loss)!r} needs outputs of a student in the shape of its teacher's, "
            f"{shapes[0]}. Received: {shapes[1]}."
        )
    return ops.mean(loss(teacher, student))


def _matched(loss: Any, teacher: Any, student: Any) -> Iterator[tuple[Any, Any, Any]]:
    if isinstance(teacher, dict):
        places: Any = list(teacher)
    elif isinstance(teacher, list | tuple):
        places = range(len(teacher))
    else:
        if loss is not None:
            yield loss, teacher, student
        return
    for place in places:
        one = _part(loss, place, len(teacher)) if tree.is_nested(loss) else loss
        yield from _matched(one, teacher[place], student[place])


def _part(loss: Any, place: Any, count: int) -> Any:
    try:
        if len(loss) == count:
            return loss[place]
    except (KeyError, IndexError):
        pass
    raise ValueError(f"`loss` must have one entry for each of {count} outputs, or be one loss. Received: {loss!r}.")
