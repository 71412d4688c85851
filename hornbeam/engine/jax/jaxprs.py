"""What a traced program consists of: its operations, those in its loops and branches too."""

import builtins
import math
from typing import Any, NamedTuple

from jax import lax

MULTIPLICATIONS_PER_ELEMENT = 8


class Operation(NamedTuple):
    """One equation of a program, and how often it is computed: 0 for one that only holds the programs to compute."""

    equation: Any
    times: int


def operations(jaxpr) -> list[Operation]:
    """The operations of a program; the body of a loop of unknown length counts once."""
    found: list[Operation] = []
    waiting = [(jaxpr, 1)]
    while waiting:
        program, times = waiting.pop()
        for equation in program.eqns:
            inner = _programs_in(equation)
            found.append(Operation(equation, 0 if inner else times))
            inner_times = times * equation.params["length"] if equation.primitive is lax.scan_p else times
            waiting += [(one, inner_times) for one in inner] if inner else []
    return found


def _programs_in(equation) -> list[Any]:
    """The programs among the parameters of an equation: the body of a loop, all branches of a condition."""
    found = []
    for value in equation.params.values():
        for item in value if isinstance(value, (list, tuple)) else (value,):
            program = getattr(item, "jaxpr", item)
            if hasattr(program, "eqns"):
                found.append(program)
    return found


def has(operations: list[Operation], *primitives) -> bool:
    """Whether one of these is among the operations."""
    return not {operation.equation.primitive for operation in operations}.isdisjoint(primitives)


def convolves(operations: list[Operation]) -> bool:
    return has(operations, lax.conv_general_dilated_p)


def results(jaxpr) -> int:
    """How many numbers a program returns; a training step returns its state."""
    return builtins.sum([math.prod(v.aval.shape) for v in jaxpr.outvars])


def work(operations: list[Operation]) -> float:
    """About how many elements a program computes."""
    return builtins.sum([times * _elements(equation) for equation, times in operations if times])


def _elements(equation) -> float:
    """About how many elements one equation computes; of a product or a sum, it counts what is added up as well."""
    adds_up = equation.primitive.name.startswith(("reduce", "arg"))
    counted = [*equation.outvars, *equation.invars] if adds_up else equation.outvars
    shapes = [v.aval.shape for v in counted if hasattr(v.aval, "shape")]
    size = builtins.max(map(math.prod, shapes), default=0)
    if equation.primitive is lax.dot_general_p:
        (contracted, _), _ = equation.params["dimension_numbers"]
        depth = math.prod(equation.invars[0].aval.shape[axis] for axis in contracted)
        size *= builtins.max(depth / MULTIPLICATIONS_PER_ELEMENT, 1)
    return size
