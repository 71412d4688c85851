"""What a layer consists of: its variables, its sublayers and theirs, found by looking at the attributes.

These are functions, not methods: a user's attribute may have any of their names.
"""

from __future__ import annotations

import functools
import types
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import numpy as np

from hornbeam.core.configurable import Configurable
from hornbeam.core.rng import SeedGenerator
from hornbeam.core.running import running, under
from hornbeam.core.variable import Variable
from hornbeam.layers.base.internals import LayerInternals
from hornbeam.layers.base.provided import provided

Question = TypeVar("Question", bound=Callable[[Any], Any])


def remembering(answers: dict[Any, Any]) -> under:
    """Inside, the structure of layers stays as it is: what was found once is kept in `answers`.

    A step that runs in Python thousands of times need not look at every attribute of every layer each time.
    """
    return under(structure=answers)


def remembered(question: Question) -> Question:
    """A function of a layer whose answer is kept while `remembering`."""

    @functools.wraps(question)
    def ask(layer: Any) -> Any:
        answers = running.structure
        if answers is None:
            return question(layer)
        key = (id(layer), question)
        if key not in answers:
            answers[key] = question(layer)
        return answers[key]

    return ask  # type: ignore[return-value]


class Tracked(Configurable):
    """Base of `Layer`: its weights and those of its sublayers."""

    __hornbeam__: LayerInternals
    internals_class = LayerInternals
    name: str
    built: bool

    @property
    def variables(self) -> list[Variable]:
        """Weights and random seeds; the state of metrics is in `metrics_variables`."""
        counting = {id(v) for v in counted_by(self)}
        return [v for v in state_of(self) if id(v) not in counting]

    @property
    def weights(self) -> list[Variable]:
        """The variables of this layer and of those below it."""
        return weights_of(self)

    @property
    def trainable_weights(self) -> list[Variable]:
        """The weights that optimizers move: not those of a layer with `trainable = False`."""
        return list(trainable_weights_of(self))

    @trainable_weights.setter
    def trainable_weights(self, variables: list[Variable]) -> None:
        _list(self, "trainable_weights", variables, is_trained=True)

    @property
    def non_trainable_weights(self) -> list[Variable]:
        moved = {id(v) for v in trainable_weights_of(self)}
        return [v for v in weights_of(self) if id(v) not in moved]

    @non_trainable_weights.setter
    def non_trainable_weights(self, variables: list[Variable]) -> None:
        _list(self, "non_trainable_weights", variables, is_trained=False)

    @property
    def trainable_variables(self) -> list[Variable]:
        return list(trainable_weights_of(self))

    @property
    def non_trainable_variables(self) -> list[Variable]:
        moved = {id(v) for v in trainable_weights_of(self)}
        return [v for v in self.variables if id(v) not in moved]

    @property
    def trainable(self) -> bool:
        """Whether optimizers may move the weights; in the steps of a compiled model, as it was at `compile`."""
        return is_trainable(self)

    @trainable.setter
    def trainable(self, value: bool) -> None:
        for layer in flatten(self):
            layer.__hornbeam__.trainable = bool(value)

    def get_weights(self) -> list[np.ndarray]:
        """The values of all weights, as NumPy arrays."""
        return [weight.numpy() for weight in weights_of(self)]

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Assign all weights.

        Raises:
            ValueError: when there are more or fewer values than weights, or a shape differs; nothing is assigned then.
        """
        _assign_all(self, weights_of(self), weights)

    def save_own_variables(self, store: Any) -> None:
        """Put the values of the layer's own variables, not its sublayers', into the dict `store`, numbered from "0".

        Override it, and `load_own_variables`, to keep them otherwise in files.
        """
        for i, variable in enumerate(own_variables(self)):
            store[str(i)] = variable.numpy()

    def load_own_variables(self, store: Any) -> None:
        """Take the values that `save_own_variables` stored.

        Raises:
            ValueError: when there are more or fewer values than variables, or a shape differs.
        """
        _assign_all(self, own_variables(self), [store[str(i)] for i in range(len(store))])

    @provided
    def metrics(self) -> list[Any]:
        """The metrics that the layer and those below it hold."""
        return held_metrics(self)

    @provided
    def metrics_variables(self) -> list[Variable]:
        """The variables of these metrics."""
        return unique([v for metric in type(self).metrics.__get__(self, type(self)) for v in metric.variables])

    @provided
    def path(self) -> str | None:
        """The names of the layers that were being built around this one, and its own; `None` before it is built."""
        return self.__hornbeam__.path or (self.name if self.built else None)

    def count_params(self) -> int:
        """The number of scalars in the weights."""
        if not self.built:
            raise ValueError(
                f"Layer `{self.name}` has no weights yet: call it on data, or `build(input_shape)`, first."
            )
        return sum(weight.size for weight in weights_of(self))


def _assign_all(layer: Tracked, mine: list[Variable], given: Sequence[Any]) -> None:
    values = [np.asarray(value) for value in given]
    if len(mine) != len(values):
        unbuilt = "" if layer.built else " It is not built yet: call it on data, or `build(input_shape)`, first."
        raise ValueError(f"Layer `{layer.name}` has {len(mine)} weights. Received: {len(values)} values.{unbuilt}")
    for weight, value in zip(mine, values, strict=True):
        if weight.shape != value.shape:
            raise ValueError(
                f"Weight `{weight.path}` of layer `{layer.name}` has shape {weight.shape}. "
                f"Received: a value of shape {value.shape}."
            )
    for weight, value in zip(mine, values, strict=True):
        weight.hold(value)


@remembered
def members(layer: Tracked) -> list[Any]:
    """The variables, layers, metrics and seeds that a layer holds, those without an attribute first."""
    return _held([*layer.__hornbeam__.members, *vars(layer).values()])


def _held(values: list[Any]) -> list[Any]:
    found: list[Any] = []
    known: set[int] = set()
    waiting = values[::-1]
    while waiting:
        value = waiting.pop()
        if type(value) in _SIMPLE:
            continue
        if isinstance(value, _HELD) or getattr(type(value), "is_metric", False):
            found.append(value)
        elif isinstance(value, CONTAINERS) and id(value) not in known:
            known.add(id(value))
            waiting += [*items_of(value)][::-1]
    return found


def items_of(container: Any) -> Iterable[Any]:
    """What is in a container; in a set, what has members, in the order of their making: the same in every process."""
    if isinstance(container, dict):
        return container.values()
    if not isinstance(container, set | frozenset):
        return container
    order = {item: min(map(_number, held)) for item in container if (held := _held([item]))}
    return sorted(order, key=order.__getitem__)


def _number(member: Any) -> tuple[bool, int]:
    return (False, member.number) if isinstance(member, Variable) else (True, member.__hornbeam__.number)


@remembered
def sublayers(layer: Tracked) -> list[Any]:
    """The layers that a layer holds itself."""
    return unique([member for member in members(layer) if isinstance(member, Tracked)])


@remembered
def flatten(layer: Tracked) -> list[Any]:
    """A layer and all below it, each once."""
    found: dict[int, Any] = {}
    waiting: list[Any] = [layer]
    while waiting:
        layer = waiting.pop(0)
        if id(layer) not in found:
            found[id(layer)] = layer
            waiting = sublayers(layer) + waiting
    return list(found.values())


@remembered
def own_variables(layer: Tracked) -> list[Variable]:
    """A layer's own variables in the order of their making, first those that were made to be trained.

    That they are frozen, or not any more, does not change the order: files have them by number.
    """
    own = unique([member for member in members(layer) if isinstance(member, Variable) and member.is_weight])
    return sorted(own, key=lambda v: (not v.made_trainable, v.number))


@remembered
def weights_of(layer: Tracked) -> list[Variable]:
    return unique([v for one in flatten(layer) for v in own_variables(one)])


def _list(layer: Any, name: str, variables: list[Variable], is_trained: bool) -> None:
    """What layers of Keras 1 said of their weights: those that are attributes need no list."""
    if not isinstance(variables, list | tuple) or not all(isinstance(variable, Variable) for variable in variables):
        raise AttributeError(
            f"`{name}` of layer `{layer.name}` is a list of variables; give your attribute another name. "
            f"Received: {variables!r:.100}."
        )
    for variable in variables:
        variable.trainable = variable.made_trainable = is_trained
    known = {id(variable) for variable in weights_of(layer)}
    new = [variable for variable in variables if id(variable) not in known]
    if new:
        layer._listed_weights = [*vars(layer).get("_listed_weights", []), *new]


@remembered
def trainable_weights_of(layer: Tracked) -> list[Variable]:
    return unique([v for one in trainable_layers(layer) for v in own_variables(one) if v.trainable])


def state_of(layer: Tracked) -> list[Variable]:
    """All that a call may assign, layer by layer: weights, random seeds and the state of metrics."""
    return unique([v for one in flatten(layer) for v in (*own_variables(one), *_other_state(one))])


def counted_by(layer: Tracked) -> list[Variable]:
    """The variables of the metrics that a layer and those below it hold."""
    return unique([variable for metric in held_metrics(layer) for variable in metric.variables])


def _other_state(layer: Tracked) -> list[Variable]:
    """Variables that are no weights: of seeds and metrics that the layer holds itself."""
    found = []
    for member in members(layer):
        if isinstance(member, SeedGenerator):
            found.append(member.state)
        elif isinstance(member, Variable):
            found.extend([] if member.is_weight else [member])
        elif not isinstance(member, Tracked):
            found.extend(member.variables)
    return found


def held_metrics(layer: Tracked) -> list[Any]:
    """The metrics that a layer and those below it hold."""
    held = [member for one in flatten(layer) for member in members(one)]
    return unique([member for member in held if getattr(type(member), "is_metric", False)])


def is_trainable(layer: Tracked) -> bool:
    """The layer's own flag; in the steps of a compiled model, that which `compile` saw."""
    flag = layer.__hornbeam__.trainable
    return flag if running.trainable is None else running.trainable.get(layer, flag)


def trainable_layers(layer: Tracked) -> list[Any]:
    """A layer and those below it, without those that are frozen as a whole."""
    if not is_trainable(layer):
        return []
    return [layer, *(one for sub in sublayers(layer) for one in trainable_layers(sub))]


_HELD = (Tracked, Variable, SeedGenerator)
#: Where members are looked for.
CONTAINERS = (list, tuple, dict, set, frozenset)
# Types of most attributes, which hold nothing.
_SIMPLE = frozenset({type(None), bool, int, float, str, types.FunctionType, LayerInternals})


def unique(items: Sequence[Any]) -> list[Any]:
    return list(dict(zip(map(id, items), items, strict=True)).values())
