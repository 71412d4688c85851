"""The shapes of what goes in and comes out of a layer, without computing anything."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hornbeam.core import lift, serialization, symbolic
from hornbeam.core.renaming.arguments import own_parameters, translated
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
    """Symbolic tensors for a shape, or for a list or dict of shapes; `None` for none."""
    if shape is None:
        return None
    if isinstance(shape, dict):
        return {key: as_specs(item, dtype) for key, item in shape.items()}
    if isinstance(shape, list | tuple) and any(isinstance(item, list | tuple) for item in shape):
        return [as_specs(item, dtype) for item in shape]
    return symbolic.SymbolicTensor(shape, dtype)


def arguments_for(layer: Any, shapes: Sequence[Any], by_name: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Shapes, passed by place or by the names that `build` has for them, as symbolic arguments of `call`."""
    build = type(layer).build
    names = list(own_parameters(build))[1:]
    by_name = translated(getattr(build, "old_names", {}), by_name, "compute_output_shape")
    unknown = [name for name in by_name if name not in names[len(shapes) :]]
    if unknown or not (shapes or by_name):
        raise TypeError(
            f"`compute_output_shape` of `{type(layer).__name__}` takes {', '.join(f'`{name}`' for name in names)}. "
            f"Received: {len(shapes)} by place, {', '.join(by_name) or 'none'} by name."
        )
    args: list[Any] = list(shapes)
    kwargs: dict[str, Any] = {}
    for name in names[len(shapes) :]:
        argument = name.removesuffix("_shape")
        if argument in type(layer).__hornbeam_call__.names:
            kwargs |= {argument: by_name[name]} if by_name.get(name) is not None else {}
        elif name in by_name:
            args.append(by_name[name])
    dtype = layer.compute_dtype
    return tuple(as_specs(shape, dtype) for shape in args), {key: as_specs(kwargs[key], dtype) for key in kwargs}
