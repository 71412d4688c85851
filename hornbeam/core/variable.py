"""`Variable`, a named value that code reads and assigns, and `lift`, which makes such code a pure function.

    pure = lift(step, variables)            # step reads and assigns variables
    result, values = pure(values, batch)    # pure does not: values go in, values come out

Inside `pure` the variables hold the given values for the running thread alone; outside nothing changes. This is the
whole mechanism of state: training steps, metrics, optimizers and random seeds are ordinary code over variables.
"""

from __future__ import annotations

import itertools
import operator
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core import dtypes, naming

_numbers = itertools.count()


class _Scopes(threading.local):
    current: _Scope | None = None
    autocast: str | None = None


_scopes = _Scopes()


class _Scope:
    """The values that some variables hold while a lifted function runs; an open scope takes any assignment."""

    def __init__(self, values: dict[Variable, Any], is_open: bool, constants: dict[Variable, Any] | None = None):
        self.values = values
        self.is_open = is_open
        self.constants = constants or {}
        self.parent: _Scope | None = None

    def __enter__(self) -> _Scope:
        self.parent = _scopes.current
        _scopes.current = self
        return self

    def __exit__(self, *_: object) -> None:
        _scopes.current = self.parent

    def find(self, variable: Variable) -> _Scope | None:
        scope: _Scope | None = self
        while scope is not None:
            if variable in scope.values or variable in scope.constants:
                return scope
            scope = scope.parent
        return None

    def read(self, variable: Variable) -> Any:
        return self.values[variable] if variable in self.values else self.constants[variable]


class Variable:
    """A value with a name, a dtype and a shape that stay, which code may read and assign.

    Args:
        initializer: the first value: an array, or a callable `(shape, dtype) -> array`.
        shape: needed with a callable.
        dtype: `floatx()` by default, or the array's own.
        trainable: whether optimizers may move it.
        autocast: whether layers see it in their compute dtype.
        name: unique by default.

    >>> import hornbeam
    >>> v = hornbeam.Variable([1.0, 2.0], name="v")
    >>> v.assign_add([1.0, 1.0])
    >>> v.numpy().tolist()
    [2.0, 3.0]
    """

    __array_ufunc__ = None  # so that `ndarray + variable` asks the variable
    is_weight = True  # false for state that a layer keeps and files do not, such as that of a stateful RNN

    def __init__(
        self,
        initializer: Any,
        shape: Sequence[int] | None = None,
        dtype: Any = None,
        trainable: bool = True,
        autocast: bool = True,
        aggregation: str | None = None,
        synchronization: str | None = None,
        name: str | None = None,
    ):
        self.name = naming.check_name(name or naming.auto_name(type(self)), "a variable")
        self.number = next(_numbers)  # the order in which variables are made
        self.path = naming.path(self.name)
        self.trainable = trainable
        self.autocast = autocast
        self.aggregation = aggregation or "none"
        self.synchronization = synchronization or "auto"
        self.regularizer: Any = None
        self.constraint: Any = None
        self._value = self._first_value(initializer, shape, dtype)
        self.dtype: str = dtypes.standardize(dtype) if dtype is not None else _dtype_of(self._value)
        self.shape: tuple[int, ...] = tuple(self._value.shape)

    def _first_value(self, initializer: Any, shape: Sequence[int] | None, dtype: Any) -> Any:
        if not callable(initializer):
            if dtype is None:
                dtype = _default_dtype(initializer)
            return _host(initializer, dtypes.standardize(dtype))
        if shape is None:
            raise ValueError(f"Variable `{self.path}` needs a `shape` when its initializer is a callable.")
        shape = tuple(shape)
        if any(not isinstance(size, int | np.integer) or size < 0 for size in shape):
            raise ValueError(f"`shape` of variable `{self.path}` must consist of known sizes. Received: shape={shape}.")
        dtype = dtypes.standardize(dtype)
        sample = getattr(initializer, "sample", None)
        if sample is not None:
            return sample(shape, dtype)
        with engine.eager():
            value = _host(initializer(shape, dtype=dtype), dtype)
        if value.shape != shape:
            raise ValueError(
                f"The initializer of variable `{self.path}` must give shape {shape}. Received: {value.shape} "
                f"from {initializer!r}."
            )
        return value

    @property
    def value(self) -> Any:
        """The array it holds, in the layer's compute dtype inside a layer that computes in another."""
        scope = _scopes.current
        if scope is not None and (holder := scope.find(self)) is not None:
            value = holder.read(self)
        else:
            value = self._value
            if isinstance(value, np.ndarray):
                with engine.eager():
                    value = self._value = engine.asarray(value, self.dtype)
        cast = _scopes.autocast
        if cast is not None and self.autocast and cast != self.dtype and self.dtype in dtypes.FLOATS:
            return engine.cast(value, cast)
        return value

    def assign(self, value: Any) -> Any:
        """Hold `value` from now on; it must have this variable's shape. Returns nothing of interest."""
        value = _plain(value)
        scope = _scopes.current
        value = (
            _host(value, self.dtype)
            if scope is None and not engine.is_tensor(value)
            else engine.asarray(value, self.dtype)
        )
        if tuple(value.shape) != self.shape:
            raise ValueError(
                f"Variable `{self.path}` has shape {self.shape} and cannot be assigned a value of shape "
                f"{tuple(value.shape)}."
            )
        self._set(value)

    def _set(self, value: Any) -> None:
        scope = _scopes.current
        if scope is None:
            self._value = value
            return
        holder = scope if scope.is_open else scope.find(self)
        if holder is None:
            raise RuntimeError(
                f"Variable `{self.path}` was assigned inside a compiled step but does not belong to the model. "
                "Make it an attribute of the model or of one of its layers."
            )
        if self in holder.constants:
            raise RuntimeError(
                f"Variable `{self.path}` is trainable, and only the optimizer may assign it in a compiled step. "
                "Make it with `trainable=False` to assign it yourself."
            )
        holder.values[self] = value

    def assign_add(self, value: Any) -> None:
        self.assign(self.value + self._operand(value))

    def assign_sub(self, value: Any) -> None:
        self.assign(self.value - self._operand(value))

    def _operand(self, value: Any) -> Any:
        value = _plain(value)
        return engine.asarray(value, self.dtype) if isinstance(value, list | tuple | np.ndarray) else value

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def size(self) -> int:
        return int(np.prod(self.shape))

    def numpy(self) -> np.ndarray:
        value = self._value if _scopes.current is None else self.value
        return value if isinstance(value, np.ndarray) else engine.to_numpy(value)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.array(self.numpy(), dtype=dtype)

    def __getitem__(self, index: Any) -> Any:
        return self.value[index]

    def __len__(self) -> int:
        return self.shape[0]

    def __float__(self) -> float:
        return float(self.numpy())

    def __int__(self) -> int:
        return int(self.numpy())

    def __bool__(self) -> bool:
        return bool(self.numpy())

    def __format__(self, spec: str) -> str:
        return format(self.numpy().item() if self.shape == () else self.numpy(), spec)

    def __repr__(self) -> str:
        return f"<Variable path={self.path}, shape={self.shape}, dtype={self.dtype}, value={self.numpy()}>"

    def __neg__(self) -> Any:
        return -self.value

    def __abs__(self) -> Any:
        return engine.abs(self.value)

    __hash__ = object.__hash__

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_value": self.numpy()}


def _matmul(x1: Any, x2: Any) -> Any:
    return engine.matmul(engine.asarray(x1), engine.asarray(x2))


def _install_operators() -> None:
    names = "add sub mul truediv floordiv mod pow matmul and or xor"
    for name in names.split():
        apply = _matmul if name == "matmul" else getattr(operator, f"{name}_" if name in ("and", "or") else name)
        setattr(Variable, f"__{name}__", lambda self, other, apply=apply: apply(self.value, _plain(other)))
        setattr(Variable, f"__r{name}__", lambda self, other, apply=apply: apply(_plain(other), self.value))
    for name in "lt le gt ge eq ne".split():
        apply = getattr(operator, name)
        setattr(Variable, f"__{name}__", lambda self, other, apply=apply: apply(self.value, _plain(other)))


_install_operators()


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
        with _Scope(dict(zip(variables, values, strict=True)), is_open=False, constants=fixed) as scope:
            result = fn(*args, **kwargs)
            return result, [scope.values[variable] for variable in variables]

    return pure


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
        with _Scope(dict(zip(variables, values, strict=True)), is_open=True) as scope:
            result = fn()
            written[:] = [variable for variable in scope.values if variable not in chosen]
            loss = result[0] if isinstance(result, tuple) else result
            return loss, (result, [scope.values[variable] for variable in written])

    chosen = set(variables)
    with autocast(None):
        values = [variable.value for variable in variables]
    (_, (result, assigned)), gradients = engine.value_and_grad(pure)(values)
    for variable, value in zip(written, assigned, strict=True):
        variable._set(value)
    return result, gradients


@contextmanager
def autocast(dtype: str | None) -> Iterator[None]:
    """Inside, float variables read as `dtype`."""
    outer = _scopes.autocast
    _scopes.autocast = dtype
    try:
        yield
    finally:
        _scopes.autocast = outer


def is_lifted() -> bool:
    """Whether a lifted function is running in this thread."""
    return _scopes.current is not None


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Variable) else value


def _host(value: Any, dtype: str) -> np.ndarray:
    value = engine.to_numpy(value) if not isinstance(value, np.ndarray) and engine.is_tensor(value) else value
    return np.array(value, dtype=dtypes.numpy_dtype(dtype))


def _default_dtype(value: Any) -> str:
    if engine.is_tensor(value):
        return engine.dtype_name(value)
    name = np.asarray(value).dtype.name
    return {"float64": dtypes.floatx(), "int64": "int32"}.get(name, name)


def _dtype_of(value: Any) -> str:
    return value.dtype.name if isinstance(value, np.ndarray) else engine.dtype_name(value)


def discard_assignments() -> _Scope:
    """A context inside which variables can be assigned without effect on what they hold outside."""
    return _Scope({}, is_open=True)
