"""Where in a weights file each layer and optimizer has its place: the path of attributes that leads to it.

    /layers/dense_1     the second `Dense` of a `Sequential` or functional model
    /encoder/blocks/conv2d      the first `Conv2D` in the list `self.encoder.blocks`

The names of layers play no part. An object that several paths lead to has its place at the first of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

from hornbeam.core import naming
from hornbeam.core.renaming.members import old_members
from hornbeam.layers import Layer
from hornbeam.layers.base.tracking import CONTAINERS, items_of
from hornbeam.optimizers import Optimizer


def saved_objects(root: Any, as_read: bool = False) -> dict[str, Any]:
    """The objects that a weights file of `root` has places for, by their paths; that of `root` is ""."""
    found: dict[str, Any] = {}
    _visit(root, "", found, {}, as_read)
    return found


def _visit(obj: Any, path: str, found: dict[str, Any], seen: dict[int, Any], as_read: bool) -> None:
    if id(obj) in seen:
        return
    seen[id(obj)] = obj
    found[path] = obj
    for name, child in _attributes(obj):
        if _is_saved(child):
            _visit(child, f"{path}/{name}", found, seen, as_read)
        elif isinstance(child, CONTAINERS):
            _visit_container(child, f"{path}/{name}", found, seen, as_read)


def _visit_container(container: Any, path: str, found: dict[str, Any], seen: dict[int, Any], as_read: bool) -> None:
    """Members are told apart by their class; those that have their place elsewhere count all the same."""
    if id(container) in seen:
        return
    seen[id(container)] = container  # held, so that no other container gets its `id`
    counts: Counter[str] = Counter()
    for member in items_of(container):
        nested = isinstance(member, CONTAINERS)
        if not nested and not _is_saved(member):
            continue
        name = "container" if nested else naming.to_snake_case(_class_name(member, as_read))
        place = f"{path}/{name}_{counts[name]}" if counts[name] else f"{path}/{name}"
        counts[name] += 1
        (_visit_container if nested else _visit)(member, place, found, seen, as_read)


def _class_name(obj: Any, as_read: bool) -> str:
    read = obj.__hornbeam__.class_in_file if as_read else None
    return read or type(obj).__name__


def _is_saved(value: Any) -> bool:
    return isinstance(value, Layer | Optimizer)


def _attributes(obj: Any) -> Iterator[tuple[str, Any]]:
    """The attributes of the user's, public ones first; the layers of a `Sequential` or functional model before all."""
    if getattr(type(obj), "saves_layers_first", False):
        yield "layers", [member for member in obj.__hornbeam__.members if isinstance(member, Layer)]
    cls: Any = type(obj)
    common = _common_names(isinstance(obj, Layer)) | old_members(cls)
    names = (set(dir(obj)) - common) | set(vars(obj))
    for name in sorted(names, key=lambda name: (name.startswith("_"), name)):
        if name == "__hornbeam__" or (name.startswith("__") and name not in vars(obj)):
            continue
        try:
            value = getattr(obj, name)
        except Exception:  # a property of the user's that cannot be read now
            continue
        yield name, value


@cache
def _common_names(is_layer: bool) -> frozenset[str]:
    """Names that the class of every layer (or optimizer) has, and those of every model that only repeat its layers."""
    return frozenset([*dir(Layer), "metrics", "operations"] if is_layer else dir(Optimizer))
