"""`MultiOptimizer`: each variable by an optimizer of its own choice, named in an `OptimizerMap`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, MutableMapping, Sequence
from typing import Any

from hornbeam.core import serialization
from hornbeam.core.configurable import Configurable
from hornbeam.core.variable import Variable
from hornbeam.optimizers.base.gradients import paired
from hornbeam.optimizers.base.optimizer import Optimizer
from hornbeam.optimizers.by_pattern import Patterns
from hornbeam.optimizers.loss_scale_optimizer import LossScaleOptimizer


class OptimizerMap(MutableMapping, Configurable):
    """Optimizers by variable: the key that a variable's path equals, or else the only pattern that it matches.

    Args:
        default_optimizer: for paths that nothing matches.
        optimizer_map: optimizers by path or regular expression.

    >>> import hornbeam
    >>> from hornbeam.optimizers import SGD, Adam, OptimizerMap
    >>> optimizers = OptimizerMap(SGD(0.1), {"encoder/.*": Adam(0.5)})
    >>> optimizers["encoder/dense/kernel"], optimizers["head/kernel"]
    (Adam(learning_rate=0.5), SGD(learning_rate=0.1))
    """

    api_module = "keras.optimizers"

    def __init__(self, default_optimizer: Optimizer, optimizer_map: dict[str, Optimizer] | None = None):
        if not isinstance(default_optimizer, Optimizer):
            raise TypeError(f"`default_optimizer` must be an Optimizer. Received: {default_optimizer!r}.")
        if not isinstance(optimizer_map, dict | None):
            raise TypeError(f"`optimizer_map` must be a dictionary. Received: {optimizer_map!r}.")
        self._default = default_optimizer
        self._optimizers: dict[str, Optimizer] = {}
        for key, optimizer in (optimizer_map or {}).items():
            self[key] = optimizer

    @property
    def default_optimizer(self) -> Optimizer:
        return self._default

    def __call__(self, variable: Variable) -> Optimizer:
        """The optimizer of a variable."""
        return self[variable.path]

    def __getitem__(self, key: str) -> Optimizer:
        if key in self._optimizers:
            return self._optimizers[key]
        found = [pattern for pattern in self._optimizers if re.fullmatch(pattern, key)]
        if len(found) > 1:
            raise ValueError(
                f"A path must match one key of the `OptimizerMap`. Received: {key!r}, which matches {found}."
            )
        return self._optimizers[found[0]] if found else self._default

    def __setitem__(self, key: str, optimizer: Optimizer) -> None:
        if not isinstance(key, str):
            raise ValueError(f"A key of an `OptimizerMap` must be a string. Received: {key!r}.")
        if key in self._optimizers:
            raise ValueError(f"{key!r} is in the `OptimizerMap` already: delete it first.")
        self._optimizers[key] = _checked(optimizer, key)

    def __delitem__(self, key: str) -> None:
        del self._optimizers[key]

    def __len__(self) -> int:
        return len(self._optimizers)

    def __iter__(self) -> Iterator[str]:
        return iter(self._optimizers)

    def get_config(self) -> dict[str, Any]:
        return {
            "default_optimizer": serialization.serialize_object(self._default),
            "optimizer_map": {key: serialization.serialize_object(one) for key, one in self._optimizers.items()},
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
        """A new map from what `get_config` gave."""
        with serialization.custom_object_scope(custom_objects or {}):
            return cls(**{name: serialization.deserialize(value) for name, value in config.items()})

    __repr__ = object.__repr__
    __eq__ = object.__eq__
    __hash__ = object.__hash__


class MultiOptimizer(Optimizer):
    """Several optimizers at work on one model, each on variables of its own.

    Args:
        optimizer_map: learning rates or optimizers by the names of layers or variables; a list of pairs of an optimizer
            and such names; an `OptimizerMap`; or a function that gives the optimizer of a variable.
        loss_scale_factor: the loss is multiplied by it and the gradients divided.
        name: made from the class name by default.
        default: for what no name matches. With rates alone all optimizers are like this one.

    The names may have `*`, `?` and `[...]` for any characters, as in names of files; each variable must match one of
    them, or none if there is a default. The learning rates are those of `optimizers`; there is none of the whole.

    >>> import hornbeam
    >>> from hornbeam.optimizers import SGD, Adam, MultiOptimizer
    >>> a, b = hornbeam.Variable(1.0, name="block1"), hornbeam.Variable(1.0, name="head")
    >>> MultiOptimizer({"block*": 0.25}, default=SGD(0.5)).apply([1.0, 1.0], [a, b])
    >>> float(a), float(b)
    (0.75, 0.5)
    >>> MultiOptimizer([(SGD(0.5), "block*"), (Adam(0.25), ["head", "neck"])]).optimizers[1]
    Adam(learning_rate=0.25)
    """

    def __init__(
        self,
        optimizer_map: Any,
        loss_scale_factor: float | None = None,
        name: str | None = None,
        *,
        default: Optimizer | None = None,
    ):
        self._patterns: Patterns | None = None
        if isinstance(optimizer_map, dict | list | tuple):
            self._patterns = Patterns(optimizer_map, default)
            optimizer_map = OptimizerMap(self._patterns.default, self._patterns.optimizers())
        elif default is not None:
            raise ValueError("`default` goes with names: an `OptimizerMap` or a function says itself what is left.")
        if not callable(optimizer_map):
            raise TypeError(
                "`optimizer_map` must be an OptimizerMap or a function from a variable to its optimizer, or rates by "
                f"name. Received: {optimizer_map!r}."
            )
        self._optimizers: list[Optimizer] = []
        super().__init__(0.0, loss_scale_factor=loss_scale_factor, name=name)
        self.optimizer_map = optimizer_map
        self._chosen: dict[Variable, Optimizer] = {}
        if isinstance(optimizer_map, OptimizerMap):
            for one in (*optimizer_map.values(), optimizer_map.default_optimizer):
                self._add(one)

    def _add(self, optimizer: Optimizer) -> None:
        if not any(optimizer is one for one in self._optimizers):
            optimizer.loss_scale_factor = self.loss_scale_factor
            self._optimizers.append(optimizer)

    @property
    def optimizers(self) -> list[Optimizer]:
        """The optimizers at work."""
        return self._optimizers

    @property
    def loss_scale_factor(self) -> float | None:
        """What the loss is multiplied by, the same for all."""
        return self._loss_scale_factor

    @loss_scale_factor.setter
    def loss_scale_factor(self, value: float | None) -> None:
        self._loss_scale_factor = value
        for one in self._optimizers:
            one.loss_scale_factor = value

    def build(self, variables: Iterable[Variable]) -> None:
        variables = list(variables)
        if self.is_built_for(variables):
            return
        if self._patterns is not None and not self._chosen:
            self._patterns.check([variable.path for variable in variables])
        super().build(variables)
        for variable in variables:
            if variable not in self._chosen:
                self._chosen[variable] = _checked(self.optimizer_map(variable), variable.path)
                self._add(self._chosen[variable])
        for one, part in self._parts(variables):
            one.build(part)

    def _parts(self, variables: Sequence[Variable]) -> Iterator[tuple[Optimizer, list[Variable]]]:
        for one in self.optimizers:
            part = [variable for variable in variables if self._chosen[variable] is one]
            if part:
                yield one, part

    @property
    def variables(self) -> list[Variable]:
        """Its own step count and a learning rate that means nothing, and the state of all optimizers."""
        inner = [v for one in self._optimizers for v in one.variables]
        return [*self._state.variables, *inner]

    @property
    def learning_rate(self) -> Any:
        """There is none of the whole.

        Raises:
            AttributeError: always.
        """
        raise AttributeError("A `MultiOptimizer` has no learning rate: read or set those of its `optimizers`.")

    @learning_rate.setter
    def learning_rate(self, value: Any) -> None:
        if self._learning_rate is not None:
            raise AttributeError("A `MultiOptimizer` has no learning rate: read or set those of its `optimizers`.")
        Optimizer.learning_rate.fset(self, value)  # type: ignore[attr-defined]

    def apply(self, grads: Sequence[Any], trainable_variables: Sequence[Variable] | None = None) -> None:
        """Update variables, each by its own optimizer."""
        grads, variables = paired(self, grads, trainable_variables)
        gradient = dict(zip(variables, grads, strict=True))
        for one, part in self._parts(variables):
            one.apply([gradient[variable] for variable in part], part)
        self._iterations.assign_add(1)

    def finalize_variable_values(self, var_list: Sequence[Variable]) -> None:
        for one, part in self._parts(var_list):
            one.finalize_variable_values(part)

    def exclude_from_weight_decay(
        self, var_list: Sequence[Variable] | None = None, var_names: Sequence[str] | None = None
    ) -> None:
        for one in self.optimizers:
            one.exclude_from_weight_decay(var_list, var_names)

    def config_arguments(self) -> dict[str, Any]:
        return {
            "optimizer_map": self.optimizer_map,
            "loss_scale_factor": self.loss_scale_factor,
            "name": self.name,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
        optimizer_map = serialization.deserialize(config["optimizer_map"], custom_objects, kind="keras.optimizers")
        return cls(**(config | {"optimizer_map": optimizer_map}))


def _checked(optimizer: Any, path: str) -> Optimizer:
    if not isinstance(optimizer, Optimizer) or isinstance(optimizer, LossScaleOptimizer | MultiOptimizer):
        raise ValueError(
            f"The optimizer of {path!r} must be an Optimizer that wraps no others. Received: {optimizer!r}."
        )
    return optimizer
