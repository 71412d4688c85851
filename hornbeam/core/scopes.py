"""Scopes of Keras 3's names: values for variables, names above what is made, shapes without values."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Any

from hornbeam import engine
from hornbeam.core import naming
from hornbeam.core.lift import Scope
from hornbeam.core.running import running, under
from hornbeam.core.variable import Variable


class StatelessScope(Scope):
    """Inside, variables hold what is assigned there, or what they were given; outside nothing changes.

    Args:
        state_mapping: pairs of a variable and the value that it holds.
        collect_losses: whether `losses` of the scope lists what layers add to the loss.
        initialize_variables: accepted for code written for Keras: variables have their values from the start.

    >>> import hornbeam
    >>> v = hornbeam.Variable(1.0)
    >>> with hornbeam.StatelessScope([(v, 5.0)]) as scope:
    ...     _ = v.assign_add(1.0)
    >>> float(scope.get_current_value(v)), float(v)
    (6.0, 1.0)
    """

    def __init__(
        self,
        state_mapping: Iterable[tuple[Variable, Any]] | None = None,
        collect_losses: bool = False,
        initialize_variables: bool = True,
    ):
        super().__init__({}, is_open=True)
        self.losses: list[Any] = []
        self.collect_losses = collect_losses
        for update in state_mapping or ():
            self.add_update(update)

    def add_update(self, update: tuple[Variable, Any]) -> None:
        """Let a variable hold a value: `(variable, value)`."""
        variable, value = update
        if not isinstance(variable, Variable):
            raise ValueError(f"`StatelessScope` takes pairs of a variable and its value. Received: {variable!r}.")
        value = engine.asarray(value, variable.held_dtype)
        if tuple(value.shape) != variable.shape:
            raise ValueError(
                f"Variable `{variable.path}` has shape {variable.shape}. Received: a value of shape "
                f"{tuple(value.shape)} for `StatelessScope`."
            )
        self.values[variable] = value

    def add_loss(self, loss: Any) -> None:
        """Put a number into `losses`, as layers do that are called inside of a scope that collects losses."""
        self.losses.append(loss)

    def get_current_value(self, variable: Variable) -> Any:
        """What a variable holds in this scope; `None` when it was neither given nor assigned."""
        return self.values.get(variable)


class SymbolicScope(Scope):
    """Inside, shapes are being inferred: what is assigned is forgotten at the end."""

    def __init__(self) -> None:
        super().__init__({}, is_open=True)


class name_scope(under):
    """Inside, the paths of variables start with `name`.

    Args:
        name: a part of paths.
        kwargs: accepted for code written for Keras.

    >>> import hornbeam
    >>> with hornbeam.name_scope("tower"):
    ...     v = hornbeam.Variable(1.0, name="v")
    >>> v.path
    'tower/v'
    """

    __slots__ = ("name",)

    def __init__(self, name: str, **kwargs: Any):
        self.name = naming.check_name(name, "a name scope")
        super().__init__()

    def __enter__(self, *_: object) -> name_scope:
        self._others = {"names": (*running.names, self.name)}
        super().__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        super().__exit__()


def device(device_name: str) -> AbstractContextManager[Any]:
    """Inside, new arrays are on this device: "cpu:0", "gpu:0", ...

    >>> import hornbeam
    >>> with hornbeam.device("cpu:0"):
    ...     x = hornbeam.ops.ones(2)
    """
    return engine.on_device(device_name)
