"""Keras 2's `utils.layer_utils` and `utils.multi_gpu_utils`: models and their weights."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from hornbeam import layers
from hornbeam.legacy.utils.convolution import convert_kernel


def print_summary(
    model: Any,
    line_length: int | None = None,
    positions: Sequence[float] | None = None,
    print_fn: Callable[[str], Any] | None = None,
) -> None:
    """Print a table of a model's layers: `model.summary`."""
    model.summary(line_length=line_length, positions=positions, print_fn=print_fn)


def count_params(weights: Iterable[Any]) -> int:
    """How many numbers weights have, each counted once."""
    return sum(math.prod(weight.shape) for weight in {id(weight): weight for weight in weights}.values())


def convert_all_kernels_in_model(model: Any) -> None:
    """Turn all kernels round, as weights of models of Theano need it: see `convert_kernel`."""
    for layer in model.layers:
        if hasattr(layer, "layers"):
            convert_all_kernels_in_model(layer)
        elif isinstance(layer, layers.Conv1D | layers.Conv2D | layers.Conv3D | layers.Conv2DTranspose):
            layer.kernel.assign(convert_kernel(layer.kernel.numpy()))


def convert_dense_weights_data_format(
    dense: Any, previous_feature_map_shape: Sequence[int], target_data_format: str = "channels_first"
) -> None:
    """Put the rows of a `Dense` layer's kernel, which follows a `Flatten`, into the order of the other data format.

    Args:
        dense: the layer.
        previous_feature_map_shape: the shape before the `Flatten`, of three integers, in the new data format.
        target_data_format: the new one, "channels_first" or "channels_last".
    """
    if target_data_format not in ("channels_first", "channels_last"):
        raise ValueError(
            f'`target_data_format` must be "channels_first" or "channels_last". Received: {target_data_format!r}.'
        )
    kernel, new = dense.kernel.numpy(), tuple(previous_feature_map_shape)
    if math.prod(new) != len(kernel):
        raise ValueError(
            f"`previous_feature_map_shape` must have {len(kernel)} numbers, as `{dense.name}` takes. Received: {new}."
        )
    to_first = target_data_format == "channels_first"
    old = (*new[1:], new[0]) if to_first else (new[2], *new[:2])
    rows = np.arange(len(kernel)).reshape(old).transpose((2, 0, 1) if to_first else (1, 2, 0)).ravel()
    dense.kernel.assign(kernel[rows])


def multi_gpu_model(model: Any, gpus: Any = None, cpu_merge: bool = True, cpu_relocation: bool = False) -> Any:
    """The model itself, with a warning: it gives the same results, on one device."""
    warnings.warn(
        f"`multi_gpu_model` gives `{model.name}` as it is, which trains on one device with the same results. Received: "
        f"gpus={gpus!r}; leave the call out.",
        stacklevel=2,
    )
    return model
