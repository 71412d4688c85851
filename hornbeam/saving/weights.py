"""The weights of a model in an HDF5 file: for each object its variables, numbered, at the object's path."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from hornbeam.core.variable import Variable
from hornbeam.layers import Layer
from hornbeam.layers.base import tracking
from hornbeam.optimizers import Optimizer
from hornbeam.saving import hdf5, seeds
from hornbeam.saving.paths import saved_objects
from hornbeam.saving.report import LoadReport

if TYPE_CHECKING:
    import h5py

# Who reads its variables in the way that is known here.
_READ_HERE = (None, Layer.load_own_variables, Optimizer.load_own_variables)
_SHOWN = 20  # lines of a message that lists what does not fit


def write_weights(file: h5py.File, model: Any) -> None:
    """Write the variables of `model` and of its optimizer."""
    for path, obj in places(model).items():
        group = file.create_group(f"{path}/vars")
        group.attrs["name"] = getattr(obj, "name", "") or ""
        for name, value in _stored_values(obj).items():
            hdf5.write(group, name, value)
    seeds.write(file, model)


def places(model: Any, as_read: bool = False) -> dict[str, Any]:
    """The objects that have a place in a file of `model`, by their paths.

    With `as_read`, the file is that which the model itself was read from: a class of the user's may have taken the
    place of one that is called otherwise there.

    Raises:
        RuntimeError: when a weight of the model belongs to none of them, so that a file would lose it.
    """
    found = saved_objects(model, as_read)
    placed = {id(variable) for obj in found.values() for variable in own_variables(obj)}
    lost = [weight.path for weight in tracking.weights_of(model) if id(weight) not in placed]
    if lost:
        raise RuntimeError(
            f"A file of model `{model.name}` has no place for {len(lost)} of its weights, such as `{lost[0]}`: keep "
            "the layers that have them in plain attributes, or in lists, tuples, dicts or sets that are."
        )
    return found


def _stored_values(obj: Any) -> Mapping[str, Any]:
    if not hasattr(type(obj), "save_own_variables"):
        return {str(i): variable.numpy() for i, variable in enumerate(own_variables(obj))}
    store: dict[str, Any] = {}
    type(obj).save_own_variables(obj, store)
    return store


def own_variables(obj: Any) -> list[Variable]:
    """The variables stored at an object's own path: those of a layer without its sublayers', all of an optimizer's."""
    return list(tracking.own_variables(obj)) if isinstance(obj, Layer) else list(obj.variables)


def read_weights(
    file: h5py.File, model: Any, shown: str, skip_mismatch: bool = False, as_read: bool = False
) -> LoadReport:
    """Assign what `write_weights` (or Keras) wrote: all of it, or nothing when something does not fit.

    Args:
        file: open for reading.
        model: built, so that it has its variables.
        shown: the file's name, for messages.
        skip_mismatch: whether objects that do not fit keep their values, with a warning.
        as_read: whether the model itself was read from this file.

    Raises:
        ValueError: when an object's variables differ in number or shape from the stored ones.
    """
    _build_optimizer(model)
    plan = _Plan(file)
    for path, obj in places(model, as_read).items():
        plan.add(path, obj)
    plan.note_unused()
    if plan.problems and not skip_mismatch:
        raise ValueError(
            f"The weights in `{shown}` do not fit model `{model.name}`, which keeps its own:{_listed(plan.problems)}\n"
            "Build the same model as the one that was saved, or pass `skip_mismatch=True` to load the rest."
        )
    values = [(variable, hdf5.read(dataset)) for variable, dataset in plan.assignments]
    for variable, value in values:
        variable.hold(value)
    for obj, group in plan.own_readers:
        type(obj).load_own_variables(obj, _Store(group))
    for message, lines in plan.warnings(skip_mismatch):
        warnings.warn(f"`{shown}`: {message}{_listed(lines)}", stacklevel=4)
    seeds.read(file, model)
    loaded = [variable.path for variable, _ in values]
    return LoadReport(loaded, plan.too_old, plan.unused, plan.problems)


def _build_optimizer(model: Any) -> None:
    """Make the variables that the optimizer of a compiled model has once it trains."""
    optimizer = getattr(model, "optimizer", None)
    if isinstance(optimizer, Optimizer) and not optimizer.built and model.built:
        optimizer.build(model.trainable_variables)


def _listed(lines: list[str]) -> str:
    more = [f"... and {len(lines) - _SHOWN} more"] if len(lines) > _SHOWN else []
    return "".join(f"\n  {line}" for line in [*lines[:_SHOWN], *more])


class _Plan:
    """Which dataset goes into which variable, found without reading any data."""

    def __init__(self, file: h5py.File):
        self.file = file
        self.assignments: list[tuple[Variable, h5py.Dataset]] = []
        self.own_readers: list[tuple[Any, h5py.Group]] = []
        self.problems: list[str] = []
        self.optimizer_problems: list[str] = []
        self.too_old: list[str] = []
        self.unused: list[str] = []
        self.used: set[str] = set()
        # Files of Keras 2.13 have another name for `layers`.
        self.layers_name = "_layer_checkpoint_dependencies" if "_layer_checkpoint_dependencies" in file else "layers"

    def add(self, path: str, obj: Any) -> None:
        stored_path = "/".join(self.layers_name if part == "layers" else part for part in path.split("/"))
        group = hdf5.find(self.file, f"{stored_path}/vars")
        self.used.add(f"{stored_path}/vars".lstrip("/"))
        if getattr(type(obj), "load_own_variables", None) not in _READ_HERE:
            if group is not None:
                self.own_readers.append((obj, group))
            return
        variables = own_variables(obj)
        if group is None and "/container" in path and variables:
            self.too_old.append(f"{path} ({obj.name})")
            return
        stored = _numbered(group)
        lines = list(_differences(path, obj, variables, stored))
        if not lines:
            self.assignments += zip(variables, stored, strict=True)
        elif not isinstance(obj, Optimizer):
            self.problems += lines
        elif stored and not self._add_unbuilt(variables, stored):
            self.optimizer_problems += lines

    def _add_unbuilt(self, variables: list[Variable], stored: list[h5py.Dataset]) -> bool:
        """An optimizer saved before training holds no more than its step count and learning rate."""
        if len(stored) > 2 or any(dataset.shape for dataset in stored):
            return False
        if any(variable.shape for variable in variables[: len(stored)]):
            return False
        self.assignments += zip(variables, stored, strict=False)
        return True

    def note_unused(self) -> None:
        """Weights in the file that no object of the model asked for."""
        import h5py

        def visit(name: str, item: Any) -> None:
            parts = name.split("/")
            is_weights = isinstance(item, h5py.Group) and parts[-1] == "vars" and len(item)
            if is_weights and "optimizer" not in parts and name not in self.used:
                self.unused.append(f"/{name}")

        self.file.visititems(visit)

    def warnings(self, skip_mismatch: bool) -> Iterator[tuple[str, list[str]]]:
        if self.problems and skip_mismatch:
            yield "these objects keep their weights, because the stored ones do not fit:", self.problems
        if self.optimizer_problems:
            yield (
                "the state of the optimizer does not fit, so that training goes on with a fresh one:",
                self.optimizer_problems,
            )
        if self.too_old:
            yield "the file is too old to hold the weights of layers in nested lists, which keep theirs:", self.too_old
        if self.unused:
            yield "the file also holds weights that the model has no place for:", self.unused


def _numbered(group: Any) -> list[h5py.Dataset]:
    """The datasets "0", "1", ... of a group, in order."""
    import h5py

    if not isinstance(group, h5py.Group):
        return []
    found = [hdf5.find(group, str(i)) for i in range(len(group))]
    return [item for item in found if isinstance(item, h5py.Dataset)]


def _differences(path: str, obj: Any, variables: list[Variable], stored: list[h5py.Dataset]) -> Iterator[str]:
    where = f"`{path or '/'}` ({type(obj).__name__} `{obj.name}`)"
    if len(variables) != len(stored):
        unbuilt = "; the layer is not built: call the model on data first" if not getattr(obj, "built", True) else ""
        yield f"{where}: the model has {_count(variables)}, the file {_count(stored)}{unbuilt}"
        return
    for variable, dataset in zip(variables, stored, strict=True):
        hdf5.dtype_of(dataset)
        if variable.shape != dataset.shape:
            yield f"{where}: `{variable.name}` has shape {variable.shape}, in the file {dataset.shape}"


def _count(items: list[Any]) -> str:
    return f"{len(items)} variable{'' if len(items) == 1 else 's'}"


class _Store(Mapping[str, np.ndarray]):
    """The datasets of one object, for a layer that reads its own variables."""

    def __init__(self, group: h5py.Group):
        self.group = group

    def __getitem__(self, name: str) -> np.ndarray:
        import h5py

        dataset = hdf5.find(self.group, name)
        if not isinstance(dataset, h5py.Dataset):
            raise KeyError(name)
        hdf5.dtype_of(dataset)
        if dataset.id.get_storage_size() < dataset.nbytes:
            raise ValueError(f"The dataset `{dataset.name}` claims to be larger than what is stored: that is refused.")
        return hdf5.read(dataset)

    def __iter__(self) -> Iterator[str]:
        return iter(self.group)

    def __len__(self) -> int:
        return len(self.group)
