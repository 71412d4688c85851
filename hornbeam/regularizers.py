"""Regularizers: numbers added to the loss that grow with the weights. `get` takes what `kernel_regularizer=` takes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from hornbeam import engine
from hornbeam.core import serialization
from hornbeam.core.configurable import Configurable
from hornbeam.core.hyperparameter import Hyperparameter
from hornbeam.core.lookup import lookup
from hornbeam.core.renaming.names import old_names_in
from hornbeam.ops.dispatch import Array, as_array
from hornbeam.ops.nn import normalize

# fmt: off
__all__ = [
    "Regularizer", "L1", "L2", "L1L2", "OrthogonalRegularizer", "l1", "l2", "l1_l2", "orthogonal_regularizer",
    "get", "serialize", "deserialize",
]
# fmt: on


class Regularizer(Configurable):
    """Base of all regularizers: override `__call__`, which gives a scalar."""

    api_module = "keras.regularizers"

    def __call__(self, x: Any) -> Array:
        return 0.0

    def resolve(self, name: str, value: Any) -> Any:
        if name not in ("l1", "l2", "factor"):
            return value
        value = 0.0 if value is None else value
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
            raise ValueError(f"`{name}` must be a finite number that is not negative. Received: {name}={value!r}.")
        return value


class L1(Regularizer):
    """`l1 * sum(|x|)`.

    Args:
        l1: the factor.

    >>> import hornbeam
    >>> float(hornbeam.regularizers.L1(0.5)([1.0, -2.0]))
    1.5
    """

    l1 = Hyperparameter()

    def __init__(self, l1: float | None = 0.01):
        l1 = 0.01 if l1 is None else l1
        self.store(locals())

    def __call__(self, x: Any) -> Array:
        return self.l1 * engine.sum(engine.abs(as_array(x)))


class L2(Regularizer):
    """`l2 * sum(x**2)`.

    Args:
        l2: the factor.

    >>> import hornbeam
    >>> float(hornbeam.regularizers.L2(0.5)([1.0, -2.0]))
    2.5
    """

    l2 = Hyperparameter()

    def __init__(self, l2: float | None = 0.01):
        l2 = 0.01 if l2 is None else l2
        self.store(locals())

    def __call__(self, x: Any) -> Array:
        x = as_array(x)
        return self.l2 * engine.sum(x * x)


class L1L2(Regularizer):
    """`l1 * sum(|x|) + l2 * sum(x**2)`.

    Args:
        l1: the factor of the first sum.
        l2: the factor of the second sum.

    >>> import hornbeam
    >>> float(hornbeam.regularizers.L1L2(l1=1.0, l2=0.5)([1.0, -2.0]))
    5.5
    """

    l1 = Hyperparameter()
    l2 = Hyperparameter()

    def __init__(self, l1: float = 0.0, l2: float = 0.0):
        self.store(locals())

    def __call__(self, x: Any) -> Array:
        x = as_array(x)
        return self.l1 * engine.sum(engine.abs(x)) + self.l2 * engine.sum(x * x)


class OrthogonalRegularizer(Regularizer):
    """`factor` times the mean `|cos|` of the angles between the rows, or columns, of a matrix.

    Args:
        factor: the factor.
        mode: "rows" or "columns".

    >>> import hornbeam
    >>> float(hornbeam.regularizers.OrthogonalRegularizer(1.0)([[1.0, 0.0], [0.0, 2.0]]))
    0.0
    """

    factor = Hyperparameter()

    def __init__(self, factor: float = 0.01, mode: str = "rows"):
        self.store(locals())
        if mode not in ("rows", "columns"):
            raise ValueError(f"`mode` must be 'rows' or 'columns'. Received: mode={mode!r}.")

    def __call__(self, inputs: Any) -> Array:
        x = as_array(inputs)
        if len(x.shape) != 2:
            raise ValueError(f"`OrthogonalRegularizer` takes matrices only. Received: shape {tuple(x.shape)}.")
        x = x if self.mode == "rows" else engine.transpose(x, (1, 0))
        x = normalize(x, axis=1)
        n = x.shape[0]
        cosines = engine.matmul(x, engine.transpose(x, (1, 0))) * (1 - engine.eye(n, n, 0, engine.dtype_name(x)))
        return self.factor * 0.5 * engine.sum(engine.abs(cosines)) / (n * (n - 1) / 2)


l1, l2, l1_l2, orthogonal_regularizer = L1, L2, L1L2, OrthogonalRegularizer

_NAMES = {name: globals()[name] for name in __all__ if name not in ("Regularizer", "get", "serialize", "deserialize")}


def get(identifier: Any) -> Any:
    """The regularizer that a name, a config, a class or a callable stands for; `None` stays `None`.

    >>> import hornbeam
    >>> hornbeam.regularizers.get("l2")
    L2()
    """
    return lookup(identifier, _NAMES, "keras.regularizers", "regularizer")


def serialize(regularizer: Any) -> Any:
    """The config of a regularizer.

    >>> import hornbeam
    >>> hornbeam.regularizers.serialize(hornbeam.regularizers.L2(0.5))["config"]
    {'l2': 0.5}
    """
    return serialization.serialize(regularizer)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """The regularizer that `serialize` described.

    >>> import hornbeam
    >>> hornbeam.regularizers.deserialize({"class_name": "L2", "config": {"l2": 0.5}})
    L2(l2=0.5)
    """
    with serialization.custom_object_scope(custom_objects or {}):
        return get(config)


if not TYPE_CHECKING:
    __getattr__ = old_names_in(__name__)
