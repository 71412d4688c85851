"""`fingerprint`: all that code over an object can see, but for the values of variables, as a key that can be compared.

Where two models have the same fingerprint, a program compiled for the one is right for the other: the same classes with
the same settings, connected in the same way. Whatever cannot be compared (an open file, a large array, an object of
some other library) makes a fingerprint that equals no other.
"""

from __future__ import annotations

import dis
import functools
import re
import sys
import types
from collections import deque
from collections.abc import Hashable, Iterator
from typing import Any

import numpy as np

from hornbeam.core import naming
from hornbeam.core.configurable import Configurable
from hornbeam.core.hyperparameter import Hyperparameter
from hornbeam.core.registry import is_builtin
from hornbeam.core.variable import Variable

_ATOMS = (type(None), bool, int, float, complex, str, bytes, type(...), np.dtype, range, types.CodeType)
_CONTAINERS = (list, tuple, dict, set, frozenset)
_FUNCTIONS = (types.FunctionType, types.MethodType, functools.partial, property, classmethod, staticmethod)
# The flag of classes that were made by a `class` statement.
_HEAP_TYPE = 1 << 9
# Arrays up to this size are compared number by number.
_ARRAY_BYTES = 2**16


class Fingerprint:
    """The fingerprint of some objects.

    Args:
        objects: what to look at; anything.

    Attributes:
        key: equal for objects that make the same program.
        variables: the variables that were met, each with its number: variables of the same number in objects of the
            same fingerprint have the same part in them.
        hyperparameters: the numbers that programs take as arguments, as pairs of holder and name; the key has their
            places, not their values.
    """

    def __init__(self, *objects: Any):
        self.variables: dict[Variable, int] = {}
        self.hyperparameters: list[tuple[Any, str]] = []
        self._numbers: dict[int, int] = {}
        self._kept: list[Any] = []
        self._waiting: deque[Any] = deque()
        records: list[Any] = [self._token(objects)]
        while self._waiting:
            records.append(self._describe(self._waiting.popleft()))
        self.key: Hashable = tuple(records)

    def _refer(self, value: Any) -> Hashable:
        """The number of an object, which is described when its turn comes: objects may refer to one another."""
        number = self._numbers.get(id(value))
        if number is None:
            number = self._numbers[id(value)] = len(self._numbers)
            self._kept.append(value)  # so that its id stays its own
            self._waiting.append(value)
        return ("->", number)

    def _token(self, value: Any) -> Hashable:
        cls = type(value)
        if cls in _ATOMS or isinstance(value, np.generic):
            return (cls, value)
        if cls is dict:
            return (cls, tuple((self._token(key), self._token(item)) for key, item in value.items()))
        if isinstance(value, _CONTAINERS):
            return (cls, tuple(self._token(item) for item in value))
        if isinstance(value, type):
            return self._refer(value) if _is_users(value) else value
        if cls is slice:
            return (cls, self._token((value.start, value.stop, value.step)))
        if isinstance(value, np.ndarray) and value.nbytes <= _ARRAY_BYTES and value.dtype != object:
            return (cls, value.dtype.str, value.shape, value.tobytes())
        if isinstance(value, types.FunctionType) and not _is_users(value) and "<locals>" not in value.__qualname__:
            return value
        if isinstance(value, types.ModuleType):
            return value if not _is_users(value) else _Unlike()
        if callable(value) and isinstance(value, types.BuiltinFunctionType | np.ufunc):
            return value
        return self._refer(value)

    def _describe(self, value: Any) -> Hashable:
        """What one object is, in tokens."""
        if isinstance(value, Variable):
            self.variables[value] = len(self.variables)
            seen = (value.shape, value.dtype, value.trainable, value.autocast, value.is_weight)
            return (type(value), seen, self._token((value.regularizer, value.constraint)))
        if isinstance(value, types.MethodType):
            return ("method", self._token((value.__func__, value.__self__)))
        if isinstance(value, functools.partial):
            return ("partial", self._token((value.func, value.args, value.keywords)))
        if isinstance(value, types.FunctionType):
            return ("function", *(self._token(part) for part in _parts(value)))
        if isinstance(value, type):
            return ("class", value, *(self._token(item) for item in _members(value)))
        if isinstance(value, property | classmethod | staticmethod):
            parts = (value.fget, value.fset) if isinstance(value, property) else (value.__func__,)
            return (type(value), self._token(parts))
        if not _is_plain(type(value)):
            return _Unlike()
        return (self._token(type(value)), *((name, self._setting(value, name, item)) for name, item in _seen(value)))

    def _setting(self, holder: Any, name: str, value: Any) -> Hashable:
        """An attribute; a hyperparameter of one of Hornbeam's own classes is a place to fill."""
        kind = getattr(type(holder), name, None)
        if isinstance(kind, Hyperparameter) and is_builtin(type(holder)) and kind.is_argument(value):
            self.hyperparameters.append((holder, name))
            return Hyperparameter
        return self._token(value)


class _Unlike:
    """Equal to nothing but itself."""


def _is_plain(cls: type) -> bool:
    """Whether all that an object of this class holds is found in its `vars`."""
    if not (is_builtin(cls) or issubclass(cls, Configurable) or _is_users(cls)):
        return False
    is_python = lambda base: base.__flags__ & _HEAP_TYPE and not vars(base).get("__slots__")  # noqa: E731
    return all(base is object or is_python(base) for base in cls.__mro__)


def _seen(value: Any) -> Iterator[tuple[str, Any]]:
    """The attributes on which a program may depend; names count only where users chose them for classes of theirs."""
    cls = type(value)
    unseen: frozenset[str] = getattr(cls, "unseen", frozenset())
    unseen_in_builtins = getattr(cls, "unseen_in_builtins", ()) if is_builtin(cls) else ()
    for name, item in vars(value).items():
        is_chosen = name == "name" and _is_users(cls) and not _is_automatic(item, cls)
        if is_chosen or (name not in unseen and not name.endswith(unseen_in_builtins)):
            yield name, item


def _is_users(value: Any) -> bool:
    """Whether a class, function or module may change under our hands: it is neither Hornbeam's nor installed."""
    name = value.__name__ if isinstance(value, types.ModuleType) else value.__module__ or ""
    root = name.partition(".")[0]
    if root in sys.stdlib_module_names and root != "__main__":
        return False
    if root == "hornbeam":
        return False
    file = getattr(sys.modules.get(root), "__file__", None) or ""
    return "site-packages" not in file and "dist-packages" not in file


def _parts(function: types.FunctionType) -> Iterator[Any]:
    """The code of a function and what it refers to: defaults, the variables around it, and globals by name."""
    code = function.__code__
    yield code
    yield function.__defaults__
    yield function.__kwdefaults__
    for cell in function.__closure__ or ():
        yield cell.cell_contents if _is_filled(cell) else None
    names = sorted(_global_names(code))
    yield [(name, function.__globals__[name]) for name in names if name in function.__globals__]


def _is_filled(cell: types.CellType) -> bool:
    try:
        cell.cell_contents  # noqa: B018
    except ValueError:
        return False
    return True


@functools.cache
def _global_names(code: types.CodeType) -> frozenset[str]:
    names = {i.argval for i in dis.get_instructions(code) if i.opname in ("LOAD_GLOBAL", "LOAD_NAME")}
    inner = [constant for constant in code.co_consts if isinstance(constant, types.CodeType)]
    return frozenset(names).union(*(_global_names(constant) for constant in inner))


def _members(cls: type) -> Iterator[Any]:
    """The methods and other attributes that users gave to a class or its bases."""
    for base in cls.__mro__:
        if _is_users(base):
            for name, item in vars(base).items():
                if isinstance(item, _FUNCTIONS) or not (name.startswith("__") or name == "_abc_impl"):
                    yield (name, item)


def _is_automatic(name: str, cls: type) -> bool:
    """Whether a name looks like one that an object without a name gets."""
    return re.fullmatch(rf"{re.escape(naming.to_snake_case(cls.__name__))}(_\d+)?", name) is not None
