"""Losses of several outputs together, which a function of the user's gets in their structure."""

from __future__ import annotations

from typing import Any, NamedTuple

from hornbeam.core import serialization, tree


class Joint(NamedTuple):
    """A loss, its weight, and the numbers of the outputs that it compares, in their structure."""

    loss: Any
    weight: Any
    places: Any
    path: tuple[Any, ...]


def pulled(loss: Any, weight: Any, places: Any) -> tuple[list[Joint], Any, Any]:
    """The joint losses in what `compile` was given; and what is left without them, losses and weights.

    `{"box": fn}` is one where the output "box" is itself a dictionary or list. `[fn, {"a": ...}]` has one for all of a
    dictionary, and others for what is in it.

    Args:
        loss, weight: as given to `compile`.
        places: the numbers of the outputs, in their structure.
    """
    found: list[Joint] = []
    left = _pull(loss, weight, places, (), found)
    return (found, *left) if found else (found, loss, weight)


def _pull(loss: Any, weight: Any, places: Any, path: tuple[Any, ...], found: list[Joint]) -> tuple[Any, Any]:
    if not tree.is_nested(places):
        return loss, weight
    if isinstance(loss, dict) and isinstance(places, dict) and "class_name" not in loss:
        if isinstance(weight, dict) and (unknown := [key for key in weight if key not in places]):
            raise ValueError(
                f"`loss_weights` must be dictionaries as `loss` is, where a loss is for several outputs. "
                f"Received: the key {unknown[0]!r}."
            )
        left = {
            key: _pull(one, _entry(weight, key), places[key], (*path, key), found)
            if key in places
            else (one, _entry(weight, key))
            for key, one in loss.items()
        }
        return {key: one for key, (one, _) in left.items()}, {key: one for key, (_, one) in left.items()}
    if isinstance(loss, list | tuple) and _are_for_all(loss, places):
        rest = [_joined(one, _entry(weight, i), places, path, found) for i, one in enumerate(loss)]
        rest = [pair for pair in rest if pair[0] is not None]
        if len(rest) > 1:
            raise ValueError(
                f"`loss` may have one function or more for {_shown(path)} as a whole, and one structure of losses for "
                f"what is in it. Received: {len(rest)} of these."
            )
        return rest[0] if rest else (None, None)
    if isinstance(loss, list | tuple) and isinstance(places, list | tuple) and len(loss) == len(places):
        pairs = [_pull(one, _entry(weight, i), places[i], (*path, i), found) for i, one in enumerate(loss)]
        return [one for one, _ in pairs], [one for _, one in pairs]
    return _joined(loss, weight, places, path, found) if path and callable(loss) else (loss, weight)


def _joined(loss: Any, weight: Any, places: Any, path: tuple[Any, ...], found: list[Joint]) -> tuple[Any, Any]:
    """Nothing, where `loss` is a function of the user's, which is found; what `_pull` leaves of another."""
    if callable(loss) and not serialization.is_builtin(loss if hasattr(loss, "__name__") else type(loss)):
        found.append(Joint(loss, weight, places, path))
        return None, None
    return _pull(loss, weight, places, path, found) if tree.is_nested(loss) else (loss, weight)


def _are_for_all(loss: Any, places: Any) -> bool:
    """Whether the entries of a list are each for the whole structure, and not for what is in it."""
    if isinstance(places, dict):
        return len(loss) == 1 != len(places) or any(isinstance(one, dict) for one in loss)
    is_nested = any(tree.is_nested(one) and len(one) > 1 for one in loss)
    return type(loss) is not type(places) and (len(loss) == 1 != len(places) or is_nested)


def _entry(weight: Any, key: Any) -> Any:
    if isinstance(weight, dict):
        return weight.get(key)
    is_listed = isinstance(weight, list | tuple) and isinstance(key, int) and key < len(weight)
    return weight[key] if is_listed else weight


def _shown(path: tuple[Any, ...]) -> str:
    return f"output `{'_'.join(map(str, path))}`" if path else "the outputs"
