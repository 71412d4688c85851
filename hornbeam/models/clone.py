"""`clone_model`: the same architecture with new weights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hornbeam.core import registry, symbolic, tree
from hornbeam.core.brief import brief
from hornbeam.layers import Input, InputLayer
from hornbeam.metrics import Metric
from hornbeam.models.graph import Graph, replaced
from hornbeam.models.model import Functional
from hornbeam.models.sequential import Sequential
from hornbeam.optimizers import Optimizer


def clone_model(
    model: Any,
    input_tensors: Any = None,
    clone_function: Callable[[Any], Any] | None = None,
    call_function: Callable[..., Any] | None = None,
    recursive: bool = False,
    **kwargs: Any,
) -> Any:
    """A model of the same layers with weights of its own, drawn anew; compiled where the model is.

    Args:
        model: a `Sequential`, a `Functional`, or a subclass that can be made from its config.
        input_tensors: symbolic inputs for the copy; new ones by default.
        clone_function: makes a layer's copy; by default from its config.
        call_function: `(layer, *args, **kwargs)`, calls the copies; by default directly.
        recursive: whether both functions also reach the layers inside models.

    Raises:
        ValueError: when `input_tensors` have another structure than the model's inputs.

    >>> import hornbeam
    >>> model = hornbeam.Sequential([hornbeam.Input((2,)), hornbeam.layers.Dense(1)])
    >>> hornbeam.models.clone_model(model).count_params()
    3
    """

    def copy(layer: Any) -> Any:
        if recursive and isinstance(layer, Functional | Sequential):
            return clone_model(layer, None, clone_function, call_function, recursive=True)
        if clone_function is not None and not isinstance(layer, InputLayer):
            return clone_function(layer)
        return type(layer).from_config(layer.get_config())

    if isinstance(model, Sequential):
        fresh = _clone_sequential(model, input_tensors, copy)
    elif isinstance(model, Functional):
        call = call_function or (lambda layer, *args, **kw: layer(*args, **kw))
        fresh = _clone_graph(model, input_tensors, copy, call)
    else:
        fresh = type(model).from_config(model.get_config())
    _compile_like(fresh, model)
    return fresh


def _compile_like(fresh: Any, model: Any) -> None:
    """Compile `fresh` as `model` is, with an optimizer and metrics of its own."""
    trainer = model.__hornbeam__.run_state.trainer
    if trainer is None or not registry.is_builtin(type(model).compile):
        return
    fresh.compile(**{name: _copied(value) for name, value in trainer.arguments.items()})


def _copied(value: Any) -> Any:
    if isinstance(value, dict | list | tuple):
        return tree.map(_copied, value)
    return type(value).from_config(value.get_config()) if isinstance(value, Optimizer | Metric) else value


def _clone_sequential(model: Sequential, input_tensors: Any, copy: Callable[[Any], Any]) -> Sequential:
    fresh = Sequential(name=model.name, trainable=model.__hornbeam__.trainable)
    start = tree.leaves(input_tensors)[0] if input_tensors is not None else None
    if start is None and model.inputs is not None:
        start = Input(batch_shape=model.inputs[0].shape, dtype=model.inputs[0].dtype)
    if start is not None:
        fresh.add(start)
    for layer in model.layers:
        fresh.add(copy(layer))
    return fresh


def _clone_graph(model: Any, input_tensors: Any, copy: Callable[[Any], Any], call: Callable[..., Any]) -> Any:
    graph: Graph = model.graph
    if input_tensors is None:
        inputs = tree.map(
            lambda t: Input(batch_shape=t.shape, dtype=t.dtype, name=t.node.operation.name), graph.input_structure
        )
    else:
        inputs = input_tensors
        has_names = isinstance(inputs, dict) or isinstance(graph.input_structure, dict)
        if has_names and tree.structure(inputs) != tree.structure(graph.input_structure):
            raise ValueError(
                f"`input_tensors` must be like the inputs of model `{model.name}`: {brief(graph.input_structure)}. "
                f"Received: {brief(inputs)}."
            )
    known = {id(old): new for old, new in zip(graph.inputs, tree.leaves(inputs), strict=True)}
    copies: dict[int, Any] = {}
    for node in graph.nodes:
        operation = node.operation
        if isinstance(operation, InputLayer):
            continue
        if id(operation) not in copies:
            is_function = isinstance(operation, symbolic.Operation)
            copies[id(operation)] = operation.function if is_function else copy(operation)
        args, kwargs = replaced((node.args, node.kwargs), known)
        results = call(copies[id(operation)], *args, **kwargs)
        known |= {id(old): new for old, new in zip(tree.leaves(node.outputs), tree.leaves(results), strict=True)}
    return Functional(inputs, tree.map(lambda t: known[id(t)], graph.given_outputs), name=model.name)
