"""Keras 2's `engine.training_utils`: weights of samples and of classes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from hornbeam import ops
from hornbeam.legacy.backend.functions import placeholder


def standardize_sample_or_class_weights(x_weight: Any, output_names: Sequence[str], weight_type: str) -> list[Any]:
    """One item for each output.

    Args:
        x_weight: of the only output; or a list, or a dictionary by outputs, of them; `None` for nothing.
        output_names: the names of the outputs.
        weight_type: what messages call it.
    """
    names = list(output_names)
    if x_weight is None or len(x_weight) == 0:
        return [None] * len(names)
    if isinstance(x_weight, dict) and (len(names) > 1 or names[0] in x_weight):
        return [x_weight.get(name) for name in names]
    if len(names) == 1:
        return x_weight if isinstance(x_weight, list) and len(x_weight) == 1 else [x_weight]
    if not isinstance(x_weight, list):
        raise TypeError(f"`{weight_type}` of several outputs must be a list or a dictionary. Received: {x_weight!r}.")
    if len(x_weight) != len(names):
        raise ValueError(f"`{weight_type}` must have an item for each of {names}. Received: {len(x_weight)} items.")
    return x_weight


def standardize_class_weights(class_weight: Any, output_names: Sequence[str]) -> list[Any]:
    """A dictionary of weights by classes, or `None`, for each output."""
    return standardize_sample_or_class_weights(class_weight, output_names, "class_weight")


def standardize_sample_weights(sample_weight: Any, output_names: Sequence[str]) -> list[Any]:
    """An array of weights, or `None`, for each output."""
    return standardize_sample_or_class_weights(sample_weight, output_names, "sample_weight")


def standardize_weights(
    y: Any, sample_weight: Any = None, class_weight: Any = None, sample_weight_mode: str | None = None
) -> np.ndarray:
    """The weight of each row of targets, or of each time: the sample's times that of its class.

    Args:
        y: the targets of an output.
        sample_weight: a number for each row; for each time as well if the mode is "temporal".
        class_weight: a dictionary with the weights of all classes that occur.
        sample_weight_mode: "temporal" or `None`.
    """
    if sample_weight_mode not in (None, "temporal"):
        raise ValueError(f'`sample_weight_mode` must be "temporal" or None. Received: {sample_weight_mode!r}.')
    axes = 1 if sample_weight_mode is None else 2
    if sample_weight_mode and y.ndim < 3:
        raise ValueError(f"Weights of times need targets of 3 axes or more. Received: shape {y.shape}.")
    weights = np.ones(y.shape[:axes], "float32")
    if sample_weight is not None:
        given = np.asarray(sample_weight)
        if sample_weight_mode is None and given.ndim != 1:
            raise ValueError(
                '`sample_weight` must have one axis, unless `sample_weight_mode` is "temporal". '
                f"Received: shape {given.shape}."
            )
        if given.shape != y.shape[: given.ndim]:
            raise ValueError(
                f"`sample_weight` must have a number for each row of targets of shape {y.shape}. "
                f"Received: shape {given.shape}."
            )
        weights = given
    return weights if not isinstance(class_weight, dict) else weights * _of_classes(y, class_weight)


def _of_classes(y: Any, class_weight: dict[Any, float]) -> np.ndarray:
    if y.ndim > 2:
        raise ValueError(f"`class_weight` needs targets of at most 2 axes. Received: shape {y.shape}.")
    classes = y.argmax(1) if y.ndim == 2 and y.shape[1] > 1 else y.reshape(-1)
    lost = sorted(set(classes.tolist()) - set(class_weight))
    if lost:
        raise ValueError(f"`class_weight` must have all classes of the targets. Received: none for {lost[:10]}.")
    return np.array([class_weight[c] for c in classes.tolist()])


def get_output_sample_weight_and_mode(
    skip_target_weighing_indices: Sequence[int], sample_weight_mode: Any, output_name: str, output_index: int
) -> tuple[Any, str | None]:
    """An input of a graph for the weights of an output, and their mode; `None` for an output without a loss."""
    if output_index in skip_target_weighing_indices:
        return None, None
    mode = "temporal" if sample_weight_mode == "temporal" else None
    return placeholder(ndim=2 if mode else 1, name=f"{output_name}_sample_weights"), mode


def prepare_sample_weights(
    output_names: Sequence[str], sample_weight_mode: Any, skip_target_weighing_indices: Sequence[int]
) -> tuple[list[Any], list[Any]]:
    """The same for all outputs; modes are by names in a dictionary, or in a list, or one for all."""
    names = list(output_names)
    modes = [sample_weight_mode] * len(names)
    if isinstance(sample_weight_mode, dict):
        unknown = sorted(set(sample_weight_mode) - set(names))
        if unknown:
            raise ValueError(f"`sample_weight_mode` must have keys among {names}. Received: {unknown}.")
        modes = [sample_weight_mode.get(name) for name in names]
    elif isinstance(sample_weight_mode, list | tuple):
        if len(sample_weight_mode) != len(names):
            raise ValueError(
                f"`sample_weight_mode` must have an item for each of {names}. Received: {sample_weight_mode}."
            )
        modes = list(sample_weight_mode)
    found = [
        get_output_sample_weight_and_mode(skip_target_weighing_indices, mode, name, i)
        for i, (mode, name) in enumerate(zip(modes, names, strict=True))
    ]
    return [weight for weight, _ in found], [mode for _, mode in found]


def weighted_masked_objective(fn: Callable[..., Any] | None) -> Callable[..., Any] | None:
    """A loss that takes weights of rows, and a mask, behind `y_true` and `y_pred`: a mean over what counts."""
    if fn is None:
        return None

    def weighted(y_true: Any, y_pred: Any, weights: Any, mask: Any = None) -> Any:
        scores = fn(y_true, y_pred)
        if mask is not None:
            mask = ops.cast(mask, scores.dtype)
            scores = scores * mask / ops.mean(mask)
        if weights is not None:
            weights = ops.cast(weights, scores.dtype)
            more = tuple(range(len(weights.shape), len(scores.shape)))
            scores = ops.mean(scores, axis=more) if more else scores
            scores = scores * weights / ops.mean(ops.cast(ops.not_equal(weights, 0), scores.dtype))
        return ops.mean(scores)

    return weighted
