"""Keras 1's `merge` and `Merge`, which made one tensor of several in a way that has a name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hornbeam import layers as of_today
from hornbeam.core.renaming.configs import layer_of_mode
from hornbeam.core.renaming.notice import say


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

    Raises:
        ValueError: for models in `layers`, as in a stack that began with several inputs.
    """
    if layers:
        raise ValueError(
            "`Merge` of models began a stack with several inputs. Write `hornbeam.Model([a.input, b.input], "
            f"merge([a.output, b.output], mode={mode!r}))` instead. Received: {len(layers)} models."
        )
    return _layer(mode, concat_axis, dot_axes, output_shape, output_mask, arguments, name)


def _layer(mode: Any, concat_axis: int, dot_axes: Any, shape: Any, mask: Any, arguments: Any, name: str | None) -> Any:
    if callable(mode):
        return of_today.Lambda(mode, shape, mask, arguments, name=name)
    today, settings = layer_of_mode(mode, {"concat_axis": concat_axis, "dot_axes": dot_axes})
    say(("merge", mode), f"`merge` with `mode={mode!r}` is now the layer `{today}`.")
    return getattr(of_today, today)(**settings, name=name)
