"""`Code`: what was compiled, shared by all models of one structure.

A compiled step is a function of the values of variables: it serves any model whose step would be traced to the same
computation. So code is kept by the model's fingerprint. It holds no model; whatever has to be traced is asked of the
model that is calling.
"""

from __future__ import annotations

import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from hornbeam import engine
from hornbeam.core import dtypes, settings
from hornbeam.core.fingerprint import Fingerprint
from hornbeam.core.hyperparameter import given
from hornbeam.core.variable import Variable

# How many codes are kept when no model uses them any more: the next model of a search may.
_RECENT = 16


class _Calling(threading.local):
    program: Any = None

    @contextmanager
    def by(self, program: Any) -> Iterator[None]:
        outer, self.program = self.program, program
        try:
            yield
        finally:
            self.program = outer


_calling = _Calling()


class Code:
    """Compiled functions, and what was learnt about them, under names that the programs choose.

    Attributes:
        facts: what was learnt, such as how long a step takes.
    """

    def __init__(self) -> None:
        self.facts: dict[Hashable, Any] = {}
        self._functions: dict[Hashable, Callable[..., Any]] = {}

    def run(self, program: Any, method: str, static: tuple[Hashable, ...], args: tuple[Any, ...], donate: bool) -> Any:
        """`program.method(*static, *args)`, compiled for the shapes of `args` unless it was before.

        Args:
            program: has a count of `compilations`, and `hyperparameters`: pairs of holder and name.
            method: what is traced.
            static: what the traced computation depends on, beside the program and the shapes.
            args: arrays, in lists and tuples.
            donate: whether the first of `args` may be overwritten.
        """
        function = self._function(method, static, donate)
        with _calling.by(program):
            return function(_hyperparameters(program), *args)

    def is_by_step(self, program: Any, method: str, static: tuple[Hashable, ...], args: tuple[Any, ...]) -> bool:
        """Whether the loop in a method that `run` would compile is better dispatched step by step; asked once."""
        key = ("by step", method, static)
        if key not in self.facts:
            function, compilations = self._function(method, static, True), program.compilations
            with _calling.by(program):
                self.facts[key] = engine.steps_beat_loops(function, _hyperparameters(program), *args)
            if self.facts[key]:
                program.compilations = compilations
        return self.facts[key]

    def _function(self, method: str, static: tuple[Hashable, ...], donate: bool) -> Callable[..., Any]:
        key = (method, static)
        return self._functions.get(key) or self._functions.setdefault(key, _compiled(method, static, donate))


def _hyperparameters(program: Any) -> list[float]:
    return [float(vars(holder)[name]) for holder, name in program.hyperparameters]


def _compiled(method: str, static: tuple[Hashable, ...], donate: bool) -> Callable[..., Any]:
    def trace(hyperparameters: list[Any], *args: Any) -> Any:
        program = _calling.program
        program.compilations += 1
        with given(program.hyperparameters, hyperparameters):
            return getattr(program, method)(*static, *args)

    return engine.jit(trace, donate=(1,) if donate else ())


_codes: weakref.WeakValueDictionary[Hashable, Code] = weakref.WeakValueDictionary()
_recent: OrderedDict[Hashable, Code] = OrderedDict()
_lock = threading.Lock()


def code_for(
    purpose: Hashable, objects: Any, variables: Sequence[Variable], constants: Sequence[Variable]
) -> tuple[Code, list[tuple[Any, str]]]:
    """The code for whatever equals these objects, new where there is none yet; and their hyperparameters.

    Objects that cannot be compared with others get code of their own.

    Args:
        purpose: what the code does with the objects.
        objects: all that the step to compile looks at.
        variables, constants: the state of the step, in its order.
    """
    seen = Fingerprint(objects)
    if not seen.is_shareable:
        return Code(), seen.hyperparameters
    places = [[seen.variables.get(variable, variable) for variable in group] for group in (variables, constants)]
    general = (engine.backend(), dtypes.floatx(), settings.epsilon(), settings.image_data_format())
    key = (purpose, general, tuple(map(tuple, places)), seen.key)
    with _lock:
        code = _codes.get(key)
        if code is None:
            code = _codes[key] = Code()
        _recent[key] = code
        _recent.move_to_end(key)
        while len(_recent) > _RECENT:
            _recent.popitem(last=False)
    return code, seen.hyperparameters


def forget_codes() -> None:
    """Let go of what no model uses, and share nothing with what there is."""
    with _lock:
        _codes.clear()
        _recent.clear()
