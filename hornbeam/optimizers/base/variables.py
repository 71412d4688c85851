"""`VariableHolder`: an optimizer's variables as users and files see them."""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from typing import Any

import numpy as np

from hornbeam.core.configurable import Configurable
from hornbeam.core.variable import Variable
from hornbeam.optimizers.base.state import State, slot_name


class VariableHolder(Configurable):
    """Has a name and variables, which it can make, list, save and load."""

    name: str
    built: bool

    def hold(self, name: str) -> None:
        """Start without variables."""
        self.name = name
        self.built = False
        self._state = State(name)

    def add_variable(
        self,
        shape: Sequence[int],
        initializer: Any = "zeros",
        dtype: Any = None,
        aggregation: str | None = "none",
        layout: Any = None,
        name: str | None = None,
    ) -> Variable:
        """A new variable of the optimizer's state."""
        return self._state.add(shape, initializer, dtype, name or "variable")

    def add_variable_from_reference(
        self,
        reference_variable: Variable,
        name: str | None = None,
        initializer: Any = "zeros",
    ) -> Variable:
        """A new variable of the state with the shape and dtype of another one."""
        full = slot_name(reference_variable, name or "slot")
        return self.add_variable(reference_variable.shape, initializer, reference_variable.dtype, name=full)

    def add_optimizer_variables(
        self, trainable_variables: Sequence[Variable], name: Any, initializer: Any = "zeros"
    ) -> Any:
        """New variables of the state, one for each of `trainable_variables`; a list for each of several names."""
        if isinstance(name, str):
            return [self.add_variable_from_reference(v, name, initializer) for v in trainable_variables]
        starts = initializer if isinstance(initializer, list | tuple) else [initializer] * len(name)
        made = [
            [self.add_variable_from_reference(v, n, start) for n, start in zip(name, starts, strict=True)]
            for v in trainable_variables
        ]
        return tuple(list(column) for column in zip(*made, strict=True))

    @property
    def variables(self) -> list[Variable]:
        """The step count, the learning rate unless it is a schedule, averages, accumulators and slots."""
        return list(self._state.variables)

    @property
    def weights(self) -> list[Variable]:
        return self.variables

    def _get_variable_index(self, variable: Variable) -> int:
        return self._state.index[variable]

    def get_weights(self) -> list[np.ndarray]:
        """The values of all variables of the state."""
        return [variable.numpy() for variable in self.variables]

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Assign all variables of the state.

        Raises:
            ValueError: when there are more or fewer values than variables, or a shape differs.
        """
        variables = self.variables
        if len(weights) != len(variables):
            hint = "" if self.built else " It is not built yet: call `build(variables)` first."
            raise ValueError(
                f"Optimizer `{self.name}` has {len(variables)} variables. Received: {len(weights)} values.{hint}"
            )
        for variable, value in zip(variables, weights, strict=True):
            variable.hold(value)

    def save_own_variables(self, store: MutableMapping[str, Any]) -> None:
        """Put the values of the state into `store`, numbered from "0"."""
        for i, value in enumerate(self.get_weights()):
            store[str(i)] = value

    def load_own_variables(self, store: Any) -> None:
        """Take the values that `save_own_variables` stored.

        Raises:
            ValueError: when there are more or fewer values than variables, or a shape differs.
        """
        self.set_weights([store[str(i)] for i in range(len(store))])

    def assign(self, variable: Variable, value: Any) -> None:
        variable.hold(value)

    def assign_add(self, variable: Variable, value: Any) -> None:
        variable.assign_add(value)

    def assign_sub(self, variable: Variable, value: Any) -> None:
        variable.assign_sub(value)
