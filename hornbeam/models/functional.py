"""`Functional`: a model made from a graph of layer calls."""

from __future__ import annotations

from typing import Any

from hornbeam.core import serialization
from hornbeam.models import graph_config
from hornbeam.models.model import Model


class Functional(Model):
    """The model between symbolic inputs and outputs; `Model(inputs, outputs)` makes one.

    >>> import hornbeam
    >>> x = hornbeam.Input((4,))
    >>> model = hornbeam.Model(x, hornbeam.layers.Dense(2)(x))
    >>> model.output_shape
    (None, 2)
    """

    api_module = "keras.src.models.functional"
    registered_name = "Functional"
    saves_layers_first = True
    #: At which number files begin to count its calls: the call that it was made from was the first.
    first_place = 1

    def __init__(self, inputs: Any, outputs: Any, name: str | None = None, **kwargs: Any):
        super().__init__(inputs, outputs, name=name, **kwargs)

    def get_config(self) -> dict[str, Any]:
        if type(self) is not Functional:
            return super().get_config()
        graph = graph_config.serialize_graph(self.operations, self.input_structure, self.output_structure)
        return {"name": self.name, "trainable": self.trainable, **graph}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
        if cls is not Functional and "layers" not in config:
            return super().from_config(config)
        with serialization.custom_object_scope(custom_objects or {}):
            inputs, outputs, _ = graph_config.rebuild_graph(config)
        model = cls(inputs, outputs, name=config.get("name"))
        if config.get("trainable") is False:
            model.trainable = False
        return model

    def get_build_config(self) -> dict[str, Any] | None:
        return {"input_shape": None}


Model.made_from_graph = Functional
