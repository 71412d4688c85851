"""Calls of layers whose code uses tensors of the graph that they are not called on, as Keras 2 allowed.

    z_mean = Dense(2)(x)
    Lambda(lambda y: y * z_mean)(x)

Such a tensor is an argument of the node, and has its value where the layer computes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hornbeam.core import staying, symbolic
from hornbeam.core.known import NeedsGraphError
from hornbeam.core.registry import is_builtin
from hornbeam.core.running import running, under
from hornbeam.core.seen_tensors import tensors_seen_by
from hornbeam.core.symbolic import SymbolicTensor
from hornbeam.layers.base.shapes import outputs_of


class _Met(BaseException):
    """A tensor without a value was computed with; not an `Exception`, so that nothing on the way takes it for one."""

    def __init__(self, tensor: SymbolicTensor):
        super().__init__()
        self.tensor = tensor


class _Watching(dict[int, Any]):
    """Values of tensors by `id`, that stops at a tensor which has none yet.

    Args:
        known: the values.
        seen: the tensors to stop at.
    """

    def __init__(self, known: dict[int, Any], seen: dict[int, SymbolicTensor]):
        super().__init__(known)
        self._seen = seen

    def __bool__(self) -> bool:
        return True

    def get(self, key: int, default: Any = None) -> Any:
        if key not in self and key in self._seen:
            raise _Met(self._seen[key])
        return super().get(key, default)


class Closed(symbolic.Operation):
    """A layer as an operation that has the values of the tensors which its code uses as its last argument."""

    def __init__(self, layer: Any, tensors: list[SymbolicTensor]):
        super().__init__(layer, layer.name)
        self.layer = layer
        self._tensors = tensors

    def __call__(self, args: Any, kwargs: Any, values: list[Any]) -> Any:
        found = {id(tensor): value for tensor, value in zip(self._tensors, values, strict=True)}
        with under(known={**(running.known or {}), **found}):
            return self.layer(*args, **kwargs)


def of_symbols(operation: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What the code of a layer gives for tensors of a graph, where it takes gradients in it: more of the graph."""
    layer = operation.layer if isinstance(operation, Closed) else operation
    args, kwargs = args[:2] if isinstance(operation, Closed) else (args, kwargs)
    return layer.call(*args, **kwargs)


def symbolic_outputs(layer: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """The outputs of a layer as symbolic tensors; of one that takes gradients in the graph, found there.

    A list of one tensor is this tensor in old code, as in Keras 2: `Lambda(lambda x: K.gradients(f(x), x))`.
    """
    try:
        outputs = layer.compute_output_spec(*args, **kwargs)
    except NeedsGraphError:
        outputs = symbolic.tree.map(lambda x: SymbolicTensor(x.shape, x.dtype), of_symbols(layer, args, kwargs))
    return outputs[0] if staying.everywhere() and isinstance(outputs, list) and len(outputs) == 1 else outputs


def _code_of(layer: Any) -> list[Any]:
    """The functions of a layer that its user has written, and what it keeps."""
    users = [cls for cls in type(layer).__mro__ if not is_builtin(cls) and cls is not object]
    own = [item for cls in users for item in vars(cls).values()]
    if layer.__hornbeam__.frozen is not None:
        return [layer.__hornbeam__.frozen]
    return [*own, *(value for value in vars(layer).values() if callable(value) or isinstance(value, SymbolicTensor))]


def closed_over(
    layer: Any, call: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> list[SymbolicTensor]:
    """The tensors beside its arguments that a layer computes with, found by tracing the call."""
    if is_builtin(type(layer)) and not callable(getattr(layer, "function", None)):
        return []
    seen = {id(tensor): tensor for tensor in tensors_seen_by(*_code_of(layer))}
    tensors: list[SymbolicTensor] = []

    def traced(args: Any, kwargs: Any, values: list[Any]) -> Any:
        known = {id(tensor): value for tensor, value in zip(tensors, values, strict=True)}
        with under(known=_Watching(known, seen)):
            return call(layer, args, kwargs)

    while seen:
        try:
            symbolic.infer(traced, (args, kwargs, tensors))
        except _Met as met:
            tensors.append(met.tensor)
        except Exception:  # which the call itself will say, if it is one of its own
            break
        else:
            break
    return tensors


def called_with(layer: Any, tensors: list[SymbolicTensor], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """The call of a layer that computes with tensors beside its arguments."""
    closed, together = Closed(layer, tensors), (args, kwargs, tensors)
    return symbolic.record(closed, together, {}, outputs_of(layer, lambda _, args, __: closed(*args), together, {}))
