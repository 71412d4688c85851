"""Functions that a file has as compiled code: never run, and replaced by what the user passes."""

from __future__ import annotations

import inspect
from typing import Any

from hornbeam.core.registry import UnknownNameError, get_registered_object

NO_LAMBDA = (
    "{} holds a Python lambda as compiled code, which Hornbeam never runs. Pass the function under the layer's name: "
    "`custom_objects={}`."
)


def without_lambdas(inner: dict[str, Any]) -> dict[str, Any]:
    """The config of an object with the user's function, passed under the object's name, in place of a stored lambda."""
    return {key: _replacement(inner) if is_code(key, value) else value for key, value in inner.items()}


def is_code(key: str, value: Any) -> bool:
    """Whether what a config has under `key` is a function as compiled code."""
    is_modern = isinstance(value, dict) and value.get("class_name") == "__lambda__"
    # A list in files of Keras 1 and 2: code, defaults, closure.
    return is_modern or (key == "function" and isinstance(value, list))


def _replacement(inner: dict[str, Any]) -> Any:
    """The user's function, by the name of its layer, for one that a file has as code."""
    name = inner.get("name")
    given = get_registered_object(name) if isinstance(name, str) else None
    if not callable(given) or inspect.isclass(given):
        raise UnknownNameError(NO_LAMBDA.format(f"Layer `{name}`", f"{{{name!r}: f}}"))
    return given
