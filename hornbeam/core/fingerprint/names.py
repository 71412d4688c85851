"""The names that code may look up: its globals, the attributes it takes of anything, the modules it imports."""

from __future__ import annotations

import dis
import functools
import types
from collections.abc import Iterator
from typing import Any, NamedTuple

_READS_GLOBAL = frozenset(["LOAD_GLOBAL", "LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS"])
_DYNAMIC = frozenset(["globals", "vars", "locals"])


class Names(NamedTuple):
    """What code names, in the order of the alphabet.

    Attributes:
        of_globals: global variables and builtins.
        of_attributes: attributes of whatever; strings that could be such a name count (`getattr(x, "name")`).
        of_modules: modules imported inside the code, each with its level: dots of a relative import.
    """

    of_globals: tuple[str, ...]
    of_attributes: tuple[str, ...]
    of_modules: tuple[tuple[str, int], ...]


@functools.lru_cache(4096)
def names_in(code: types.CodeType) -> Names:
    """The names in code and in the functions, classes and comprehensions inside it."""
    of_globals: set[str] = set()
    of_attributes: set[str] = set()
    of_modules: set[tuple[str, int]] = set()
    for part in _parts(code):
        instructions = list(dis.get_instructions(part))
        of_globals.update(i.argval for i in instructions if i.opname in _READS_GLOBAL)
        of_attributes.update(part.co_names, _words(part.co_consts))
        for index, instruction in enumerate(instructions):
            if instruction.opname == "IMPORT_NAME":
                of_modules.add((instruction.argval, instructions[index - 2].argval or 0))
    if of_globals & _DYNAMIC:
        of_globals |= of_attributes
    return Names(tuple(sorted(of_globals)), tuple(sorted(of_attributes)), tuple(sorted(of_modules)))


def _parts(code: types.CodeType) -> Iterator[types.CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _parts(constant)


def _words(constants: tuple[Any, ...]) -> Iterator[str]:
    for constant in constants:
        if isinstance(constant, str) and constant.isidentifier():
            yield constant
        elif isinstance(constant, tuple):
            yield from _words(constant)
