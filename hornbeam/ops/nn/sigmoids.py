"""Activations with the form of an S, their integrals, and products with them."""

from __future__ import annotations

from hornbeam import engine
from hornbeam.core import logits
from hornbeam.core.brief import shown_shape
from hornbeam.ops import arrays
from hornbeam.ops.dispatch import Array, floating, op
from hornbeam.ops.nn.rectifiers import relu6


@op(row_independent=True, gives="probabilities")
def sigmoid(x: Array) -> Array:
    """`1 / (1 + exp(-x))`.

    >>> import hornbeam
    >>> [round(float(y), 4) for y in hornbeam.activations.sigmoid([-1.0, 0.0, 2.0])]
    [0.2689, 0.5, 0.8808]
    """
    x = floating(x)
    return logits.remember(engine.sigmoid(x), x)


@op(row_independent=True)
def log_sigmoid(x: Array) -> Array:
    """`log(sigmoid(x))` without overflow.

    >>> import hornbeam
    >>> [round(float(y), 4) for y in hornbeam.activations.log_sigmoid([-1.0, 0.0, 2.0])]
    [-1.3133, -0.6931, -0.1269]
    """
    return -softplus(-floating(x))


@op(row_independent=True, gives="probabilities")
def hard_sigmoid(x: Array) -> Array:
    """`relu6(x + 3) / 6`.

    >>> import hornbeam
    >>> [round(float(y), 4) for y in hornbeam.activations.hard_sigmoid([-1.0, 0.0, 2.0])]
    [0.3333, 0.5, 0.8333]
    """
    return relu6(floating(x) + 3) / 6


@op(row_independent=True, gives="probabilities")
def sparse_sigmoid(x: Array) -> Array:
    """0 up to -1, 1 from 1 on, and straight between: the derivative of `sparse_plus`.

    >>> import hornbeam
    >>> [round(float(y), 4) for y in hornbeam.activations.sparse_sigmoid([-1.0, 0.0, 2.0])]
    [0.0, 0.5, 1.0]
    """
    x = floating(x)
    return engine.where(x <= -1, 0, engine.where(x >= 1, 1, 0.5 * (x + 1)))


@op(row_independent=True)
def hard_tanh(x: Array) -> Array:
    """`min(max(x, -1), 1)`.

    >>> import hornbeam
    >>> [round(float(y), 4) for y in hornbeam.activations.hard_tanh([-1.0, 0.0, 2.0])]
    [-1.0, 0.0, 1.0]
    """
    x = engine.cast(x, "int32") if engine.dtype_name(x) == "bool" else x
    return engine.where(x > 1, 1, engine.where(x < -1, -1, x))


@op(row_independent=True)
def softsign(x: Array) -> Array:
    """`x / (1 + |x|)`.

    >>> import hornbeam
    >>> [round(float(y), 4) for y in hornbeam.activations.softsign([-1.0, 0.0, 2.0])]
    [-0.5, 0.0, 0.6667]
    """
    x = floating(x)
    return x / (1 + engine.abs(x))


@op(row_independent=True)
def softplus(x: Array) -> Array:
    """`log(1 + exp(x))` without overflow.

    >>> import hornbeam
    >>> [round(float(y), 4) for y in hornbeam.activations.softplus([-1.0, 0.0, 2.0])]
    [0.3133, 0.6931, 2.1269]
    """
    x = floating(x)
    return engine.maximum(x, 0) + engine.log1p(engine.exp(-engine.abs(x)))


@op(row_independent=True)
def sparse_plus(x: Array) -> Array:
    """0 up to -1, `x` from 1 on, and `(x + 1)**2 / 4` between.

    >>> import hornbeam
    >>> [round(float(y), 4) for y in hornbeam.activations.sparse_plus([-1.0, 0.0, 2.0])]
    [0.0, 0.25, 2.0]
    """
    x = floating(x)
    return engine.where(x <= -1, 0, engine.where(x >= 1, x, 0.25 * (x + 1) * (x + 1)))


@op(row_independent=True)
def squareplus(x: Array, b: float = 4) -> Array:
    """`(x + sqrt(x**2 + b)) / 2`.

    >>> import hornbeam
    >>> [round(float(y), 4) for y in hornbeam.activations.squareplus([-1.0, 0.0, 2.0])]
    [0.618, 1.0, 2.4142]
    """
    x = floating(x)
    return (x + engine.sqrt(x * x + b)) / 2


@op(row_independent=True)
def silu(x: Array) -> Array:
    """`x * sigmoid(x)`.

    >>> import hornbeam
    >>> [round(float(y), 4) for y in hornbeam.activations.silu([-1.0, 0.0, 2.0])]
    [-0.2689, 0.0, 1.7616]
    """
    x = floating(x)
    return x * engine.sigmoid(x)


swish = silu


@op(row_independent=True)
def hard_silu(x: Array) -> Array:
    """`x * hard_sigmoid(x)`.

    >>> import hornbeam
    >>> [round(float(y), 4) for y in hornbeam.activations.hard_silu([-1.0, 0.0, 2.0])]
    [-0.3333, 0.0, 1.6667]
    """
    x = floating(x)
    return x * hard_sigmoid(x)


hard_swish = hard_silu


@op(row_independent=True)
def glu(x: Array, axis: int = -1) -> Array:
    """`a * sigmoid(b)` of the two halves of `x` along `axis`.

    >>> import hornbeam
    >>> [round(float(y), 4) for y in hornbeam.activations.glu([1.0, 2.0, 0.0, 3.0])]
    [0.5, 1.9051]
    """
    if x.shape[axis] % 2:
        raise ValueError(f"`axis` must have an even size. Received: axis={axis} for shape {shown_shape(x.shape)}.")
    a, b = arrays.split(floating(x), 2, axis)
    return a * engine.sigmoid(b)
