"""Python's operators on tensors of graphs and of tapes: `x + 1` is `ops.add(x, 1)`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hornbeam.core.renaming.members import install_members
from hornbeam.core.symbolic import KerasTensor, Node, SymbolicTensor
from hornbeam.core.tape import Taped
from hornbeam.core.variable import Variable
from hornbeam.ops import arrays, math

__all__ = ["KerasTensor", "SymbolicTensor"]

_BINARY: dict[str, Callable[..., Any]] = {
    "add": math.add,
    "sub": math.subtract,
    "mul": math.multiply,
    "truediv": math.true_divide,
    "floordiv": math.floor_divide,
    "mod": math.mod,
    "pow": math.power,
    "matmul": math.matmul,
    "and": math.logical_and,
    "or": math.logical_or,
    "xor": math.logical_xor,
}
_ONE_SIDED: dict[str, Callable[..., Any]] = {
    "lt": math.less,
    "le": math.less_equal,
    "gt": math.greater,
    "ge": math.greater_equal,
    "ne": math.not_equal,
    "getitem": arrays.get_item,
}
_METHODS: dict[str, Callable[..., Any]] = {"reshape": arrays.reshape, "squeeze": arrays.squeeze}
_UNARY: dict[str, Callable[..., Any]] = {"neg": math.negative, "abs": math.abs, "invert": math.logical_not}


# Python's names of operators -> what they do with their operands, the tensor first.
OPERATORS: dict[str, Callable[..., Any]] = {
    **{f"__{name}__": fn for name, fn in (_BINARY | _ONE_SIDED | _UNARY).items()},
    **{f"__r{name}__": lambda self, other, fn=fn: fn(other, self) for name, fn in _BINARY.items()},
}


def install() -> None:
    """Give tensors of graphs and of tapes their operators, and what graphs had in Keras 2; done once, by `ops`."""
    install_members(SymbolicTensor)
    install_members(Node)
    install_members(Variable, "keras")
    for cls in (SymbolicTensor, Taped):
        for name, fn in OPERATORS.items():
            setattr(cls, name, _method(fn))
        for name, fn in _METHODS.items():
            setattr(cls, name, fn)


def _method(fn: Callable[..., Any]) -> Callable[..., Any]:
    return lambda self, *others: fn(self, *others)
