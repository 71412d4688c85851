"""Configs of models that were made of inputs and outputs: of Hornbeam's class, and of a user's that passes them on."""

from __future__ import annotations

from typing import Any

from hornbeam.core import registry, serialization, symbolic
from hornbeam.core.allowance import allowing_config
from hornbeam.core.configurable import argument_names
from hornbeam.core.missing import listing_all
from hornbeam.core.renaming.configs import graph_of_today
from hornbeam.models import graph_config

_OF_GRAPHS = ("name", "trainable", "layers", "input_layers", "output_layers")


def was_given_a_graph(model: Any) -> bool:
    """Whether the constructor was given inputs and outputs: that is how the model comes back from a config."""
    if registry.is_builtin(type(model)):
        return True
    return symbolic.is_symbolic(*model.__hornbeam__.arguments) and {"inputs", "outputs"} <= argument_names(type(model))


def get_config(model: Any) -> dict[str, Any]:
    """The graph, with the other arguments of a user's class."""
    graph = graph_config.serialize_graph(model.operations, model.input_structure, model.graph.given_outputs)
    config = {"name": model.name, "trainable": model.trainable, **graph}
    cls = type(model)
    if registry.is_builtin(cls):
        return config
    own = {name: value for name, value in cls.config_arguments(model).items() if not symbolic.is_symbolic(value)}
    return {name: serialization.serialize(value) for name, value in own.items()} | config


def from_config(cls: Any, config: dict[str, Any], custom_objects: dict[str, Any] | None) -> Any:
    """A model of the graph that a config describes; a user's class gets its other arguments, too."""
    with serialization.custom_object_scope(custom_objects), allowing_config(), listing_all(config):
        inputs, outputs, _ = graph_config.rebuild_graph(graph_of_today(config))
        own = {} if registry.is_builtin(cls) else {key: config[key] for key in config if key not in _OF_GRAPHS}
        own = {key: serialization.deserialize_nested(value) for key, value in own.items()}
    model = cls(inputs=inputs, outputs=outputs, name=config.get("name"), **own)
    if config.get("trainable") is False:
        model.__hornbeam__.trainable = False  # the layers' own flags are in their configs
    return model
