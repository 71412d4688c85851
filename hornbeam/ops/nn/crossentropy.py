"""Cross-entropies, from probabilities or from logits.

Probabilities that come straight from a sigmoid or softmax are compared by their logits (`core/logits.py`): where
log(clip(p)) would be flat, the gradient still leads away from a wrong certainty.
"""

from __future__ import annotations

from hornbeam import engine
from hornbeam.core import logits, settings
from hornbeam.core.brief import shown_shape
from hornbeam.ops import arrays
from hornbeam.ops.dispatch import Array, floating, fused, normalize_axis, op


@op
def binary_crossentropy(target: Array, output: Array, from_logits: bool = False) -> Array:
    """`-(target * log(output) + (1 - target) * log(1 - output))`, element by element; with logits x, `sigmoid(x)`.

    Args:
        target: numbers in [0, 1], of the shape of `output`.
        output: probabilities, or logits.
        from_logits: whether `output` holds logits.
    """
    _check_same_shape(target, output)
    x, from_logits = known_logits(floating(output), from_logits)
    y = engine.cast(target, engine.dtype_name(x))
    if not from_logits:
        p = _clip(x)
        return -(y * engine.log(p) + (1 - y) * engine.log(1 - p))
    if (kernel := fused("sigmoid_crossentropy")) is not None:
        return kernel(y, x)
    return engine.maximum(x, 0) - x * y + engine.log1p(engine.exp(-engine.abs(x)))


@op
def categorical_crossentropy(target: Array, output: Array, from_logits: bool = False, axis: int = -1) -> Array:
    """`-sum(target * log(output))` along `axis`.

    Args:
        target: probabilities of the classes, such as one-hot vectors.
        output: probabilities, scaled here to sum to 1, or logits.
        from_logits: whether `output` holds logits.
        axis: where the classes are.
    """
    _check_same_shape(target, output)
    log_p = log_probabilities(output, from_logits, axis)
    return -engine.sum(engine.cast(target, engine.dtype_name(log_p)) * log_p, axis)


@op
def sparse_categorical_crossentropy(target: Array, output: Array, from_logits: bool = False, axis: int = -1) -> Array:
    """`-log(output[target])` along `axis`; 0 for a target that is no class.

    Args:
        target: integers, of the shape of `output` without `axis` (or with size 1 there).
        output: probabilities, scaled here to sum to 1, or logits.
        from_logits: whether `output` holds logits.
        axis: where the classes are.
    """
    axis = normalize_axis(axis, len(output.shape)) if len(output.shape) else 0
    if len(target.shape) == len(output.shape) and target.shape[axis] == 1:
        target = arrays.squeeze(target, axis)
    expected = tuple(n for a, n in enumerate(output.shape) if a != axis)
    if len(output.shape) < 1 or tuple(target.shape) != expected:
        raise ValueError(
            f"`target` must have the shape of `output` without the axis of the classes, {expected}. "
            f"Received: target of shape {shown_shape(target.shape)}, output of shape {shown_shape(output.shape)}."
        )
    return crossentropy_of_class(engine.cast(target, "int32"), output, from_logits, axis, no_class=0.0)


def crossentropy_of_class(target: Array, output: Array, from_logits: bool, axis: int, no_class: float) -> Array:
    """`-log(output[target])` along `axis`, counted from the front; `no_class` for a target that is none."""
    return -entry_of_class(log_probabilities(output, from_logits, axis), target, axis, no_class)


def entry_of_class(x: Array, target: Array, axis: int, no_class: float) -> Array:
    """`x[target]` along `axis`, counted from the front; `no_class` for a target that is none."""
    index = engine.reshape(target, (*target.shape[:axis], 1, *target.shape[axis:]))
    chosen = engine.reshape(engine.take_along_axis(x, index, axis), target.shape)
    return engine.where((target >= 0) & (target < x.shape[axis]), chosen, no_class)


def log_probabilities(output: Array, from_logits: bool, axis: int) -> Array:
    """The logarithms of probabilities along `axis`, which are scaled to sum to 1 (if their sum is not 0)."""
    axis = normalize_axis(axis, len(output.shape))
    x, from_logits = known_logits(floating(output), from_logits, axis)
    if from_logits:
        return engine.log_softmax(x, axis)
    total = engine.sum(x, axis, True)
    return engine.log(_clip(x / engine.where(total == 0, 1, total)))


def known_logits(p: Array, from_logits: bool, axis: int | None = None) -> tuple[Array, bool]:
    """The logits that `p` is the softmax of along `axis`, or the sigmoid, and true; or both arguments as they are."""
    found = None if from_logits else logits.find(p, axis)
    return (p, from_logits) if found is None else (found, True)


def _clip(p: Array) -> Array:
    """Probabilities kept `epsilon()` away from 0 and 1."""
    return engine.minimum(engine.maximum(p, settings.epsilon()), 1 - settings.epsilon())


def _check_same_shape(target: Array, output: Array) -> None:
    if tuple(target.shape) != tuple(output.shape):
        raise ValueError(
            f"`target` and `output` must have the same shape. "
            f"Received: target of shape {shown_shape(target.shape)}, output of shape {shown_shape(output.shape)}."
        )
