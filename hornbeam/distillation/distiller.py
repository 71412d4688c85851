"""`Distiller`: trains a student by its teacher."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hornbeam import engine
from hornbeam.core import tree
from hornbeam.core.tensor_metadata import MetadataTable
from hornbeam.distillation.distillation_loss import DistillationLoss
from hornbeam.distillation.layer_outputs import LayerOutputs
from hornbeam.metrics import Mean
from hornbeam.models import Model
from hornbeam.models.steps import trainer_of
from hornbeam.training.programs.batch import Batch

# What layers of a student gave on the way to its outputs, by their first tensor.
_features_of: MetadataTable[dict[str, Any]] = MetadataTable(carried=lambda fn, features, keeps_axes: features)


class Distiller(Model):
    """The student, trained to minimise a · loss(y, ŷ) + (1 - a) · Σ wᵢ distillation_lossᵢ(teacher, student).

    Args:
        teacher: a trained model; it is frozen, and called as in inference.
        student: the model to train. What its layers add to the loss is added.
        distillation_losses: a `DistillationLoss` or a list of them.
        distillation_loss_weights: wᵢ; 1 by default.
        student_loss_weight: a, from 0 to 1. 0 needs no targets, 1 no teacher.

    `compile`, `fit`, `evaluate` and `save` are those of any model; `predict` is the student's. Among the logs are
    `student_loss`, `distillation_loss` and `total_loss`, means over rows. After training, `distiller.student` is used.

    >>> import hornbeam
    >>> def classifier(units):
    ...     layers = [hornbeam.layers.Dense(units, "relu"), hornbeam.layers.Dense(2)]
    ...     return hornbeam.Sequential([hornbeam.Input((3,)), *layers])
    >>> loss = hornbeam.distillation.LogitsDistillation(loss="mse")
    >>> distiller = hornbeam.distillation.Distiller(classifier(8), classifier(4), loss)
    >>> distiller.compile("adam", "mse")
    >>> logs = distiller.fit(hornbeam.ops.ones((4, 3)), hornbeam.ops.ones((4, 2)), verbose=0).history
    >>> sorted(logs)
    ['distillation_loss', 'loss', 'student_loss', 'total_loss']
    """

    api_module = "keras.distillation"

    def __init__(
        self,
        teacher: Any,
        student: Any,
        distillation_losses: DistillationLoss | Sequence[DistillationLoss],
        distillation_loss_weights: Sequence[float] | None = None,
        student_loss_weight: float = 0.5,
        name: str = "distiller",
        **kwargs: Any,
    ):
        super().__init__(name=name, **kwargs)
        losses: Any = distillation_losses if isinstance(distillation_losses, list | tuple) else [distillation_losses]
        weights = [1.0] * len(losses) if distillation_loss_weights is None else distillation_loss_weights
        _check(teacher, student, losses, weights, student_loss_weight)
        self.store({"teacher": teacher, "student": student, "distillation_losses": list(losses)})
        self.store({"distillation_loss_weights": list(weights), "student_loss_weight": student_loss_weight})
        teacher.trainable = False
        self._teacher = LayerOutputs(teacher, _names(losses, "teacher_layer_name"))
        self._student = LayerOutputs(student, _names(losses, "student_layer_name"))
        self.student_loss_tracker = Mean(name="student_loss")
        self.distillation_loss_tracker = Mean(name="distillation_loss")
        self.total_loss_tracker = Mean(name="total_loss")

    def build(self, input_shape: Any = None) -> None:
        for model in (self.teacher, self.student):
            if not model.built:
                model.build(input_shape)

    def call(self, inputs: Any, training: bool | None = None, **kwargs: Any) -> Any:
        if kwargs:
            return self.student(inputs, training=training, **kwargs)
        outputs, features = self._student(inputs, training)
        if features:
            _features_of.remember(tree.leaves(outputs)[0], features)
        return outputs

    def compile(self, optimizer: Any = "adam", loss: Any = None, metrics: Any = None, **kwargs: Any) -> None:
        """Say how to train; as of any model, and `loss` is the student's."""
        if loss is None and self.student_loss_weight > 0:
            raise ValueError(
                f"`loss` of `Distiller.compile` must say how the student is compared with targets, since "
                f"student_loss_weight={self.student_loss_weight}. Received: None."
            )
        super().compile(optimizer, loss, metrics=metrics, **kwargs)

    def compute_loss(
        self, x: Any = None, y: Any = None, y_pred: Any = None, sample_weight: Any = None, training: bool = True
    ) -> Any:
        batch, a = Batch.of(x, y, sample_weight), self.student_loss_weight
        student = trainer_of(self, "compute_loss").compiled_loss(batch, y_pred) if a > 0 else 0.0
        distillation = self._distillation_loss(x, y_pred, training) if a < 1 else 0.0
        total = a * student + (1 - a) * distillation + _sum(self.student.losses)
        self.student_loss_tracker.update_state(student, sample_weight=batch.count)
        self.distillation_loss_tracker.update_state(distillation, sample_weight=batch.count)
        self.total_loss_tracker.update_state(total, sample_weight=batch.count)
        return total

    def _distillation_loss(self, x: Any, y_pred: Any, training: bool) -> Any:
        teacher, wanted = self._teacher(x, training=False)
        features = self._features(x, y_pred, training)
        total = 0.0
        for loss, weight in zip(self.distillation_losses, self.distillation_loss_weights, strict=True):
            theirs = wanted.get(str(getattr(loss, "teacher_layer_name", None)), teacher)
            mine = features.get(str(getattr(loss, "student_layer_name", None)), y_pred)
            loss.validate_outputs(theirs, mine)
            total = total + weight * loss.compute_loss(tree.map(engine.stop_gradient, theirs), mine)
        return total

    def _features(self, x: Any, y_pred: Any, training: bool) -> dict[str, Any]:
        """What the layers that losses look at gave on the way to `y_pred`."""
        if self._student.graph is None:
            return {}
        found = _features_of.find(tree.leaves(y_pred)[0])
        return self._student(x, training)[1] if found is None else found


def _names(losses: Sequence[DistillationLoss], which: str) -> list[str]:
    """The layers that the losses look at."""
    return list(dict.fromkeys(name for loss in losses if (name := getattr(loss, which, None)) is not None))


def _sum(losses: Sequence[Any]) -> Any:
    return sum((engine.sum(engine.cast(loss, "float32")) for loss in losses), start=0.0)


def _check(teacher: Any, student: Any, losses: Any, weights: Any, student_loss_weight: Any) -> None:
    for which, model in (("teacher", teacher), ("student", student)):
        if not isinstance(model, Model):
            raise ValueError(f"`{which}` of `Distiller` must be a model. Received: {which}={model!r}.")
    if not losses or not all(isinstance(loss, DistillationLoss) for loss in losses):
        raise ValueError(
            "`distillation_losses` of `Distiller` must be a `DistillationLoss`, or a list of them. "
            f"Received: {losses!r}."
        )
    if not isinstance(weights, list | tuple) or len(weights) != len(losses):
        raise ValueError(
            f"`distillation_loss_weights` of `Distiller` must be {len(losses)} numbers, one for each loss. "
            f"Received: {weights!r}."
        )
    if not isinstance(student_loss_weight, int | float) or not 0 <= student_loss_weight <= 1:
        raise ValueError(
            f"`student_loss_weight` of `Distiller` must be a number from 0 to 1. Received: {student_loss_weight!r}."
        )
    _check_shapes(teacher, student)
    for loss in losses:
        loss.validate_model_compatibility(teacher, student)


def _check_shapes(teacher: Model, student: Model) -> None:
    for which in ("inputs", "outputs"):
        tensors = [getattr(model.__hornbeam__, which) for model in (teacher, student)]
        if None in tensors:
            continue
        theirs, mine = ([tuple(tensor.shape[1:]) for tensor in part] for part in tensors)
        if theirs != mine:
            raise ValueError(
                f"The {which} of a student must have the shapes of its teacher's, {theirs} without the batch. "
                f"Received: student `{student.name}` with {mine}."
            )
