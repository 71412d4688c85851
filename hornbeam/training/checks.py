"""Checks of targets against outputs, before anything is compiled."""

from __future__ import annotations

from typing import Any

import numpy as np

from hornbeam import losses


def check_epochs(epochs: Any, initial_epoch: Any) -> None:
    for name, value, least in (("epochs", epochs, 0), ("initial_epoch", initial_epoch, 0)):
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
            raise ValueError(f"`{name}` must be a non-negative integer. Received: {name}={value!r}.")


def check_targets(model: Any, data: Any, what: str) -> None:
    """Compare targets with what the losses can take.

    Raises:
        ValueError: for missing targets, shapes that do not fit the outputs, classes that no output stands for, and
            probabilities outside [0, 1].
    """
    compiled = model._compiled_loss
    if compiled is None:
        return
    _, y, _ = data
    targets = compiled.outputs.match(y, "y", partial=True)
    for name, loss, target, output in zip(
        compiled.outputs.names, compiled.losses, targets, compiled.outputs.tensors, strict=True
    ):
        if loss is None:
            continue
        if target is None:
            raise ValueError(
                f"Output `{name}` of model `{model.name}` is trained with `{loss.name}`, which needs targets. Received: no `y` in the {what} data."
            )
        _check_shape(model, name, loss, np.shape(target), output.shape)
        _check_values(name, loss, target, output.shape)


def _check_shape(model: Any, name: str, loss: Any, target: tuple[int, ...], output: tuple[int | None, ...]) -> None:
    if isinstance(loss, losses.SparseCategoricalCrossentropy):
        wanted: tuple[int | None, ...] = output[:-1]
        fits = _same(target, wanted) or (target[-1:] == (1,) and _same(target[:-1], wanted))
        also = "; for one-hot targets use `categorical_crossentropy`" if len(target) == len(output) else ""
        if not fits:
            raise ValueError(
                f"`{loss.name}` on output `{name}` of model `{model.name}` takes one class number per row: shape {_show(wanted)}{also}. "
                f"Received: y of shape {target}."
            )
        return
    if type(loss).__module__.startswith("hornbeam.") and type(loss) is not losses.LossFunctionWrapper:
        fits = (
            _same(target, output)
            or (output[-1:] == (1,) and _same(target, output[:-1]))
            or (target[-1:] == (1,) and _same(target[:-1], output))
        )
        if not fits:
            hint = ""
            if isinstance(loss, losses.CategoricalCrossentropy) and len(target) == len(output) - 1:
                hint = " For class numbers use `sparse_categorical_crossentropy`, or `utils.to_categorical(y)`."
            raise ValueError(
                f"Targets of output `{name}` of model `{model.name}` must have its shape {_show(output)}. Received: y of shape {target}.{hint}"
            )


def _check_values(name: str, loss: Any, target: Any, output: tuple[int | None, ...]) -> None:
    if not isinstance(target, np.ndarray) or target.size == 0 or target.dtype.kind not in "iufb":
        return
    if isinstance(loss, losses.SparseCategoricalCrossentropy):
        classes = output[-1]
        low, high = target.min(), target.max()
        ignored = getattr(loss, "ignore_class", None)
        if ignored is None and classes is not None and (low < 0 or high >= classes):
            raise ValueError(
                f"Targets of output `{name}` must be class numbers from 0 to {classes - 1}, as it has {classes} units. "
                f"Received: numbers from {low} to {high}."
            )
    elif isinstance(loss, losses.BinaryCrossentropy) and (target.min() < 0 or target.max() > 1):
        raise ValueError(
            f"Targets of output `{name}` must be in [0, 1] for `{loss.name}`. Received: values from {target.min()} to {target.max()}."
        )


def _same(target: tuple[int, ...], output: tuple[int | None, ...]) -> bool:
    return len(target) == len(output) and all(o is None or t == o for t, o in zip(target[1:], output[1:], strict=True))


def _show(shape: tuple[int | None, ...]) -> str:
    return (
        "("
        + ", ".join("rows" if i == 0 else str(size) for i, size in enumerate(shape))
        + ("," if len(shape) == 1 else "")
        + ")"
    )
