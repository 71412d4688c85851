"""Containers, numbers and arrays: how each is described."""

from __future__ import annotations

import hashlib
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Hashable
from typing import Any

import numpy as np

from hornbeam.core.fingerprint.reading import Reading
from hornbeam.core.shared_variable import held_for

# Containers of installed packages of more items than this are tables of their own.
_FOREIGN_ITEMS = 1000
# Arrays up to this size are compared number by number, larger ones by a hash.
_ARRAY_BYTES = 2**16


def describe_list(reading: Reading, value: list[Any]) -> Hashable:
    if reading.is_foreign and len(value) > _FOREIGN_ITEMS:
        return reading.opaque(value)
    reading.watch.object(value)
    return (list, *map(reading.token, list.__iter__(value)))


def describe_tuple(reading: Reading, value: tuple[Any, ...]) -> Hashable:
    return (tuple, *map(reading.token, tuple.__iter__(value)))


def describe_dict(reading: Reading, value: dict[Any, Any]) -> Hashable:
    if reading.is_foreign and len(value) > _FOREIGN_ITEMS:
        return reading.opaque(value)
    if type(value) is dict:
        reading.watch.mapping(value)
    else:
        reading.watch.object(value)
        reading.watch.check(_keys, value, _keys(value))
    token = reading.token
    return (dict, *[(token(key), token(dict.__getitem__(value, key))) for key in _keys(value)])


def describe_defaultdict(reading: Reading, value: defaultdict[Any, Any]) -> Hashable:
    return (reading.token(value.default_factory), describe_dict(reading, value))


def _keys(value: dict[Any, Any]) -> list[Any]:
    return list(OrderedDict.keys(value) if isinstance(value, OrderedDict) else dict.keys(value))


def describe_set(reading: Reading, value: set[Any]) -> Hashable:
    if reading.is_foreign and len(value) > _FOREIGN_ITEMS:
        return reading.opaque(value)
    reading.watch.object(value)
    return (set, *map(reading.token, set.__iter__(value)))


def describe_frozenset(reading: Reading, value: frozenset[Any]) -> Hashable:
    return (frozenset, *map(reading.token, frozenset.__iter__(value)))


def describe_base(base: type) -> Callable[[Reading, Any], Hashable]:
    """Instances of subclasses of `int`, `str` and the like, by what the built-in class holds of them."""
    return lambda _, value: (base, base.__repr__(value))  # type: ignore[call-arg]


def describe_bytearray(reading: Reading, value: bytearray) -> Hashable:
    reading.watch.check(bytes, value, bytes(value))
    return (bytearray, bytes(value))


def describe_slice(reading: Reading, value: slice) -> Hashable:
    return (slice, reading.token((value.start, value.stop, value.step)))


def describe_array(reading: Reading, value: np.ndarray) -> Hashable:
    if value.dtype.hasobject:
        reading.watch.check(_identities, value, _identities(value))
        return (np.ndarray, value.dtype, value.shape, reading.token(value.tolist()))
    reading.watch.check(_content, value, content := _content(value))
    return (np.ndarray, content)


def _identities(value: np.ndarray) -> list[int]:
    return list(map(id, value.ravel().tolist()))


def _content(value: np.ndarray) -> Hashable:
    content = value.tobytes()
    if len(content) > _ARRAY_BYTES:
        content = hashlib.blake2b(content).digest()
    return (value.dtype, value.shape, content)


def describe_tensor(reading: Reading, value: Any) -> Hashable:
    """A tensor of an engine, by its numbers; one that holds the value of a variable is that variable."""
    variable = held_for.find(value)
    if variable is not None:
        return (type(value), reading.token(variable))
    reading.watch.check(_numbers, value, numbers := _numbers(value))
    return (type(value), numbers)


def _numbers(value: Any) -> Hashable:
    value = value.detach().cpu() if hasattr(value, "detach") else value
    name = str(value.dtype)
    wide = value.float() if "bfloat16" in name and hasattr(value, "float") else value
    return (name, _content(np.asarray(wide)))


def describe_scalar(_: Reading, value: np.generic) -> Hashable:
    return (type(value), value.dtype, value.tobytes())
