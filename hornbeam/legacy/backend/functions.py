"""`K.function`: values of a graph's tensors for values of its inputs."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from hornbeam import ops
from hornbeam.core import tree
from hornbeam.core.lift import Scope
from hornbeam.core.running import under
from hornbeam.core.symbolic import SymbolicTensor
from hornbeam.core.variable import Variable
from hornbeam.layers import Input
from hornbeam.legacy.backend.phase import is_learning_phase, now
from hornbeam.models.function import Function as GraphFunction
from hornbeam.ops.dispatch import as_array


def placeholder(
    shape: Any = None, ndim: int | None = None, dtype: Any = None, sparse: bool = False, name: str | None = None
) -> Any:
    """An input of a graph, of a shape (batch first, `None` for unknown sizes) or a number of axes."""
    if sparse:
        raise ValueError("Tensors are dense here: feed a dense array. Received: sparse=True.")
    if shape is None and ndim is None:
        raise ValueError("`placeholder` needs a `shape`, or the number of axes, `ndim`.")
    return Input(batch_shape=(None,) * (ndim or 0) if shape is None else tuple(shape), dtype=dtype, name=name)


def function(inputs: Any, outputs: Any, updates: Any = None, **kwargs: Any) -> Function:
    """A function that takes a list of values for `inputs` and gives a list of NumPy arrays, of `outputs`.

    Args:
        inputs: symbolic tensors; `K.learning_phase()` among them says whether layers are in training.
        outputs: symbolic tensors that depend on them, and variables; a single one that is not in a list is given so.
        updates: pairs of a variable and its next value; or what an optimizer's `get_updates` gave.
        **kwargs: TensorFlow's and Theano's options.

    >>> import hornbeam
    >>> K = hornbeam.backend
    >>> x = K.placeholder((None, 2))
    >>> K.function([x], [K.sum(x)])([[[1.0, 2.0]]])
    [array(3., dtype=float32)]
    """
    return Function(inputs, outputs, updates)


_ANEW = (SymbolicTensor, Variable)  # what a function computes or reads anew at each call


class Update(NamedTuple):
    """What a function does beside computing its outputs."""

    values: list[Any]
    assign: Callable[[list[Any]], Any]


def _update(given: Any) -> Update:
    return given if isinstance(given, Update) else Update([given[1]], lambda values: given[0].assign(values[0]))


class Function:
    """What `function` makes."""

    def __init__(self, inputs: Any, outputs: Any, updates: Any = None):
        self.inputs = tree.leaves(inputs)  # `[model.input]` may be a list in a list
        self.outputs = tree.leaves(outputs)
        self.updates = [_update(one) for one in updates or () if isinstance(one, tuple) and len(one) == 2]
        self._is_single = not isinstance(outputs, list | tuple)
        wanted = [*self.outputs, *(value for update in self.updates for value in update.values)]
        _check([*self.inputs, *wanted])
        if any(ops.is_tensor(x) for update in self.updates for x in update.values if not isinstance(x, _ANEW)):
            warnings.warn(
                "An update of `K.function` assigns the same numbers at each call: what is computed of variables alone "
                "has its value at once. Assign it outside of the function, each time: `v.assign(0.9 * v)`.",
                stacklevel=3,
            )
        tensors = [tensor for tensor in self.inputs if not is_learning_phase(tensor)]
        self._graph = GraphFunction(tensors, _symbolic(wanted)) if _symbolic(wanted) else None
        self._wanted = wanted

    def __call__(self, inputs: Sequence[Any] = ()) -> Any:
        values, phase = self._split(inputs)
        results = iter(self._computed(values, phase))
        found = [next(results) if isinstance(x, SymbolicTensor) else x for x in self._wanted]
        after = iter(found[len(self.outputs) :])
        for update in self.updates:
            update.assign(list(itertools.islice(after, len(update.values))))
        arrays = [ops.convert_to_numpy(x) for x in found[: len(self.outputs)]]
        return arrays[0] if self._is_single else arrays

    def _split(self, inputs: Any) -> tuple[list[Any], bool]:
        """The values of the graph's inputs, and the phase."""
        given = list(inputs) if isinstance(inputs, list | tuple) else [inputs]
        if len(given) != len(self.inputs):
            raise ValueError(f"This function takes a list of {len(self.inputs)} values. Received: {len(given)}.")
        phases = [value for tensor, value in zip(self.inputs, given, strict=True) if is_learning_phase(tensor)]
        values = [value for tensor, value in zip(self.inputs, given, strict=True) if not is_learning_phase(tensor)]
        return values, bool(phases[0] if phases else now())

    def _computed(self, values: list[Any], phase: bool) -> list[Any]:
        """Layers' weights and states stay as they are; what counts, as seeds do, goes on."""
        if self._graph is None:
            return []
        with under(training=phase), Scope({}, is_open=True) as scope:
            results = tree.leaves(self._graph([as_array(value) for value in values]))
        for variable, value in scope.values.items():
            if not variable.dtype.startswith(("float", "bfloat")):
                variable.assign(value)
        return results


def _symbolic(tensors: list[Any]) -> list[SymbolicTensor]:
    return [x for x in tensors if isinstance(x, SymbolicTensor)]


def _check(tensors: list[Any]) -> None:
    for x in tensors:
        if x is None:
            raise ValueError(
                "`function` takes tensors. Received: None, which `gradients` gives by what a loss was not computed "
                "from; what is computed of variables alone has its value at once, and a graph begins with "
                "`Input(tensor=variable)`."
            )
        if not isinstance(x, SymbolicTensor | Variable) and not ops.is_tensor(x):
            raise ValueError(f"`function` takes symbolic tensors, as models have them. Received: {x!r}.")
