"""`warn_of_changed_defaults`: weights alone do not say how the layers that they are for were made."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

from hornbeam import activations
from hornbeam.core import registry
from hornbeam.core.renaming.configs import defaults_changed_since
from hornbeam.core.renaming.notice import warn_caller
from hornbeam.layers.base import tracking
from hornbeam.saving.h5.origin import Origin
from hornbeam.saving.report import listed


def warn_of_changed_defaults(model: Any, origin: Origin, shown: str) -> None:
    """Say which layers of `model` have a value that has become the default since its weights were written."""
    if origin.generation > 2 or "-tf" in origin.version:
        return
    lines = list(dict.fromkeys(_changed(model, origin)))
    if lines:
        who = f"Keras {origin.version}" if origin.version else "Keras 1"
        warn_caller(
            f"`{shown}` was written by {who}, which had other defaults than today: if its model was made with those, "
            f"its layers computed something else.{listed(lines)}"
        )


def _changed(model: Any, origin: Origin) -> Iterator[str]:
    changed = defaults_changed_since(origin.version)
    for layer in tracking.flatten(model):
        for name, arguments in changed.items():
            if not isinstance(layer, registry.public_name("keras.layers", name)):
                continue
            for argument, old in arguments.items():
                value = _shown(getattr(layer, argument))
                if value == _default(type(layer), argument):
                    yield f"`{layer.name}` has {argument}={value!r}, and the default was {argument}={old!r}"


def _shown(value: Any) -> Any:
    return activations.serialize(value) if callable(value) else value


def _default(cls: Any, argument: str) -> Any:
    return next(
        (_shown(p.default) for base in cls.__mro__ if (p := inspect.signature(base).parameters.get(argument))), None
    )
