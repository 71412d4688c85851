"""Sequences, images and volumes without their border."""

from __future__ import annotations

from typing import Any

from hornbeam.layers.reshaping.border import Border


class _Cropping(Border):
    argument = "cropping"
    passes_values = True

    def call(self, inputs: Any) -> Any:
        pairs = self._along_axes((0, 0))
        if any(sum(pair) >= size for pair, size in zip(pairs, inputs.shape, strict=True) if sum(pair)):
            raise ValueError(
                f"Layer `{self.name}` ({type(self).__name__}) leaves nothing of its input. "
                f"Received: cropping={self.cropping}, input of shape {tuple(inputs.shape)}."
            )
        return inputs[tuple(slice(a, size - b) for (a, b), size in zip(pairs, inputs.shape, strict=True))]


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


class Cropping3D(_Cropping):
    """A volume without its border.

    Args:
        cropping: how many to leave out on all sides, or one number for each axis, or a pair (before, after) for each.
        data_format: "channels_last" or "channels_first"; the global setting by default.

    Input: (batch, planes, rows, columns, channels). Output: the same axes, the middle three smaller.

    >>> import hornbeam
    >>> hornbeam.layers.Cropping3D(1)(hornbeam.ops.ones((1, 4, 4, 4, 1))).shape == (1, 2, 2, 2, 1)
    True
    """

    rank = 3

    def __init__(self, cropping: Any = ((1, 1), (1, 1), (1, 1)), data_format: str | None = None, **kwargs: Any):
        super().__init__(**kwargs)
        self.store(locals())
        self._set_pairs(cropping, data_format)
