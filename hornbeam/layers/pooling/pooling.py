"""Pooling: the maximum or the mean of every window."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from hornbeam import ops
from hornbeam.core.settings import standardize_data_format
from hornbeam.layers.base.checks import as_tuple, check_choice
from hornbeam.layers.base.input_spec import InputSpec
from hornbeam.layers.base.layer import Layer


class BasePooling(Layer):
    """One number for every window and channel.

    Args:
        pool_size: the window, one integer per axis or one for all; 2 by default.
        strides: the step of the window; the window's size by default.
        padding: "valid" (none) or "same" (ceil(size / stride) outputs; what is added counts for nothing).
        data_format: "channels_last" or "channels_first"; the global setting by default.
    """

    rank: int
    pool: ClassVar[Callable[..., Any]]

    def __init__(
        self,
        pool_size: Any = 2,
        strides: Any = None,
        padding: str = "valid",
        data_format: str | None = None,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        self.store(locals())
        self.pool_size = as_tuple(self, "pool_size", pool_size, self.rank)
        self.strides = self.pool_size if strides is None else as_tuple(self, "strides", strides, self.rank)
        self.padding = check_choice(self, "padding", padding, ("valid", "same"))
        self.data_format = standardize_data_format(data_format)
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def call(self, inputs: Any) -> Any:
        return type(self).pool(inputs, self.pool_size, self.strides, self.padding, self.data_format)


class MaxPooling1D(BasePooling):
    __doc__ = f"""The maximum of every window of time steps. {BasePooling.__doc__}
    Input: (batch, time, channels). Output: (batch, new time, channels).

    >>> import hornbeam
    >>> hornbeam.layers.MaxPooling1D()(hornbeam.ops.ones((1, 8, 3))).shape == (1, 4, 3)
    True
    """

    rank = 1
    pool = staticmethod(ops.max_pool)


class MaxPooling2D(BasePooling):
    __doc__ = f"""The maximum of every window of an image. {BasePooling.__doc__}
    Input: (batch, rows, columns, channels). Output: (batch, new rows, new columns, channels).

    >>> import hornbeam
    >>> hornbeam.layers.MaxPooling2D()(hornbeam.ops.ones((1, 8, 8, 3))).shape == (1, 4, 4, 3)
    True
    """

    rank = 2
    pool = staticmethod(ops.max_pool)


class MaxPooling3D(BasePooling):
    __doc__ = f"""The maximum of every window of a volume. {BasePooling.__doc__}
    Input: (batch, planes, rows, columns, channels). Output: the same axes, the middle three smaller.

    >>> import hornbeam
    >>> hornbeam.layers.MaxPooling3D()(hornbeam.ops.ones((1, 4, 4, 4, 1))).shape == (1, 2, 2, 2, 1)
    True
    """

    rank = 3
    pool = staticmethod(ops.max_pool)


class AveragePooling1D(BasePooling):
    __doc__ = f"""The mean of every window of time steps. {BasePooling.__doc__}
    Input: (batch, time, channels). Output: (batch, new time, channels).

    >>> import hornbeam
    >>> hornbeam.layers.AveragePooling1D()(hornbeam.ops.ones((1, 8, 3))).shape == (1, 4, 3)
    True
    """

    rank = 1
    pool = staticmethod(ops.average_pool)


class AveragePooling2D(BasePooling):
    __doc__ = f"""The mean of every window of an image. {BasePooling.__doc__}
    Input: (batch, rows, columns, channels). Output: (batch, new rows, new columns, channels).

    >>> import hornbeam
    >>> hornbeam.layers.AveragePooling2D()(hornbeam.ops.ones((1, 8, 8, 3))).shape == (1, 4, 4, 3)
    True
    """

    rank = 2
    pool = staticmethod(ops.average_pool)


class AveragePooling3D(BasePooling):
    __doc__ = f"""The mean of every window of a volume. {BasePooling.__doc__}
    Input: (batch, planes, rows, columns, channels). Output: the same axes, the middle three smaller.

    >>> import hornbeam
    >>> hornbeam.layers.AveragePooling3D()(hornbeam.ops.ones((1, 4, 4, 4, 1))).shape == (1, 2, 2, 2, 1)
    True
    """

    rank = 3
    pool = staticmethod(ops.average_pool)
