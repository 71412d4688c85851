"""Tensors of a model's graph that its losses and metrics name: Keras 2's functions of `(y_true, y_pred)` could.

    loss = lambda y, p: K.mean(K.square(y - p)) - K.sum(K.exp(z_log_var))      # z_log_var is a layer's output

A step computes them beside the outputs. Where a function of `ops` meets one, it takes its value.
"""

from __future__ import annotations

import functools
import types
from collections.abc import Iterator
from typing import Any

from hornbeam.core.fingerprint.names import names_in
from hornbeam.core.registry import is_builtin
from hornbeam.core.running import running
from hornbeam.core.symbolic import SymbolicTensor
from hornbeam.layers import Layer
from hornbeam.models.graph import Graph

_FAR = 4  # functions that call functions, objects in objects


def find(model: Any, *functions: Any) -> None:
    """Let calls of `model` in a step keep the values of the tensors that these losses and metrics name."""
    known = model.__hornbeam__
    graph = known.loss_graph or known.graph
    tensors = {} if graph is None else {id(tensor): tensor for tensor in _in(functions, set())}
    named = [tensor for tensor in tensors.values() if _is_made_from(known.input_structure, tensor)]
    known.run_state.named = Graph(known.input_structure, (graph.output_structure, named), model.name) if named else None


def run(model: Any, values: list[Any]) -> Any:
    """What the graph of `model`, with the losses added to it, gives for values of its inputs."""
    known = model.__hornbeam__
    named = known.run_state.named
    if named is None or running.known is None:
        return (known.loss_graph or known.graph).run(values)
    outputs, found = named.run(values)
    running.known.update({id(tensor): value for tensor, value in zip(named.output_structure[1], found, strict=True)})
    return outputs


def _is_made_from(inputs: Any, tensor: SymbolicTensor) -> bool:
    try:
        Graph(inputs, tensor, "")
    except ValueError:  # it is another model's
        return False
    return True


def _in(value: Any, met: set[int], depth: int = _FAR) -> Iterator[SymbolicTensor]:
    """The symbolic tensors that code can see by name, in its closure, its globals and the object it is a method of."""
    if isinstance(value, SymbolicTensor):
        yield value
    elif depth and id(value) not in met:
        met.add(id(value))
        for part in _parts(value):
            yield from _in(part, met, depth if isinstance(value, list | tuple | dict) else depth - 1)


def _parts(value: Any) -> Iterator[Any]:
    if isinstance(value, list | tuple):
        yield from value
    elif isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, types.FunctionType):
        if not is_builtin(value):
            yield from _of_function(value)
    elif isinstance(value, types.MethodType):
        yield from (value.__func__, value.__self__)
    elif isinstance(value, functools.partial):
        yield from (value.func, value.args, value.keywords)
    elif not isinstance(value, type | types.ModuleType | Layer):
        yield from getattr(value, "__dict__", {}).values()
        yield from () if is_builtin(type(value)) else _methods(type(value))


def _of_function(function: types.FunctionType) -> Iterator[Any]:
    for cell in function.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:  # not assigned yet
            continue
    yield from (function.__defaults__, function.__kwdefaults__)
    yield from (
        function.__globals__[name] for name in names_in(function.__code__).of_globals if name in function.__globals__
    )


def _methods(cls: type) -> Iterator[Any]:
    return (item for item in vars(cls).values() if isinstance(item, types.FunctionType))
