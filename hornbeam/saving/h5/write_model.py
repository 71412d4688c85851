"""Whole models into `.h5` files as Keras 3 reads them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hornbeam import engine
from hornbeam.core import serialization
from hornbeam.core.running import under
from hornbeam.saving import seeds
from hornbeam.saving.archive import KERAS_VERSION
from hornbeam.saving.h5.layer_weights import write_layers
from hornbeam.saving.h5.optimizer_state import write_state
from hornbeam.saving.h5.read_model import WEIGHTS
from hornbeam.saving.h5.training_config import training_config

if TYPE_CHECKING:
    import h5py


def write_model(file: h5py.File, model: Any, include_optimizer: bool = True) -> None:
    """Store the config and the weights; of a compiled model, how it was compiled and the optimizer's state."""
    with under(whole=True):
        config = serialization.serialize_object(model)
    compiled = config.pop("compile_config", None) if include_optimizer else None
    mark(file)
    file.attrs["model_config"] = json.dumps({"class_name": config["class_name"], "config": config["config"]})
    write_weights(file.create_group(WEIGHTS), model)
    if compiled:
        file.attrs["training_config"] = json.dumps(training_config(compiled))
        write_state(file, model.optimizer)
    seeds.write(file, model)


def write_weights(group: h5py.Group, model: Any) -> None:
    """Store the weights alone, by layers."""
    mark(group)
    write_layers(group, model)


def mark(group: h5py.Group) -> None:
    """Say whose format this is."""
    group.attrs["keras_version"] = KERAS_VERSION
    group.attrs["backend"] = engine.backend()
