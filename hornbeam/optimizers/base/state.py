"""`State`: the variables that an optimizer remembers, in the order of files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from hornbeam import engine, initializers
from hornbeam.core import dtypes, naming
from hornbeam.core.variable import Variable


class State:
    """Variables of an optimizer's own, and slots: what it remembers for each trained variable.

    Args:
        name: the optimizer's name, in front of those of the variables.

    Attributes:
        variables: all of them, in the order of files.
        trained: the variables that there are slots for.
        slots: for each name of a slot, the slot of each trained variable.
        shared: what is remembered once for all trained variables.
    """

    unseen = frozenset({"name", "own"})

    def __init__(self, name: str):
        self.name = name
        self.own: list[Variable] = []
        self.variables: list[Variable] = []
        self.trained: list[Variable] = []
        self.index: dict[Variable, int] = {}
        self.slots: dict[str, dict[Variable, Variable]] = {}
        self.shared: dict[str, Variable] = {}

    def add(self, shape: Sequence[int], initializer: Any = "zeros", dtype: Any = None, name: str = "variable") -> Any:
        """A new variable, the last in files."""
        with naming.scope(self.name):
            variable = Variable(
                initializers.get(initializer), tuple(shape), dtypes.standardize(dtype), False, name=name
            )
        self.variables.append(variable)
        return variable

    def is_for(self, variables: Sequence[Variable]) -> bool:
        """Whether the slots are those of these variables, in this order, and of no others."""
        mine = self.trained
        return len(mine) == len(variables) and all(a is b for a, b in zip(mine, variables, strict=True))

    def start_anew(self, trained: list[Variable], is_first: bool) -> None:
        """List only what there was before the first slot; slots that exist are kept, to be listed again."""
        self.trained = trained
        self.index = {variable: i for i, variable in enumerate(trained)}
        if is_first:
            self.own = list(self.variables)
        self.variables = [v for v in self.variables if any(v is one for one in self.own)]

    def list_slots(self, names: Iterable[str], start: Callable[[str, Variable], Any]) -> None:
        """List the slots of these names, those of one variable side by side; make what is missing.

        Args:
            names: of the slots.
            start: what a slot of this name holds at first for this variable: a number, an array, or `None` where there
                is no such slot.
        """
        for variable in self.trained:
            for name in names:
                slots = self.slots.setdefault(name, {})
                if variable in slots:
                    self.variables.append(slots[variable])
                elif (value := start(name, variable)) is not None:
                    slots[variable] = self._new_slot(name, variable, value)

    def _new_slot(self, name: str, variable: Variable, start: Any) -> Variable:
        shape, dtype = (start.shape, start.dtype.name) if hasattr(start, "shape") else (variable.shape, variable.dtype)
        filled = lambda shape, dtype: np.full(shape, start, dtypes.numpy_dtype(dtype))  # noqa: E731
        return self.add(shape, filled, dtype, slot_name(variable, name))

    def list_shared(self, starts: Mapping[str, float]) -> None:
        """List what is remembered once for all variables; make what is missing."""
        for name, start in starts.items():
            if name in self.shared:
                self.variables.append(self.shared[name])
            else:
                self.shared[name] = self.add((), initializers.Constant(start), name=name)

    def slots_of(self, variable: Variable, groups: Iterable[Iterable[str]]) -> list[Variable]:
        """The slots of one variable, in the order of their names."""
        found = [self.slots[name].get(variable) for group in groups for name in group]
        return [slot for slot in found if slot is not None]


def slot_name(variable: Variable, name: str) -> str:
    return f"{variable.path.replace('/', '_')}_{name}"


def present_value(variable: Variable) -> np.ndarray:
    """The array that a variable holds, also while a step is traced."""
    value = variable._value
    return value if isinstance(value, np.ndarray) else engine.to_numpy(value)
