"""Convolutions with a kernel of its own at every place."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from hornbeam import engine, ops
from hornbeam.layers.base.checks import check_positive, known_size
from hornbeam.layers.base.input_spec import InputSpec
from hornbeam.layers.base.weights import configured_weight
from hornbeam.layers.convolutional.windowed import Windowed


class BaseLocallyConnected(Windowed):
    """y[b, i, o] = activation(sum over k, c of x[b, i * stride + k, c] W[i, k c, o] + b[i, o]).

    Args:
        filters: the number of output channels, a positive integer.
        kernel_size: the window, one integer per axis or one for all.
        strides: the step of the window.
        padding: "valid".
        data_format: "channels_last" or "channels_first"; the global setting by default.
        activation: a name or a function; none by default.
        use_bias: whether b is added.
        kernel_initializer: of W, shape (places, window's elements times channels, filters).
        bias_initializer: of b, shape (*places along each axis, filters).
        kernel_regularizer, bias_regularizer, activity_regularizer: functions added to the loss.
        kernel_constraint, bias_constraint: functions that map a weight to an allowed one after each update.
    """

    paddings = ("valid",)
    last_activation = Windowed.last_activation

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = None,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ):
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        self.store(locals())
        check_positive(self, "filters", filters)
        self._set_window(kernel_size, strides, padding, data_format)

    def build(self, input_shape: Sequence[int | None]) -> None:
        channels, first = self._channels(input_shape), self._first_axis
        sizes = [known_size(self, input_shape, first + a) for a in range(self.rank)]
        self._places = tuple((n - k) // s + 1 for n, k, s in zip(sizes, self.kernel_size, self.strides, strict=True))
        if min(self._places) < 1:
            raise ValueError(
                f"The input of layer `{self.name}` must be at least as large as `kernel_size`. "
                f"Received: sizes {tuple(sizes)}, kernel_size={self.kernel_size}."
            )
        shape = math.prod(self._places), math.prod(self.kernel_size) * channels, self.filters
        self.kernel = configured_weight(self, "kernel", shape)
        self.bias = configured_weight(self, "bias", (*self._places, self.filters)) if self.use_bias else None
        axes = {self.channel_axis: channels} | {first + a: n for a, n in enumerate(sizes)}
        self.input_spec = InputSpec(ndim=self.rank + 2, axes=axes)

    @property
    def _first_axis(self) -> int:
        return 1 if self.data_format == "channels_last" else 2

    def call(self, inputs: Any) -> Any:
        y = engine.einsum("blk,lkf->blf", self._windows(inputs), self.kernel.value)
        y = engine.reshape(y, (-1, *self._places, self.filters))
        if self.data_format == "channels_first":
            y = ops.moveaxis(y, -1, 1)
        if self.bias is not None:
            y = y + engine.reshape(self.bias.value, y.shape[1:])  # as Keras 2 has it, also with channels first
        return self.activation(y)

    def _windows(self, x: Any) -> Any:
        """The elements under the window at every place: (batch, places, elements)."""
        first, rank = self._first_axis, self.rank
        for a in reversed(range(rank)):
            x = _split_into_windows(x, first + a, self._places[a], self.kernel_size[a], self.strides[a])
        # now the axes are (batch, place, within, place, within, channels), or with channels second
        places, within = [first + 2 * a for a in range(rank)], [first + 2 * a + 1 for a in range(rank)]
        inside = [*within, first + 2 * rank] if first == 1 else [1, *within]
        return engine.reshape(
            engine.transpose(x, (0, *places, *inside)), (-1, math.prod(self._places), self.kernel.shape[1])
        )


def _split_into_windows(x: Any, axis: int, places: int, size: int, stride: int) -> Any:
    """An axis as two: (places, size)."""
    index = np.arange(places)[:, None] * stride + np.arange(size)
    taken = engine.take(x, engine.asarray(index.reshape(-1).astype("int32")), axis)
    return engine.reshape(taken, (*x.shape[:axis], places, size, *x.shape[axis + 1 :]))


class LocallyConnected1D(BaseLocallyConnected):
    __doc__ = f"""Convolution over time with a kernel of its own at every step; of Keras 1 and 2. {
        BaseLocallyConnected.__doc__
    }
    Input: (batch, time, channels). Output: (batch, new time, filters).

    >>> import hornbeam
    >>> hornbeam.layers.LocallyConnected1D(4, 3)(hornbeam.ops.ones((1, 8, 3))).shape == (1, 6, 4)
    True
    """

    rank = 1


class LocallyConnected2D(BaseLocallyConnected):
    __doc__ = f"""Convolution over images with a kernel of its own at every place; of Keras 1 and 2. {
        BaseLocallyConnected.__doc__
    }
    Input: (batch, rows, columns, channels). Output: (batch, new rows, new columns, filters).

    >>> import hornbeam
    >>> hornbeam.layers.LocallyConnected2D(4, 3)(hornbeam.ops.ones((1, 5, 5, 3))).shape == (1, 3, 3, 4)
    True
    """

    rank = 2
