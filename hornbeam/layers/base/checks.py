"""Checks of constructor arguments and input shapes that many layers share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hornbeam.core import symbolic
from hornbeam.core.brief import brief, shown_shape
from hornbeam.core.integers import is_integer
from hornbeam.layers.base.layer import Layer


class WrongKindError(TypeError, ValueError):
    """An argument of a wrong type: what Keras raises is the one or the other, layer by layer."""


def _error_of(value: Any) -> type[ValueError]:
    """What an argument is refused with: numbers are of the right kind."""
    return ValueError if is_integer(value) else WrongKindError


def check_positive(layer: Layer, name: str, value: Any) -> int:
    """`value` as an int, if it is a positive integer."""
    if not is_integer(value, 1):
        raise _error_of(value)(
            f"`{name}` of `{type(layer).__name__}` must be a positive integer. Received: {name}={brief(value)}."
            f"{_called_too_early(layer, value)}"
        )
    return int(value)


def _called_too_early(layer: Layer, value: Any) -> str:
    """What to do about a tensor in the place of a size."""
    if not symbolic.is_symbolic(value):
        return ""
    return f" A layer is made, then called: `{type(layer).__name__}(...)(x)`."


def check_fraction(layer: Layer, name: str, value: Any) -> float:
    """`value`, if it is a number in [0, 1]."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise _error_of(value)(f"`{name}` of `{type(layer).__name__}` must be in [0, 1]. Received: {name}={value!r}.")
    return value


_OF_BATCH = " Axis 0 is that of the batch: the axes of a row count from 1, and -1 is the last."


def known_size(layer: Layer, shape: Sequence[int | None], axis: int) -> int:
    """The size of `axis`, which the layer needs to make its weights."""
    size = shape[axis]
    if size is None:
        place = "the last axis" if axis == -1 else f"axis {axis}"
        raise ValueError(
            f"Layer `{layer.name}` ({type(layer).__name__}) makes weights for {place} of its input: it must be known. "
            f"Received: input shape {tuple(shape)}.{_OF_BATCH if axis % len(shape) == 0 else ''}"
        )
    return int(size)


def as_tuple(layer: Layer, name: str, value: Any, rank: int, zero: bool = False) -> tuple[int, ...]:
    """`value` as `rank` ints: one int stands for all axes."""
    values = (value,) * rank if is_integer(value) else value
    least = 0 if zero else 1
    if not isinstance(values, tuple | list) or len(values) != rank or not all(is_integer(v, least) for v in values):
        kind = "a non-negative" if zero else "a positive"
        raise _error_of(value)(
            f"`{name}` of `{type(layer).__name__}` must be {kind} integer or {rank} of them. "
            f"Received: {name}={value!r}."
        )
    return tuple(int(v) for v in values)


def check_choice(layer: Layer, name: str, value: Any, choices: Sequence[str]) -> str:
    """`value` in lower case, if it is one of `choices`."""
    if not isinstance(value, str) or value.lower() not in choices:
        expected = ", ".join(repr(choice) for choice in choices)
        raise ValueError(f"`{name}` of `{type(layer).__name__}` must be one of {expected}. Received: {name}={value!r}.")
    return value.lower()


def check_axes(layer: Layer, axis: int | Sequence[int], rank: int) -> tuple[int, ...]:
    """`axis` as a tuple, if an input of `rank` axes has them all."""
    axes = (axis,) if isinstance(axis, int) else tuple(axis)
    if any(not -rank <= a < rank for a in axes):
        raise ValueError(
            f"`axis` of layer `{layer.name}` must be in [{-rank}, {rank}) for its input. Received: axis={axis}."
        )
    return axes


def check_not_negative(layer: Layer, name: str, value: Any) -> None:
    """A number of at least 0."""
    if value is None or value < 0:
        raise ValueError(f"`{name}` of `{type(layer).__name__}` must not be negative. Received: {name}={value!r}.")


def is_batch(layer: Layer, axis: int | Sequence[int]) -> bool:
    """Whether `axis`, or one of several, is that of the batch, in any call of `layer` in a graph."""
    ranks = {0, *(len(x.shape) for node in layer.inbound_nodes for x in node.inputs)}
    return any(a == -rank for a in (axis if isinstance(axis, Sequence) else (axis,)) for rank in ranks)


def check_unquantized(layer: Layer) -> None:
    """`quantization_config`, which configs have, must say nothing."""
    if layer.quantization_config is not None:
        raise ValueError(
            f"`quantization_config` of `{type(layer).__name__}` must be None: layers compute in floats. "
            f"Received: quantization_config={layer.quantization_config!r}."
        )


def check_window(layer: Any, inputs: Any, window: tuple[int, ...]) -> None:
    """Raise unless the inputs are as large as the window, or padded.

    Args:
        layer: one with `rank`, `padding` and `data_format`.
        inputs: what it is called on.
        window: its size along each axis.
    """
    first = 1 if layer.data_format == "channels_last" else 2
    sizes = tuple(inputs.shape[first : first + layer.rank])
    if layer.padding == "valid" and any(n < k for n, k in zip(sizes, window, strict=True)):
        raise ValueError(
            f"The input of layer `{layer.name}` ({type(layer).__name__}) must be as large as the window, {window}, "
            f'unless padding="same". Received: shape {shown_shape(inputs.shape)}.'
        )
