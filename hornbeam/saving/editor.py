"""`KerasFileEditor`: look at the weights in a file, rename and exchange them, and write them to another one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from hornbeam.core.suggest import hint
from hornbeam.saving import files, hdf5, members
from hornbeam.saving.inspecting.parts import opened_parts
from hornbeam.saving.inspecting.stored_arrays import datasets
from hornbeam.saving.paths import saved_objects
from hornbeam.saving.plan import own_variables
from hornbeam.saving.replacing import replacing

_FREE, _PER_BYTE = 64 * 2**20, 20  # what the arrays of a file may take in memory
_VARS = "vars"


class KerasFileEditor:
    """The weights in a `.keras` or `.weights.h5` file, to be looked at, compared, changed and written to another file.

    An object (a layer, an optimizer) is named by its path, such as "layers/dense_1", or by the last part of it where no
    other object has the same.

    Args:
        filepath: the file. It is read under the rules of all files, and stays as it is.

    Attributes:
        weights_dict: the arrays by object, each a dictionary that holds those below it too.
        metadata, config: those of a `.keras` file, else `None`.

    Raises:
        ValueError: for a file of another kind, a damaged one, and one that holds links or claims false sizes.

    >>> import hornbeam, os, tempfile
    >>> model = hornbeam.Sequential([hornbeam.Input((2,)), hornbeam.layers.Dense(1)])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "model.weights.h5")
    ...     model.save_weights(path)
    ...     editor = hornbeam.saving.KerasFileEditor(path)
    >>> editor.rename_object("dense", "first")
    >>> editor.summary()
    layers
      first
        0  (2, 1)  float32
        1  (1,)  float32
    """

    def __init__(self, filepath: Any):
        self.filepath = files.check_source(filepath, members.CONFIG)
        self.object_metadata: dict[str, dict[str, str]] = {}
        self.weights_dict: dict[str, Any] = {}
        with opened_parts(self.filepath) as parts:
            if not parts.weights or parts.is_layered:
                raise ValueError(
                    f"`KerasFileEditor` edits `.keras` and `.weights.h5` files. Received: {self.filepath!r}, which is "
                    f"{parts.kind}{''.join('; ' + problem for problem in parts.problems)}"
                )
            self.config = parts.config
            self.metadata = {"keras_version": parts.version, "date_saved": parts.saved} if parts.config else None
            for file in parts.weights:
                self._read(file)

    def _read(self, file: Any) -> None:
        problems: list[str] = []
        left = _FREE + _PER_BYTE * file.id.get_filesize()
        for name, dataset in datasets(file, problems):
            hdf5.dtype_of(dataset)
            left -= dataset.nbytes
            if left < 0 and hdf5.is_borne_out(dataset):
                raise ValueError(f"The arrays in `{self.filepath}` are far larger than the file: that is refused.")
            path, _, number = name.rpartition("/")
            path = path.removesuffix(_VARS).rstrip("/")
            self._made(path)[number] = hdf5.read(dataset)
            kept = dataset.parent.attrs.get("name")
            if isinstance(kept, str):
                self.object_metadata["/" + path] = {"name": kept}
        if problems:
            raise ValueError(f"`{self.filepath}` is refused: {problems[0]}")

    def _made(self, path: str) -> dict[str, Any]:
        found = self.weights_dict
        for part in filter(None, path.split("/")):
            found = found.setdefault(part, {})
        return found

    def summary(self) -> None:
        """Print the objects and their weights, as a tree."""
        print("\n".join(_lines(self.weights_dict)))

    def compare(self, reference_model: Any) -> dict[str, Any]:
        """Print where the file differs from what a model needs.

        Args:
            reference_model: built.

        Returns:
            `status` ("success" or "error"), `error_count`, and `match_count`, the number of weights that fit.
        """
        mine, model = dict(_objects(self.weights_dict)), _objects_of(reference_model)
        errors = [line for path in sorted({*mine, *model}) for line in _differences(path, mine, model)]
        matches = sum(
            name in mine.get(path, {}) and mine[path][name].shape == shape
            for path, shapes in model.items()
            for name, shape in shapes.items()
        )
        print("\n".join([*errors, f"{len(errors)} differences, {matches} weights that fit"]))
        return {"status": "error" if errors else "success", "error_count": len(errors), "match_count": matches}

    def rename_object(self, object_name: str, new_name: str) -> None:
        """Give an object another name, in the same place.

        Args:
            object_name: its name or path.
            new_name: a name, or a path with the same beginning.

        Raises:
            ValueError: when there is no such object, or one with the new name.
        """
        parent, name = self._found(object_name)
        new = new_name.rpartition("/")[2]
        _check_name(new)
        if new in parent:
            raise ValueError(f"The new name must be free. Received: {new_name!r}, which is there already.")
        items = [(new if key == name else key, value) for key, value in parent.items()]
        parent.clear()
        parent.update(items)

    def delete_object(self, object_name: str) -> None:
        """Leave out an object and what is below it.

        Args:
            object_name: its name or path.
        """
        parent, name = self._found(object_name)
        del parent[name]

    def add_object(self, object_path: str, weights: Mapping[str, Any]) -> None:
        """Add an object.

        Args:
            object_path: its path; what it lies in must be there.
            weights: arrays by their names, "0", "1", ...

        Raises:
            ValueError: when there is such an object already, or nothing for it to lie in.
        """
        path, _, name = object_path.strip("/").rpartition("/")
        _check_name(name)
        parent = self.weights_dict
        if path:
            above, last = self._found(path)
            parent = above[last]
        if name in parent:
            raise ValueError(f"The path must be free. Received: {object_path!r}, which is there already.")
        parent[name] = _arrays(weights)

    def add_weights(self, object_name: str, weights: Mapping[str, Any]) -> None:
        """Add arrays to an object, or exchange those of these names.

        Args:
            object_name: its name or path.
            weights: arrays by their names.
        """
        parent, name = self._found(object_name)
        parent[name].update(_arrays(weights))

    def delete_weight(self, object_name: str, weight_name: str) -> None:
        """Leave out an array.

        Args:
            object_name: the name or path of its object.
            weight_name: its name, such as "0".
        """
        parent, name = self._found(object_name)
        if not isinstance(parent[name].get(weight_name), np.ndarray):
            raise ValueError(f"{object_name!r} must have the weight. Received: weight_name={weight_name!r}.")
        del parent[name][weight_name]

    def save(self, filepath: Any) -> None:
        """Write the weights as they are now.

        Args:
            filepath: must end in ".weights.h5".
        """
        path = files.as_path(filepath)
        if not path.endswith(".weights.h5"):
            raise ValueError(f"The name of a weights file must end in `.weights.h5`. Received: {path!r}.")
        with replacing(files.check_target(path, True)) as file, hdf5.writing(file) as root:
            self._write(root, "", self.weights_dict)

    resave_weights = save

    def _write(self, group: Any, path: str, item: dict[str, Any]) -> None:
        own = {name: value for name, value in item.items() if not isinstance(value, dict)}
        if own:
            variables = group.create_group(_VARS)
            variables.attrs["name"] = self.object_metadata.get(path, {}).get("name", "")
            for name, value in own.items():
                hdf5.write(variables, name, value)
        for name in item.keys() - own.keys():
            self._write(group.create_group(name), f"{path}/{name}", item[name])

    def _found(self, object_name: str) -> tuple[dict[str, Any], str]:
        """The dictionary that an object is in, and its key there."""
        sought = object_name.strip("/")
        places = [
            (path, parent, key) for path, parent, key in _places(self.weights_dict) if path == sought or key == sought
        ]
        exact = [place for place in places if place[0] == sought] or places
        if len(exact) != 1:
            known = [path for path, _, _ in _places(self.weights_dict)]
            problem = "there is no such object" if not exact else f"which is {', '.join(place[0] for place in exact)}"
            raise ValueError(
                f"`object_name` must be the path of an object. Received: {object_name!r}, {problem}."
                f"{hint(sought, known)}"
            )
        return exact[0][1], exact[0][2]


def _check_name(name: str) -> None:
    if not name or name in (".", "..", _VARS):
        raise ValueError(f"The name of an object must be a word other than {_VARS!r}. Received: {name!r}.")


def _arrays(weights: Mapping[str, Any]) -> dict[str, Any]:
    return {str(name): np.asarray(value) for name, value in weights.items()}


def _places(item: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any], str]]:
    for key, value in item.items():
        if isinstance(value, dict):
            yield f"{path}{key}", item, key
            yield from _places(value, f"{path}{key}/")


def _lines(item: dict[str, Any], depth: int = 0) -> Iterator[str]:
    for key, value in item.items():
        if isinstance(value, dict):
            yield "  " * depth + key
            yield from _lines(value, depth + 1)
        else:
            yield "  " * depth + f"{key}  {value.shape}  {value.dtype}"


def _objects(item: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """The objects that have arrays of their own."""
    own = {key: value for key, value in item.items() if not isinstance(value, dict)}
    if own:
        yield path or "/", own
    for key, value in item.items():
        if isinstance(value, dict):
            yield from _objects(value, f"{path}/{key}")


def _objects_of(model: Any) -> dict[str, dict[str, tuple[int, ...]]]:
    found = {path or "/": own_variables(obj) for path, obj in saved_objects(model).items()}
    return {path: {str(i): tuple(v.shape) for i, v in enumerate(own)} for path, own in found.items() if own}


def _differences(path: str, mine: dict[str, Any], model: dict[str, Any]) -> Iterator[str]:
    if path not in mine or path not in model:
        yield f"{path} is in the {'file' if path in mine else 'model'} alone"
        return
    for name in sorted({*mine[path], *model[path]}):
        here = tuple(mine[path][name].shape) if name in mine[path] else None
        if here != model[path].get(name):
            yield f"{path}/{name}: the file has {here}, the model {model[path].get(name)}"
