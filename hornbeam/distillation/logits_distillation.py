"""`LogitsDistillation`: the student's outputs become those of the teacher."""

from __future__ import annotations

from typing import Any

from hornbeam.core import tree
from hornbeam.distillation.distillation_loss import DistillationLoss, loss_tree, total


class LogitsDistillation(DistillationLoss):
    """loss(teacher's outputs / T, student's outputs / T).

    Args:
        temperature: T, positive.
        loss: a name, a function or a `Loss`, or a list or dict of them by output; `None` leaves an output out.

    As in Keras, the outputs are divided and not made probabilities. `kl_divergence` takes probabilities, so for outputs
    that are logits it needs a softmax (Hinton, Vinyals and Dean, 2015, https://arxiv.org/abs/1503.02531):

    >>> import hornbeam
    >>> def softened(teacher, student):
    ...     softmax = hornbeam.activations.softmax
    ...     return hornbeam.losses.kl_divergence(softmax(teacher), softmax(student))
    >>> loss = hornbeam.distillation.LogitsDistillation(temperature=2.0, loss=softened)
    >>> teacher, student = hornbeam.ops.array([[2.0, -2.0]]), hornbeam.ops.array([[0.0, 0.0]])
    >>> round(float(loss.compute_loss(teacher, student)), 3)
    0.328
    """

    def __init__(self, temperature: float = 3.0, loss: Any = "kl_divergence"):
        if isinstance(temperature, bool) or not isinstance(temperature, int | float) or not temperature > 0:
            raise ValueError(
                f"`temperature` of `LogitsDistillation` must be a positive number. Received: {temperature!r}."
            )
        self.store(locals())

    def resolve(self, name: str, value: Any) -> Any:
        return loss_tree(value, type(self).__name__) if name == "loss" else value

    def compute_loss(self, teacher_outputs: Any, student_outputs: Any, **kwargs: Any) -> Any:
        teacher, student = (
            tree.map(lambda x: x / self.temperature, outputs) for outputs in (teacher_outputs, student_outputs)
        )
        return total(self.loss, teacher, student)
