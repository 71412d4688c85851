"""Keras 2's `engine.saving`: the parts of files with a group for each layer."""

from __future__ import annotations

import functools
import os
import tempfile
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np

from hornbeam import saving
from hornbeam.saving.h5 import attributes, convert_kernels, layer_weights
from hornbeam.saving.h5.origin import Origin


def save_attributes_to_hdf5_group(group: Any, name: str, data: Sequence[Any]) -> None:
    """Store a list of texts as an attribute, or as several if it is long."""
    attributes.write_names(group, name, [x.decode() if isinstance(x, bytes) else str(x) for x in data])


def load_attributes_from_hdf5_group(group: Any, name: str) -> list[str]:
    """The texts that `save_attributes_to_hdf5_group` stored."""
    return attributes.names(group, name)


def save_weights_to_hdf5_group(group: Any, layers: Sequence[Any]) -> None:
    """Store the weights of layers, in a group for each."""
    group.attrs.update(keras_version="2.3.1", backend="tensorflow")
    attributes.write_names(group, "layer_names", [layer.name for layer in layers])
    for layer in layers:
        attributes.write_variables(group.create_group(layer.name), layer_weights.ordered(layer))


def load_weights_from_hdf5_group(f: Any, layers: Sequence[Any], reshape: bool = False) -> None:
    """Assign the weights in a group of an HDF5 file to the layers that have some, in their order.

    Args:
        f: a group of h5py, with `layer_names` among its attributes.
        layers: whose weights.
        reshape: whether weights of equal size are given the shape that a layer needs.

    Raises:
        ValueError: when the file has another number of layers with weights, or weights do not fit.
    """
    _read(f, layers, by_name=False, skip_mismatch=False, reshape=reshape)


def load_weights_from_hdf5_group_by_name(
    f: Any, layers: Sequence[Any], skip_mismatch: bool = False, reshape: bool = False
) -> None:
    """The same for the layers whose names are in the file; `skip_mismatch` leaves out those that do not fit."""
    _read(f, layers, by_name=True, skip_mismatch=skip_mismatch, reshape=reshape)


def _read(group: Any, layers: Sequence[Any], by_name: bool, skip_mismatch: bool, reshape: bool) -> None:
    held = SimpleNamespace(members=[])
    stack: Any = SimpleNamespace(name="of these layers", layers=list(layers), __hornbeam__=held)
    shown = getattr(group.file, "filename", "the file")
    layer_weights.read_layers(group, stack, Origin.of(group), shown, by_name, skip_mismatch, reshape)


def preprocess_weights_for_loading(
    layer: Any,
    weights: Sequence[Any],
    original_keras_version: str | None = None,
    original_backend: str | None = None,
    reshape: bool = False,
) -> list[np.ndarray]:
    """The arrays of a layer, as a version of Keras on a backend stored them, in the form that the layer has them."""
    origin = Origin(int((original_keras_version or "1").split(".")[0]), original_backend or "tensorflow")
    arrays = convert_kernels.converted(layer, [np.asarray(x) for x in weights], origin)
    if reshape:
        arrays = [a.reshape(v.shape) if a.size == v.size else a for a, v in zip(arrays, layer.weights, strict=False)]
    return arrays


def pickle_model(model: Any) -> dict[str, bytes]:
    """A model as what a `.keras` file has of it, in memory."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.keras")
        saving.save_model(model, path)
        with open(path, "rb") as file:
            return {"model.keras": file.read()}


def unpickle_model(state: dict[str, bytes]) -> Any:
    """The model that `pickle_model` gave."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.keras")
        with open(path, "wb") as file:
            file.write(state["model.keras"])
        return saving.load_model(path)


def allow_read_from_gcs(load_function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, which says of a path in Google's cloud that it has to be copied."""
    return _without_cloud(load_function, 0)


def allow_write_to_gcs(save_function: Callable[..., Any]) -> Callable[..., Any]:
    """The same for a function whose second argument is the path."""
    return _without_cloud(save_function, 1)


def _without_cloud(fn: Callable[..., Any], place: int) -> Callable[..., Any]:
    @functools.wraps(fn)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        path = kwargs.get("filepath", args[place] if len(args) > place else None)
        if str(path).startswith("gs://"):
            raise ValueError(f"`{fn.__name__}` needs a path of this machine: copy the file. Received: {path!r}.")
        return fn(*args, **kwargs)

    return wrapper
