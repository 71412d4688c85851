"""`class_weight`: a weight for each sample from the class that it belongs to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core.renaming.notice import warn_caller


def weigh(class_weight: Any, y: Any, sample_weight: Any, output_names: Sequence[str] | None = None) -> Any:
    """Sample weights: the given ones times the weight of each target's class.

    Args:
        class_weight: a weight for each class index, or "balanced": n / (classes * count), so that every class counts
            the same in sum. For several outputs a dictionary of those by output name.
        y: targets as class indices, shape (n,), (n, 1) or (n, ..., 1), or one-hot; a list or dict for several outputs.
        sample_weight: weights of the same nesting as `y`, one array for all outputs, or `None`.
        output_names: the names of a list of targets.

    Returns:
        An array, or for several outputs a list or dict of arrays with `None` where nothing is weighted. A class that
        `class_weight` does not name counts 1, and a warning says so.

    Raises:
        ValueError: for targets that are no classes, and for class weights of no output.
    """
    if y is None:
        raise ValueError("`class_weight` needs targets. Received: y=None.")
    if isinstance(y, list | tuple | Mapping) and len(y) > 1:
        return _weigh_outputs(class_weight, y, sample_weight, output_names)
    if isinstance(y, list | tuple | Mapping):  # one output, nested
        (key,) = y if isinstance(y, Mapping) else (0,)
        inner = sample_weight[key] if isinstance(sample_weight, list | tuple | Mapping) else sample_weight
        if isinstance(class_weight, Mapping) and key in class_weight and isinstance(class_weight[key], Mapping | str):
            class_weight = class_weight[key]
        weight = weigh(class_weight, y[key], inner)
        return {key: weight} if isinstance(y, Mapping) else [weight]
    if output_names is not None and len(output_names) == 1 and isinstance(class_weight, Mapping):
        class_weight = class_weight.get(output_names[0], class_weight)
    return _times(class_weights(class_weight, y), sample_weight)


def _weigh_outputs(class_weight: Any, y: Any, sample_weight: Any, output_names: Sequence[str] | None) -> Any:
    keys = list(y) if isinstance(y, Mapping) else list(output_names or range(len(y)))
    if not isinstance(class_weight, Mapping) or not set(class_weight) <= set(keys):
        raise ValueError(
            "`class_weight` of a model with several outputs must be a dictionary by output name, such as "
            f"{{{keys[0]!r}: {{0: 1.0, 1: 5.0}}}}. Received: class_weight={class_weight!r} for the outputs {keys}."
        )
    result = {}
    for i, key in enumerate(keys):
        target = y[key] if isinstance(y, Mapping) else y[i]
        given = _part(sample_weight, key, i)
        result[key] = weigh(class_weight[key], target, given) if class_weight.get(key) is not None else given
    return result if isinstance(y, Mapping) else list(result.values())


def _part(sample_weight: Any, key: Any, i: int) -> Any:
    if isinstance(sample_weight, Mapping):
        return sample_weight.get(key)
    return sample_weight[i] if isinstance(sample_weight, list | tuple) else sample_weight


def class_weights(class_weight: Any, y: Any) -> np.ndarray:
    """The weight of each target's class: float32, of the shape of the classes.

    >>> class_weights({0: 1.0, 1: 5.0}, np.array([0, 1, 1]))
    array([1., 5., 5.], dtype=float32)
    """
    classes = class_indices(y)
    present, inverse, counts = np.unique(classes, return_inverse=True, return_counts=True)
    if isinstance(class_weight, str):
        check_balanced(class_weight)
        table = classes.size / (len(present) * counts)
    else:
        weights = _checked(class_weight)
        absent = [number for number in present.tolist() if number not in weights]
        if absent:
            message = f"`class_weight` does not name the classes {absent}, which are among the targets; they count 1."
            warn_caller(message)
        table = np.array([weights.get(number, 1.0) for number in present.tolist()])
    return table.astype(np.float32)[inverse].reshape(classes.shape)


def check_balanced(class_weight: str) -> None:
    """Raise for a string that names no way to weigh classes."""
    if class_weight != "balanced":
        raise ValueError(f'`class_weight` must be a dictionary or "balanced". Received: {class_weight!r}.')


def _checked(class_weight: Any) -> dict[int, float]:
    if not isinstance(class_weight, Mapping) or any(isinstance(value, Mapping) for value in class_weight.values()):
        raise ValueError(f"`class_weight` must be a dictionary of a number per class. Received: {class_weight!r:.80}.")
    for key, value in class_weight.items():
        if isinstance(key, str) or key != int(key) or not np.isfinite(value) or value < 0:
            raise ValueError(
                "`class_weight` must map class indices 0, 1, ... to weights that are not negative. "
                f"Received: {key!r}: {value!r}."
            )
    return {int(key): float(value) for key, value in class_weight.items()}


def class_indices(y: Any) -> np.ndarray:
    """The class of each target: one-hot targets by the place of their 1, others as they are without a last axis of 1.

    Raises:
        ValueError: for targets that are no classes.
    """
    y = y if isinstance(y, np.ndarray) else engine.to_numpy(y)
    if y.ndim > 1 and y.shape[-1] == 1:
        y = y[..., 0]
    elif y.ndim > 1 and np.all((y == 0) | (y == 1)):
        if not np.all(y.sum(axis=-1) == 1):
            raise ValueError(
                "`class_weight` needs one class per target. Received: targets with several 1s or none; "
                "use `sample_weight` for targets with several labels."
            )
        return y.argmax(axis=-1)
    if not np.all(y == np.floor(y)):
        raise ValueError(
            "`class_weight` needs targets that are class indices or one-hot. Received: non-integers; "
            "use `sample_weight`."
        )
    return y.astype(np.int64)


def _times(weights: np.ndarray, sample_weight: Any) -> np.ndarray:
    if sample_weight is None:
        return weights
    given = sample_weight if isinstance(sample_weight, np.ndarray) else engine.to_numpy(sample_weight)
    rank = max(weights.ndim, given.ndim)
    if given.ndim == weights.ndim + 1 and given.shape[-1] == 1:
        return weights * given[..., 0]
    wide = [a.reshape(a.shape + (1,) * (rank - a.ndim)) for a in (weights, given)]
    return (wide[0] * wide[1]).astype(np.float32)
