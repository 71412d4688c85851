"""`Reading`: what is known while objects are looked into, and how one object refers to another."""

from __future__ import annotations

import types
from collections import deque
from collections.abc import Hashable, Iterable, Iterator
from typing import Any

from hornbeam.core.fingerprint.frozen import ATOMS, FROZEN
from hornbeam.core.fingerprint.immutable import is_immutable
from hornbeam.core.fingerprint.watch import Watch
from hornbeam.core.variable import Variable

# More objects than this are not looked into: the rest equal nothing but themselves.
_MOST = 20_000
# The same for what only the code of installed packages leads to: the nearest are looked into first.
_MOST_FOREIGN = 500


class Same:
    """Equal for the same object alone."""

    __slots__ = ("value",)

    def __init__(self, value: Any):
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.value is self.value

    def __hash__(self) -> int:
        return id(self.value)


class Reading:
    """Tokens of values; objects that have to be described are numbered and wait for their turn."""

    def __init__(self, is_watched: bool) -> None:
        self.is_watched = is_watched
        self.variables: dict[Variable, int] = {}
        self.hyperparameters: list[tuple[Any, str]] = []
        self.is_shareable = True
        self.watch = Watch()
        self.is_foreign = False  # whether what is described now was reached through an installed package's code
        self._waiting: deque[Any] = deque()
        self._foreign: deque[Any] = deque()
        self._foreign_count = 0
        self._numbers: dict[int, int] = {}
        self._kept: list[Any] = []
        self._modules: dict[types.ModuleType, set[str]] = {}
        self._names: dict[str, None] = {"__getattr__": None}

    def go_on_from(self, other: Reading) -> None:
        """Know all that another reading knows, without watching it."""
        self.variables, self.hyperparameters = dict(other.variables), list(other.hyperparameters)
        self.is_shareable, self._foreign_count = other.is_shareable, other._foreign_count
        self._numbers, self._kept = dict(other._numbers), list(other._kept)
        self._modules = {module: set(names) for module, names in other._modules.items()}
        self._names = dict(other._names)

    def token(self, value: Any) -> Hashable:
        """A value as part of a record."""
        cls = type(value)
        if cls in ATOMS:
            return (cls, value)
        if cls is tuple:
            return (cls, *map(self.token, value))
        if cls in FROZEN:
            return (cls, FROZEN[cls](value))
        number = self._numbers.get(id(value))
        if number is not None:
            return ("->", number)
        return value if is_immutable(value) else self._refer(value)

    def inline(self, value: Any) -> Hashable:
        """A value of which nothing changes: a list or dictionary needs no number."""
        if type(value) is list:
            return (list, *map(self.token, value))
        if type(value) is dict:
            return (dict, *[(self.token(key), self.token(item)) for key, item in value.items()])
        return self.token(value)

    def _refer(self, value: Any) -> Hashable:
        """The number of an object, which is described when its turn comes: objects may refer to one another."""
        if len(self._kept) >= _MOST:
            return self.opaque(value)
        number = self._numbers[id(value)] = len(self._numbers)
        self._kept.append(value)  # so that its id stays its own
        (self._foreign if self.is_foreign else self._waiting).append(value)
        return ("->", number)

    def next(self) -> Iterator[tuple[Any, bool]]:
        """Objects to describe, and whether that would go too far; the user's own come first."""
        while self._waiting or self._foreign:
            self.is_foreign = not self._waiting
            self._foreign_count += self.is_foreign
            queue = self._foreign if self.is_foreign else self._waiting
            yield queue.popleft(), self._foreign_count > _MOST_FOREIGN

    def opaque(self, value: Any) -> Hashable:
        """A token that equals that of the same object alone."""
        self.is_shareable = False
        return Same(value)

    def single(self, value: Any) -> Hashable:
        """A token for what exists once, such as an engine's dtype."""
        return Same(value)

    def module(self, module: types.ModuleType) -> Hashable:
        """A module that may change: everything in it counts that any code here may name."""
        self._modules.setdefault(module, set())
        return ("module", module)

    def names(self, names: Iterable[str]) -> None:
        """Say that the user's code takes attributes of these names."""
        self._names.update(dict.fromkeys(names))

    def read_modules(self) -> list[Hashable]:
        """Records of what the named attributes of modules hold, as far as there is none yet."""
        records: list[Hashable] = []
        if self._waiting:
            return records
        self.is_foreign = False
        for module, known in self._modules.items():
            content = vars(module)
            for name in self._names:
                if name not in known:
                    known.add(name)
                    self.watch.place(content, name)
                    if name in content:
                        records.append((module, name, self.token(content[name])))
        return records
