"""`tf.Variable`."""

from __future__ import annotations

from typing import Any

import numpy as np

from hornbeam import ops
from hornbeam.core import variable
from hornbeam.core.shape import Shape
from hornbeam.legacy.tensorflow.functions import constant


class _OfAllVariables(type):
    """Those of layers are variables, too."""

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, variable.Variable)


class Variable(variable.Variable, metaclass=_OfAllVariables):
    """A variable with a first value; a function gives it when it is called."""

    def __init__(
        self,
        initial_value: Any,
        trainable: bool = True,
        validate_shape: bool = True,
        caching_device: Any = None,
        name: str | None = None,
        variable_def: Any = None,
        dtype: Any = None,
        **settings: Any,
    ):
        value = initial_value() if callable(initial_value) else initial_value
        value = constant(value, dtype) if not isinstance(value, np.ndarray) else value
        name = (name or "Variable").replace("/", "_").rstrip(":0")
        super().__init__(value, trainable=trainable, dtype=dtype, name=name)
        self.constraint = settings.get("constraint")
        self.shape = Shape(self.shape)

    def scatter_nd_update(self, indices: Any, updates: Any, name: Any = None) -> Any:
        """Other values at places given by rows of indices."""
        return self.assign(ops.scatter_update(self.value, indices, updates))

    def scatter_nd_add(self, indices: Any, updates: Any, name: Any = None) -> Any:
        """More at places given by rows of indices."""
        return self.assign(ops.add(self.value, ops.scatter(indices, updates, self.shape)))

    def scatter_update(self, sparse_delta: Any, name: Any = None) -> Any:
        """Other rows: `tf.IndexedSlices(rows, indices)`."""
        return self.scatter_nd_update(np.asarray(sparse_delta.indices)[:, None], sparse_delta.values)

    def scatter_add(self, sparse_delta: Any, name: Any = None) -> Any:
        """More in some rows: `tf.IndexedSlices(rows, indices)`."""
        return self.scatter_nd_add(np.asarray(sparse_delta.indices)[:, None], sparse_delta.values)


class IndexedSlices:
    """Rows, and their numbers."""

    def __init__(self, values: Any, indices: Any, dense_shape: Any = None):
        self.values, self.indices, self.dense_shape = values, indices, dense_shape
