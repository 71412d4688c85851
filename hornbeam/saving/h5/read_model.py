"""Whole models and weights out of HDF5 files in the layout with a group for each layer."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from hornbeam.core import serialization
from hornbeam.core.allowance import allowing_file
from hornbeam.core.renaming.configs import config_of_today
from hornbeam.saving import hdf5, seeds
from hornbeam.saving.compiling import compile_from
from hornbeam.saving.h5 import attributes
from hornbeam.saving.h5.changed_defaults import warn_of_changed_defaults
from hornbeam.saving.h5.layer_weights import read_layers
from hornbeam.saving.h5.optimizer_state import read_state
from hornbeam.saving.h5.origin import Origin
from hornbeam.saving.report import LoadReport
from hornbeam.saving.unmatched import warn_of_unmatched

if TYPE_CHECKING:
    import h5py

WEIGHTS = "model_weights"


def is_layered(file: h5py.File) -> bool:
    """Whether a file has a group for each layer, as Keras 1 and 2 write it and Keras 3 to `.h5`."""
    return "layer_names" in file.attrs or "layer_names0" in file.attrs or WEIGHTS in file


def read_model(file: h5py.File, path: str, custom_objects: dict[str, Any] | None, compile: bool) -> Any:
    """The model in an open file.

    Raises:
        ValueError: when the file holds weights alone, is damaged, or names what Hornbeam does not know.
    """
    config = attributes.json_of(file, "model_config", path)
    group = hdf5.find(file, WEIGHTS)
    if not isinstance(config, dict) or group is None:
        raise ValueError(
            f"`{path}` holds weights without a model: build the model and call `model.load_weights({path!r})`."
        )
    origin = Origin.of(file, group)
    with allowing_file(os.path.getsize(path), path):
        with serialization.custom_object_scope(custom_objects or {}):
            warn_of_unmatched(custom_objects, config, f"`{path}`")
            model = serialization.deserialize_whole(config_of_today(config, origin.generation))
            training = attributes.json_of(file, "training_config", path) if compile else None
            if isinstance(training, dict):
                compile_from(model, training, path)
        if group.attrs:
            read_layers(group, model, origin, path, by_name=False, skip_mismatch=False, reshape=False)
        if getattr(model, "optimizer", None) is not None:
            read_state(file, model, origin, path)
        seeds.read(file, model)
    return model


def read_weights(
    file: h5py.File, model: Any, path: str, by_name: bool, skip_mismatch: bool, reshape: bool, part: str | None = None
) -> LoadReport:
    """Assign the weights in an open file, or those of one layer in it, to a model that is built."""
    group = hdf5.find(file, WEIGHTS) or file
    origin = Origin.of(file, group)
    warn_of_changed_defaults(model, origin, path)
    return read_layers(group, model, origin, path, by_name, skip_mismatch, reshape, part)
