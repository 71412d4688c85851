"""Settings of a training that no code refuses and that teach nothing or the wrong thing: told when it starts."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import numpy as np

from hornbeam.core import tree
from hornbeam.layers import InputLayer, Lambda, Layer, Normalization, Softmax
from hornbeam.layers.base.tracking import flatten
from hornbeam.optimizers.base.learning_rate import plain_rate
from hornbeam.training.mistake import Mistake


def mistakes_of_settings(trainer: Any, data: Any) -> Iterator[Mistake]:
    """What is found in rates, weights of rows and layers, whatever the losses are."""
    yield from _of_rate(trainer)
    yield from _of_weights(data[2])
    layers = flatten(trainer.model)
    for layer in layers:
        if isinstance(layer, Lambda):
            hidden = [x for x in _layers_named_in(layer.function) if x.trainable_weights and x not in layers]
            yield from (_hidden(trainer.model, layer, x) for x in hidden)
        elif isinstance(layer, Normalization) and _comes_first(layer) and not layer.is_adapted:
            yield Mistake(
                "unadapted_normalization",
                f"Layer `{layer.name}` (Normalization) has seen no data, and leaves its inputs as they are",
                "call `adapt(x)` on it before `fit`, or give it `mean` and `variance`.",
            )
        elif isinstance(layer, Softmax) and any(_is_first(layer.axis, node) for node in layer.inbound_nodes):
            yield Mistake(
                "softmax_over_rows",
                f"Layer `{layer.name}` (Softmax) has `axis={layer.axis}`, that of the batch, so that what it gives a "
                "row depends on the rows beside it",
                "for probabilities of classes leave `axis` out: the last axis is theirs.",
            )


def _hidden(model: Any, layer: Any, hidden: Any) -> Mistake:
    return Mistake(
        "hidden_weights",
        f"Layer `{layer.name}` (Lambda) uses the weights of layer `{hidden.name}`, which are no part of model "
        f"`{model.name}` and are neither trained nor saved",
        f"call `{hidden.name}` itself in the model, keep it as an attribute of a layer of your own, or set "
        "`trainable = False` on it if it is meant to stay as it is.",
    )


def _layers_named_in(function: Any) -> list[Layer]:
    """The layers that a function of the user's takes from around it."""
    if not inspect.isfunction(function):
        return []
    found = inspect.getclosurevars(function)
    return [value for value in (*found.nonlocals.values(), *found.globals.values()) if isinstance(value, Layer)]


def _of_rate(trainer: Any) -> Iterator[Mistake]:
    rate = plain_rate(trainer.optimizer)
    if rate is not None and rate < 0:
        yield Mistake(
            "negative_learning_rate",
            f"The learning rate of model `{trainer.model.name}` is {rate:g}, and each step goes where its loss grows",
            "pass a positive `learning_rate`; to maximise something, minimise its negative.",
        )


def _of_weights(weights: Any) -> Iterator[Mistake]:
    for weight in tree.leaves(weights):
        if isinstance(weight, np.ndarray) and weight.size and weight.dtype.kind in "fiub" and weight.sum() <= 0:
            found = "are all 0" if not weight.any() else f"sum up to {weight.sum():g}"
            yield Mistake(
                "worthless_rows",
                f"The weights of rows (`sample_weight`, `class_weight`) {found}, so that what fits them is not learnt",
                "give rows that count a positive weight.",
            )


def _comes_first(layer: Any) -> bool:
    """Whether what it gets is data: an input of a graph, or what code of the user's calls it on."""
    starts = [isinstance(x.node.operation, InputLayer) for node in layer.inbound_nodes for x in node.inputs if x.node]
    return layer.built and (not starts or any(starts))


def _is_first(axis: Any, node: Any) -> bool:
    rank = len(node.inputs[0].shape)
    return rank > 1 and any(a % rank == 0 for a in (axis if isinstance(axis, list | tuple) else (axis,)))
