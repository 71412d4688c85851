"""What padding and cropping share: a pair (before, after) for every spatial axis."""

from __future__ import annotations

from typing import Any

from hornbeam.core.settings import standardize_data_format
from hornbeam.layers.base.input_spec import InputSpec
from hornbeam.layers.base.layer import Layer


class Border(Layer):
    """A pair (before, after) for every spatial axis."""

    rank: int
    argument: str

    def _set_pairs(self, value: Any, data_format: str | None = "channels_last") -> None:
        self._pairs = _pairs(self, self.argument, value, self.rank)
        setattr(self, self.argument, self._pairs[0] if self.rank == 1 else self._pairs)
        self.data_format = standardize_data_format(data_format)
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def _along_axes(self, around: Any) -> list[Any]:
        """The pairs for all axes, with `around` for the batch and the channels."""
        if self.data_format == "channels_last":
            return [around, *self._pairs, around]
        return [around, around, *self._pairs]


def _pairs(layer: Layer, name: str, value: Any, rank: int) -> tuple[tuple[int, int], ...]:
    """(before, after) for every axis, from one number, one per axis, or the pairs."""
    values = (value,) * rank if isinstance(value, int) else _by_side(value) if isinstance(value, dict) else value
    if rank == 1 and isinstance(value, tuple | list):
        values = (value,)
    pairs = tuple((v, v) if isinstance(v, int) else v for v in values) if isinstance(values, tuple | list) else ()
    if len(pairs) != rank or not all(_is_pair(pair) for pair in pairs):
        raise ValueError(
            f"`{name}` of `{type(layer).__name__}` must be a number, or a pair (before, after) for each of {rank} "
            f"axes. Received: {name}={value!r}."
        )
    return tuple((int(a), int(b)) for a, b in pairs)


def _by_side(sides: dict[str, int]) -> Any:
    """What Keras 1 took for an image: how many "top_pad", "bottom_pad", "left_pad", "right_pad"."""
    names = (("top_pad", "bottom_pad"), ("left_pad", "right_pad"))
    known = {name for pair in names for name in pair}
    return tuple(tuple(sides.get(name, 0) for name in pair) for pair in names) if sides.keys() <= known else None


def _is_pair(pair: Any) -> bool:
    return isinstance(pair, tuple | list) and len(pair) == 2 and all(isinstance(n, int) and n >= 0 for n in pair)
