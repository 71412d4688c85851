"""`Variable`: a named value that code reads and assigns.

While a lifted function runs (`core/lift.py`), variables hold the values that it was given, for its thread alone.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from functools import partial
from inspect import signature
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core import dtypes, naming, tree
from hornbeam.core.lookup import lookup
from hornbeam.core.registry import public_names
from hornbeam.core.running import running, under
from hornbeam.core.variable_operators import COMPARISONS, OF_NUMPY, OPERATORS
from hornbeam.core.variable_settings import FunctionOfValue, check_setting

_INITIALIZERS = "keras.initializers"
_numbers = itertools.count()
# What stays as it is, and what no computation looks at.
_UNWATCHED = ("aggregation", "held_dtype", "made_trainable", "name", "number", "path", "shape", "synchronization")


class Variable:
    """A value with a name, a dtype and a shape that stay, which code may read and assign.

    Args:
        initializer: the first value: an array, a callable `(shape, dtype) -> array`, or an initializer's name.
        shape: needed with a callable or a name.
        dtype: `floatx()` by default, or the array's own.
        trainable: whether optimizers may move it.
        autocast: whether layers see it in their compute dtype.
        name: unique by default.
        layout: over which devices it is spread: `None`, on one.

    >>> import hornbeam
    >>> v = hornbeam.Variable([1.0, 2.0], name="v")
    >>> hornbeam.ops.convert_to_numpy(v.assign_add([1.0, 1.0])).tolist()
    [2.0, 3.0]
    """

    # And what changes with every step; all else is in `vars`, which fingerprints watch.
    __slots__ = ("__dict__", "__weakref__", "_value", *_UNWATCHED)
    is_weight = True  # false for state that a layer keeps and files do not, such as that of a stateful RNN
    trainable: bool = True
    #: A function of the value that is added to the loss.
    regularizer = FunctionOfValue()
    #: A function that maps the value to an allowed one after each update.
    constraint = FunctionOfValue()

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
        layout: Any = None,
    ):
        if layout is not None:
            raise ValueError(
                f"`layout` of a `Variable` must be None: it is on one device. Received: layout={layout!r}."
            )
        self.name = naming.check_name(name or naming.auto_name(type(self)), "a variable")
        self.number = next(_numbers)  # the order in which variables are made
        self.path = naming.path(self.name)
        self.trainable = self.made_trainable = bool(trainable)  # the order of a layer's weights goes by the latter
        self.autocast = autocast
        self.aggregation = check_setting(self, "aggregation", aggregation or "none")
        self.synchronization = check_setting(self, "synchronization", synchronization or "auto")
        self._value = self._first_value(initializer, shape, dtype)
        self.held_dtype: str = dtypes.standardize(dtype) if dtype is not None else _dtype_of(self._value)
        self.shape: tuple[int, ...] = tuple(self._value.shape)

    def _first_value(self, initializer: Any, shape: Sequence[int] | None, dtype: Any) -> Any:
        if isinstance(initializer, str):
            initializer = lookup(initializer, public_names(_INITIALIZERS), _INITIALIZERS, "initializer")
        if not callable(initializer):
            if dtype is None:
                dtype = _default_dtype(initializer)
            return _host(initializer, dtypes.standardize(dtype))
        if shape is None:
            raise ValueError(f"Variable `{self.path}` needs a `shape` when its initializer is a name or a callable.")
        shape = tuple(shape)
        if any(not isinstance(size, int | np.integer) or size < 0 for size in shape):
            raise ValueError(f"`shape` of variable `{self.path}` must consist of known sizes. Received: shape={shape}.")
        dtype = dtypes.standardize(dtype)
        if running.allowance is not None:
            draw = partial(self._drawn, initializer, shape, dtype)
            return running.allowance.wait(self, shape, dtypes.numpy_dtype(dtype), draw)
        return self._drawn(initializer, shape, dtype)

    def _drawn(self, initializer: Any, shape: tuple[int, ...], dtype: str) -> Any:
        sample = getattr(initializer, "sample", None)
        if sample is not None:
            return sample(shape, dtype)
        with engine.eager():
            value = _host(_called(initializer, shape, dtype), dtype)
        if value.shape != shape:
            raise ValueError(
                f"The initializer of variable `{self.path}` must give shape {shape}. Received: {value.shape} "
                f"from {initializer!r}."
            )
        return value

    @property
    def value(self) -> Any:
        """The array it holds, in the layer's compute dtype inside a layer that computes in another."""
        if running.tape is not None:
            return running.tape.read(self)
        scope = running.scope
        if scope is not None and (holder := scope.find(self)) is not None:
            value = holder.read(self)
        else:
            value = self._value
            if isinstance(value, np.ndarray):
                value = self.settle()
        cast = running.autocast
        if cast is not None and self.autocast and cast != self.held_dtype and self.held_dtype in dtypes.FLOATS:
            return engine.cast(value, cast)
        return value

    @property
    def dtype(self) -> str:
        """That of `value`: the one it is held in, but for a layer that computes in another."""
        cast = running.autocast
        return cast if cast is not None and self.autocast and self.held_dtype in dtypes.FLOATS else self.held_dtype

    @dtype.setter
    def dtype(self, dtype: str) -> None:
        self.held_dtype = dtype

    def assign(self, value: Any) -> Any:
        """Hold `value` from now on; it must have this variable's shape. Returns the array that is held."""
        self.hold(value)
        with under(autocast=None):
            return self.value

    def hold(self, value: Any) -> None:
        """`assign`, which leaves what comes from the host there until it is read."""
        value = _plain(value)
        stays_on_host = running.scope is None and not engine.is_tensor(value)
        value = (_host if stays_on_host else engine.asarray)(value, self.held_dtype)
        if tuple(value.shape) != self.shape:
            raise ValueError(
                f"Variable `{self.path}` has shape {self.shape} and cannot be assigned a value of shape "
                f"{tuple(value.shape)}."
            )
        self._set(value)

    def settle(self) -> Any:
        """The value that it holds outside of steps, from now on where the engine computes."""
        value = self._value if running.allowance is None else running.allowance.drawn(self, self._value)
        with engine.eager():
            self._value = engine.as_weight(value, self.held_dtype)
        return self._value

    def _set(self, value: Any) -> None:
        scope = running.scope
        if scope is None:
            self._value = engine.to_hold(value, self._value)
            return
        holder = scope if scope.is_open else scope.find(self)
        if holder is None or (self in holder.constants and not self.trainable):
            raise RuntimeError(
                f"Variable `{self.path}` was assigned inside a compiled step but does not belong to the model. "
                "Make it an attribute of the model or of one of its layers."
            )
        if self in holder.constants:
            raise RuntimeError(
                f"Variable `{self.path}` is trainable, and only the optimizer may assign it in a compiled step. "
                "Make it with `trainable=False`, as an attribute of a layer, to assign it yourself."
            )
        holder.values[self] = value

    def assign_add(self, value: Any) -> Any:
        """Hold the sum of what it holds and `value`, which is returned."""
        return self.assign(self.value + self._operand(value))

    def assign_sub(self, value: Any) -> Any:
        """Hold the difference of what it holds and `value`, which is returned."""
        return self.assign(self.value - self._operand(value))

    def _operand(self, value: Any) -> Any:
        value = _plain(value)
        return engine.asarray(value, self.held_dtype) if isinstance(value, list | tuple | np.ndarray) else value

    @property
    def overwrite_with_gradient(self) -> bool:
        """Whether gradients are new values, as in Keras's float8 training: never here."""
        return False

    @overwrite_with_gradient.setter
    def overwrite_with_gradient(self, value: bool) -> None:
        if value:
            raise ValueError(f"Variable `{self.path}` cannot be overwritten with its gradient. Received: {value!r}.")

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def size(self) -> int:
        return math.prod(self.shape)

    def numpy(self) -> np.ndarray:
        return self.on_host(copy=True)

    def on_host(self, copy: bool = False) -> np.ndarray:
        """The value as an array of NumPy; without a copy it is to be read only, and before the next assignment."""
        value = self._value if running.scope is None and running.allowance is None else self.value
        return np.array(value, copy=copy or None) if isinstance(value, np.ndarray) else engine.to_numpy(value, copy)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.array(self.numpy(), dtype=dtype)

    def __array_ufunc__(self, function: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        """NumPy's functions take a variable for a NumPy array; `ndarray + variable` gives what `variable` adds to."""
        apply = OF_NUMPY.get(function)
        if apply is not None and method == "__call__" and not kwargs:
            return apply(*map(_array, inputs))
        return getattr(function, method)(*map(_in_numpy, inputs), **kwargs)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        args, kwargs = tree.map(_in_numpy, (tuple(args), kwargs))
        return function(*args, **kwargs)

    def __jax_array__(self) -> Any:
        return self.value

    @classmethod
    def __torch_function__(cls, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """PyTorch's functions take a variable for its value."""
        args, kwargs = tree.map(_plain, (args, kwargs or {}))
        return function(*args, **kwargs)

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

    def __pos__(self) -> Any:
        return self.value

    def __abs__(self) -> Any:
        return engine.abs(self.value)

    def __invert__(self) -> Any:
        return engine.logical_not(self.value)

    def __round__(self, ndigits: int | None = None) -> Any:
        scale = 10.0 ** (ndigits or 0)
        return engine.round(self.value * scale) / scale if ndigits else engine.round(self.value)

    __hash__ = object.__hash__

    def __getstate__(self) -> dict[str, Any]:
        return vars(self) | {name: getattr(self, name) for name in Variable.__slots__[3:]} | {"_value": self.numpy()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            object.__setattr__(self, name, value)


def _applied(self: Variable, other: Any, apply: Any) -> Any:
    """What an operator gives; a symbolic tensor at its right notes the variable itself, whose value may change."""
    return NotImplemented if getattr(type(other), "notes_variables", False) else apply(self.value, _array(other))


def _install_operators() -> None:
    for name, apply in OPERATORS.items():
        setattr(Variable, f"__{name}__", lambda self, other, apply=apply: _applied(self, other, apply))
        if name not in COMPARISONS:
            setattr(Variable, f"__r{name}__", lambda self, other, apply=apply: apply(_array(other), self.value))


_install_operators()


def _in_numpy(value: Any) -> Any:
    return value.numpy() if isinstance(value, Variable) else value


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Variable) else value


def _array(value: Any) -> Any:
    """What stands beside a variable in a formula; numbers stay as they are, and have no dtype of their own."""
    value = _plain(value)
    return engine.asarray(value) if isinstance(value, np.ndarray | np.generic | list | tuple) else value


def _host(value: Any, dtype: str) -> np.ndarray:
    value = engine.to_numpy(value) if not isinstance(value, np.ndarray) and engine.is_tensor(value) else value
    return np.array(value, dtype=dtypes.numpy_dtype(dtype))


def _called(initializer: Any, shape: tuple[int, ...], dtype: str) -> Any:
    """What a function gives for a shape; up to Keras 2.2 it took nothing else."""
    try:
        takes_dtype = any(
            p.name == "dtype" or p.kind is p.VAR_KEYWORD for p in signature(initializer).parameters.values()
        )
    except (TypeError, ValueError):  # nothing says how it is called
        takes_dtype = True
    return initializer(shape, dtype=dtype) if takes_dtype else initializer(shape)


def _default_dtype(value: Any) -> str:
    if engine.is_tensor(value):
        return engine.dtype_name(value)
    name = np.asarray(value).dtype.name
    return {"float64": dtypes.floatx(), "int64": "int32"}.get(name, name)


def _dtype_of(value: Any) -> str:
    return value.dtype.name if isinstance(value, np.ndarray) else engine.dtype_name(value)
