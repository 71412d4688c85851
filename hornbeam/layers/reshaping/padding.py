"""Zeros around, and slices out of, sequences and images."""

from __future__ import annotations

from typing import Any

from hornbeam import engine
from hornbeam.core.settings import standardize_data_format
from hornbeam.layers.base.input_spec import InputSpec
from hornbeam.layers.base.layer import Layer


class _Border(Layer):
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


class _ZeroPadding(_Border):
    argument = "padding"

    def call(self, inputs: Any) -> Any:
        return engine.pad(inputs, self._along_axes((0, 0)))


class _Cropping(_Border):
    argument = "cropping"

    def call(self, inputs: Any) -> Any:
        pairs = self._along_axes((0, 0))
        if any(sum(pair) >= size for pair, size in zip(pairs, inputs.shape, strict=True) if sum(pair)):
            raise ValueError(
                f"Layer `{self.name}` ({type(self).__name__}) leaves nothing of its input. "
                f"Received: cropping={self.cropping}, input of shape {tuple(inputs.shape)}."
            )
        return inputs[tuple(slice(a, size - b) for (a, b), size in zip(pairs, inputs.shape, strict=True))]


class ZeroPadding1D(_ZeroPadding):
    """Zeros before and after a sequence.

    Args:
        padding: how many on either side, or a pair (before, after).
        data_format: "channels_last" or "channels_first"; the global setting by default.

    Input: (batch, time, channels). Output: (batch, before + time + after, channels).

    >>> import hornbeam
    >>> hornbeam.layers.ZeroPadding1D((1, 0))([[[5.0]]]).tolist()
    [[[0.0], [5.0]]]
    """

    rank = 1

    def __init__(self, padding: Any = 1, data_format: str | None = None, **kwargs: Any):
        super().__init__(**kwargs)
        self.store(locals())
        self._set_pairs(padding, data_format)


class ZeroPadding2D(_ZeroPadding):
    """Zeros around an image.

    Args:
        padding: how many on all sides, or (rows, columns), or ((top, bottom), (left, right)).
        data_format: "channels_last" or "channels_first"; the global setting by default.

    Input: (batch, rows, columns, channels). Output: the same axes, the middle two larger.

    >>> import hornbeam
    >>> hornbeam.layers.ZeroPadding2D(1)(hornbeam.ops.ones((1, 2, 2, 3))).shape == (1, 4, 4, 3)
    True
    """

    rank = 2

    def __init__(self, padding: Any = (1, 1), data_format: str | None = None, **kwargs: Any):
        super().__init__(**kwargs)
        self.store(locals())
        self._set_pairs(padding, data_format)


class Cropping1D(_Cropping):
    """A sequence without its ends.

    Args:
        cropping: how many steps to leave out on either side, or a pair (before, after).

    Input: (batch, time, channels). Output: (batch, time - before - after, channels).

    >>> import hornbeam
    >>> hornbeam.layers.Cropping1D((1, 0))([[[4.0], [5.0]]]).tolist()
    [[[5.0]]]
    """

    rank = 1

    def __init__(self, cropping: Any = (1, 1), **kwargs: Any):
        super().__init__(**kwargs)
        self.store(locals())
        self._set_pairs(cropping)


class Cropping2D(_Cropping):
    """An image without its border.

    Args:
        cropping: how many to leave out on all sides, or (rows, columns), or ((top, bottom), (left, right)).
        data_format: "channels_last" or "channels_first"; the global setting by default.

    Input: (batch, rows, columns, channels). Output: the same axes, the middle two smaller.

    >>> import hornbeam
    >>> hornbeam.layers.Cropping2D(1)(hornbeam.ops.ones((1, 4, 4, 3))).shape == (1, 2, 2, 3)
    True
    """

    rank = 2

    def __init__(self, cropping: Any = ((0, 0), (0, 0)), data_format: str | None = None, **kwargs: Any):
        super().__init__(**kwargs)
        self.store(locals())
        self._set_pairs(cropping, data_format)


def _pairs(layer: Layer, name: str, value: Any, rank: int) -> tuple[tuple[int, int], ...]:
    """(before, after) for every axis, from one number, one per axis, or the pairs."""
    values = (value,) * rank if isinstance(value, int) else value
    if rank == 1 and isinstance(value, tuple | list):
        values = (value,)
    pairs = tuple((v, v) if isinstance(v, int) else v for v in values) if isinstance(values, tuple | list) else ()
    if len(pairs) != rank or not all(_is_pair(pair) for pair in pairs):
        raise ValueError(
            f"`{name}` of `{type(layer).__name__}` must be a number, or a pair (before, after) for each of {rank} "
            f"axes. Received: {name}={value!r}."
        )
    return tuple((int(a), int(b)) for a, b in pairs)


def _is_pair(pair: Any) -> bool:
    return isinstance(pair, tuple | list) and len(pair) == 2 and all(isinstance(n, int) and n >= 0 for n in pair)
