"""The shapes of what goes in and comes out of a layer, without computing anything."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hornbeam.core import lift, masking, serialization, symbolic, tree
from hornbeam.core.renaming.arguments import own_parameters, translated
from hornbeam.layers.base.losses import discarded_losses
from hornbeam.layers.base.masks import passes_masks_on
from hornbeam.layers.base.tracking import sublayers


def outputs_of(layer: Any, call: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """The symbolic outputs of `call(layer, args, kwargs)`, found by tracing it; with masks, as values have them."""

    def traced(args: Any, kwargs: Any, masks: dict[int, Any]) -> Any:
        _give_masks((args, kwargs), masks)
        with lift.discard_assignments():
            outputs = call(layer, args, kwargs)
        return outputs, _masks_in(outputs)

    is_alone = serialization.is_builtin(type(layer)) and layer.built and not sublayers(layer)
    with discarded_losses():
        given = args, kwargs, _masks_in((args, kwargs))
        outputs, masks = symbolic.infer(traced, given, {}, like=layer if is_alone else None)
    _give_masks(outputs, masks)
    return outputs


def _masks_in(structure: Any) -> dict[int, Any]:
    """The masks of the tensors in a structure, by their places."""
    masks = {i: masking.get_mask(leaf) for i, leaf in enumerate(tree.leaves(structure))}
    return {i: mask for i, mask in masks.items() if mask is not None}


def _give_masks(structure: Any, masks: dict[int, Any]) -> None:
    leaves = tree.leaves(structure) if masks else []
    for i, mask in masks.items():
        masking.set_mask(leaves[i], mask)


def pass_mask_on(layer: Any, inputs: Any, outputs: Any) -> Any:
    """Symbolic outputs of a layer that says their shape itself, with the mask that it passes on."""
    alone = isinstance(inputs, symbolic.SymbolicTensor) and isinstance(outputs, symbolic.SymbolicTensor)
    if alone and masking.get_mask(outputs) is None and layer.supports_masking and passes_masks_on(layer):
        masking.set_mask(outputs, masking.get_mask(inputs))
    return outputs


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
        return type(shape)([as_specs(item, dtype) for item in shape])
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
