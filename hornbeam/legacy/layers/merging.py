"""Keras 1's `merge` and `Merge`, which made one tensor of several in a way that has a name."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

from hornbeam import layers as of_today
from hornbeam.core.renaming.configs import layer_of_mode
from hornbeam.core.renaming.notice import say
from hornbeam.layers.merging import base_merge
from hornbeam.models import Model, Sequential


class _Merge(base_merge.Merge):
    """The base class of merging layers, of which classes of one's own define `_merge_function`."""

    def merge(self, inputs: list[Any]) -> Any:
        return self._merge_function(inputs)

    def _merge_function(self, inputs: list[Any]) -> Any:
        raise NotImplementedError

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The shape that the inputs have together, whatever sizes the function itself names, such as one of batches."""
        longest = max(input_shape, key=len)
        sizes = itertools.zip_longest(*(reversed(shape[1:]) for shape in input_shape), fillvalue=1)
        return (longest[0], *(next((n for n in of_axis if n != 1), 1) for of_axis in reversed([*sizes])))


def merge(
    inputs: Sequence[Any],
    mode: str | Callable[[list[Any]], Any] = "sum",
    concat_axis: int = -1,
    dot_axes: Any = -1,
    output_shape: Any = None,
    output_mask: Any = None,
    arguments: dict[str, Any] | None = None,
    name: str | None = None,
) -> Any:
    """One tensor of several.

    Args:
        inputs: symbolic tensors.
        mode: "sum", "mul", "ave", "max", "concat", "dot", "cos"; or a function of the list of them.
        concat_axis: for "concat".
        dot_axes: for "dot" and "cos".
        output_shape, output_mask, arguments: for a function; see `Lambda`.
        name: of the layer.
    """
    return Merge(None, mode, concat_axis, dot_axes, output_shape, output_mask, arguments, name=name)(list(inputs))


def Merge(  # a class in Keras 1
    layers: Any = None,
    mode: str | Callable[[list[Any]], Any] = "sum",
    concat_axis: int = -1,
    dot_axes: Any = -1,
    output_shape: Any = None,
    output_mask: Any = None,
    arguments: dict[str, Any] | None = None,
    name: str | None = None,
) -> Any:
    """A layer that merges a list of tensors; its arguments are those of `merge`.

    Of models, or of layers that know the shape of their input, it is the model that merges their outputs: it begins a
    stack with several inputs.
    """
    layer = _layer(mode, concat_axis, dot_axes, output_shape, output_mask, arguments, name)
    return _of_models(layers, layer) if layers else layer


def _of_models(parts: Sequence[Any], layer: Any) -> Any:
    models = [part if isinstance(part, Model) else Sequential([part]) for part in parts]
    unknown = [model.name for model in models if model.inputs is None]
    if unknown:
        raise ValueError(
            "`Merge` takes models that know the shape of their input: give the first layer of each an `input_shape`. "
            f"Received: `{unknown[0]}` without."
        )
    inputs = dict.fromkeys(x for model in models for x in model.inputs)
    say("Merge", "`Merge` of models is now `Model([a.input, b.input], layers.concatenate([a.output, b.output]))`.")
    return Model([*inputs], layer([model.output for model in models]), name=f"{layer.name}_of_models")


def _layer(mode: Any, concat_axis: int, dot_axes: Any, shape: Any, mask: Any, arguments: Any, name: str | None) -> Any:
    if callable(mode):
        return of_today.Lambda(mode, shape, mask, arguments, name=name)
    today, settings = layer_of_mode(mode, {"concat_axis": concat_axis, "dot_axes": dot_axes})
    say(("merge", mode), f"`merge` with `mode={mode!r}` is now the layer `{today}`.")
    return getattr(of_today, today)(**settings, name=name)
