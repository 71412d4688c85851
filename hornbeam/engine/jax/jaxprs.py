"""What a traced program consists of: its equations, those of loops and branches inside of it too."""

import builtins
import math

from jax import lax

MULTIPLICATIONS_PER_ELEMENT = 8


def equations(jaxpr):
    """The equations of a program, and those inside of them."""
    for equation in jaxpr.eqns:
        yield equation
        for value in equation.params.values():
            for inner in _jaxprs(value):
                yield from equations(inner)


def _jaxprs(value):
    """The programs inside a parameter of an equation."""
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from _jaxprs(item)
    elif hasattr(value, "jaxpr"):
        yield value.jaxpr
    elif hasattr(value, "eqns"):
        yield value


def has(jaxpr, *primitives) -> bool:
    """Whether one of these is among the operations."""
    return builtins.any(equation.primitive in primitives for equation in equations(jaxpr))


def convolves(jaxpr) -> bool:
    return has(jaxpr, lax.conv_general_dilated_p)


def length(jaxpr) -> int:
    """How many equations there are."""
    return builtins.sum(1 for _ in equations(jaxpr))


def results(jaxpr) -> int:
    """How many numbers a program returns; a training step returns its state."""
    return builtins.sum(math.prod(v.aval.shape) for v in jaxpr.outvars)


def work(jaxpr) -> float:
    """About how many elements a program computes; the body of a loop of unknown length counts once."""
    total = 0.0
    for equation in jaxpr.eqns:
        inner = [work(inner) for value in equation.params.values() for inner in _jaxprs(value)]
        if inner:
            total += builtins.sum(inner) * (equation.params["length"] if equation.primitive is lax.scan_p else 1)
            continue
        size = builtins.max((math.prod(v.aval.shape) for v in equation.outvars if hasattr(v.aval, "shape")), default=0)
        if equation.primitive is lax.dot_general_p:
            (contracted, _), _ = equation.params["dimension_numbers"]
            depth = math.prod(equation.invars[0].aval.shape[axis] for axis in contracted)
            size *= builtins.max(depth / MULTIPLICATIONS_PER_ELEMENT, 1)
        total += size
    return total
