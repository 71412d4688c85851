"""`model_from_json`: the architecture of a model out of its JSON text."""

from __future__ import annotations

from typing import Any

from hornbeam.core import serialization
from hornbeam.core.missing import listing_all
from hornbeam.core.renaming.configs import config_of_today, generation_of
from hornbeam.models.model import Model
from hornbeam.saving import files
from hornbeam.saving.compiling import compile_from
from hornbeam.saving.unmatched import warn_of_unmatched


def model_from_json(json_string: str, custom_objects: dict[str, Any] | None = None) -> Any:
    """A new model from what `model.to_json()` gave: the same layers, with weights drawn anew, compiled if it was.

    Args:
        json_string: the text.
        custom_objects: your own classes and functions by the names in the text; they win over those of Hornbeam.

    Raises:
        ValueError: for a string that is no JSON, or does not describe a model.

    >>> import hornbeam
    >>> model = hornbeam.Sequential([hornbeam.Input((2,)), hornbeam.layers.Dense(1, name="out")])
    >>> hornbeam.models.model_from_json(model.to_json()).layers[0].name
    'out'
    """
    if not isinstance(json_string, str | bytes):
        raise ValueError(
            f"`json_string` must be the text that `to_json()` gave; `model_from_config` takes a dictionary. "
            f"Received: {type(json_string).__name__}."
        )
    config = files.parsed(json_string, f"`json_string`, {json_string[:50]!r},")
    return _model(config, custom_objects, "json_string", json_string)


def model_from_config(config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
    """A new model from a config with its class, `{"class_name": ..., "config": ...}`: of Keras 1, 2 or 3.

    Args:
        config: what the JSON text of a model says.
        custom_objects: your own classes and functions by the names in the config; they win over those of Hornbeam.

    Raises:
        ValueError: for anything that does not describe a model.
    """
    return _model(config, custom_objects, "config", str(config))


def _model(config: Any, custom_objects: dict[str, Any] | None, argument: str, text: str) -> Any:
    config = _unwrapped(config)
    warn_of_unmatched(custom_objects, config, f"`{argument}`")
    if isinstance(config, dict):
        config = config_of_today(config, generation_of(config, config.get("keras_version")))
    model = None
    if isinstance(config, dict):
        with serialization.custom_object_scope(custom_objects or {}), listing_all(config):
            model = serialization.deserialize(config, kind="keras.models")
            if isinstance(model, Model) and config.get("compile_config"):
                compile_from(model, config["compile_config"], argument)
    if not isinstance(model, Model):
        raise ValueError(f"`{argument}` must describe a model. Received: {text[:50]!r}.")
    return model


def _unwrapped(config: Any) -> Any:
    """The model's config in a `model.json` of TensorFlow.js, which has more around it."""
    topology = config.get("modelTopology", config) if isinstance(config, dict) else config
    inner = topology.get("model_config") if isinstance(topology, dict) else None
    return {**inner, "keras_version": topology.get("keras_version")} if isinstance(inner, dict) else topology


def model_from_yaml(yaml_string: str, custom_objects: dict[str, Any] | None = None) -> Any:
    """Nothing is read from YAML, which can name code to run; Keras has removed this, too.

    Raises:
        ValueError: always.
    """
    raise ValueError(
        "A model is read from JSON, with `model_from_json`, and never from YAML, whose texts can run code. "
        f"Received: {yaml_string[:50]!r}."
    )
