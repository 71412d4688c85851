"""What a layer consists of: its variables, its sublayers, and theirs, found by looking at the attributes."""

from __future__ import annotations

import functools
import threading
import types
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from hornbeam.core.configurable import Configurable
from hornbeam.core.rng import SeedGenerator
from hornbeam.core.variable import Variable

Method = TypeVar("Method", bound=Callable[..., Any])


class _Remembering(threading.local):
    answers: dict[tuple[int, str], Any] | None = None


_remembering = _Remembering()


@contextmanager
def remembering(answers: dict[tuple[int, str], Any]) -> Iterator[None]:
    """Inside, the structure of layers stays as it is: what was found once is kept in `answers`.

    A step that runs in Python thousands of times need not look at every attribute of every layer each time.
    """
    outer = _remembering.answers
    _remembering.answers = answers
    try:
        yield
    finally:
        _remembering.answers = outer


def remembered(method: Method) -> Method:
    """A method whose answer is kept while `remembering`."""

    @functools.wraps(method)
    def ask(self: Any) -> Any:
        answers = _remembering.answers
        if answers is None:
            return method(self)
        key = (id(self), method.__name__)
        if key not in answers:
            answers[key] = method(self)
        return answers[key]

    return ask  # type: ignore[return-value]


_version = 0


def structure_version() -> int:
    """Grows whenever any layer gets a weight, an attribute or another `trainable` flag."""
    return _version


def note_change(layer: Structure) -> None:
    """Say that a layer is no longer as it was."""
    global _version
    _version += 1
    object.__setattr__(layer, "_changes", layer._changes + 1)
    if _remembering.answers is not None:
        _remembering.answers.clear()


class Structure:
    """Base of `Layer`: its weights and those of its sublayers."""

    if TYPE_CHECKING:
        name: str
        built: bool
        _trainable: bool

    _changes = 0
    unseen = Configurable.unseen | {
        "name",
        "inbound_nodes",
        "_changes",
        "_losses",
        "_build_shapes",
        "_first_input",
        "_first_weights",
    }
    #: The same for Hornbeam's own classes alone, as endings of names: what has done its work when weights are made.
    unseen_in_builtins = ("_initializer", "seed")
    #: Attributes that are no part of the layer's state, whatever they hold.
    _untracked = frozenset({"_arguments", "_stored", "inbound_nodes", "_losses", "_build_shapes"})

    def _members(self) -> Iterator[Any]:
        """The variables, layers, metrics and seeds among the attributes, in the order they were set."""
        for key, value in vars(self).items():
            if type(value) not in _SIMPLE and key not in self._untracked:
                yield from _find_members(value)

    @remembered
    def _sublayers(self) -> list[Any]:
        return _unique(member for member in self._members() if isinstance(member, Structure))

    @remembered
    def _flatten_layers(self) -> list[Any]:
        """This layer and all below it, each once."""
        found: dict[int, Any] = {}
        waiting: list[Any] = [self]
        while waiting:
            layer = waiting.pop(0)
            if id(layer) not in found:
                found[id(layer)] = layer
                waiting = layer._sublayers() + waiting
        return list(found.values())

    @remembered
    def _own_variables(self) -> list[Variable]:
        """Its own variables in the order of their making, trainable ones first; not those of sublayers."""
        own = _unique(member for member in self._members() if isinstance(member, Variable) and member.is_weight)
        own.sort(key=lambda variable: variable.number)
        return [v for v in own if v.trainable] + [v for v in own if not v.trainable]

    def _other_state(self) -> list[Variable]:
        """Variables that are no weights: seeds and metrics held by this layer and those below."""
        found = []
        for layer in self._flatten_layers():
            for member in layer._members():
                if isinstance(member, SeedGenerator):
                    found.append(member.state)
                elif isinstance(member, Variable):
                    found.extend([] if member.is_weight else [member])
                elif not isinstance(member, Structure):
                    found.extend(member.variables)
        return _unique(found)

    @property
    def variables(self) -> list[Variable]:
        """All state: weights, random seeds and the state of metrics."""
        return _unique([*self.weights, *self._other_state()])

    @property
    def weights(self) -> list[Variable]:
        """The variables of this layer and of those below it."""
        return _unique(v for layer in self._flatten_layers() for v in layer._own_variables())

    @property
    @remembered
    def trainable_weights(self) -> list[Variable]:
        """The weights that optimizers move: not those of a layer with `trainable = False`."""
        return _unique(v for layer in self._flatten_trainable() for v in layer._own_variables() if v.trainable)

    @remembered
    def _flatten_trainable(self) -> list[Any]:
        if not self._trainable:
            return []
        return [self, *(layer for sub in self._sublayers() for layer in sub._flatten_trainable())]

    @property
    def non_trainable_weights(self) -> list[Variable]:
        moved = {id(v) for v in self.trainable_weights}
        return [v for v in self.weights if id(v) not in moved]

    @property
    def trainable_variables(self) -> list[Variable]:
        return self.trainable_weights

    @property
    def non_trainable_variables(self) -> list[Variable]:
        moved = {id(v) for v in self.trainable_weights}
        return [v for v in self.variables if id(v) not in moved]

    @property
    def trainable(self) -> bool:
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        for layer in self._flatten_layers():
            layer._trainable = bool(value)
            note_change(layer)

    def get_weights(self) -> list[np.ndarray]:
        """The values of all weights, as NumPy arrays."""
        return [weight.numpy() for weight in self.weights]

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Assign all weights.

        Raises:
            ValueError: when there are more or fewer values than weights, or a shape differs; nothing is assigned then.
        """
        mine = self.weights
        values = [np.asarray(value) for value in weights]
        if len(mine) != len(values):
            unbuilt = "" if self.built else " It is not built yet: call it on data, or `build(input_shape)`, first."
            raise ValueError(f"Layer `{self.name}` has {len(mine)} weights. Received: {len(values)} values.{unbuilt}")
        for weight, value in zip(mine, values, strict=True):
            if weight.shape != value.shape:
                raise ValueError(
                    f"Weight `{weight.path}` of layer `{self.name}` has shape {weight.shape}. "
                    f"Received: a value of shape {value.shape}."
                )
        for weight, value in zip(mine, values, strict=True):
            weight.assign(value)

    def count_params(self) -> int:
        """The number of scalars in the weights."""
        if not self.built:
            raise ValueError(
                f"Layer `{self.name}` has no weights yet: call it on data, or `build(input_shape)`, first."
            )
        return sum(weight.size for weight in self.weights)


# Types of most attributes, which hold nothing.
_SIMPLE = frozenset({type(None), bool, int, float, str, types.FunctionType})


def _find_members(value: Any) -> Iterator[Any]:
    if isinstance(value, Structure | Variable | SeedGenerator) or _is_metric(value):
        yield value
    elif isinstance(value, list | tuple | set):
        for item in value:
            yield from _find_members(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _find_members(item)


def _is_metric(value: Any) -> bool:
    return getattr(value, "is_metric", False) is True


def _unique(items: Any) -> list[Any]:
    return list({id(item): item for item in items}.values())
