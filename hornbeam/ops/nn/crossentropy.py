"""Cross-entropies."""

from __future__ import annotations

from hornbeam import engine
from hornbeam.core.settings import epsilon as default_epsilon
from hornbeam.ops import arrays
from hornbeam.ops.dispatch import Array, floating, normalize_axis, op
from hornbeam.ops.nn.sigmoids import softplus


@op
def binary_crossentropy(target: Array, output: Array, from_logits: bool = False) -> Array:
    """`-(target * log(output) + (1 - target) * log(1 - output))`, element by element.

    Args:
        target: numbers in [0, 1], of the shape of `output`.
        output: probabilities, or logits.
        from_logits: whether `output` holds logits.
    """
    _check_same_shape(target, output)
    output = floating(output)
    target = engine.cast(target, engine.dtype_name(output))
    if from_logits:
        return softplus(output) - target * output
    output = _clipped(output)
    return -(target * engine.log(output) + (1 - target) * engine.log(1 - output))


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
    log_p = _log_probabilities(output, from_logits, axis)
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
            f"Received: target of shape {tuple(target.shape)}, output of shape {tuple(output.shape)}."
        )
    log_p = _log_probabilities(output, from_logits, axis)
    places = [-1 if a == axis else 1 for a in range(len(output.shape))]
    classes = engine.reshape(engine.arange(0, output.shape[axis], 1, "int32"), places)
    hit = arrays.expand_dims(engine.cast(target, "int32"), axis) == classes
    return -engine.sum(engine.where(hit, log_p, 0), axis)


def _log_probabilities(output: Array, from_logits: bool, axis: int) -> Array:
    output = floating(output)
    if from_logits:
        return engine.log_softmax(output, normalize_axis(axis, len(output.shape)))
    return engine.log(_clipped(output / engine.sum(output, axis, True)))


def _clipped(p: Array) -> Array:
    low = default_epsilon()
    return engine.minimum(engine.maximum(p, low), 1 - low)


def _check_same_shape(target: Array, output: Array) -> None:
    if tuple(target.shape) != tuple(output.shape):
        raise ValueError(
            f"`target` and `output` must have the same shape. "
            f"Received: target of shape {tuple(target.shape)}, output of shape {tuple(output.shape)}."
        )
