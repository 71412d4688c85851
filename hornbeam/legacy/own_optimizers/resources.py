"""Optimizers that define `_resource_apply_dense(self, grad, var)`, as those of TensorFlow's Keras did."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from hornbeam.core.variable import Variable
from hornbeam.legacy.own_optimizers.configs import config_arguments
from hornbeam.legacy.tensorflow.dtypes import DType
from hornbeam.optimizers import Optimizer
from hornbeam.optimizers.base.clipping import clip


class Applying:
    """Its members become those of the user's class."""

    config_arguments = config_arguments
    takes_name_first = True
    _use_locking = False
    is_built_for: Callable[..., bool]
    _resource_apply_dense: Callable[..., Any]

    def build(self, variables: Any) -> None:
        """Make the slots that `_create_slots` asks for."""
        optimizer: Any = self
        variables = list(variables)
        if self.is_built_for(variables):
            return
        Optimizer.build(optimizer, variables)
        for variable in variables:
            variable.dtype = DType(variable.dtype)  # which such classes ask for its `base_dtype`
        optimizer._create_slots(variables)

    def _update_all(self, grads: list[Any], variables: list[Variable]) -> None:
        optimizer: Any = self
        optimizer._prepare(variables)
        takes = inspect.signature(self._resource_apply_dense).parameters
        more = {"apply_state": _States(optimizer)} if "apply_state" in takes else {}
        for gradient, variable in zip(clip(self, grads), variables, strict=True):
            self._resource_apply_dense(gradient, variable, **more)


class _States(dict[Any, Any]):
    """What `_prepare_local` made for a device and a dtype, made when it is asked for."""

    def __init__(self, optimizer: Any):
        super().__init__()
        self._optimizer = optimizer

    def __bool__(self) -> bool:
        return True

    def get(self, key: Any, default: Any = None) -> Any:
        return self[key]

    def __missing__(self, key: Any) -> Any:
        self[key] = self._optimizer._fallback_apply_state(*key)
        return self[key]
