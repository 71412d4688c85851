"""Which function `(reading, object) -> record` describes an object: that of its class or of the nearest base."""

from __future__ import annotations

import functools
import os
import types
import weakref
from collections import defaultdict
from collections.abc import Callable, Hashable
from contextvars import ContextVar
from typing import Any

import numpy as np

from hornbeam.core.fingerprint import functions, instances, values
from hornbeam.core.fingerprint.reading import Reading
from hornbeam.core.variable import Variable


def describe(reading: Reading, value: Any) -> Hashable:
    """What one object is, in tokens."""
    cls = type(value)
    kind = next(base for base in cls.__mro__ if base in _KINDS)
    if cls is kind:
        return _KINDS[kind](reading, value)
    if kind is object or kind is Variable:
        return (reading.token(cls), _KINDS[kind](reading, value))
    return (reading.token(cls), _KINDS[kind](reading, value), instances.describe_attributes(reading, value))


_KINDS: dict[type, Callable[[Reading, Any], Hashable]] = {
    Variable: instances.describe_variable,
    list: values.describe_list,
    tuple: values.describe_tuple,
    dict: values.describe_dict,
    defaultdict: values.describe_defaultdict,
    set: values.describe_set,
    frozenset: values.describe_frozenset,
    int: values.describe_base(int),
    float: values.describe_base(float),
    complex: values.describe_base(complex),
    str: values.describe_base(str),
    bytes: values.describe_base(bytes),
    bytearray: values.describe_bytearray,
    slice: values.describe_slice,
    np.ndarray: values.describe_array,
    np.generic: values.describe_scalar,
    np.dtype: lambda _, value: value,
    types.FunctionType: functions.describe_function,
    types.CellType: functions.describe_cell,
    types.MethodType: functions.describe_method,
    types.BuiltinFunctionType: functions.describe_builtin,
    types.MethodWrapperType: functions.describe_method_wrapper,
    functools.partial: functions.describe_partial,
    property: functions.describe_property,
    classmethod: functions.describe_wrapping_method,
    staticmethod: functions.describe_wrapping_method,
    functools.cached_property: functions.describe_cached_property,
    type(functools.lru_cache(len)): functions.describe_cached,
    type: functions.describe_class,
    types.ModuleType: functions.describe_module,
    type(os.environ): instances.describe_environment,
    weakref.ref: instances.describe_reference,
    ContextVar: instances.describe_context_variable,
    types.MappingProxyType: instances.describe_proxy,
    object: instances.describe_instance,
}
