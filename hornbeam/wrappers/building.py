"""From a builder to a compiled model that knows its shapes."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Mapping
from typing import Any

import numpy as np

from hornbeam import optimizers
from hornbeam.core import tree
from hornbeam.core.suggest import hint
from hornbeam.layers.base.tracking import flatten
from hornbeam.losses import BinaryCrossentropy, SparseCategoricalCrossentropy
from hornbeam.models import Model, clone_model
from hornbeam.models.inputs import as_arrays
from hornbeam.training.diagnosis import ending
from hornbeam.wrappers.objects import OF, metrics_of
from hornbeam.wrappers.routing import Routes, arguments_of, takes_any

DEFAULT_OPTIMIZER = "rmsprop"


def build(builder: Any, routes: Routes, provided: Mapping[str, Any], keep_weights: bool) -> Model:
    """A model out of what an estimator was given as `model`.

    Args:
        builder: a function, or a model that is copied.
        routes: where the estimator's parameters go.
        provided: what a builder gets that asks for it, beside `compile_kwargs`.
        keep_weights: whether a copy keeps the weights; otherwise they are drawn anew.
    """
    if isinstance(builder, Model):
        return _copied(builder, keep_weights)
    if not callable(builder):
        raise ValueError(
            "`model` must be a function that returns a model, or a model. "
            f"Received: {'nothing' if builder is None else repr(builder)}."
        )
    model = builder(**_arguments(builder, routes, provided))
    if not isinstance(model, Model):
        name = getattr(builder, "__name__", type(builder).__name__)
        fix = " Does it end in `return model`?" if model is None else ""
        raise ValueError(f"`{name}` must return a model. Received: {_described(model)}.{fix}")
    return model


def _described(value: Any) -> str:
    return "None" if value is None else f"an object of class `{type(value).__name__}`"


def _arguments(builder: Any, routes: Routes, provided: Mapping[str, Any]) -> dict[str, Any]:
    asked = arguments_of(builder)
    given = dict(routes.model)
    for name in OF.keys() & asked.keys():
        default = asked[name].default
        if name in given or (routes.objects[name] and default is not inspect.Parameter.empty):
            given[name] = OF[name](given.get(name, default), routes.objects[name])
    compile_kwargs = {"optimizer": optimizers.get(DEFAULT_OPTIMIZER), **_compile_arguments(routes)}
    available = {**provided, "compile_kwargs": compile_kwargs}
    given |= {name: value for name, value in available.items() if name in asked and name not in given}
    unknown = [name for name in given if name not in asked]
    if unknown and not takes_any(builder):
        raise ValueError(
            f"`{getattr(builder, '__name__', type(builder).__name__)}` has no argument `{unknown[0]}`."
            f"{hint(unknown[0], asked)}"
        )
    return given


def _compile_arguments(routes: Routes, otherwise: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The arguments of `compile` that somebody set, as new objects.

    Args:
        routes: where the parameters go.
        otherwise: what arguments for an object are for, where no parameter gives the object.
    """
    given, known = dict(routes.compile), {"optimizer": DEFAULT_OPTIMIZER} if otherwise is None else otherwise
    for name, make in OF.items():
        if name in given or (routes.objects[name] and name in known):
            given[name] = make(given.get(name, known.get(name)), routes.objects[name])
    if "weighted_metrics" in given:
        given["weighted_metrics"] = metrics_of(given["weighted_metrics"], {})
    return given


def make_ready(model: Model, builder: Any, routes: Routes, target: Any, x: Any) -> Any:
    """Compile a model as far as its builder did not, and build it.

    Returns:
        Its outputs, as symbolic tensors in their structure.
    """
    tensors = model.__hornbeam__.output_structure
    if tensors is None:
        tensors = type(model).build_for(model, as_arrays(x))
    trainer = model.__hornbeam__.run_state.trainer
    if trainer is None:
        defaults = {"optimizer": DEFAULT_OPTIMIZER, "loss": _default_loss(model, target, tensors), "metrics": None}
        model.compile(**{**defaults, **_compile_arguments(routes, defaults)})
    elif "compile_kwargs" not in arguments_of(builder):
        _change(model, trainer, builder, routes)
    return tensors


def _change(model: Model, trainer: Any, builder: Any, routes: Routes) -> None:
    """Compile anew what the builder has compiled, if parameters say something that it was not told."""
    asked = arguments_of(builder)
    told = {name: value for name, value in _compile_arguments(routes, trainer.arguments).items() if name not in asked}
    if told:
        model.compile(**{**trainer.arguments, **told})


def _default_loss(model: Model, target: Any, tensors: Any) -> Any:
    """A loss for each output, by the target; of logits where an output ends without an activation."""
    outputs = tree.leaves(tensors)
    known: list[Any] = model.__hornbeam__.outputs or [None] * len(outputs)
    names = target.default_loss([int(tensor.shape[-1] or 1) for tensor in outputs])
    found = [_for_ending(name, ending(tensor)) for name, tensor in zip(names, known)]
    return found[0] if len(found) == 1 else found


def _for_ending(name: str, last: Any) -> Any:
    if last is None or last.gives is not None:
        is_softmax = last is not None and last.gives == "class probabilities"
        return "categorical_crossentropy" if is_softmax and name == "binary_crossentropy" else name
    if name == "binary_crossentropy":
        return BinaryCrossentropy(from_logits=True)
    return SparseCategoricalCrossentropy(from_logits=True) if name == "sparse_categorical_crossentropy" else name


def _copied(model: Model, keep_weights: bool) -> Model:
    """A model like this one, compiled the same way; what layers learnt with `adapt` is kept, weights are drawn anew."""
    if keep_weights:
        return copy.deepcopy(model)
    try:
        fresh = clone_model(model)
    except Exception as error:
        raise ValueError(
            f"`model` must be a function that returns a model, for `{type(model).__name__}` cannot be made anew from "
            f"its config. Received: an error from it, {error}"
        ) from error
    for layer, new in zip(flatten(model), flatten(fresh)):
        if hasattr(layer, "adapt") and layer.built:
            new.set_weights([np.asarray(value) for value in layer.get_weights()])
    trainer = model.__hornbeam__.run_state.trainer
    if trainer is not None:
        fresh.compile_from_config(model.get_compile_config())
    return fresh
