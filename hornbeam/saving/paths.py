"""Where in a weights file each layer and optimizer has its place: the path of attributes that leads to it.

    /layers/dense_1     the second `Dense` of a `Sequential` or functional model
    /encoder/blocks/conv2d      the first `Conv2D` in the list `self.encoder.blocks`

The names of layers play no part. An object that several paths lead to has its place at the first of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from hornbeam.core import naming
from hornbeam.core.renaming.members import old_members
from hornbeam.layers import Layer
from hornbeam.layers.base.tracking import CONTAINERS, items_of
from hornbeam.optimizers import Optimizer


def saved_objects(root: Any, as_read: bool = False) -> dict[str, Any]:
    """The objects that a weights file of `root` has places for, by their paths; that of `root` is ""."""
    return Walk(root, as_read).found


class Walk:
    """The way through all attributes of an object.

    Args:
        root: where it begins.
        as_read: whether names are those of the file that `root` was read from.
        skipped: objects that are left out, and with them what only they lead to.

    Attributes:
        found: the objects that a weights file has places for, by the first path to each.
    """

    def __init__(self, root: Any, as_read: bool = False, skipped: Iterable[Any] = ()):
        self.found: dict[str, Any] = {}
        self._as_read = as_read
        self._again: dict[str, list[str]] = {}  # the further paths to an object, by the first
        self._first: dict[int, str] = {}
        self._seen = {id(obj): obj for obj in skipped}  # held, so that no other object gets its `id`
        self._visit(root, "")

    def others(self, path: str) -> Iterator[str]:
        """The further paths to the object at `path`: an attribute that is called anew may have a property of old."""
        yield from self._again.get(path, ())
        above, slash, name = path.rpartition("/")
        if slash:
            yield from (f"{other}/{name}" for other in self.others(above))

    def _visit(self, obj: Any, path: str) -> None:
        if id(obj) in self._seen:
            if id(obj) in self._first:
                self._again.setdefault(self._first[id(obj)], []).append(path)
            return
        self._seen[id(obj)] = self.found[path] = obj
        self._first[id(obj)] = path
        for name, child in _attributes(obj):
            if _is_saved(child):
                self._visit(child, f"{path}/{name}")
            elif isinstance(child, CONTAINERS):
                self._visit_container(child, f"{path}/{name}")

    def _visit_container(self, container: Any, path: str) -> None:
        """Members are told apart by their class; those that have their place elsewhere count all the same."""
        if id(container) in self._seen:
            return
        self._seen[id(container)] = container
        counts: Counter[str] = Counter()
        for member in items_of(container):
            nested = isinstance(member, CONTAINERS)
            if not nested and not _is_saved(member):
                continue
            name = "container" if nested else naming.to_snake_case(_class_name(member, self._as_read))
            place = f"{path}/{name}_{counts[name]}" if counts[name] else f"{path}/{name}"
            counts[name] += 1
            (self._visit_container if nested else self._visit)(member, place)


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
