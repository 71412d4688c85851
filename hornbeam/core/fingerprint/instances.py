"""Instances: their attributes, or what `pickle` would keep of them, or nothing that can be compared."""

from __future__ import annotations

import copyreg
import types
import weakref
from collections.abc import Hashable
from contextvars import ContextVar
from typing import Any

from hornbeam.core.fingerprint.attributes import is_plain, names_seen, places, seen, slots
from hornbeam.core.fingerprint.immutable import is_immutable_module, is_of_engine, is_speaking
from hornbeam.core.fingerprint.reading import Reading
from hornbeam.core.fingerprint.values import describe_tensor
from hornbeam.core.fingerprint.watch import items_of_proxy
from hornbeam.core.hyperparameter import Hyperparameter
from hornbeam.core.registry import is_builtin
from hornbeam.core.variable import Variable


def describe_variable(reading: Reading, value: Variable) -> Hashable:
    reading.variables[value] = len(reading.variables)
    reading.watch.attributes(vars(value))
    seen_of_it = (value.shape, value.dtype, value.trainable, value.autocast, value.is_weight)
    return (type(value), seen_of_it, reading.token((value.regularizer, value.constraint)))


def describe_instance(reading: Reading, value: Any) -> Hashable:
    cls: Any = type(value)
    if is_speaking(cls):
        return ()
    if is_plain(cls):
        return describe_attributes(reading, value)
    if is_of_engine(cls) and hasattr(value, "__array__") and hasattr(value, "dtype"):
        return describe_tensor(reading, value)
    if hasattr(value, "__next__") or reading.is_foreign:
        return _unseen(reading, value)
    try:
        parts = _reduce(value)
    except Exception:
        return _unseen(reading, value)
    if isinstance(parts, str):  # the name of a global: there is no second one
        is_known = is_of_engine(cls) or is_immutable_module(getattr(value, "__module__", None))
        return reading.single(value) if is_known else reading.opaque(value)
    check_parts(reading, value)
    return reading.token(parts)


def _unseen(reading: Reading, value: Any) -> Hashable:
    """What cannot be looked into; such attributes as it has count all the same."""
    content = getattr(value, "__dict__", None)
    return (reading.opaque(value), reading.token(content) if type(content) is dict else None)


def _reduce(value: Any) -> Any:
    """What `pickle` would keep of an object of C: the parts to make it of, or the name under which it is found."""
    reduce = copyreg.dispatch_table.get(type(value))
    parts: Any = reduce(value) if reduce is not None else value.__reduce_ex__(4)
    return (
        parts if isinstance(parts, str) else tuple(list(part) if hasattr(part, "__next__") else part for part in parts)
    )


def check_parts(reading: Reading, value: Any) -> None:
    """Watch an object of C by taking it apart again."""
    fingerprint: Any = type(reading)
    read = lambda value: fingerprint(_reduce(value), is_watched=False).key  # noqa: E731
    if reading.is_watched:
        reading.watch.check(read, value, read(value))


def describe_attributes(reading: Reading, value: Any) -> Hashable:
    """The attributes on which a program may depend."""
    cls: Any = type(value)
    content: Any = getattr(value, "__dict__", None)
    if is_builtin(cls) and type(content) is dict:
        return _attributes_of_builtin(reading, value, cls, content)
    reading.watch.object(value)
    token = reading.token
    of_slots = [(name, token(getattr(value, name))) for name in slots(cls) if hasattr(value, name)]
    if type(content) is not dict:
        return tuple(of_slots)
    reading.watch.mapping(content)
    return (*of_slots, *[(name, token(item)) for name, item in seen(value)])


def _attributes_of_builtin(reading: Reading, value: Any, cls: Any, content: dict[str, Any]) -> Hashable:
    """Of one of Hornbeam's own objects: what is fixed once it is made needs no watch, and slots say nothing."""
    names, arguments = names_seen(cls, tuple(content)), places(cls)
    if getattr(cls, "is_fixed", False):
        return tuple([reading.inline(content[name]) for name in names])
    if slots(cls):
        reading.watch.attributes(content)
    else:
        reading.watch.instance(value, content)
    if not arguments:
        return (names, *[reading.token(content[name]) for name in names])
    return (names, *[_setting(reading, value, name, content[name], arguments) for name in names])


def _setting(reading: Reading, holder: Any, name: str, value: Any, arguments: frozenset[str]) -> Hashable:
    """An attribute; a hyperparameter is a place to fill."""
    if name in arguments and getattr(type(holder), name).is_argument(value):
        reading.hyperparameters.append((holder, name))
        return Hyperparameter
    return reading.token(value)


def describe_environment(reading: Reading, value: Any) -> Hashable:
    """`os.environ`."""
    return (type(value), reading.token(vars(value)["_data"]))


def describe_reference(reading: Reading, reference: weakref.ref[Any]) -> Hashable:
    reading.watch.check(lambda r: id(r()), reference, id(reference()))
    return (weakref.ref, reading.token(reference()))


def describe_context_variable(reading: Reading, variable: ContextVar[Any]) -> Hashable:
    reading.watch.check(lambda v: id(v.get(None)), variable, id(variable.get(None)))
    return (ContextVar, reading.token(variable.get(None)))


def describe_proxy(reading: Reading, proxy: types.MappingProxyType[Any, Any]) -> Hashable:
    return (types.MappingProxyType, reading.token(items_of_proxy(proxy)))
