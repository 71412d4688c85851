"""The arrays of a weights file by the paths of the objects that they belong to, in one HDF5 file or in several."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from hornbeam.core.suggest import hint
from hornbeam.saving import hdf5

if TYPE_CHECKING:
    import h5py

_OPTIMIZER = "optimizer"


class Stored:
    """What is in the files below `root`, the place of an object, or "" for all."""

    def __init__(self, files: Sequence[h5py.File], shown: str, root: str = ""):
        self.files, self.shown, self.root = files, shown, root
        # Files of Keras 2.13 have another name for `layers`.
        old = any("_layer_checkpoint_dependencies" in file for file in files)
        self.layers = "_layer_checkpoint_dependencies" if old else "layers"

    def at(self, path: str) -> dict[str, h5py.Dataset] | None:
        """The arrays of the object at `path`, by name; `None` where there is no place for it.

        Raises:
            ValueError: when two files have the same one.
        """
        found: dict[str, h5py.Dataset] | None = None
        for group in self._groups(path):
            found = found or {}
            for name in group:
                dataset = hdf5.find(group, name)
                if not hasattr(dataset, "shape"):
                    continue
                if name in found:
                    raise ValueError(f"`{self.shown}` holds `{path}/vars/{name}` twice.")
                found[name] = dataset
        return found

    def name(self, path: str) -> str | None:
        """What the object at `path` was called."""
        names = (group.attrs.get("name") for group in self._groups(path))
        found = next((name for name in names if isinstance(name, str | bytes)), None)
        return found.decode("utf-8", "replace") if isinstance(found, bytes) else found

    def _groups(self, path: str) -> Iterator[h5py.Group]:
        parts = f"{self.root}{path}/vars".split("/")
        place = "/".join(self.layers if part == "layers" else part for part in parts)
        for file in self.files:
            group = hdf5.find(file, place)
            if group is not None and not hasattr(group, "shape"):
                yield group

    def paths(self) -> list[str]:
        """The places of all objects but those of optimizers."""
        names: list[str] = []
        for file in self.files:
            file.visit(names.append)
        found = dict.fromkeys(f"/{name}".removesuffix("/vars") for name in names if f"/{name}".endswith("/vars"))
        modern = ("/".join("layers" if part == self.layers else part for part in path.split("/")) for path in found)
        below = [path.removeprefix(self.root) for path in modern if f"{path}/".startswith(f"{self.root}/")]
        return [path for path in below if _OPTIMIZER not in path.split("/")]

    def part(self, name: str) -> Stored:
        """What belongs to one layer alone, told by its path or its name.

        Raises:
            ValueError: unless there is one.
        """
        paths = [path for path in self.paths() if path]
        place = f"/{name.strip('/')}"
        found = [place] if place in paths else [path for path in paths if self.name(path) == name]
        if len(found) != 1:
            known = [known for path in paths for known in (self.name(path), path.strip("/")) if known]
            what = f", which is at {found}" if found else f".{hint(name, known)}"
            raise ValueError(
                f"`part` must be the name or the path of a layer in `{self.shown}`. Received: {name!r}{what}"
            )
        return Stored(self.files, self.shown, self.root + found[0])


class Own(Mapping[str, np.ndarray]):
    """The arrays of one object, for a layer that reads its own variables."""

    def __init__(self, datasets: Mapping[str, h5py.Dataset]):
        self.datasets = datasets

    def __getitem__(self, name: str) -> np.ndarray:
        dataset = self.datasets[name]
        hdf5.dtype_of(dataset)
        if dataset.id.get_storage_size() < dataset.nbytes:
            raise ValueError(f"The dataset `{dataset.name}` claims to be larger than what is stored: that is refused.")
        return hdf5.read(dataset)

    def __iter__(self) -> Iterator[str]:
        return iter(self.datasets)

    def __len__(self) -> int:
        return len(self.datasets)
