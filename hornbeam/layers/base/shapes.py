"""The shapes of what goes in and comes out of a layer, without computing anything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hornbeam.core import lift, serialization, symbolic
from hornbeam.layers.base.losses import discarded_losses
from hornbeam.layers.base.tracking import sublayers


def outputs_of(layer: Any, call: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """The symbolic outputs of `call(layer, args, kwargs)`, found by tracing it."""

    def traced(*args: Any, **kwargs: Any) -> Any:
        with lift.discard_assignments():
            return call(layer, args, kwargs)

    is_alone = serialization.is_builtin(type(layer)) and layer.built and not sublayers(layer)
    with discarded_losses():
        return symbolic.infer(traced, args, kwargs, like=layer if is_alone else None)


def as_shape(shape: Any) -> Any:
    """A shape from a file: lists become tuples, a list of shapes stays a list."""
    if isinstance(shape, dict):
        return {key: as_shape(item) for key, item in shape.items()}
    if isinstance(shape, list | tuple):
        if any(isinstance(item, list | tuple) for item in shape):
            return [as_shape(item) for item in shape]
        return tuple(shape)
    return shape


def as_specs(shape: Any, dtype: str) -> Any:
    """Symbolic tensors for a shape, or for a list or dict of shapes."""
    if isinstance(shape, dict):
        return {key: as_specs(item, dtype) for key, item in shape.items()}
    if isinstance(shape, list | tuple) and any(isinstance(item, list | tuple) for item in shape):
        return [as_specs(item, dtype) for item in shape]
    return symbolic.SymbolicTensor(shape, dtype)
