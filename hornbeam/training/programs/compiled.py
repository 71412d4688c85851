"""`CompiledFunctions`: what was compiled, shared by all models of one structure.

A compiled step is a function of the values of variables: it serves any model whose step would be traced to the same
computation. So it is kept by the model's fingerprint. It holds no model; whatever has to be traced is asked of the
program that is calling.
"""

from __future__ import annotations

import contextlib
import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Any, NamedTuple

from hornbeam import engine
from hornbeam.core import dtypes, settings, turns
from hornbeam.core.fingerprint import Fingerprint
from hornbeam.core.running import running
from hornbeam.core.variable import Variable

# How many are kept when no model uses them any more: the next model of a search may.
_RECENT = 16
# And how many while searches are under way.
_RECENT_IN_SEARCHES = 512
# Hyperparameters, variables and constants: the first arguments of a program, of the same shapes in all its calls.
_STATE = 3


class Call(NamedTuple):
    """One thread's call of a compiled range of steps, for those who compute several at once.

    Attributes:
        functions: whose.
        kind: what the computation depends on.
        donated: the places of arguments that may be overwritten.
        traced: what it is traced from.
        args: its arguments.
    """

    functions: CompiledFunctions
    kind: Hashable
    donated: tuple[int, ...]
    traced: Callable[..., Any]
    args: tuple[Any, ...]


class CompiledFunctions:
    """Compiled functions of a program by their kinds, and what was learnt about them.

    Attributes:
        facts: what was learnt, such as how long a step takes.
    """

    def __init__(self) -> None:
        self.facts: dict[Hashable, Any] = {}
        self._functions: dict[Hashable, Callable[..., Any]] = {}

    def call(self, kind: Hashable, args: tuple[Any, ...], donated: tuple[int, ...]) -> Any:
        """`running.traced(*args)`, compiled for the shapes of `args` unless it was before.

        Args:
            kind: what the computation depends on, beside the fingerprint and the shapes.
            args: arrays, in lists and tuples.
            donated: the places of those that may be overwritten.
        """
        if running.together is not None and isinstance(kind, tuple) and kind[0] == "range":
            assert running.traced is not None
            return running.together(Call(self, kind, donated, running.traced, args))
        known = self._functions.get(kind)
        if known is not None:
            return known(*args)
        with turns.waiting():  # while it is compiled
            return self._function(kind, donated)(*args)

    def is_by_step(self, kind: Hashable, args: tuple[Any, ...], donated: tuple[int, ...]) -> bool:
        """Whether the loop that `call` would compile is better dispatched step by step; asked once."""
        key = ("by step", kind)
        if key not in self.facts:
            self.facts[key] = engine.steps_beat_loops(self._function(kind, donated), *args)
        return self.facts[key]

    def _function(self, kind: Hashable, donated: tuple[int, ...]) -> Callable[..., Any]:
        known = self._functions.get(kind)
        return known or self._functions.setdefault(kind, engine.jit(_asking(), donated, _STATE, _steps))


def _steps() -> int | None:
    return running.steps


def _asking() -> Callable[..., Any]:
    """A function, new because an engine remembers traces by function, that is traced from what its caller names."""

    def traced(*args: Any) -> Any:
        assert running.traced is not None
        return running.traced(*args)

    return traced


_shared: weakref.WeakValueDictionary[Hashable, CompiledFunctions] = weakref.WeakValueDictionary()
_recent: OrderedDict[Hashable, CompiledFunctions] = OrderedDict()
_lock = threading.Lock()
_searches = 0


def shared_functions(
    purpose: Hashable, seen: Fingerprint, variables: Sequence[Variable], constants: Sequence[Variable]
) -> CompiledFunctions:
    """What was compiled for whatever has this fingerprint; new where there is nothing yet, or nothing is shared.

    Objects that cannot be compared with others get code of their own.

    Args:
        purpose: what the compiled code does.
        seen: the fingerprint of all that the step to compile looks at.
        variables, constants: the state of the step, in its order.
    """
    if not seen.is_shareable:
        return CompiledFunctions()
    key = program_key(purpose, seen, variables, constants)
    with _lock:
        compiled = _shared.get(key)
        if compiled is None:
            compiled = _shared[key] = CompiledFunctions()
        _recent[key] = compiled
        _recent.move_to_end(key)
        _forget_oldest()
    return compiled


def _forget_oldest() -> None:
    while len(_recent) > (_RECENT_IN_SEARCHES if _searches else _RECENT):
        _recent.popitem(last=False)


@contextlib.contextmanager
def keeping_compiled() -> Iterator[None]:
    """Inside, many programs that no model uses are kept: those of all the structures that a search comes back to."""
    global _searches
    with _lock:
        _searches += 1
    try:
        yield
    finally:
        with _lock:
            _searches -= 1
            _forget_oldest()


def program_key(
    purpose: Hashable, seen: Fingerprint, variables: Sequence[Variable], constants: Sequence[Variable]
) -> Hashable:
    """Equal for programs that are traced to the same computation."""
    places = (tuple(seen.variables.get(variable, variable) for variable in group) for group in (variables, constants))
    general = (engine.backend(), dtypes.floatx(), settings.epsilon(), settings.image_data_format())
    return (purpose, general, *places, seen.key)


def forget_compiled() -> None:
    """Let go of what no model uses, and share nothing with what there is."""
    with _lock:
        _shared.clear()
        _recent.clear()
