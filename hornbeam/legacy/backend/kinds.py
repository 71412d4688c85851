"""What a tensor is."""

from __future__ import annotations

from typing import Any

from hornbeam import ops
from hornbeam.core.symbolic import SymbolicTensor
from hornbeam.core.variable import Variable
from hornbeam.layers import InputLayer

_BACKEND = "tensorflow"  # which Keras 1 had beside `backend()`


def dtype(x: Any) -> str:
    """The name of its dtype."""
    return ops.dtype(x)


def is_placeholder(x: Any) -> bool:
    """Whether it is what `placeholder` or `Input` gave."""
    return isinstance(x, SymbolicTensor) and x.node is not None and isinstance(x.node.operation, InputLayer)


def is_tensor(x: Any) -> bool:
    """Whether it is a tensor, with values or symbolic, or a variable."""
    return isinstance(x, SymbolicTensor | Variable) or ops.is_tensor(x)


def is_symbolic(x: Any) -> bool:
    """Whether it is a tensor without values."""
    return isinstance(x, SymbolicTensor)


def is_variable(x: Any) -> bool:
    """Whether it is a variable."""
    return isinstance(x, Variable)


def is_sparse(tensor: Any) -> bool:
    """Never: tensors are dense."""
    return False


def to_dense(tensor: Any) -> Any:
    """The tensor itself."""
    return tensor
