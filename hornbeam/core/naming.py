"""Names that are unique per kind of object, and the path of names above what is being built."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterable, Iterator

from hornbeam.core.running import running, under

Counts = dict[str, Iterator[int]]

_counts: Counts = {}
_serials = itertools.count()


@functools.lru_cache(1024)
def to_snake_case(name: str) -> str:
    """`MultiHeadAttention` is `multi_head_attention`; `Conv2D` is `conv2d`; `PReLU` is `p_re_lu`."""
    name = re.sub(r"\W+", "", name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def unique(base: str) -> str:
    """`base`, then `base_1`, `base_2`, ... in the order of asking; threads that ask at once get different ones."""
    count = next(_counts_here().setdefault(base, itertools.count()))
    return f"{base}_{count}" if count else base


def auto_name(cls: type) -> str:
    return unique(to_snake_case(cls.__name__))


def serial() -> int:
    """A number for an object that nobody named: larger than those of the objects before it."""
    return next(_serials)


def is_automatic(obj: object) -> bool:
    """Whether an object that notes a `serial` still has a name that nobody chose."""
    base = re.escape(to_snake_case(type(obj).__name__))
    name = getattr(obj, "name", None)
    is_like_one = isinstance(name, str) and re.fullmatch(rf"{base}(_\d+)?", name) is not None
    return is_like_one and getattr(getattr(obj, "__hornbeam__", None), "serial", None) is not None


def reset() -> None:
    """Start counting names anew."""
    _counts_here().clear()


def counted_apart() -> under:
    """Inside, names are counted from the start, for this thread, and nothing that others do changes them."""
    return under(counts={})


def is_counted_apart() -> bool:
    """Whether this thread counts names for itself."""
    return running.counts is not None


def _counts_here() -> Counts:
    return _counts if running.counts is None else running.counts


def check_name(name: object, where: str) -> str:
    """`name`, if it can be part of a path in a file."""
    if not isinstance(name, str) or not name or "/" in name or "\0" in name or name in (".", ".."):
        raise ValueError(f"`name` of {where} must be a string without '/'. Received: name={name!r}.")
    return name


def scope(name: str) -> under:
    """Inside, paths start with `name`."""
    return under(names=(*running.names, name))


def scopes(names: Iterable[str]) -> under:
    """Inside, paths go on with `names`."""
    return under(names=(*running.names, *names))


def path(name: str) -> str:
    return "/".join([*running.names, name])


_uids: dict[str, int] = {}


def uid(prefix: str) -> int:
    """How often it was asked for `prefix`."""
    _uids[prefix] = _uids.get(prefix, 0) + 1
    return _uids[prefix]


def forget_uids() -> None:
    _uids.clear()
