"""What Keras 2's compiled models have: their loss as a tensor of a graph, with inputs for targets and weights."""

from __future__ import annotations

import weakref
from typing import Any, NamedTuple

import numpy as np

from hornbeam import engine, losses
from hornbeam.layers.base.tracking import trainable_weights_of
from hornbeam.legacy.backend.functions import placeholder
from hornbeam.legacy.engine.objectives import prepare_loss_functions, prepare_loss_weights
from hornbeam.legacy.engine.sample_weights import standardize_sample_weights, standardize_weights
from hornbeam.legacy.engine.standardizing import check_array_length_consistency, standardize_input_data
from hornbeam.ops.dispatch import op


class TrainingGraph(NamedTuple):
    """`losses` and `loss_weights` are what `compile` was given."""

    losses: Any
    loss_weights: Any
    targets: list[Any]
    sample_weights: list[Any]
    total_loss: Any


_known: weakref.WeakKeyDictionary[Any, TrainingGraph] = weakref.WeakKeyDictionary()


def graph_of(model: Any) -> TrainingGraph:
    """The loss of a model that is compiled, the same one until it is compiled anew.

    Raises:
        AttributeError: for a model that is not compiled, or knows no inputs.
    """
    if not getattr(model, "compiled", False) or not getattr(model, "inputs", None):
        raise AttributeError(f"Model `{model.name}` has no loss yet: it needs inputs, and `compile`.")
    known = _known.get(model)
    if known is None or known.losses is not model.loss or known.loss_weights is not model.loss_weights:
        known = _known[model] = _made(model)
    return known


def _made(model: Any) -> TrainingGraph:
    functions = prepare_loss_functions(model.loss, model.output_names)
    factors = prepare_loss_weights(model.output_names, model.loss_weights)
    targets = [_target(fn, y) for fn, y in zip(functions, model.outputs, strict=True)]
    weights = [placeholder((None,), dtype="float32") for _ in targets]
    total = _total(targets, list(model.outputs), weights, model, functions, factors)
    return TrainingGraph(model.loss, model.loss_weights, targets, weights, total)


def _target(fn: Any, y: Any) -> Any:
    """An input for targets; of classes by number, one for each row."""
    is_sparse = getattr(fn, "fn", None) is losses.sparse_categorical_crossentropy
    shape = (*y.shape[:-1], 1) if is_sparse or isinstance(fn, losses.SparseCategoricalCrossentropy) else y.shape
    return placeholder(shape, dtype="float32")


@op
def _total(
    targets: list[Any], outputs: list[Any], weights: list[Any], model: Any, functions: list[Any], factors: list[float]
) -> Any:
    """The losses of all outputs, and the regularization of the weights."""
    found = [v.regularizer(v.value) for v in trainable_weights_of(model) if v.regularizer is not None]
    for target, y, weight, fn, factor in zip(targets, outputs, weights, functions, factors, strict=True):
        if fn is not None:
            found.append(factor * fn(target, y, sample_weight=weight))
    return sum(found, start=engine.asarray(0.0, "float32"))


def standardized(
    model: Any, x: Any, y: Any, sample_weight: Any, class_weight: Any
) -> tuple[list[Any], list[Any], list[np.ndarray]]:
    """Lists of arrays for a model's inputs and targets, and the weight of each row for each output."""
    graph = graph_of(model)
    names = model.output_names
    xs = standardize_input_data(x, model.input_names, [t.shape for t in model.inputs], False, "input")
    ys = [] if y is None else standardize_input_data(y, names, [t.shape for t in graph.targets], False, "target")
    given = zip(ys, standardize_sample_weights(sample_weight, names), _classes(class_weight, names), strict=False)
    weights = [standardize_weights(target, of_rows, of_classes) for target, of_rows, of_classes in given]
    check_array_length_consistency(xs, ys, weights)
    return xs, ys, weights


def _classes(class_weight: Any, names: list[str]) -> list[Any]:
    """The weights of classes for each output; those by number are for all."""
    by_name = isinstance(class_weight, dict) and set(class_weight) & set(names)
    return [class_weight.get(name) for name in names] if by_name else [class_weight] * len(names)
