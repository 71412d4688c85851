"""What callbacks have found out in a run, as plain data: what another process needs to go on with it."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import Any

from hornbeam.core.plain import is_plain

_OF_EVERY_RUN = ("params", "_params", "_model", "model")


def plain_attributes(callback: Any) -> dict[str, Any]:
    """The attributes that are plain data."""
    found = getattr(callback, "__dict__", {})
    return {name: value for name, value in found.items() if name not in _OF_EVERY_RUN and is_plain(value)}


class States:
    """The states of the callbacks of a run.

    What is an argument of a callback's constructor, and was not changed since the run began, is left to whoever makes
    the callback in the next process.

    Args:
        callbacks: as they are when the run begins.
    """

    def __init__(self, callbacks: Iterable[Any]):
        self.callbacks = [callback for callback in callbacks if not getattr(callback, "keeps_runs", False)]
        self._settings = [_settings(callback) for callback in self.callbacks]

    def get(self) -> list[tuple[str, dict[str, Any]]]:
        """The class and the state of each."""
        pairs = zip(self.callbacks, self._settings)
        return [(_class_name(callback), _state(callback, settings)) for callback, settings in pairs]

    def set(self, states: Iterable[tuple[str, dict[str, Any]]]) -> None:
        """Give each the state of the callback of its class, in their order; one that is new keeps its own."""
        left = list(states)
        for callback in self.callbacks:
            number = next((i for i, (name, _) in enumerate(left) if name == _class_name(callback)), None)
            if number is not None:
                _load(callback, left.pop(number)[1])


def _class_name(callback: Any) -> str:
    return type(callback).__name__


def _settings(callback: Any) -> dict[str, str]:
    try:
        names = inspect.signature(type(callback)).parameters
    except (TypeError, ValueError):
        return {}
    return {name: repr(value) for name, value in plain_attributes(callback).items() if name in names}


def _state(callback: Any, settings: dict[str, str]) -> dict[str, Any]:
    own = getattr(callback, "state_dict", None)
    if callable(own) and not getattr(own, "__qualname__", "").startswith("Callback."):
        return own()
    found = plain_attributes(callback)
    return {name: value for name, value in found.items() if repr(value) != settings.get(name)}


def _load(callback: Any, state: dict[str, Any]) -> None:
    load = getattr(callback, "load_state_dict", None)
    if callable(load):
        load(state)
    else:
        vars(callback).update(state)
