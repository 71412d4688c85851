"""What a trainer needs before its first step: weights, losses for the outputs, an optimizer with state."""

from __future__ import annotations

from typing import Any

import numpy as np

from hornbeam.core import symbolic, tree
from hornbeam.core.renaming.notice import warn_caller
from hornbeam.layers.base.tracking import flatten
from hornbeam.training import rehearsal, steps_of_backends


def prepare(trainer: Any, data: Any, is_training: bool) -> None:
    """Build what is not built yet, knowing one batch (or all) of the data; compiles nothing."""
    with trainer.as_compiled():
        _match(trainer, data, is_training)
        if is_training and not _optimizer_is_ready(trainer):
            trainer.optimizer.build(trainer.model.trainable_variables)
    if is_training:
        _tell(trainer)


def _match(trainer: Any, data: Any, is_training: bool) -> None:
    model = trainer.model
    x, y, _ = data
    y_pred = _outputs_for(trainer, x)
    is_matched = True
    if y_pred is not None and (not trainer.overrides("train_step") or trainer.objective.loss is not None):
        is_matched = _match_objective(trainer, y, y_pred)
    builds_later = trainer.overrides("compute_loss") and any(not layer.built for layer in flatten(model))
    step = steps_of_backends.of_data(model, "train" if is_training else "test")
    if y_pred is None or not is_matched or builds_later or trainer.objective.awaits_outputs or _lacks_state(trainer):
        rehearsal.without_values(step, data)
    if is_training and _lacks_state(trainer):
        rehearsal.on_two_rows(step, data)


def _match_objective(trainer: Any, y: Any, y_pred: Any) -> bool:
    """Match losses and metrics to the outputs, if they fit; a step of the user's may know why they do not."""
    try:
        with trainer.objective.unless_refused():
            trainer.objective.losses_for(y_pred, trainer.output_names)
            trainer.objective.metrics_for(tree.map(_target_spec, y), y_pred, trainer.output_names)
    except ValueError:
        if not trainer.overrides("train_step", "test_step", "compute_loss"):
            raise
        return False
    return True


def _optimizer_is_ready(trainer: Any) -> bool:
    """Whether the optimizer has state for what is trainable now; a custom step may train other variables by it."""
    is_custom = trainer.overrides("train_step")
    return trainer.optimizer.built and (is_custom or trainer.optimizer.is_built_for(trainer.model.trainable_variables))


def _outputs_for(trainer: Any, x: Any) -> Any:
    """The outputs for data like `x`; `None` where the user's own steps do not call the model on it."""
    try:
        return type(trainer.model).build_for(trainer.model, x)
    except Exception:
        calls_itself = trainer.overrides("train_step", "test_step", "compute_loss")
        if not calls_itself or trainer.model.__hornbeam__.input_structure is not None:
            raise
        return None


def _lacks_state(trainer: Any) -> bool:
    """Whether one of the model's own optimizers has not met the variables that it moves."""
    return any(not optimizer.built for optimizer in trainer.further_optimizers())


def _tell(trainer: Any) -> None:
    """Say once that a flag changed since `compile` has no effect, or that there is nothing to train."""
    if trainer.is_told:
        return
    name = trainer.model.name
    changed = [layer for layer, flag in trainer.trainable.items() if layer.__hornbeam__.trainable != flag]
    if changed:
        trainer.is_told = True
        warn_caller(
            f"`trainable` of {_listed(changed)} was changed after `compile` of model `{name}`, which trains what "
            "was trainable then; call `compile` again for the change to take effect."
        )
    elif not trainer.overrides("train_step") and not trainer.trained_variables():
        trainer.is_told = True
        warn_caller(
            f"Model `{name}` has no weights to train: all of its layers are frozen, or none has weights. Set "
            "`trainable = True` where you want it, and call `compile` again."
        )


def _target_spec(value: Any) -> Any:
    """A target as a symbolic tensor of its shape, the batch unknown."""
    return None if value is None else symbolic.SymbolicTensor((None, *np.shape(value)[1:]), "float32")


def _listed(layers: list[Any]) -> str:
    names = [f"`{layer.name}`" for layer in layers]
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more layers" if len(names) > 3 else "")
