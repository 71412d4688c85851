"""Activation functions, and how names become functions.

`get` takes what `activation=` of a layer takes: a name, a function, a config, or `None` for no activation.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hornbeam import engine
from hornbeam.core import serialization
from hornbeam.core.declarations import declare
from hornbeam.core.lookup import lookup
from hornbeam.core.renaming.arguments import takes_old_arguments
from hornbeam.ops import nn
from hornbeam.ops.dispatch import Array, floating, op
from hornbeam.ops.math import exp, tanh
from hornbeam.ops.nn import (
    celu,
    elu,
    glu,
    hard_shrink,
    hard_sigmoid,
    hard_silu,
    hard_tanh,
    leaky_relu,
    log_sigmoid,
    log_softmax,
    relu6,
    selu,
    sigmoid,
    silu,
    soft_shrink,
    softmax,
    softplus,
    softsign,
    sparse_plus,
    sparse_sigmoid,
    sparsemax,
    squareplus,
    tanh_shrink,
    threshold,
)

# fmt: off
__all__ = [
    "celu", "elu", "exponential", "gelu", "glu", "hard_shrink", "hard_sigmoid", "hard_silu", "hard_swish", "hard_tanh",
    "keras2_hard_sigmoid",
    "leaky_relu", "linear", "log_sigmoid", "log_softmax", "mish", "relu", "relu6", "selu", "sigmoid", "silu",
    "soft_shrink", "softmax", "softplus", "softsign", "sparse_plus", "sparse_sigmoid", "sparsemax", "squareplus",
    "swish", "tanh", "tanh_shrink", "threshold",
    "get", "serialize", "deserialize",
]
# fmt: on

swish = silu
hard_swish = hard_silu


@takes_old_arguments("keras.activations")
@op(row_independent=True)
def relu(x: Array, negative_slope: float = 0.0, max_value: float | None = None, threshold: float = 0.0) -> Array:
    """`min(x, max_value)` where `x > threshold`, and `negative_slope * (x - threshold)` elsewhere.

    Args:
        x: an array.
        negative_slope: the slope below the threshold.
        max_value: the largest value that comes out.
        threshold: only what is above it passes.

    >>> import hornbeam
    >>> hornbeam.activations.relu([-2.0, 1.0, 9.0], negative_slope=0.5, max_value=6.0).tolist()
    [-1.0, 1.0, 6.0]
    """
    if negative_slope == 0 and max_value is None and threshold == 0:
        return nn.relu(x)
    x = floating(x)
    passed = x > threshold if threshold else x > 0
    below = negative_slope * (x - threshold) if negative_slope else 0
    y = engine.where(passed, x, below)
    return y if max_value is None else engine.where(y >= max_value, max_value, y)


@op(row_independent=True)
def gelu(x: Array, approximate: bool = False) -> Array:
    """`x * (1 + erf(x / sqrt(2))) / 2`, or its approximation by a tanh (Hendrycks and Gimpel, 2016).

    >>> import hornbeam
    >>> [round(float(y), 4) for y in hornbeam.activations.gelu([-1.0, 0.0, 2.0])]
    [-0.1587, 0.0, 1.9545]
    """
    return nn.gelu(x, approximate)


@op(row_independent=True)
def keras2_hard_sigmoid(x: Array) -> Array:
    """`min(max(0.2 x + 0.5, 0), 1)`: what Keras 1 and 2 called `hard_sigmoid`; files of theirs mean this one.

    >>> import hornbeam
    >>> hornbeam.activations.keras2_hard_sigmoid([-3.0, 0.0, 1.0]).tolist()
    [0.0, 0.5, 0.699999988079071]
    """
    return engine.minimum(engine.maximum(floating(x) * 0.2 + 0.5, 0.0), 1.0)


@op(row_independent=True)
def mish(x: Array) -> Array:
    """`x * tanh(softplus(x))` (Misra, 2019).

    >>> import hornbeam
    >>> [round(float(y), 4) for y in hornbeam.activations.mish([-1.0, 0.0, 2.0])]
    [-0.3034, 0.0, 1.944]
    """
    x = floating(x)
    return x * engine.tanh(softplus(x))


@declare(row_independent=True)
def exponential(x: Any) -> Array:
    """`e ** x`.

    >>> import hornbeam
    >>> [round(float(y), 4) for y in hornbeam.activations.exponential([-1.0, 0.0, 2.0])]
    [0.3679, 1.0, 7.3891]
    """
    return exp(x)


@declare(row_independent=True, passes_values=True)
def linear(x: Any) -> Any:
    """`x`.

    >>> import hornbeam
    >>> hornbeam.activations.linear(2.0)
    2.0
    """
    return x


_FUNCTIONS = {name: globals()[name] for name in __all__ if name not in ("get", "serialize", "deserialize")}


def get(identifier: Any) -> Callable[..., Any]:
    """The function that a name, a config or a function stands for; `None` is `linear`.

    >>> import hornbeam
    >>> hornbeam.activations.get("relu") is hornbeam.activations.relu
    True
    """
    return linear if identifier is None else lookup(identifier, _FUNCTIONS, "keras.activations", "activation")


def serialize(activation: Callable[..., Any]) -> Any:
    """The name of a built-in function, or the config that finds another one again.

    >>> import hornbeam
    >>> hornbeam.activations.serialize(hornbeam.activations.relu)
    'relu'
    """
    return serialization.serialize(activation)


@takes_old_arguments("keras.activations")
def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Callable[..., Any]:
    """The function that `serialize` described.

    >>> import hornbeam
    >>> hornbeam.activations.deserialize("relu") is hornbeam.activations.relu
    True
    """
    with serialization.custom_object_scope(custom_objects or {}):
        return get(config)
