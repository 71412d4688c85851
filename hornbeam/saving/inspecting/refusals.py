"""What in a config is refused when it is read: found without reading it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hornbeam.core.missing import message


def refusals(config: Any) -> list[str]:
    """A sentence for each part of a config that is refused, and what is to be done about it."""
    found = list(dict.fromkeys(_visit(config, "the model")))
    return found + ([said] if (said := message(config)) else [])


def _visit(value: Any, where: str) -> Iterator[str]:
    if isinstance(value, list):
        for i, item in enumerate(value):
            yield from _visit(item, f"{where}[{i}]")
    if not isinstance(value, dict):
        return
    inner = value.get("config")
    if isinstance(value.get("class_name"), str) and isinstance(inner, dict):
        yield from _of_object(str(value["class_name"]), inner, where)
        where = f"`{inner['name']}`" if isinstance(inner.get("name"), str) else where
    for key, item in value.items():
        yield from _visit(item, where if key == "config" else f"{where}.{key}")


def _of_object(class_name: str, inner: dict[str, Any], where: str) -> Iterator[str]:
    name = inner.get("name")
    shown = f"`{name}` ({class_name}, at {where})"
    for key, value in inner.items():
        if key == "vocabulary" and isinstance(value, str):
            yield f"{shown} names a file of this machine to be read as its vocabulary, {value!r}."
    if class_name == "TorchModuleWrapper" and isinstance(inner.get("module"), str):
        yield f"{shown} has a PyTorch module as pickled code, which never runs."
    if class_name == "TFSMLayer":
        yield f"{shown} runs a TensorFlow SavedModel, which is not supported."
