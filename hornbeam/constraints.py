"""Constraints: what an optimizer does to a weight after each step. `get` takes what `kernel_constraint=` takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from hornbeam import engine
from hornbeam.core import serialization
from hornbeam.core.configurable import Configurable
from hornbeam.core.lookup import lookup
from hornbeam.core.renaming.names import old_names_in
from hornbeam.core.settings import epsilon
from hornbeam.ops.dispatch import Array, as_array

# fmt: off
__all__ = [
    "Constraint", "MaxNorm", "NonNeg", "UnitNorm", "MinMaxNorm", "max_norm", "non_neg", "unit_norm", "min_max_norm",
    "get", "serialize", "deserialize",
]
# fmt: on

Axes = int | Sequence[int]


class Constraint(Configurable):
    """Base of all constraints: override `__call__`, which gives the weight that obeys."""

    api_module = "keras.constraints"

    def __call__(self, w: Any) -> Array:
        return as_array(w)


def _norm(w: Array, axis: Axes) -> Array:
    return engine.sqrt(engine.sum(w * w, axis, True))


def _within(x: Array, low: float, high: float) -> Array:
    return engine.minimum(engine.maximum(x, low), high)


class MaxNorm(Constraint):
    """`w * clip(norm(w), 0, max_value) / norm(w)`: vectors along `axis` are at most so long.

    Args:
        max_value: the largest length.
        axis: the axes that a vector runs along; 0 for a Dense kernel (inputs, units), [0, 1, 2] for a Conv2D kernel.

    Source: Srivastava et al., Dropout: A Simple Way to Prevent Neural Networks from Overfitting, 2014.

    >>> import hornbeam
    >>> hornbeam.constraints.MaxNorm(1.0)([[3.0], [4.0]]).round(1).tolist()
    [[0.6...], [0.8...]]
    """

    def __init__(self, max_value: float = 2, axis: Axes = 0):
        self.store(locals())

    def __call__(self, w: Any) -> Array:
        w = as_array(w)
        norm = _norm(w, self.axis)
        return w * (_within(norm, 0, self.max_value) / (epsilon() + norm))


class NonNeg(Constraint):
    """`max(w, 0)`.

    >>> import hornbeam
    >>> hornbeam.constraints.NonNeg()([-1.0, 2.0]).tolist()
    [0.0, 2.0]
    """

    def __call__(self, w: Any) -> Array:
        return engine.maximum(as_array(w), 0)


class UnitNorm(Constraint):
    """`w / norm(w)`: vectors along `axis` have length 1.

    Args:
        axis: the axes that a vector runs along; 0 for a Dense kernel (inputs, units), [0, 1, 2] for a Conv2D kernel.

    >>> import hornbeam
    >>> hornbeam.constraints.UnitNorm()([[3.0], [4.0]]).round(1).tolist()
    [[0.6...], [0.8...]]
    """

    def __init__(self, axis: Axes = 0):
        self.store(locals())

    def __call__(self, w: Any) -> Array:
        w = as_array(w)
        return w / (epsilon() + _norm(w, self.axis))


class MinMaxNorm(Constraint):
    """`w * (rate * clip(norm(w), min_value, max_value) + (1 - rate) * norm(w)) / norm(w)`.

    Args:
        min_value: the smallest length of a vector along `axis`.
        max_value: the largest length.
        rate: how much of the way there a step goes; 1 for all of it.
        axis: the axes that a vector runs along; 0 for a Dense kernel (inputs, units), [0, 1, 2] for a Conv2D kernel.

    >>> import hornbeam
    >>> hornbeam.constraints.MinMaxNorm(min_value=10.0, max_value=20.0)([[3.0], [4.0]]).round(1).tolist()
    [[6.0], [8.0]]
    """

    def __init__(self, min_value: float = 0.0, max_value: float = 1.0, rate: float = 1.0, axis: Axes = 0):
        self.store(locals())

    def __call__(self, w: Any) -> Array:
        w = as_array(w)
        norm = _norm(w, self.axis)
        wanted = self.rate * _within(norm, self.min_value, self.max_value) + (1 - self.rate) * norm
        return w * (wanted / (epsilon() + norm))


max_norm, non_neg, unit_norm, min_max_norm = MaxNorm, NonNeg, UnitNorm, MinMaxNorm

_NAMES = {name: globals()[name] for name in __all__ if name not in ("Constraint", "get", "serialize", "deserialize")}


def get(identifier: Any) -> Any:
    """The constraint that a name, a config, a class or a callable stands for; `None` stays `None`.

    >>> import hornbeam
    >>> hornbeam.constraints.get("non_neg")
    NonNeg()
    """
    return lookup(identifier, _NAMES, "keras.constraints", "constraint")


def serialize(constraint: Any) -> Any:
    """The config of a constraint.

    >>> import hornbeam
    >>> hornbeam.constraints.serialize(hornbeam.constraints.MaxNorm(3))["config"]
    {'max_value': 3, 'axis': 0}
    """
    return serialization.serialize(constraint)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """The constraint that `serialize` described.

    >>> import hornbeam
    >>> hornbeam.constraints.deserialize({"class_name": "MaxNorm", "config": {"max_value": 3}})
    MaxNorm(max_value=3)
    """
    with serialization.custom_object_scope(custom_objects or {}):
        return get(config)


if not TYPE_CHECKING:
    __getattr__ = old_names_in(__name__)
