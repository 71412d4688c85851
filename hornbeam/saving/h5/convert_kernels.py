"""Weights as older versions of Keras and other backends stored them, in the form of today.

`converted` takes the arrays of one layer. Layers around layers hand on the arrays of what they hold.
"""

from __future__ import annotations

from functools import singledispatch
from typing import Any

import numpy as np

from hornbeam.layers import (
    GRU,
    LSTM,
    Bidirectional,
    Conv1D,
    Conv2D,
    Conv2DTranspose,
    Conv3D,
    ConvLSTM2D,
    TimeDistributed,
)
from hornbeam.saving.h5.origin import Origin

Arrays = list[np.ndarray]


@singledispatch
def converted(layer: Any, arrays: Arrays, origin: Origin) -> Arrays:
    """The arrays of a layer in the form that the layer has them."""
    return arrays


@converted.register
def _(layer: Bidirectional, arrays: Arrays, origin: Origin) -> Arrays:
    half = len(arrays) // 2
    forward = converted(layer.forward_layer, arrays[:half], origin)
    return forward + converted(layer.backward_layer, arrays[half:], origin)


@converted.register
def _(layer: TimeDistributed, arrays: Arrays, origin: Origin) -> Arrays:
    return converted(layer.layer, arrays, origin)


@converted.register
def _(layer: Conv1D, arrays: Arrays, origin: Origin) -> Arrays:
    kernel = arrays[0] if arrays else np.zeros(())
    if origin.generation == 1 and kernel.ndim == 4:
        size = layer.kernel_size if isinstance(layer.kernel_size, int) else layer.kernel_size[0]
        if kernel.shape[:2] != (size, 1):  # (filters, inputs, length, 1), as Theano has it
            kernel = kernel.transpose(2, 3, 1, 0)
        arrays = [kernel[:, 0], *arrays[1:]]
    return _flipped(arrays, 1, origin)


@converted.register(Conv2D)
@converted.register(Conv3D)
def _(layer: Any, arrays: Arrays, origin: Origin) -> Arrays:
    if origin.generation == 1 and arrays and layer.data_format == "channels_first":
        kernel = arrays[0]
        arrays = [kernel.transpose(*range(2, kernel.ndim), 1, 0), *arrays[1:]]
    rank = arrays[0].ndim - 2 if arrays else 0
    return _fitted(layer, _flipped(arrays, rank, origin))


@converted.register
def _(layer: Conv2DTranspose, arrays: Arrays, origin: Origin) -> Arrays:
    if origin.generation == 1 and arrays:
        axes = (0, 1, 3, 2) if layer.data_format == "channels_last" else (2, 3, 0, 1)
        arrays = [arrays[0].transpose(axes), *arrays[1:]]
    return _fitted(layer, _flipped(arrays, 2, origin))


@converted.register
def _(layer: ConvLSTM2D, arrays: Arrays, origin: Origin) -> Arrays:
    arrays = _joined(arrays, (0, 2, 1, 3)) if len(arrays) == 12 else arrays
    for i in range(min(2, len(arrays))):
        arrays = [*arrays[:i], *_flipped(arrays[i : i + 1], 2, origin), *arrays[i + 1 :]]
    return arrays


@converted.register
def _(layer: LSTM, arrays: Arrays, origin: Origin) -> Arrays:
    if len(arrays) == 12:  # Keras 1 had a matrix for each gate: i, c, f, o
        return _joined(arrays, (0, 2, 1, 3))
    if len(arrays) == 3 and arrays[2].shape == (8 * layer.units,):
        kernel, recurrent, bias = arrays
        return [*_from_cudnn(kernel, recurrent, 4), bias[: 4 * layer.units] + bias[4 * layer.units :]]
    return arrays


@converted.register
def _(layer: GRU, arrays: Arrays, origin: Origin) -> Arrays:
    if len(arrays) == 9:
        return _joined(arrays, (0, 1, 2))
    if len(arrays) == 3 and arrays[2].shape == (6 * layer.units,):
        kernel, recurrent, bias = arrays
        return [*_from_cudnn(kernel, recurrent, 3), bias.reshape(2, -1)]
    return arrays


def _joined(arrays: Arrays, order: tuple[int, ...]) -> Arrays:
    """One matrix of those of the gates, which were stored as (W, U, b) of each."""
    return [np.concatenate([arrays[3 * gate + i] for gate in order], axis=-1) for i in range(3)]


def _from_cudnn(kernel: np.ndarray, recurrent: np.ndarray, gates: int) -> Arrays:
    blocks = [k.T.reshape(k.shape, order="F") for k in np.split(kernel, gates, axis=1)]
    return [np.concatenate(blocks, axis=1), np.concatenate([u.T for u in np.split(recurrent, gates, axis=1)], axis=1)]


def _flipped(arrays: Arrays, rank: int, origin: Origin) -> Arrays:
    """Theano computes true convolutions: its kernels are those of the others backwards."""
    if origin.backend != "theano" or not arrays:
        return arrays
    return [np.flip(arrays[0], tuple(range(rank))), *arrays[1:]]


def _fitted(layer: Any, arrays: Arrays) -> Arrays:
    """A kernel of four axes that has them in the order (outputs, inputs, rows, columns)."""
    shape = getattr(layer, "kernel", arrays[0] if arrays else None)
    if shape is None or not arrays or arrays[0].ndim != 4 or arrays[0].shape == tuple(shape.shape):
        return arrays
    turned = arrays[0].transpose(3, 2, 0, 1)
    return [turned, *arrays[1:]] if turned.shape == tuple(shape.shape) else arrays
