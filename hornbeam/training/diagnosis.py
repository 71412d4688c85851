"""What is nearly always a mistake in a model, its losses and its metrics: said once, when training starts.

What cannot work is an error (`training/checks.py`). What works and does something else than was meant is told here, in
one sentence: what was found, why it is wrong, what to do.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from hornbeam import layers, metrics
from hornbeam.core import serialization
from hornbeam.core.symbolic import Operation, SymbolicTensor

# What makes outputs what a loss takes.
_ACTIVATIONS = {"probabilities": "sigmoid", "class probabilities": "softmax"}
# Activations whose values are no probabilities.
_UNBOUNDED = frozenset("linear relu leaky_relu elu selu gelu silu tanh softplus softsign mish".split())
# Layers that compute `activation(something linear)`, and those whose outputs are their inputs in another order.
_WITH_ACTIVATION = (
    *(layers.Dense, layers.EinsumDense, layers.Conv1D, layers.Conv2D, layers.Conv3D),
    *(layers.Conv1DTranspose, layers.Conv2DTranspose, layers.Conv3DTranspose, layers.DepthwiseConv2D),
)
_PASSING = (layers.Reshape, layers.Flatten, layers.Permute, layers.RepeatVector, layers.Identity)
_PASSING_OPS = frozenset("reshape ravel squeeze expand_dims transpose cast get_item".split())

_told: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


def warn_of_mistakes(model: Any, data: Any) -> None:
    """Warn of each mistake once, until the model is compiled anew.

    Args:
        model: compiled, and built for the data.
        data: (x, y, sample_weight), of all rows or of one batch.
    """
    compiled = model._compiled_loss
    if compiled is None or not serialization.is_builtin(type(model).compute_loss):
        return
    told = _told.setdefault(compiled, set())
    for message in _mistakes(model, data):
        if message not in told:
            told.add(message)
            warnings.warn(message, stacklevel=4)


def _mistakes(model: Any, data: Any) -> Iterator[str]:
    compiled = model._compiled_loss
    endings = [ending(tensor) for tensor in model.outputs or [None] * len(compiled.outputs)]
    if len(endings) != len(compiled.outputs):
        return
    for name, loss, output, last in zip(
        compiled.outputs.names, compiled.losses, compiled.outputs.tensors, endings, strict=True
    ):
        where = f"Output `{name}` of model `{model.name}`"
        if loss is not None:
            yield from _of_loss(where, loss, output.shape, last)
    if model._compiled_metrics is not None:
        targets = compiled.outputs.match(data[1], "y", partial=True)
        for entry in model._compiled_metrics.entries:
            i = entry.output
            where = f"Metric `{entry.name}` of output `{compiled.outputs.names[i]}` of model `{model.name}`"
            shape = compiled.outputs.tensors[i].shape
            yield from _of_metric(where, entry.metric, compiled.losses[i], targets[i], shape, endings[i])


def _of_loss(where: str, loss: Any, shape: tuple[int | None, ...], last: str | None) -> Iterator[str]:
    if last == "softmax" and shape[-1] == 1:
        yield (
            f"{where} is a softmax of one unit, which is always 1; for two classes end in a sigmoid, with "
            "`binary_crossentropy`."
        )
        return
    wanted = _ACTIVATIONS.get(loss.outputs)
    if wanted is None:
        return
    if _takes_logits(loss) and last in ("softmax", "sigmoid"):
        yield (
            f"{where} ends in a {last}, but its loss `{loss.name}` has `from_logits=True` and applies another {wanted} "
            "to it, which hides most of its gradient; leave out `from_logits=True`: the loss is computed from the "
            "logits anyway."
        )
    elif not _takes_logits(loss) and last in _UNBOUNDED:
        found = "has no activation" if last == "linear" else f"ends in `{last}`"
        yield (
            f"{where} {found}, but its loss `{loss.name}` takes probabilities, and cuts off what is not between 0 and "
            f'1; end it with `activation="{wanted}"`.'
        )


def _of_metric(
    where: str, metric: Any, loss: Any, target: Any, shape: tuple[int | None, ...], last: str | None
) -> Iterator[str]:
    formula, units = _formula(metric), shape[-1] if len(shape) > 1 else 1
    if formula in ("categorical_accuracy", "sparse_categorical_accuracy") and units == 1:
        yield (
            f"{where} asks which unit is the largest, and there is only one, so that it is the same whatever is "
            'learnt; use "binary_accuracy", or "accuracy", which chooses by the shapes.'
        )
    elif formula == "binary_accuracy" and last == "softmax" and units != 1:
        yield (
            f"{where} counts each of {units} probabilities by itself, most of which are rightly small, so that it is "
            'high for any model; use "accuracy", which asks whether the largest one is that of the class.'
        )
    elif formula == "accuracy" and last is not None:
        yield (
            f"{where} counts outputs that are exactly equal to their targets, which numbers with fractions hardly ever "
            'are; pass the name "accuracy", which chooses by the shapes.'
        )
    elif formula == "binary_accuracy" and not _are_classes(target):
        yield (
            f"{where} compares classes 0 and 1, but the targets are other numbers, so that it says nothing; for "
            'numbers use "mae" or `R2Score()`.'
        )
    elif last == "linear" and loss is not None and _takes_logits(loss) and _has_threshold(metric, formula):
        yield (
            f"{where} compares logits with thresholds that are meant for probabilities; end the output with "
            '`activation="sigmoid"` and leave out `from_logits=True`: the loss is computed from the logits anyway.'
        )


def _formula(loss_or_metric: Any) -> str:
    """The name of the function of Hornbeam's that a loss or metric computes; "" for others."""
    fn = getattr(loss_or_metric, "fn", None)
    return fn.__name__ if fn is not None and serialization.is_builtin(fn) else ""


def _takes_logits(loss: Any) -> bool:
    return bool(loss.options.get("from_logits", False))


def _has_threshold(metric: Any, formula: str) -> bool:
    if isinstance(metric, metrics.AUC):
        return not metric.from_logits
    return formula == "binary_accuracy" or (
        isinstance(metric, metrics.Precision) and metric.top_k is None and metric.thresholds is None
    )


def _are_classes(target: Any) -> bool:
    """Whether targets may be classes 0 and 1, or probabilities; only numbers on the host are looked at."""
    if not isinstance(target, np.ndarray) or target.dtype.kind not in "iuf" or not target.size:
        return True
    return bool(target.min() >= 0 and target.max() <= 1)


def ending(tensor: SymbolicTensor | None) -> str | None:
    """The name of the activation that made a symbolic tensor: "linear" for none, `None` when it is not known.

    >>> import hornbeam
    >>> x = hornbeam.Input((3,))
    >>> ending(hornbeam.layers.Reshape((1, 2))(hornbeam.layers.Dense(2, activation="softmax")(x)))
    'softmax'
    """
    node = None if tensor is None else tensor.node
    if node is None:
        return None
    made_by, inputs = node.operation, node.inputs
    if isinstance(made_by, Operation):
        name = made_by.function.__name__
        if name in ("softmax", "sigmoid"):
            return name
        return ending(inputs[0]) if name in _PASSING_OPS and len(inputs) == 1 else None
    if tensor is not None and (outputs := getattr(made_by, "outputs", None)):  # a model within the model
        return ending(outputs[tensor.index])
    return _of_layer(made_by, inputs)


def _of_layer(layer: Any, inputs: list[SymbolicTensor]) -> str | None:
    if isinstance(layer, _PASSING) and len(inputs) == 1:
        return ending(inputs[0])
    if isinstance(layer, layers.TimeDistributed):
        return _of_layer(layer.layer, inputs)
    if isinstance(layer, layers.Softmax):
        return "softmax"
    if not serialization.is_builtin(type(layer)):
        return None
    name = serialization.name_of(getattr(layer, "activation", None))
    if isinstance(layer, layers.Activation):
        return ending(inputs[0]) if name == "linear" and len(inputs) == 1 else name
    return name if isinstance(layer, _WITH_ACTIVATION) else None
