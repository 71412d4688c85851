"""`Plan`: which stored array goes into which variable, found without reading any data; then all of them or none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from hornbeam.core.renaming.notice import warn_caller
from hornbeam.core.variable import Variable
from hornbeam.layers import Layer
from hornbeam.layers.base import tracking
from hornbeam.optimizers import Optimizer
from hornbeam.saving import hdf5
from hornbeam.saving.assigning import Read, assign
from hornbeam.saving.report import LoadReport, listed
from hornbeam.saving.stored import Own

# Who reads its variables in the way that is known here.
_READ_HERE = (None, Layer.load_own_variables, Optimizer.load_own_variables)


def own_variables(obj: Any) -> list[Variable]:
    """The variables stored at an object's own path: those of a layer without its sublayers', all of an optimizer's."""
    return list(tracking.own_variables(obj)) if isinstance(obj, Layer) else list(obj.variables)


class Plan:
    """What is to be assigned, and what does not fit."""

    def __init__(
        self,
        read: Read = hdf5.read,
        is_whole: Callable[[Any], bool] = hdf5.is_whole,
        partial: bool = False,
    ):
        self.read, self.is_whole = read, is_whole
        self.partial = partial  # whether what one side has alone is left alone
        self.assignments: list[tuple[Variable, Any]] = []
        self.own_readers: list[tuple[Any, Mapping[str, Any]]] = []
        self.mismatched: list[str] = []
        self.missing: list[str] = []  # paths of variables
        self.without: list[str] = []  # the objects that they belong to
        self.optimizer_problems: list[str] = []
        self.too_old: list[str] = []
        self.unused: list[str] = []

    def add(self, path: str, obj: Any, stored: Mapping[str, Any] | None) -> None:
        """What becomes of one object, whose arrays are `stored`."""
        if getattr(type(obj), "load_own_variables", None) not in _READ_HERE:
            if stored is not None:
                self.own_readers.append((obj, Own(stored)))
            return
        variables = own_variables(obj)
        if stored is None and "/container" in path and variables and not self.partial:
            self.too_old.append(f"{path} ({obj.name})")
            return
        arrays = numbered(stored or {})
        lines = list(differences(path, obj, variables, arrays))
        if not lines:
            self.assignments += zip(variables, arrays, strict=True)
        elif isinstance(obj, Optimizer):
            if arrays and not self._add_unbuilt(variables, arrays):
                self.optimizer_problems += lines
        elif arrays:
            self.mismatched += lines
        else:
            self.without += lines
            self.missing += [variable.path for variable in variables]

    def _add_unbuilt(self, variables: list[Variable], stored: Sequence[Any]) -> bool:
        """An optimizer saved before training holds no more than its step count and learning rate."""
        if len(stored) > 2 or any(dataset.shape for dataset in stored):
            return False
        if any(variable.shape for variable in variables[: len(stored)]):
            return False
        self.assignments += zip(variables, stored, strict=False)
        return True

    def add_variable(self, name: str, variable: Variable, stored: Any, near: str) -> None:
        """What becomes of one variable, which is called `name` in the file."""
        if stored is None:
            self.without.append(f"`{variable.path}`: the file has no `{name}`.{near}")
            self.missing.append(variable.path)
        elif variable.shape != stored.shape:
            self.mismatched.append(f"`{variable.path}` has shape {variable.shape}, in the file {stored.shape}")
        else:
            self.assignments.append((variable, stored))

    def carry_out(self, model: Any, shown: str, skip_mismatch: bool = False) -> LoadReport:
        """Assign everything.

        Raises:
            ValueError: before anything is assigned, when something is missing or does not fit.
        """
        problems = [*([] if self.partial else self.without), *self.mismatched]
        if problems and not skip_mismatch:
            raise ValueError(
                f"The weights in `{shown}` do not fit model `{model.name}`, which keeps its own:{listed(problems)}\n"
                "Build the same model as the one that was saved, or pass `skip_mismatch=True` to load the rest."
            )
        assign(self.assignments, self.read, self.is_whole)
        for obj, store in self.own_readers:
            type(obj).load_own_variables(obj, store)
        for message, lines in self._warnings(problems):
            warn_caller(f"`{shown}`: {message}{listed(lines)}")
        loaded = [variable.path for variable, _ in self.assignments]
        return LoadReport(
            loaded,
            self.missing + self.too_old,
            self.unused,
            self.mismatched,
            self._count_of(getattr(model, "optimizer", None)),
        )

    def _count_of(self, optimizer: Any) -> int:
        """How many of the variables assigned are an optimizer's."""
        its = {id(variable) for variable in getattr(optimizer, "variables", ())}
        return sum(id(variable) in its for variable, _ in self.assignments)

    def _warnings(self, problems: list[str]) -> Iterator[tuple[str, list[str]]]:
        if problems:
            yield "these objects keep their weights, because the stored ones do not fit:", problems
        if self.optimizer_problems:
            yield (
                "the state of the optimizer does not fit, so that training goes on with a fresh one:",
                self.optimizer_problems,
            )
        if self.too_old:
            yield "the file is too old to hold the weights of layers in nested lists, which keep theirs:", self.too_old
        if self.unused and not self.partial:
            yield "the file also holds weights that the model has no place for:", self.unused


def numbered(stored: Mapping[str, Any]) -> list[Any]:
    """The arrays "0", "1", ... in order."""
    return [stored[str(i)] for i in range(len(stored)) if str(i) in stored]


def differences(path: str, obj: Any, variables: list[Variable], stored: Sequence[Any]) -> Iterator[str]:
    """A line for each way in which stored arrays do not fit the variables of an object."""
    where = f"`{path or '/'}` ({type(obj).__name__} `{obj.name}`)"
    if len(variables) != len(stored):
        unbuilt = "; the layer is not built: call the model on data first" if not getattr(obj, "built", True) else ""
        yield f"{where}: the model has {_count(variables)}, the file {_count(stored)}{unbuilt}"
        return
    for variable, dataset in zip(variables, stored, strict=True):
        hdf5.dtype_of(dataset)
        if variable.shape != dataset.shape:
            yield f"{where}: `{variable.name}` has shape {variable.shape}, in the file {dataset.shape}"


def _count(items: Sequence[Any]) -> str:
    return f"{len(items)} variable{'' if len(items) == 1 else 's'}"
