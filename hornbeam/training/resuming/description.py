"""What a run is of: its model and its data, so that nobody goes on with another one."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.data import ArraySource, StoredSource, StreamSource
from hornbeam.data.arrays import leaves

_ROWS_LOOKED_AT = 16


def describe(model: Any, source: ArraySource | StreamSource | None) -> dict[str, Any]:
    """What must be the same for a run to go on to the bit."""
    weights = [(weight.path.split("/")[-1], list(weight.shape)) for weight in model.weights]
    about: dict[str, Any] = {"weights": weights, "optimizer": type(model.optimizer).__name__}
    if isinstance(source, ArraySource | StoredSource):
        about |= {"rows": source.rows, "batch_size": source.batch_size}
    if isinstance(source, ArraySource):
        about |= {"shuffle": source.shuffle, "steps_per_epoch": source.steps, "data": _digests(source)}
    elif source is not None:
        about["steps_per_epoch"] = source.asked
    return about


def differences(theirs: dict[str, Any], mine: dict[str, Any]) -> list[str]:
    """What differs between the run that is kept and this one, in words."""
    found = []
    for name in ("optimizer", "rows", "batch_size", "steps_per_epoch", "shuffle"):
        if theirs.get(name) != mine.get(name):
            found.append(f"{name}={mine.get(name)!r} where it was {theirs.get(name)!r}")
    found += _of_weights(theirs["weights"], mine["weights"])
    if not found:
        digests = mine.get("data", {})
        found += [f"other values of `{name}`" for name in digests if theirs.get("data", {}).get(name) != digests[name]]
    return found


def _of_weights(theirs: list[Any], mine: list[Any]) -> list[str]:
    """The first weight that has another name or shape."""
    if len(theirs) != len(mine):
        return [f"a model of {len(mine)} weights where it had {len(theirs)}"]
    for number, ((_, shape), (name, own)) in enumerate(zip(theirs, mine)):
        if shape != own:
            return [f"weight {number} of the model, `{name}`, of shape {tuple(own)} where it was {tuple(shape)}"]
    return []


def _digests(source: ArraySource) -> dict[str, str]:
    """The shape and a few rows of each array, in short, by what it is called."""
    found: dict[str, str] = {}
    for name, array in leaves(source.given):
        found[name if name not in found else f"{name} ({len(found)})"] = _digest(array)
    return found


def _digest(array: Any) -> str:
    rows = np.unique(np.linspace(0, len(array) - 1, _ROWS_LOOKED_AT).astype(int))
    host = array if isinstance(array, np.ndarray) else engine.to_numpy(array)
    said = repr((host.shape, host.dtype.name)).encode()
    return hashlib.blake2b(said + np.ascontiguousarray(host[rows]).tobytes(), digest_size=8).hexdigest()
