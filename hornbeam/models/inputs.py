"""What a model is called on: as arrays, as symbolic tensors, and the shapes of it."""

from __future__ import annotations

from typing import Any

import numpy as np

from hornbeam.core import symbolic, tree
from hornbeam.core.running import running
from hornbeam.core.symbolic import SymbolicTensor
from hornbeam.models.steps import Steps


def as_arrays(inputs: Any) -> Any:
    """Inputs without nested lists of numbers, which become arrays."""
    if isinstance(inputs, list | tuple) and all(
        isinstance(leaf, bool | int | float | str) for leaf in tree.leaves(inputs)
    ):
        return np.asarray(inputs)
    return inputs


def spec_of(x: Any) -> Any:
    """Data as a symbolic tensor of its shape, the batch unknown."""
    if x is None:
        return None
    shape = np.shape(x)
    return SymbolicTensor((None, *shape[1:]), str(x.dtype).rpartition(".")[2] if hasattr(x, "dtype") else None)


def shapes_of(value: Any) -> Any:
    """The shapes of all tensors, in order."""
    return [getattr(leaf, "shape", None) for leaf in tree.leaves(value)]


def _is_inference(signature: Any, kwargs: dict[str, Any]) -> bool:
    """Whether a call with these arguments is one for inference, and has no others."""
    return not kwargs.get("training", signature.training_default) and kwargs.keys() <= {"training"}


def can_call_compiled(model: Any, inputs: Any, kwargs: dict[str, Any]) -> bool:
    """Whether a call is one of the compiled forward pass."""
    return (
        model.built
        and not running.layers
        and running.scope is None
        and running.tape is None
        and _is_inference(type(model).__hornbeam_call__, kwargs)
        and type(model).predict_step is Steps.predict_step
        and not symbolic.is_symbolic(inputs)
        and not model.__hornbeam__.is_eager
    )
