"""`FeatureDistillation`: what a layer of the student gives becomes what a layer of the teacher gives."""

from __future__ import annotations

from typing import Any

from hornbeam.distillation.distillation_loss import DistillationLoss, loss_tree, total
from hornbeam.distillation.layer_outputs import LayerOutputs


class FeatureDistillation(DistillationLoss):
    """loss(outputs of a layer of the teacher, outputs of a layer of the student).

    Args:
        loss: a name, a function or a `Loss`; "mse" and most others need outputs of the same shape.
        teacher_layer_name: the layer of the teacher; its last outputs by default.
        student_layer_name: the layer of the student; its last outputs by default.

    Source: FitNets (Romero et al., 2015, https://arxiv.org/abs/1412.6550).

    >>> import hornbeam
    >>> loss = hornbeam.distillation.FeatureDistillation("mse")
    >>> float(loss.compute_loss(hornbeam.ops.array([1.0, 2.0]), hornbeam.ops.array([1.0, 4.0])))
    2.0
    """

    def __init__(self, loss: Any = "mse", teacher_layer_name: str | None = None, student_layer_name: str | None = None):
        self.store(locals())

    def resolve(self, name: str, value: Any) -> Any:
        return loss_tree(value, type(self).__name__) if name == "loss" else value

    def compute_loss(self, teacher_outputs: Any, student_outputs: Any, **kwargs: Any) -> Any:
        return total(self.loss, teacher_outputs, student_outputs)

    def validate_model_compatibility(self, teacher: Any, student: Any) -> None:
        for model, name in ((teacher, self.teacher_layer_name), (student, self.student_layer_name)):
            if name is not None:
                LayerOutputs(model, [name])
