"""Keras 2's `engine.training_utils` and `engine.base_layer`: what a model's first layer takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


def get_input_shape_and_dtype(layer: Any) -> tuple[Any, Any]:
    """The batch shape that a layer was given, and its dtype; those of the first layer of a model.

    Raises:
        ValueError: for a model without layers.
    """
    while hasattr(layer, "layers"):
        if not layer.layers:
            raise ValueError(f"Model `{layer.name}` must have a layer. Received: none.")
        shape = layer.input_shape if layer.built and hasattr(layer, "input_shape") else None
        if shape is not None:
            return shape, getattr(layer.inputs[0], "dtype", None) if layer.inputs else None
        layer = layer.layers[0]
    shape = layer.__hornbeam__.first_shape
    return (shape, layer.compute_dtype) if shape is not None else (None, None)


def get_static_batch_size(layer: Any) -> int | None:
    """How many rows the batches of a layer have, if it was told."""
    shape, _ = get_input_shape_and_dtype(layer)
    return None if shape is None else shape[0]


def disable_tracking(func: F) -> F:
    """The constructor as it is: the layers in a layer are found among its attributes, which nothing has to be told."""
    return func
