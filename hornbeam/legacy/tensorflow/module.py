"""`tf.Module`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from hornbeam.core.variable import Variable
from hornbeam.legacy.tensorflow.further import name_scope


class Module:
    """An object that finds the variables among its attributes, and among those of modules and layers there."""

    def __init__(self, name: str | None = None):
        self._name = name or type(self).__name__.lower()

    @property
    def name(self) -> str:
        return self._name

    @property
    def name_scope(self) -> Any:
        """Nothing: variables have their own names."""
        return name_scope(self._name)

    @property
    def variables(self) -> tuple[Variable, ...]:
        """All of them, in the order of the attributes."""
        return tuple(dict.fromkeys(_variables_in(vars(self))))

    @property
    def trainable_variables(self) -> tuple[Variable, ...]:
        return tuple(variable for variable in self.variables if variable.trainable)

    @property
    def submodules(self) -> tuple[Any, ...]:
        """Modules and layers among the attributes."""
        return tuple(value for value in vars(self).values() if hasattr(value, "trainable_variables"))

    @classmethod
    def with_name_scope(cls, method: Callable[..., Any]) -> Callable[..., Any]:
        """`method` as it is."""
        return method


def _variables_in(value: Any) -> Iterator[Variable]:
    if isinstance(value, Variable):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _variables_in(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _variables_in(item)
    elif hasattr(value, "trainable_variables"):
        yield from value.variables
