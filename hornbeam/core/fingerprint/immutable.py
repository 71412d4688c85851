"""What never changes under our hands, by the modules it comes from: a short list. Anything else is looked into."""

from __future__ import annotations

import functools
import random
import sys
import types
import uuid
from collections.abc import Callable
from typing import Any

import numpy as np

from hornbeam import engine

# Modules of the standard library whose functions depend on their arguments alone.
_PURE = frozenset(
    [
        "abc",
        "array",
        "base64",
        "binascii",
        "bisect",
        "builtins",
        "cmath",
        "collections",
        "contextlib",
        "copy",
        "copyreg",
    ]
    + ["dataclasses", "datetime", "decimal", "difflib", "enum", "fractions", "functools", "hashlib", "heapq", "inspect"]
    + [
        "itertools",
        "json",
        "keyword",
        "math",
        "numbers",
        "operator",
        "re",
        "statistics",
        "string",
        "struct",
        "textwrap",
    ]
    + ["types", "typing", "typing_extensions", "unicodedata", "weakref", "zlib"]
    + ["_abc", "_bisect", "_collections", "_collections_abc", "_datetime", "_decimal", "_functools", "_heapq", "_io"]
    + ["_operator", "_pydecimal", "_struct", "_weakref", "_weakrefset"]
)
# Those that only speak to whoever runs the code.
_SPEAKING = frozenset(["logging", "pprint", "traceback", "warnings"])
_PACKAGES = frozenset(["hornbeam", "numpy", "optree", *engine.PACKAGES])
_IMMUTABLE = _PURE | _SPEAKING | _PACKAGES
# Builtins that read what no fingerprint can see.
_ASKING = frozenset(["open", "input", "eval", "exec", "compile", "__import__", "breakpoint"])
# Classes that are as good, of modules that are not: what they compute depends on their instances alone.
_CLASSES = frozenset([random.Random, uuid.UUID])
_CO_NESTED = 0x10


def root(module: Any) -> str:
    """The package that a module, given by name, belongs to."""
    return module.partition(".")[0] if isinstance(module, str) else ""


def is_immutable_module(name: Any) -> bool:
    return root(name) in _IMMUTABLE


@functools.lru_cache(1024)
def is_installed(package: str) -> bool:
    """Whether a package is the standard library's or an installed one, and not the user's own code."""
    file = getattr(sys.modules.get(package), "__file__", None) or ""
    is_standard = package in sys.stdlib_module_names and package != "__main__"
    return is_standard or "site-packages" in file or "dist-packages" in file


def is_of_cython(cls: type) -> bool:
    """Whether a class is that of functions which Cython made."""
    return root(cls.__module__).startswith("_cython_")


def is_of_engine(cls: type) -> bool:
    """Whether a class is an engine's or NumPy's."""
    return root(cls.__module__) in _PACKAGES - {"hornbeam"}


def is_speaking(cls: type) -> bool:
    return root(cls.__module__) in _SPEAKING


def is_immutable(value: Any) -> bool:
    """Whether a class, function or module is as it is for good, so that its identity says all."""
    if isinstance(value, type):
        return is_immutable_module(value.__module__) or value in _CLASSES or is_of_cython(value)
    judge = _JUDGES.get(type(value))
    return judge is not None and judge(value)


def _is_immutable_function(function: types.FunctionType) -> bool:
    # By its globals: decorators copy `__module__` and `__name__`. A nested function is one of many alike, but for the
    # one that stands in its module.
    if not is_immutable_module(function.__globals__.get("__name__")):
        return False
    if not function.__code__.co_flags & _CO_NESTED:
        return True
    home = sys.modules.get(function.__module__) if is_immutable_module(function.__module__) else None
    return home is not None and vars(home).get(function.__name__) is function


def _is_immutable_builtin(function: types.BuiltinFunctionType) -> bool:
    is_of_module = function.__self__ is None or isinstance(function.__self__, types.ModuleType)
    return is_of_module and is_immutable_module(function.__module__) and function.__name__ not in _ASKING


_JUDGES: dict[type, Callable[[Any], bool]] = {
    types.FunctionType: _is_immutable_function,
    types.BuiltinFunctionType: _is_immutable_builtin,
    types.ModuleType: lambda module: is_immutable_module(module.__name__),
    types.GetSetDescriptorType: lambda _: True,
    types.MemberDescriptorType: lambda _: True,
    types.MethodDescriptorType: lambda _: True,
    types.WrapperDescriptorType: lambda _: True,
    types.ClassMethodDescriptorType: lambda _: True,
    np.ufunc: lambda _: True,
}
