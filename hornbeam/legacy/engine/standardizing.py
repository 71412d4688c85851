"""Keras 2's `engine.training_utils`: what users pass, as a list of arrays with one for each input or output."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from hornbeam import losses
from hornbeam.core.symbolic import is_symbolic


def standardize_single_array(x: Any) -> Any:
    """An array of one axis with a second one of size 1; anything else as it is."""
    if x is None or is_symbolic(x):
        return x
    x = x if hasattr(x, "shape") else np.asarray(x)
    return x[:, None] if len(x.shape) == 1 else x


def standardize_input_data(
    data: Any,
    names: Sequence[str],
    shapes: Sequence[Any] | None = None,
    check_batch_axis: bool = True,
    exception_prefix: str = "",
) -> list[Any]:
    """One array for each name, in their order, with at least two axes.

    Args:
        data: an array, a list of them, or a dictionary by names; `None` for nothing.
        names: of inputs or outputs.
        shapes: what arrays must look like, batch first; `None` for what may be of any size.
        check_batch_axis: whether the first size counts as well.
        exception_prefix: what the data is called in messages.

    Raises:
        ValueError: when an array is missing or has another shape.
    """
    where = f"The {exception_prefix or 'data'}"
    arrays = [standardize_single_array(_values(x)) for x in _by_name(data, list(names), where)]
    for x, name, shape in zip(arrays, names, shapes or [None] * len(arrays), strict=True):
        if x is not None and shape is not None and not _fits(tuple(x.shape), tuple(shape), check_batch_axis):
            raise ValueError(f"{where} for `{name}` must have shape {tuple(shape)}. Received: {tuple(x.shape)}.")
    return arrays


def _by_name(data: Any, names: list[str], where: str) -> list[Any]:
    if data is None:
        return [None] * len(names)
    if isinstance(data, dict):
        missing = [name for name in names if name not in data]
        if missing:
            raise ValueError(f"{where} must have an array for each of {names}. Received: none for {missing[0]!r}.")
        return [data[name] for name in names]
    arrays = _listed(data, len(names))
    if len(arrays) != len(names):
        raise ValueError(f"{where} must be {len(names)} arrays, for {names}. Received: {len(arrays)}.")
    return arrays


def _listed(data: Any, count: int) -> list[Any]:
    if not isinstance(data, list | tuple):
        return [data] if count or len(data) else []
    if count == 1 and (not data or isinstance(data[0], int | float | np.number)):
        return [np.asarray(data)]
    return list(data)


def _values(x: Any) -> Any:
    """The numbers of a data frame or a list; anything else as it is."""
    return np.asarray(x) if isinstance(x, list | tuple) or hasattr(x, "iloc") else x


def _fits(shape: tuple[Any, ...], wanted: tuple[Any, ...], with_batch: bool) -> bool:
    first = 0 if with_batch else 1
    pairs = list(zip(shape, wanted, strict=False))[first:]
    return len(shape) == len(wanted) and all(None in pair or pair[0] == pair[1] for pair in pairs)


def check_array_length_consistency(inputs: Any, targets: Any, weights: Any = None) -> None:
    """Raise for arrays of different numbers of rows."""
    rows = {
        name: sorted({int(x.shape[0]) for x in arrays or () if x is not None and hasattr(x, "shape")})
        for name, arrays in (("inputs", inputs), ("targets", targets), ("sample weights", weights))
    }
    if len({n for found in rows.values() for n in found}) > 1:
        shown = ", ".join(f"{name} of {' and '.join(map(str, found))} rows" for name, found in rows.items() if found)
        raise ValueError(f"All arrays must have the same number of rows. Received: {shown}.")


def check_loss_and_target_compatibility(targets: Any, loss_fns: Any, output_shapes: Any) -> None:
    """Raise for targets that cannot be those of a loss: their shape must be the output's."""
    same = {losses.mean_squared_error, losses.binary_crossentropy, losses.categorical_crossentropy}
    classes = (losses.MeanSquaredError, losses.BinaryCrossentropy, losses.CategoricalCrossentropy)
    for y, loss, shape in zip(targets, loss_fns, output_shapes, strict=True):
        if y is None or loss is None or is_symbolic(y):
            continue
        kind = getattr(loss, "fn", loss)
        is_categorical = kind is losses.categorical_crossentropy or isinstance(loss, losses.CategoricalCrossentropy)
        if is_categorical and y.shape[-1] == 1:
            raise ValueError(
                "`categorical_crossentropy` takes one number for each class: convert the classes with "
                f"`to_categorical`, or use `sparse_categorical_crossentropy`. Received: targets of shape {y.shape}."
            )
        if (kind in same or isinstance(loss, classes)) and not _fits(tuple(y.shape), tuple(shape), with_batch=False):
            raise ValueError(f"The targets must have the output's shape, {tuple(shape)}. Received: {tuple(y.shape)}.")
