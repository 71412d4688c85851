"""Larger sequences, images and volumes by repetition or interpolation."""

from __future__ import annotations

from typing import Any

from hornbeam import ops
from hornbeam.core.settings import standardize_data_format
from hornbeam.layers.base.checks import as_tuple, check_choice, check_positive
from hornbeam.layers.base.input_spec import InputSpec
from hornbeam.layers.base.layer import Layer

_INTERPOLATIONS = ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5")


class UpSampling1D(Layer):
    """Every time step several times.

    Args:
        size: how often.

    Input: (batch, time, channels). Output: (batch, size time, channels).

    >>> import hornbeam
    >>> hornbeam.layers.UpSampling1D(2)([[[1.0], [2.0]]]).tolist()
    [[[1.0], [1.0], [2.0], [2.0]]]
    """

    passes_values = True

    def __init__(self, size: int = 2, **kwargs: Any):
        super().__init__(**kwargs)
        self.store(locals())
        self.size = check_positive(self, "size", size)
        self.input_spec = InputSpec(ndim=3)

    def call(self, inputs: Any) -> Any:
        return ops.repeat(inputs, self.size, 1)


class UpSampling2D(Layer):
    """Images with `size` times the rows and columns.

    Args:
        size: one factor, or one each for rows and columns.
        data_format: "channels_last" or "channels_first"; the global setting by default.
        interpolation: "nearest" repeats; "bilinear", "bicubic", "lanczos3" and "lanczos5" interpolate between the
            centres of pixels.

    Input: (batch, rows, columns, channels). Output: the same axes, the middle two larger.

    >>> import hornbeam
    >>> hornbeam.layers.UpSampling2D(2)(hornbeam.ops.ones((1, 2, 2, 3))).shape == (1, 4, 4, 3)
    True
    """

    def __init__(
        self, size: Any = (2, 2), data_format: str | None = None, interpolation: str = "nearest", **kwargs: Any
    ):
        super().__init__(**kwargs)
        self.store(locals())
        self.size = as_tuple(self, "size", size, 2)
        self.data_format = standardize_data_format(data_format)
        self.interpolation = check_choice(self, "interpolation", interpolation, _INTERPOLATIONS)
        self.input_spec = InputSpec(ndim=4)

    def call(self, inputs: Any) -> Any:
        rows = 1 if self.data_format == "channels_last" else 2
        if self.interpolation == "nearest":
            return ops.repeat(ops.repeat(inputs, self.size[0], rows), self.size[1], rows + 1)
        sizes = tuple(n * size for n, size in zip(inputs.shape[rows : rows + 2], self.size, strict=True))
        return ops.image.resize(inputs, sizes, self.interpolation, data_format=self.data_format)


class UpSampling3D(Layer):
    """Every element of a volume several times along each axis.

    Args:
        size: how often, one number or one each for planes, rows and columns.
        data_format: "channels_last" or "channels_first"; the global setting by default.

    Input: (batch, planes, rows, columns, channels). Output: the same axes, the middle three larger.

    >>> import hornbeam
    >>> hornbeam.layers.UpSampling3D(2)(hornbeam.ops.ones((1, 2, 2, 2, 1))).shape == (1, 4, 4, 4, 1)
    True
    """

    passes_values = True

    def __init__(self, size: Any = (2, 2, 2), data_format: str | None = None, **kwargs: Any):
        super().__init__(**kwargs)
        self.store(locals())
        self.size = as_tuple(self, "size", size, 3)
        self.data_format = standardize_data_format(data_format)
        self.input_spec = InputSpec(ndim=5)

    def call(self, inputs: Any) -> Any:
        first = 1 if self.data_format == "channels_last" else 2
        for axis, times in enumerate(self.size, first):
            inputs = ops.repeat(inputs, times, axis)
        return inputs
