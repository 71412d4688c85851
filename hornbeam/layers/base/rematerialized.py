"""Layers that were made in a `RematScope`: their calls are computed again for the gradient."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from hornbeam.core.remat import is_meant, remat
from hornbeam.layers.base.tracking import flatten


def rematerialized(layer: Any, call: Callable[..., Any], *args: Any, **kwargs: Any) -> Callable[..., Any]:
    """`call` of a layer, computed again for its gradient, where the scope that the layer was made in says so."""
    if not is_meant(layer.__hornbeam__.remat, layer, lambda: _output_size(layer, args)):
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


def _output_size(layer: Any, args: tuple[Any, ...]) -> int:
    if not args or not hasattr(args[0], "shape"):
        return 0
    settings, layer.__hornbeam__.remat = layer.__hornbeam__.remat, None  # shapes may be found by calling it
    try:
        return math.prod(size or 1 for size in layer.compute_output_shape(tuple(args[0].shape)))
    finally:
        layer.__hornbeam__.remat = settings
