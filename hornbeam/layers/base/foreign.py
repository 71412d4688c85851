"""Modules of the engine's own library that a layer holds: they become layers, so that their weights are trained."""

from __future__ import annotations

from typing import Any

from hornbeam import engine
from hornbeam.core.registry import public_name


def may_be_module(value: Any) -> bool:
    """Whether `value` looks like a module of PyTorch; few values do."""
    return hasattr(type(value), "named_parameters")


def as_layer(value: Any) -> Any:
    """A module of PyTorch as a `TorchModuleWrapper`, where PyTorch is the engine; anything else as it is."""
    if engine.backend() != engine.TORCH or not engine.is_module(value):
        return value
    return public_name("keras.layers", "TorchModuleWrapper")(value)
