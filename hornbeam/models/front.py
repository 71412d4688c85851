"""The front of a model: its layers that compute on the host. They are applied to data before programs see it.

A model is split once. The front takes what a user passes and gives arrays of numbers by name, each of the layer or
input that it comes from; programs, and the model's `call`, take these.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from hornbeam.core.data_shape import check_shape
from hornbeam.core.symbolic import SymbolicTensor
from hornbeam.layers.preprocessing.host_values import as_host_array, is_text


class Front:
    """What the fronts of all models share; a subclass says what it computes."""

    @property
    def names(self) -> frozenset[str]:
        """The names of what comes out."""
        raise NotImplementedError

    @property
    def is_all(self) -> bool:
        """Whether the whole model computes on the host."""
        raise NotImplementedError

    def has_made(self, x: Any) -> bool:
        """Whether `x` is what came out of this front."""
        return isinstance(x, dict) and x.keys() == self.names

    def apply(self, x: Any) -> dict[str, Any]:
        """What programs take, for inputs as a user passes them."""
        return x if self.has_made(x) else self.through(x, is_symbolic=False)

    def specs(self, x: Any) -> dict[str, Any]:
        """The same for symbolic inputs, as symbolic tensors."""
        return x if self.has_made(x) else self.through(x, is_symbolic=True)

    def through(self, x: Any, is_symbolic: bool) -> dict[str, Any]:
        """What comes out, by name."""
        raise NotImplementedError

    def whole(self, x: Any, is_symbolic: bool = False) -> Any:
        """The outputs of a model that computes on the host altogether."""
        raise NotImplementedError

    def run_rest(self, made: dict[str, Any]) -> Any:
        """The model's outputs for what has come out of the front."""
        raise NotImplementedError


def front_of(operation: Any) -> Any:
    """The front of a model; `None` for layers and functions, and for models without."""
    return getattr(getattr(operation, "__hornbeam__", None), "front", None)


def as_arrays(x: Any, count: int) -> Any:
    """Raw inputs of which each is one object: a list of strings or numbers becomes an array.

    Args:
        x: what a user passes.
        count: how many inputs the model has.
    """
    if isinstance(x, dict):
        return {key: _as_array(value) for key, value in x.items()}
    if not isinstance(x, list | tuple):
        return [x]
    if count == 1 and not (len(x) == 1 and np.ndim(x[0]) and hasattr(x[0], "shape")):
        return [_as_array(x)]
    return [_as_array(value) for value in x]


def _as_array(value: Any) -> Any:
    return as_host_array(value, "A model") if isinstance(value, list | tuple | str | bytes) else value


def fit_on_host(value: Any, tensor: SymbolicTensor, model_name: str) -> Any:
    """`value` as a NumPy array with the kind and rank of an input; an axis of size 1 at the end may be missing."""
    name = tensor.node.operation.name if tensor.node is not None else tensor.name
    array = as_host_array(value, f"Input `{name}` of model `{model_name}`")
    if array.size and is_text(array) != (tensor.dtype == "string"):
        wanted, found = ("strings", array.dtype) if tensor.dtype == "string" else (tensor.dtype, "strings")
        raise ValueError(
            f"Input `{name}` of model `{model_name}` must be {wanted}. Received: {found}; `Input(dtype=...)` says "
            "which kind a model takes."
        )
    if array.ndim == len(tensor.shape) - 1 and tensor.shape[-1] == 1:
        array = array[..., None]
    elif array.ndim == len(tensor.shape) + 1 and array.shape[-1] == 1:
        array = array[..., 0]
    check_shape(array.shape, tensor.shape, name, model_name)
    return array
