"""Layers that were made in a `RematScope`: their calls are computed again for the gradient."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from hornbeam.core.remat import remat
from hornbeam.layers.base.tracking import flatten


def rematerialized(layer: Any, call: Callable[..., Any], *args: Any, **kwargs: Any) -> Callable[..., Any]:
    """`call` of a layer, computed again for its gradient, where the scope that the layer was made in says so."""
    if layer.__hornbeam__.remat is None or not _is_meant(layer, args):
        return call
    adding: list[Any] = []

    def outputs_and_losses(*args: Any, **kwargs: Any) -> tuple[Any, list[list[Any]]]:
        outputs = call(*args, **kwargs)
        adding[:] = [one for one in flatten(layer) if one.__hornbeam__.losses]
        return outputs, [list(one.__hornbeam__.losses) for one in adding]

    def run(*args: Any, **kwargs: Any) -> Any:
        outputs, losses = remat(outputs_and_losses)(*args, **kwargs)
        for one, added in zip(adding, losses, strict=True):
            one.__hornbeam__.losses[:] = added
        return outputs

    return run


def _is_meant(layer: Any, args: tuple[Any, ...]) -> bool:
    mode, threshold, names = layer.__hornbeam__.remat
    if mode == "list_of_layers":
        return layer.name in names
    if mode == "activations":
        return getattr(layer, "activation", None) is not None
    if mode == "larger_than":
        return bool(args) and hasattr(args[0], "shape") and _output_size(layer, args[0].shape) > threshold
    return True


def _output_size(layer: Any, input_shape: Any) -> int:
    settings, layer.__hornbeam__.remat = layer.__hornbeam__.remat, None  # shapes may be found by calling it
    try:
        return math.prod(size or 1 for size in layer.compute_output_shape(tuple(input_shape)))
    finally:
        layer.__hornbeam__.remat = settings
