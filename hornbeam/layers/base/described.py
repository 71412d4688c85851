"""The config of a layer, and building one from it."""

from __future__ import annotations

import inspect
from typing import Any

from hornbeam.core import serialization
from hornbeam.core.configurable import argument_names
from hornbeam.core.renaming.configs import layer_of_today, without_unused
from hornbeam.layers.base.building import FIRST_LAYER_HINTS
from hornbeam.layers.base.nodes import Called
from hornbeam.layers.base.shapes import as_shape


class Described(Called):
    """A layer that configs describe."""

    #: Keys of Keras's configs whose value is None here: always, or where the argument was not given.
    none_in_configs: tuple[str, ...] = ()

    def config_arguments(self) -> dict[str, Any]:
        base = {"name": self.name, "trainable": self.__hornbeam__.trainable, "dtype": self.dtype_policy}
        rest = {
            key: value
            for key, value in super().config_arguments().items()
            if key not in base and (key in self.__hornbeam__.stored or key not in FIRST_LAYER_HINTS)
        }
        if rest.get("activity_regularizer") is None:
            rest.pop("activity_regularizer", None)
        rest.pop("autocast", None)
        return base | rest

    def get_config(self) -> dict[str, Any]:
        written_by_keras = type(self).none_in_configs if serialization.is_builtin(type(self)) else ()
        return dict.fromkeys(written_by_keras) | super().get_config()

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
        own = next((base for base in cls.__mro__ if serialization.is_builtin(base)), cls)
        config = layer_of_today(own.__name__, config)
        config = without_unused(own.__name__, config, argument_names(cls))
        untaken = {key: config.pop(key) for key in _OF_EVERY_LAYER if key in config and not _takes(cls, key)}
        layer = super().from_config(config, custom_objects)
        _set_afterwards(layer, **untaken)
        return layer

    def get_build_config(self) -> dict[str, Any] | None:
        """What `build` was called with, for `build_from_config`."""
        shapes = self.__hornbeam__.build_shapes
        if not shapes or all(shape is None for shape in shapes.values()):
            return None
        if len(shapes) == 1:
            return {"input_shape": next(iter(shapes.values()))}
        first = {"input_shape": shapes["input_shape"]} if "input_shape" in shapes else {}  # as Keras 3 once had it
        return first | {"shapes_dict": dict(shapes)}

    def build_from_config(self, config: dict[str, Any]) -> None:
        """Build for the shapes that `get_build_config` gave."""
        if self.built:
            return
        shapes = config.get("shapes_dict") or {"": config.get("input_shape")}
        if all(shape is None for shape in shapes.values()) or len(shapes) < _count_of_required(self.build):
            return  # the first call builds it
        shapes = {key: shape if isinstance(shape, str) else as_shape(shape) for key, shape in shapes.items()}
        layer: Any = self
        layer.build(**shapes) if "shapes_dict" in config else layer.build(*shapes.values())
        self.built = True


_OF_EVERY_LAYER = ("name", "trainable", "dtype")


def _takes(cls: Any, key: str) -> bool:
    return serialization.is_builtin(cls) or key in argument_names(cls)


def _set_afterwards(layer: Any, name: str = "", trainable: bool = True, dtype: Any = None) -> None:
    """What the constructor of a user's class, `def __init__(self, units)`, leaves at its default."""
    if name:
        layer.name = name
    if not trainable:
        layer.trainable = False
    if dtype is not None:
        layer.dtype_policy = serialization.deserialize_nested(dtype)


def _count_of_required(build: Any) -> int:
    """How many shapes it needs: tf.keras wrote that of the first input alone."""
    parameters = inspect.signature(build).parameters.values()
    return sum(p.default is p.empty and p.kind is p.POSITIONAL_OR_KEYWORD for p in parameters)
