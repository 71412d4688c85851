"""`lift` makes code that reads and assigns variables a pure function of their values.

    pure = lift(step, variables)            # step reads and assigns variables
    result, values = pure(values, batch)    # pure does not: values go in, values come out

Inside `pure` the variables hold the given values for the running thread alone; outside nothing changes. This is the
whole mechanism of state: training steps, metrics, optimizers and random seeds are ordinary code over variables.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from hornbeam import engine
from hornbeam.core.brief import shown_shape
from hornbeam.core.running import running, under
from hornbeam.core.variable import Variable


class Scope:
    """The values that some variables hold while a lifted function runs; an open scope takes any assignment.

    Attributes:
        collect_losses: whether layers that add a loss inside tell its `add_loss`.
    """

    collect_losses = False

    def __init__(self, values: dict[Variable, Any], is_open: bool, constants: dict[Variable, Any] | None = None):
        self.values = values
        self.is_open = is_open
        self.constants = constants or {}
        self.parent: Scope | None = None

    def __enter__(self) -> Scope:
        self.parent = running.scope
        running.scope = self
        return self

    def __exit__(self, *_: object) -> None:
        running.scope = self.parent

    def find(self, variable: Variable) -> Scope | None:
        scope: Scope | None = self
        while scope is not None:
            if variable in scope.values or variable in scope.constants:
                return scope
            scope = scope.parent
        return None

    def read(self, variable: Variable) -> Any:
        return self.values[variable] if variable in self.values else self.constants[variable]


def lift(
    fn: Callable[..., Any], variables: Sequence[Variable], constants: Sequence[Variable] = ()
) -> Callable[..., tuple[Any, list[Any]]]:
    """A pure function `(values, *args, **kwargs) -> (fn's result, new values)` of code that uses `variables`.

    With `constants`, which the code reads but must not assign, it is `(values, constant values, *args, **kwargs)`.
    """

    def pure(values: Sequence[Any], *args: Any, **kwargs: Any) -> tuple[Any, list[Any]]:
        fixed = {}
        if constants:
            fixed = dict(zip(constants, args[0], strict=True))
            args = args[1:]
        with Scope(dict(zip(variables, values, strict=True)), is_open=False, constants=fixed) as scope:
            result = fn(*args, **kwargs)
            return result, [scope.values[variable] for variable in variables]

    return pure


def _scalar(loss: Any) -> Any:
    if loss is None:
        raise ValueError("Gradients are taken of one number, the loss. Received: None; is a `return` missing?")
    shape = tuple(getattr(loss, "shape", ()))
    if math.prod(shape) != 1:
        raise ValueError(
            f"Gradients are taken of one number, the loss. Received: a loss of shape {shown_shape(shape)}; reduce it, "
            "as losses do unless they have `reduction='none'`, or take its mean."
        )
    return engine.reshape(loss, ()) if shape else loss


def value_and_grad(fn: Callable[[], Any], variables: Sequence[Variable]) -> tuple[Any, list[Any]]:
    """`fn()` and the gradients of its loss by `variables`; what `fn` assigns stays assigned.

    Args:
        fn: takes nothing; returns a scalar loss, or a tuple that starts with one.
        variables: what to differentiate by.

    Returns:
        what `fn` returned, and one gradient per variable.
    """
    written: list[Variable] = []

    def pure(values: Sequence[Any]) -> tuple[Any, Any]:
        with Scope(dict(zip(variables, values, strict=True)), is_open=True) as scope:
            result = fn()
            written[:] = [variable for variable in scope.values if variable not in chosen]
            loss = _scalar(result[0] if isinstance(result, tuple) else result)
            return loss, (result, [scope.values[variable] for variable in written])

    chosen = set(variables)
    with autocast(None):
        values = [variable.value for variable in variables]
    (_, (result, assigned)), gradients = engine.value_and_grad(pure)(values)
    for variable, value in zip(written, assigned, strict=True):
        variable._set(value)
    return result, gradients


def holding(values: dict[Variable, Any], fn: Callable[[], Any]) -> Any:
    """`fn()` while some variables hold these values; what it assigns to others stays assigned."""
    with Scope(dict(values), is_open=True) as scope:
        result = fn()
    for variable, value in scope.values.items():
        if variable not in values:
            variable._set(value)
    return result


def autocast(dtype: str | None) -> under:
    """Inside, float variables read as `dtype`."""
    return under(autocast=dtype)


def is_lifted() -> bool:
    """Whether a lifted function is running in this thread."""
    return running.scope is not None


def is_pure() -> bool:
    """Whether a lifted function is running whose variables were all given to it: nothing else can be assigned."""
    scope = running.scope
    while scope is not None and scope.is_open:
        scope = scope.parent
    return scope is not None


def for_now(variables: Sequence[Variable]) -> Scope:
    """A context at the end of which these variables hold again what they hold now."""
    with autocast(None):
        return Scope({variable: variable.value for variable in variables}, is_open=False)


def discard_assignments() -> Scope:
    """A context inside which variables can be assigned without effect on what they hold outside."""
    return Scope({}, is_open=True)
