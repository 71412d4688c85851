"""Zeros around sequences, images and volumes."""

from __future__ import annotations

from typing import Any

from hornbeam import engine
from hornbeam.layers.reshaping.border import Border


class _ZeroPadding(Border):
    argument = "padding"

    def call(self, inputs: Any) -> Any:
        return engine.pad(inputs, self._along_axes((0, 0)))


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


class ZeroPadding3D(_ZeroPadding):
    """Zeros around a volume.

    Args:
        padding: how many on all sides, or one number for each axis, or a pair (before, after) for each.
        data_format: "channels_last" or "channels_first"; the global setting by default.

    Input: (batch, planes, rows, columns, channels). Output: the same axes, the middle three larger.

    >>> import hornbeam
    >>> hornbeam.layers.ZeroPadding3D(1)(hornbeam.ops.ones((1, 2, 2, 2, 1))).shape == (1, 4, 4, 4, 1)
    True
    """

    rank = 3

    def __init__(self, padding: Any = ((1, 1), (1, 1), (1, 1)), data_format: str | None = None, **kwargs: Any):
        super().__init__(**kwargs)
        self.store(locals())
        self._set_pairs(padding, data_format)
