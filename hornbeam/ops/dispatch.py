"""How a function of `ops` takes its arguments.

`@op` reads a function's annotations once: a parameter annotated `Array` arrives as the engine's array, whatever was
passed (a list, a NumPy array, a `Variable`); `Arrays` is a sequence of them; `ArrayOrScalar` leaves Python numbers as they
are, so that they do not widen the other side. A call on a symbolic tensor records a node of the graph instead.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias, TypeVar

from hornbeam import engine
from hornbeam.core import symbolic
from hornbeam.core.variable import Variable

Array: TypeAlias = Any
ArrayOrScalar: TypeAlias = Any
Arrays: TypeAlias = Sequence[Any]
Function = TypeVar("Function", bound=Callable[..., Any])


def array(x: Any) -> Array:
    """The engine's array for any value."""
    return x.value if isinstance(x, Variable) else engine.asarray(x)


def _array_or_scalar(x: Any) -> Any:
    return x if isinstance(x, bool | int | float) else array(x)


def _arrays(xs: Any) -> Any:
    return [array(x) for x in xs] if isinstance(xs, list | tuple) else array(xs)


_CONVERSIONS = {"Array": array, "ArrayOrScalar": _array_or_scalar, "Arrays": _arrays}
_CONVERSIONS |= {f"{name} | None": (lambda x, convert=convert: None if x is None else convert(x)) for name, convert in _CONVERSIONS.items()}


def op(fn: Function) -> Function:
    """Make `fn` take arrays of any kind, and symbolic tensors."""
    parameters = list(inspect.signature(fn).parameters.values())
    by_name = {p.name: _CONVERSIONS[p.annotation] for p in parameters if p.annotation in _CONVERSIONS}
    by_place = [by_name.get(p.name) for p in parameters]
    variadic = next((by_name.get(p.name) for p in parameters if p.kind is p.VAR_POSITIONAL), None)

    @functools.wraps(fn)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        if symbolic.is_symbolic(args, kwargs):
            return symbolic.record(symbolic.Operation(wrapper), args, kwargs, symbolic.infer(wrapper, args, kwargs))
        if variadic is not None:
            fixed = len(parameters) - 1
            conversions = [*by_place[:fixed], *[variadic] * (len(args) - fixed)]
        else:
            conversions = by_place
        args = tuple(c(a) if c is not None else a for a, c in zip(args, conversions, strict=False)) + args[len(conversions) :]
        for name in kwargs:
            if name in by_name:
                kwargs[name] = by_name[name](kwargs[name])
        return fn(*args, **kwargs)

    return wrapper  # type: ignore[return-value]


def normalize_axis(axis: int, ndim: int) -> int:
    """`axis` counted from the front.

    Raises:
        ValueError: when there is no such axis.
    """
    if not -ndim <= axis < ndim:
        raise ValueError(f"`axis` must be in [{-ndim}, {ndim}) for an array of {ndim} axes. Received: axis={axis}.")
    return axis % ndim
