"""Layers and variables that come after the weights are made are refused: files would not have them in their place."""

from __future__ import annotations

from typing import Any

from hornbeam.core.running import running
from hornbeam.core.variable import Variable
from hornbeam.layers.base.tracking import CONTAINERS, Tracked, members


def check_attribute_is_known(layer: Any, name: str, value: Any) -> None:
    """Raise for an attribute of a built layer that is, or holds, a layer or variable which the layer has not had.

    It may come in the place of another value, as when states of Keras 2's layers are reset; but not with each call.

    Raises:
        ValueError: naming the attribute, with the fix.
    """
    if isinstance(value, (Tracked, Variable, *CONTAINERS)) and _is_complete(layer):
        if name in vars(layer) and layer not in running.layers:
            return
        known = set(map(id, members(layer)))
        if any(id(one) not in known for one in _states(value)):
            raise _error(layer, f"`{name}` of type `{type(value).__name__}`")


def check_weight_in_time(layer: Any, name: str | None) -> None:
    """Raise for a weight that a built layer is to get.

    Raises:
        ValueError: naming the weight, with the fix.
    """
    if _is_complete(layer):
        raise _error(layer, f"a weight {name!r}" if name else "a weight without a name")


def _is_complete(layer: Any) -> bool:
    internals = layer.__hornbeam__
    return internals.is_complete and not internals.is_building and type(layer).refuses_late_state


def _states(value: Any) -> list[Any]:
    if isinstance(value, CONTAINERS):
        items = value.values() if isinstance(value, dict) else value
        return [state for item in items for state in _states(item)]
    return [value] if isinstance(value, Tracked | Variable) and getattr(value, "is_weight", True) else []


def _error(layer: Any, what: str) -> ValueError:
    return ValueError(
        "You cannot add new elements of state (variables or sub-layers) to a layer that is already built: make all in "
        f"`__init__` or in `build`. Received: {what}, for layer `{layer.name}` ({type(layer).__name__})."
    )
