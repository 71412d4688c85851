"""Modules of other libraries in configs: the name of their class, and what makes one of that name again."""

from __future__ import annotations

import dataclasses
import inspect
from typing import Any

from hornbeam.core import serialization
from hornbeam.core.misfits import checking
from hornbeam.core.registry import find_custom, get_registered_name

# Fields of Flax's modules that say where they are, not what they are.
_PLACE = ("parent", "name")


def module_config(module: Any) -> dict[str, Any]:
    """The name of the module's class, and its settings: those of `get_config`, or the fields of a dataclass.

    `config` is `None` where the class alone does not say how the module was made.
    """
    if hasattr(module, "get_config"):
        return serialization.serialize_object(module)
    name = get_registered_name(type(module))
    return {"class_name": type(module).__name__, "config": _settings(module), "registered_name": name}


def _settings(module: Any) -> dict[str, Any] | None:
    if dataclasses.is_dataclass(module):
        fields = [field for field in dataclasses.fields(module) if field.init and field.name not in _PLACE]
        settings = {f.name: getattr(module, f.name) for f in fields if getattr(module, f.name) is not f.default}
        return serialization.serialize(settings) if all(map(_is_plain, settings.values())) else None
    return None if inspect.signature(type(module)).parameters else {}


def _is_plain(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return all(map(_is_plain, value))
    return value is None or isinstance(value, bool | int | float | str)


def module_of(config: dict[str, Any], custom_objects: dict[str, Any] | None) -> Any:
    """The module that a layer's config names, made by what the user passed or registered under the name."""
    named, layer = config.get("module"), config.get("name")
    if not isinstance(named, dict) or not isinstance(name := named.get("class_name"), str):
        raise ValueError(
            f"The config of layer `{layer}` holds its module as pickled code, which Hornbeam never runs. Make the "
            "layer in your own code and read its weights with `load_weights`."
        )
    with serialization.custom_object_scope(custom_objects or {}):
        make = find_custom(named.get("registered_name"), name)
    if make is None:
        raise ValueError(
            f"Layer `{layer}` has a module of the class `{name}`, unknown to Hornbeam. Pass a function that makes the "
            f"module, or its class: `custom_objects={{{name!r}: lambda: ...}}`."
        )
    return _made(make, named.get("config"), name, layer)


def _made(make: Any, settings: Any, name: str, layer: Any) -> Any:
    if not isinstance(make, type):
        return make()
    with checking(f"the module of layer `{layer}`"):
        if not isinstance(settings, dict):
            raise ValueError(
                f"The config of layer `{layer}` does not say what its module `{name}` was made with. Pass a function "
                f"that makes it, `custom_objects={{{name!r}: lambda: ...}}`, or define `get_config` in its class."
            )
        return make.from_config(settings) if hasattr(make, "from_config") else make(**settings)
