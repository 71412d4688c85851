"""Predictions kept in a folder: what a model said of the same inputs before is read, and not computed again.

A file is named by a digest of all that decides what the model predicts: its config, its weights and the inputs. A
config says nothing about the code of users' own classes and functions, so models with any are refused.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from hornbeam.core import dtypes, serialization, settings, tree
from hornbeam.saving.replacing import replacing

_NOT_DECIDING = frozenset(["compile_config", "build_config", "trainable"])


def kept(model: Any, x: Any, folder: Any, steps: int | None, compute: Callable[[], Any]) -> Any:
    """The predictions for `x`: those in the folder, or else what `compute` gives, which is put there.

    Raises:
        ValueError: for a model or data of which no digest says all.
    """
    path = os.path.join(os.fspath(folder), f"{_digest(model, x, steps)}.npz")
    structure = tree.structure(model.output)
    found = _read(path, structure.num_leaves)
    if found is None:
        outputs = compute()
        found = [np.asarray(leaf) for leaf in tree.leaves(outputs)]
        os.makedirs(folder, exist_ok=True)
        with replacing(path) as file:
            np.savez(file, *found)
    return tree.unflatten(structure, found)


def _read(path: str, count: int) -> list[np.ndarray] | None:
    """The arrays of a file; `None` if there is none, or only a damaged one."""
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as arrays:
            return [arrays[f"arr_{i}"] for i in range(count)]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def _digest(model: Any, x: Any, steps: int | None) -> str:
    digest = hashlib.blake2b(digest_size=16)
    described = [type(model).__name__, _config(model), dtypes.floatx(), settings.image_data_format(), steps]
    digest.update(json.dumps(described, sort_keys=True).encode())
    for array in (*model.get_weights(), *_arrays(x)):
        digest.update(f"{array.dtype}{array.shape}".encode())
        digest.update(np.ascontiguousarray(array).view(np.uint8).reshape(-1).data)
    return digest.hexdigest()


def _config(model: Any) -> Any:
    """What a model is made of, if that is Hornbeam's layers alone. The same code may name them otherwise: numbered."""
    own = "`cache` keeps the predictions of functional and sequential models of Hornbeam's own layers and functions. "
    if not serialization.is_builtin(type(model)) or model.__hornbeam__.outputs is None:
        raise ValueError(f"{own}Received: model `{model.name}` ({type(model).__name__}); keep what it gives yourself.")
    written = serialization.serialize(model.get_config())
    for part in _objects(written):
        if part["module"].partition(".")[0] != "keras" or part["class_name"] == "Lambda":
            raise ValueError(
                f"{own}Received: model `{model.name}`, which has `{part['class_name']}`: its code may change unseen."
            )
    named = [part["config"] for part in _objects(written) if not part["class_name"].endswith("DTypePolicy")]
    names = [model.name, *(described["name"] for described in named if "name" in described)]
    return _deciding(written, {name: f"layer {number}" for number, name in enumerate(dict.fromkeys(names))})


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "class_name" in value and "module" in value:
            yield value | {"module": value["module"] or ""}
        value = list(value.values())
    for item in value if isinstance(value, list) else ():
        yield from _objects(item)


def _deciding(value: Any, names: dict[str, str]) -> Any:
    """A config without what changes no prediction, and with other names."""
    if isinstance(value, dict):
        return {key: _deciding(item, names) for key, item in value.items() if key not in _NOT_DECIDING}
    if isinstance(value, list):
        return [_deciding(item, names) for item in value]
    return names.get(value, value) if isinstance(value, str) else value


def _arrays(x: Any) -> Iterator[np.ndarray]:
    for place, leaf in zip(tree.paths(x), tree.leaves(x), strict=True):
        if not hasattr(leaf, "shape") and not isinstance(leaf, list):
            raise ValueError(
                f"`cache` knows arrays by their values. Received: {type(leaf).__name__} as `x`; turn it into an array, "
                "or predict without `cache`."
            )
        array = np.asarray(leaf)
        if array.dtype.hasobject:
            raise ValueError(f"`cache` knows arrays of numbers. Received: {array.dtype} in `x`{list(place) or ''}.")
        yield array
