"""How far random changes go: a number, or the two ends of a range."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from hornbeam.layers.base.checks import check_choice
from hornbeam.layers.base.layer import Layer


class Bounds(NamedTuple):
    """What a factor may be; a number f stands for (-f, f) where it goes both ways, else for (low, f)."""

    low: float
    high: float
    both_ways: bool = False


def as_range(layer: Layer, name: str, value: Any, bounds: Bounds) -> tuple[float, float]:
    """The two ends of the range that `value` stands for."""
    ends = tuple(value) if isinstance(value, tuple | list) else (value,)
    if len(ends) not in (1, 2) or not all(_is_between(end, bounds) for end in ends):
        raise ValueError(
            f"`{name}` of `{type(layer).__name__}` must be a number or two of them (from, to), between {bounds.low} "
            f"and {bounds.high}. Received: {name}={value!r}."
        )
    if len(ends) == 2:
        return min(ends), max(ends)
    return (-abs(value), abs(value)) if bounds.both_ways else (bounds.low, value)


def _is_between(value: Any, bounds: Bounds) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return (-bounds.high if bounds.both_ways else bounds.low) <= value <= bounds.high


def as_value_range(layer: Layer, value: Any) -> list[float]:
    """The least and the largest value of a pixel."""
    if not isinstance(value, tuple | list) or len(value) != 2 or value[0] == value[1]:
        raise ValueError(
            f"`value_range` of `{type(layer).__name__}` must be two numbers, the least and the largest value of a "
            f"pixel. Received: value_range={value!r}."
        )
    return [min(value), max(value)]


def check_number(layer: Layer, name: str, value: Any) -> None:
    """Raise unless `value` is a number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"`{name}` of `{type(layer).__name__}` must be a number. Received: {name}={value!r}.")


class UnknownWayError(ValueError, NotImplementedError):
    """A way to interpolate or to fill that there is not: to Keras, one that is not implemented."""


def check_way(layer: Layer, name: str, value: Any, ways: Sequence[str]) -> str:
    """`value`, if it is one of `ways`."""
    try:
        return check_choice(layer, name, value, ways)
    except ValueError as error:
        raise UnknownWayError(str(error)) from None
