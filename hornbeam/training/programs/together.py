"""`Together`: models of one structure, each trained by a thread of its own, whose steps are computed at once.

Nothing else changes for such a thread: its callbacks, its order of rows and its random numbers are its own.
"""

from __future__ import annotations

import contextlib
import threading
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from functools import partial
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core import tree
from hornbeam.core.rng import UnseededDraw
from hornbeam.core.running import under
from hornbeam.training.programs.compiled import Call

# How many of the arguments of a range of steps, the first, each model has of its own: numbers, variables, constants,
# arrays, order and count. First and last step, and the number of passes, are those of all.
_OWN = 6
_ARRAYS = 3
#: How many steps are computed before threads meet again.
STEPS = 256


class Together:
    """A meeting of threads: what all have come to is computed when the last one comes.

    Every thread has a place of its own among the models that are computed, and the place of one that has left is
    computed with another's numbers. So the numbers of each do not depend on how long the others stay.

    Args:
        places: those of the threads that will come.
        size: how many places there are.
    """

    def __init__(self, places: Iterable[int], size: int):
        self._size, self._places = size, set(places)
        self._meeting = threading.Condition()
        self._waiting: dict[int, Call] = {}
        self._results: dict[int, Any] = {}
        self._arrays: dict[Hashable, tuple[list[Any], Any]] = {}
        self._alone: set[Hashable] = set()  # what cannot be computed for several models at once

    @contextlib.contextmanager
    def member(self, place: int) -> Iterator[None]:
        """Inside, this thread has the place; afterwards nobody waits for it."""
        try:
            with under(together=partial(self._call, place)):
                yield
        finally:
            with self._meeting:
                self._places.discard(place)
                self._meeting.notify_all()

    def _call(self, place: int, call: Call) -> Any:
        with self._meeting:
            self._waiting[place] = call
            while place not in self._results:
                if len(self._waiting) == len(self._places):
                    self._compute()
                else:
                    self._meeting.wait()
            result = self._results.pop(place)
        if isinstance(result, Exception):
            raise result
        return result

    def _compute(self) -> None:
        groups: dict[Hashable, dict[int, Call]] = defaultdict(dict)
        for place in sorted(self._waiting):
            groups[_group(self._waiting[place])][place] = self._waiting[place]
        self._waiting = {}
        for key, calls in groups.items():
            try:
                self._results |= self._results_of(key, calls)
            except Exception as error:
                self._results |= dict.fromkeys(calls, error)
        self._meeting.notify_all()

    def _results_of(self, key: Hashable, calls: dict[int, Call]) -> dict[int, Any]:
        if key not in self._alone:
            try:
                return self._at_once(key, calls)
            except UnseededDraw:
                raise
            except Exception:
                self._alone.add(key)
        return {place: _computed(call, call.kind, call.traced, call.args) for place, call in calls.items()}

    def _at_once(self, key: Hashable, calls: dict[int, Call]) -> dict[int, Any]:
        first = next(iter(calls.values()))
        every = [calls.get(place, first).args for place in range(self._size)]
        own = [_stacked([args[i] for args in every]) for i in range(_OWN) if i != _ARRAYS]
        own.insert(_ARRAYS, self._stacked_arrays(key, [args[_ARRAYS] for args in every]))
        kind = ("together", self._size, first.kind)
        shared = first.args[_OWN:]
        axes = (0,) * _OWN + (None,) * len(shared)
        results = _computed(first, kind, engine.vmap(first.traced, axes), (*own, *shared))
        results = tree.map(_on_host, results)
        return {place: tree.map(partial(_part, place), results) for place in calls}

    def _stacked_arrays(self, key: Hashable, arrays: list[Any]) -> Any:
        """The data stay the same from epoch to epoch."""
        leaves = tree.leaves(arrays)
        known = self._arrays.get(key)
        if known is None or not all(map(lambda old, new: old is new, known[0], leaves)):
            known = self._arrays[key] = leaves, tree.map(engine.put, _stacked(arrays))
        return known[1]


def _stacked(values: list[Any]) -> Any:
    return tree.map(lambda *leaves: None if leaves[0] is None else np.stack([*map(_on_host, leaves)]), *values)


def _on_host(x: Any) -> Any:
    if x is None or isinstance(x, np.ndarray):
        return x
    return np.float32(x) if isinstance(x, float) else np.int32(x) if isinstance(x, int) else engine.to_numpy(x)


def _part(place: int, values: Any) -> Any:
    return None if values is None else values[place, ...]


def _group(call: Call) -> Hashable:
    """Equal for calls that can be computed at once."""
    shapes = tuple([getattr(leaf, "shape", None) for leaf in tree.leaves(call.args[_ARRAYS:_OWN])])
    return call.functions, call.kind, shapes, call.args[_OWN:]


def _computed(call: Call, kind: Hashable, traced: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    with under(traced=traced, together=None):
        return call.functions.call(kind, args, call.donated)
