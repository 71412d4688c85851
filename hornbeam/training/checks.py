"""Checks of targets against outputs, before anything is compiled."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core import serialization
from hornbeam.core.declarations import of
from hornbeam.core.integers import check_count, is_integer
from hornbeam.core.refusal import refusal
from hornbeam.data.arrays import common_rows, counted_rows
from hornbeam.losses.loss import option
from hornbeam.training.input_values import Check, check_values, checks_of


def check_epochs(epochs: Any, initial_epoch: Any) -> None:
    check_count("epochs", epochs)
    check_count("initial_epoch", initial_epoch)


def check_frequency(frequency: Any) -> None:
    """`validation_freq` is a positive integer, or a list of epochs, the first of which is 1."""
    numbers = [frequency] if isinstance(frequency, int | np.integer) else frequency
    if isinstance(numbers, str) or not isinstance(numbers, Collection) or not all(is_integer(n, 1) for n in numbers):
        raise ValueError(
            "`validation_freq` must be a positive integer or a list of epochs. "
            f"Received: validation_freq={frequency!r}."
        )


def as_validation_data(data: Any) -> tuple[Any, ...]:
    """`validation_data` as (x, y), (x, y, sample_weight), or (x,), which may give batches."""
    if not isinstance(data, tuple | list):
        return (data,)
    if not 1 <= len(data) <= 3:
        raise ValueError(
            "`validation_data` must be (x, y), (x, y, sample_weight) or something that gives batches; several inputs "
            f"are one x: ((a, b), y). Received: a {type(data).__name__} of {len(data)}."
        )
    return tuple(data)


def check_class_weight(trainer: Any, class_weight: Any) -> None:
    """Raise for the weight of a class that the model's only output has no unit for."""
    compiled = trainer.objective.losses
    if compiled is None or len(compiled.outputs) != 1 or not isinstance(class_weight, Mapping):
        return
    units = _units(compiled.losses[0], compiled.outputs.tensors[0].shape)
    targets = of(compiled.losses[0], "targets")
    if targets == "probabilities" and units == 1:
        units = 2
    elif targets not in ("class indices", "class probabilities"):
        return
    unknown = [key for key in class_weight if isinstance(key, int | float | np.number) and not 0 <= key < units]
    if unknown:
        raise ValueError(
            f"`class_weight` must weigh classes from 0 to {units - 1}, those of output `{compiled.outputs.names[0]}`. "
            f"Received: weights of {', '.join(map(str, unknown))}."
        )


def check_data(trainer: Any, data: Any, what: str, of_inputs: Iterable[Check] | None = None) -> None:
    """Compare data with what the model looks up in tables, and with what its losses can take.

    Args:
        of_inputs: what `checks_of` gave for the model, where it was asked before.
    """
    if trainer.model.__hornbeam__.is_stretchable:
        trainer.objective.judge(type(trainer.model).build_for(trainer.model, data[0]))
    check_values(trainer.model, data[0], checks_of(trainer.model) if of_inputs is None else of_inputs)
    if not _has_own_loss(trainer.model, what):
        _check_rows(data)
        check_targets(trainer, data, what)


def _check_rows(data: Any) -> None:
    """Raise for targets and weights of other rows than inputs that have as many as each other: those are samples."""
    if len({rows for _, rows in counted_rows((data[0], None, None), "A batch")}) == 1:
        common_rows(data, "A batch")


def _has_own_loss(model: Any, what: str) -> bool:
    """Whether a step or a `compute_loss` of the user's decides what is made of the targets."""
    step = model.train_step if what == "training" else model.test_step
    return not (serialization.is_builtin(model.compute_loss) and serialization.is_builtin(step))


def check_targets(trainer: Any, data: Any, what: str) -> None:
    """Compare targets with what the losses can take.

    Raises:
        ValueError: for missing targets, shapes that do not fit the outputs, classes that no output stands for,
            probabilities outside [0, 1], and weights that do not fit the targets.
    """
    compiled = trainer.objective.losses
    if compiled is None:
        return
    _, y, sample_weight = data
    targets = compiled.outputs.match(y, "y", partial=True)
    weights = compiled.outputs.match(sample_weight, "sample_weight", spread=True, partial=True)
    for name, loss, target, weight, output in zip(
        compiled.outputs.names, compiled.losses, targets, weights, compiled.outputs.tensors, strict=True
    ):
        if loss is None:
            continue
        if target is None:
            raise ValueError(
                f"Output `{name}` of model `{trainer.model.name}` is trained with `{loss.name}`, which needs "
                f"targets. Received: no `y` in the {what} data."
            )
        _check_shape(trainer.model, name, loss, np.shape(target), output.shape)
        _check_values(name, loss, target, output.shape)
        if weight is not None and of(loss, "targets") is not None:
            _check_weight(name, np.shape(weight), _without_classes(loss, output.shape) or output.shape)


def _check_shape(model: Any, name: str, loss: Any, target: tuple[int, ...], output: tuple[int | None, ...]) -> None:
    targets = of(loss, "targets")
    what = f"`{loss.name}` on output `{name}` of model `{model.name}`"
    if targets == "class indices":
        wanted = _without_classes(loss, output)
        also = "; for one-hot targets use `categorical_crossentropy`" if len(target) == len(output) else ""
        if len(wanted) > len(target) == 1:
            also = "; for one answer per row put `Flatten()` or a global pooling before the last layer"
        if not (_same(target, wanted) or (target[-1:] == (1,) and _same(target[:-1], wanted))):
            raise ValueError(
                f"{what} takes one class index per row: shape {_show(wanted)}{also}. Received: y of shape {target}."
            )
        return
    if targets == "class probabilities" and _units(loss, output) == 1:
        raise refusal(
            "cce_one_unit",
            f"{what} needs one unit per class. Received: an output of 1 unit, whose loss is always 0; for two classes "
            "use `binary_crossentropy`.",
        )
    is_classes = targets == "class probabilities"
    if targets is None or _same_but_for_one(target, output):
        return
    raise ValueError(
        f"Targets of output `{name}` of model `{model.name}` must have its shape {_show(output)}. "
        f"Received: y of shape {target}.{_fix_of_shape(target, output, is_classes)}"
    )


def _fix_of_shape(target: tuple[int, ...], output: tuple[int | None, ...], is_classes: bool) -> str:
    """What to do about targets of another shape than the output."""
    short = len(output) - len(target)
    if short == 1 and _same(target, output[:-1]) and (is_classes or len(output) == 2):
        return " For class indices use `sparse_categorical_crossentropy`, or `utils.to_categorical(y)`."
    if len(output) == 2 == len(target):
        return f" Give the output {target[1]} unit{'s' * (target[1] != 1)}, one for each column of `y`."
    if len(output) == 3 and _same(target, (output[0], output[2])):
        return " For one answer to a whole sequence leave out `return_sequences=True`, or pool over its steps."
    return " Put `Flatten()` or a global pooling before the last layer." if len(output) > 2 and short > 0 else ""


def _check_weight(name: str, weight: tuple[int, ...], values: tuple[int | None, ...]) -> None:
    """Raise unless weights of this shape lie along the leading axes of the loss's values."""
    while len(weight) > len(values) and weight[-1] == 1:
        weight = weight[:-1]
    along = zip(weight[1:], values[1:], strict=False)
    if len(weight) > len(values) or any(w != 1 and v is not None and w != v for w, v in along):
        raise ValueError(
            f"`sample_weight` must have the shape {_show(values)} of what output `{name}` is judged by, or of its "
            f"leading axes. Received: sample_weight of shape {weight}."
        )


def _check_values(name: str, loss: Any, target: Any, output: tuple[int | None, ...]) -> None:
    if not isinstance(target, np.ndarray) and engine.is_tensor(target) and engine.devices()[0].startswith("cpu"):
        target = engine.to_numpy(target)
    if not isinstance(target, np.ndarray) or target.size == 0 or target.dtype.kind not in "iufb":
        return
    targets = of(loss, "targets")
    low, high = target.min(), target.max()
    if targets == "class indices":
        classes = _units(loss, output)
        if target.dtype.kind == "f" and np.any(target != np.floor(target)):
            fraction = target[target != np.floor(target)].flat[0]
            raise refusal(
                "wrong_loss_regression",
                f"Targets of output `{name}` must be class indices for `{loss.name}`. "
                f"Received: non-integers, such as {fraction:g}.",
            )
        if option(loss, "ignore_class") is None and classes is not None and (low < 0 or high >= classes):
            raise refusal(
                "labels_out_of_range",
                f"Targets of output `{name}` must be class indices from 0 to {classes - 1}, as it has {classes} "
                f"unit{'s' * (classes != 1)}. Received: indices from {low:g} to {high:g}."
                f"{_fix_of_classes(low, high, classes)}",
            )
    elif targets == "probabilities" and not _may_be_noisy(low, high):
        raise refusal(
            "labels_out_of_range",
            f"Targets of output `{name}` must be in [0, 1] for `{loss.name}`. "
            f"Received: values from {low:g} to {high:g}.",
        )


def _fix_of_classes(low: float, high: float, units: int) -> str:
    """What to do about class indices that are not from 0 to `units` - 1."""
    if units == 1 and low == 0 and high == 1:
        return " For two classes end in one sigmoid unit, with `binary_crossentropy`."
    if low == 1 and high == units:
        return " Classes count from 0: pass `y - 1`."
    return f" Give the output {high + 1:g} units, or number the classes from 0." if low >= 0 else ""


def _may_be_noisy(low: float, high: float) -> bool:
    """Whether targets are probabilities, or labels of a GAN with some noise: 1 + 0.05 * random, from 0.7 to 1.2."""
    return low > -0.5 and high < 1.5


def _class_axis(loss: Any) -> int:
    axis = option(loss, "axis")
    return axis if isinstance(axis, int) else -1


def _units(loss: Any, output: tuple[int | None, ...]) -> Any:
    """How many units there are along the axis of the classes."""
    return output[_class_axis(loss)]


def _without_classes(loss: Any, output: tuple[int | None, ...]) -> tuple[int | None, ...]:
    axis = _class_axis(loss) % max(len(output), 1)
    return output[:axis] + output[axis + 1 :]


def _same_but_for_one(target: tuple[int, ...], output: tuple[int | None, ...]) -> bool:
    """Whether the shapes agree, up to a last axis of 1 that one of them has."""
    return (
        _same(target, output)
        or (output[-1:] == (1,) and _same(target, output[:-1]))
        or (target[-1:] == (1,) and _same(target[:-1], output))
    )


def _same(target: tuple[int, ...], output: tuple[int | None, ...]) -> bool:
    return len(target) == len(output) and all(o is None or t == o for t, o in zip(target[1:], output[1:], strict=True))


def _show(shape: tuple[int | None, ...]) -> str:
    sizes = ["rows", *map(str, shape[1:])][: len(shape)]
    return f"({', '.join(sizes)}{',' if len(sizes) == 1 else ''})"
