"""Functions that a file has as compiled code: never run, and replaced by what the user passes."""

from __future__ import annotations

import inspect
import uuid
from typing import Any

from hornbeam.core.registry import UnknownNameError, get_registered_object

NO_LAMBDA = (
    "{} holds a Python lambda as compiled code, which Hornbeam never runs. Pass the function under the layer's name: "
    "`custom_objects={}`."
)


#: Functions that configs of this process have under a key: in old code, which saved lambdas; `None` elsewhere.
remembered: dict[str, Any] | None = None
_process = uuid.uuid4().hex  # so that no key of another process is one of these


def remember(fn: Any) -> str:
    """A key under which this process, and no other, finds `fn` again."""
    assert remembered is not None
    key = next((key for key, known in remembered.items() if known is fn), f"{_process}:{len(remembered)}")
    remembered[key] = fn
    return key


def recall(key: Any) -> Any:
    """The function that was remembered under a key; `None` for a key of another process."""
    return remembered.get(key) if remembered is not None and isinstance(key, str) else None


def without_lambdas(inner: dict[str, Any]) -> dict[str, Any]:
    """The config of an object with the user's function, passed under the object's name, in place of a stored lambda."""
    return {key: _replacement(inner, value) if is_code(key, value) else value for key, value in inner.items()}


def is_code(key: str, value: Any) -> bool:
    """Whether what a config has under `key` is a function as compiled code."""
    is_modern = isinstance(value, dict) and value.get("class_name") == "__lambda__"
    # A list in files of Keras 1 and 2: code, defaults, closure.
    return is_modern or (key == "function" and isinstance(value, list))


def _replacement(inner: dict[str, Any], stored: Any) -> Any:
    """The user's function, by the name of its layer, for one that a file has as code, or that has stayed here."""
    name = inner.get("name")
    given = get_registered_object(name) if isinstance(name, str) else None
    own = recall(stored["config"]) if isinstance(stored, dict) else None
    if own is not None and not callable(given):
        return own
    if not callable(given) or inspect.isclass(given):
        raise UnknownNameError(NO_LAMBDA.format(f"Layer `{name}`", f"{{{name!r}: f}}"))
    return given
