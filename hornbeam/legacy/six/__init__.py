"""What scripts use of `six`, which Keras 2 brought along, where it is not installed."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Any

PY2, PY3 = False, True
string_types, integer_types, class_types = (str,), (int,), (type,)
text_type, binary_type = str, bytes
b, u = str.encode, str
wraps = functools.wraps
add_metaclass = lambda metaclass: lambda cls: metaclass(cls.__name__, cls.__bases__, _body(cls))  # noqa: E731


def _body(cls: type) -> dict[str, Any]:
    return {name: value for name, value in vars(cls).items() if name not in ("__dict__", "__weakref__")}


def iteritems(d: Any) -> Iterable[Any]:
    """Pairs of keys and values."""
    return iter(d.items())


def iterkeys(d: Any) -> Iterable[Any]:
    """The keys."""
    return iter(d.keys())


def itervalues(d: Any) -> Iterable[Any]:
    """The values."""
    return iter(d.values())


def ensure_str(s: Any, encoding: str = "utf-8", errors: str = "strict") -> str:
    """Text, decoded if it is bytes."""
    return s.decode(encoding, errors) if isinstance(s, bytes) else s


def raise_from(value: BaseException, from_value: BaseException | None) -> None:
    """`raise value from from_value`."""
    raise value from from_value
