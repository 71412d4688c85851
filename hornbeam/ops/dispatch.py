"""How a function of `ops` takes its arguments.

`@op` reads a function's annotations once: a parameter annotated `Array` arrives as the engine's array, whatever was
passed (a list, a NumPy array, a `Variable`); `Arrays` is a sequence of them; `ArrayOrScalar` leaves Python numbers as
they are, so that they do not widen the other side. A call on a symbolic tensor records a node of the graph instead.

What others must know of a function is declared there too, and stays with it: `@op(row_independent=True)`, for whatever
works by element, or `@op(passes_values=True)`, for whatever moves values about (`core/declarations.py`).
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias, TypeVar, overload

import numpy as np

from hornbeam import engine
from hornbeam.core import dtypes, symbolic, tree
from hornbeam.core.declarations import Gives, declare
from hornbeam.core.running import running
from hornbeam.core.shape import as_tuples
from hornbeam.core.tracebacks import KINDS, short_traceback
from hornbeam.core.variable import Variable
from hornbeam.ops.refused import refused

Array: TypeAlias = Any
ArrayOrScalar: TypeAlias = Any
Arrays: TypeAlias = Sequence[Any]
Axis: TypeAlias = int | Sequence[int] | None
Function = TypeVar("Function", bound=Callable[..., Any])


def as_array(x: Any) -> Array:
    """The engine's array for any value."""
    return x.value if isinstance(x, Variable) else engine.asarray(x)


def arrays_of(nested: Any) -> Any:
    """A tree with every leaf but `None` as the engine's array."""
    return tree.map(lambda x: None if x is None else as_array(x), nested)


def _array_or_scalar(x: Any) -> Any:
    if isinstance(x, np.float64):  # a Python float, too: NumPy's functions return it where a plain number is meant
        return float(x)
    return x if isinstance(x, bool | int | float) else as_array(x)


def _arrays(xs: Any) -> Any:
    return [as_array(x) for x in xs] if isinstance(xs, list | tuple) else as_array(xs)


_CONVERSIONS: dict[str, Callable[[Any], Any]] = {
    "Array": as_array,
    "ArrayOrScalar": _array_or_scalar,
    "Arrays": _arrays,
}


def _optional(convert: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda x: None if x is None else convert(x)


_CONVERSIONS |= {f"{name} | None": _optional(convert) for name, convert in _CONVERSIONS.items()}


@overload
def op(fn: Function) -> Function: ...


@overload
def op(
    *,
    row_independent: bool = False,
    passes_values: bool = False,
    gives: Gives = None,
    outputs: Callable[..., Any] | None = None,
    counts: bool = False,
) -> Callable[[Function], Function]: ...


def op(fn: Any = None, outputs: Callable[..., Any] | None = None, counts: bool = False, **declared: Any) -> Any:
    """Make `fn` take arrays of any kind, and symbolic tensors; with what it declares, a decorator.

    Args:
        fn: a function of arrays.
        outputs: of the same arguments, gives the results for symbolic tensors, where sizes depend on values; it returns
            `None` for a call whose results can be inferred like all others.
        counts: whether a few whole numbers that are known, such as sizes, give known ones while a program is made, too.
        declared: see `core/declarations.py`.
    """
    if fn is None:
        return functools.partial(op, outputs=outputs, counts=counts, **declared)
    return declare(_of_any_arrays(fn, outputs, counts), **declared)


_FEW = 8


def _are_counts(x: Any) -> bool:
    """Whether all are whole numbers, and known."""
    if isinstance(x, list | tuple):
        return len(x) <= _FEW and all(map(_are_counts, x))
    if not (engine.is_tensor(x) or isinstance(x, np.ndarray)):
        return isinstance(x, int) and not isinstance(x, bool)
    shape = tuple(x.shape)
    return (shape == () or (len(shape) == 1 and shape[0] <= _FEW)) and "int" in str(x.dtype) and not engine.is_traced(x)


def _of_any_arrays(fn: Any, outputs: Callable[..., Any] | None = None, counts: bool = False) -> Any:
    by_name = {name: _CONVERSIONS[as_] for name, as_ in fn.__annotations__.items() if as_ in _CONVERSIONS}
    code = inspect.unwrap(fn).__code__  # asking each of some 300 functions for its signature would take longer
    by_place = [by_name.get(name) for name in code.co_varnames[: code.co_argcount]]
    takes_any = bool(code.co_flags & inspect.CO_VARARGS)
    variadic = by_name.get(code.co_varnames[code.co_argcount + code.co_kwonlyargcount]) if takes_any else None

    @functools.wraps(fn)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        if symbolic.is_symbolic(args, kwargs):
            args, kwargs = symbolic.valued((args, kwargs))
        if symbolic.is_symbolic(args, kwargs):
            return _recorded(wrapper, args, kwargs, outputs)
        if running.tape is not None and running.tape.sees(args, kwargs):
            return running.tape.record(wrapper, args, kwargs)
        if counts and _are_counts(args[:1]):
            with engine.eager():
                return computed(args, kwargs)
        return computed(args, kwargs)

    def computed(args: Any, kwargs: Any) -> Any:
        conversions = by_place if variadic is None else [*by_place, *[variadic] * (len(args) - len(by_place))]
        try:
            converted = tuple(c(a) if c is not None else a for a, c in zip(args, conversions, strict=False))
            for name in kwargs:
                if name in by_name:
                    kwargs[name] = by_name[name](kwargs[name])
            return fn(*converted, *args[len(conversions) :], **kwargs)
        except KINDS as error:
            if engine.lacks_unsigned(error) and _has_unsigned(args, kwargs):
                return _in_64_bits(computed, args, kwargs)
            raise refused(fn, args, kwargs, error)  # noqa: B904 - it says what was the cause

    return wrapper


_UNSIGNED = ("uint16", "uint32", "uint64")


def _is_array(x: Any) -> bool:
    return isinstance(x, np.ndarray | Variable) or engine.is_tensor(x)


def _has_unsigned(*nested: Any) -> bool:
    return any(engine.dtype_name(as_array(x)) in _UNSIGNED for x in tree.leaves(nested) if _is_array(x))


def _in_64_bits(call: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """What an engine computes for unsigned integers that it has no kernels for: in int64, and back."""
    dtype = engine.result_type(*(as_array(x) for x in tree.leaves((args, kwargs)) if _is_array(x)))

    def cast(to: str, *those: str) -> Callable[[Any], Any]:
        return lambda x: engine.cast(y, to) if _is_array(x) and engine.dtype_name(y := as_array(x)) in those else x

    return tree.map(cast(dtype, "int64"), call(*tree.map(cast("int64", *_UNSIGNED), (args, kwargs))))


@short_traceback
def _recorded(function: Any, args: Any, kwargs: Any, outputs: Callable[..., Any] | None) -> Any:
    """The outcome of a call on symbolic tensors."""
    args, kwargs = as_tuples(args), as_tuples(kwargs)
    found = None if outputs is None else outputs(*args, **kwargs)
    found = symbolic.infer(function, args, kwargs, like=function) if found is None else found
    return symbolic.record(symbolic.Operation(function), args, kwargs, found)


def fused(name: str) -> Callable[..., Any] | None:
    """The active engine's own kernel for the derived operation `name`, if it has one."""
    return _kernel(engine.backend(), name)


@functools.cache
def _kernel(backend: str, name: str) -> Callable[..., Any] | None:
    return getattr(engine.load(backend), name, None)


def floating(x: Array) -> Array:
    """`x` as it is when it holds floats, otherwise in `floatx()`."""
    return x if is_inexact(x) else engine.cast(x, dtypes.floatx())


def is_inexact(x: Array) -> bool:
    """Whether `x` holds floats (or complex numbers)."""
    name = engine.dtype_name(x)
    return dtypes.is_float(name) or name.startswith("complex")


def one_array(x1: Any, x2: Any) -> Any:
    """`x1`, as an array if neither of them is."""
    return x1 if engine.is_tensor(x1) or engine.is_tensor(x2) else as_array(x1)


def widely(fn: Callable[..., Any], x: Array) -> Any:
    """`fn(x)` computed in float32 where `x` has 16 bits, with the results (a tree) in the dtype of `x`."""
    x = floating(x)
    dtype = engine.dtype_name(x)
    if dtype not in ("float16", "bfloat16"):
        return fn(x)
    return tree.map(lambda y: engine.cast(y, dtype), fn(engine.cast(x, "float32")))


def normalize_axis(axis: int, ndim: int) -> int:
    """`axis` counted from the front.

    Raises:
        ValueError: when there is no such axis.
    """
    if not -ndim <= axis < ndim:
        raise ValueError(f"`axis` must be in [{-ndim}, {ndim}) for an array of {ndim} axes. Received: axis={axis}.")
    return axis % ndim


def normalize_axes(axis: Axis, ndim: int) -> tuple[int, ...]:
    """One axis, several, or all of them (`None`), counted from the front."""
    if axis is None:
        return tuple(range(ndim))
    return tuple(normalize_axis(a, ndim) for a in (axis if isinstance(axis, Sequence) else (axis,)))
