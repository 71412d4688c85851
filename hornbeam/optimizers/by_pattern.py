"""Optimizers, or learning rates, by patterns of names: what `MultiOptimizer` makes an `OptimizerMap` of."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hornbeam.core.suggest import hint
from hornbeam.optimizers.base.optimizer import Optimizer
from hornbeam.optimizers.rules.sgd import SGD


class Patterns:
    """What was given for each pattern.

    Args:
        given: optimizers or rates by pattern, or pairs of an optimizer (or rate) and one or several patterns.
        default: for what no pattern matches.
    """

    def __init__(self, given: Mapping[str, Any] | Sequence[Any], default: Optimizer | None):
        self.is_complete = default is None  # whether all variables must match
        self.default = default if default is not None else SGD(0.0)
        self.given = dict(_pairs(given))
        if not self.given:
            raise ValueError("`optimizer_map` must have a pattern of names. Received: none.")

    def optimizers(self) -> dict[str, Optimizer]:
        """The optimizers by regular expression, which a path matches from the name of any layer in it on."""
        key = lambda value: value if isinstance(value, int | float) else id(value)  # noqa: E731
        made = {key(value): self._optimizer(value) for value in self.given.values()}
        return {expression(pattern): made[key(value)] for pattern, value in self.given.items()}

    def _optimizer(self, value: Any) -> Optimizer:
        if isinstance(value, Optimizer):
            return value
        if self.is_complete:
            raise ValueError(
                f"A learning rate needs `default=`, the optimizer that it is a rate of. Received: {value!r} alone."
            )
        config = {key: item for key, item in self.default.get_config().items() if key != "name"}
        return type(self.default).from_config(config | {"learning_rate": value})

    def check(self, paths: list[str]) -> None:
        """Raise unless each pattern is for some variable, and each variable has one pattern, or none and the default.

        Raises:
            ValueError: naming the pattern or the variable.
        """
        for pattern in self.given:
            if not any(re.fullmatch(expression(pattern), path) for path in paths):
                names = dict.fromkeys(part for path in paths for part in path.split("/"))
                raise ValueError(
                    "Each pattern must match a variable that is trained (those of frozen layers are not). "
                    f"Received: {pattern!r}.{hint(pattern.strip('*?/'), names)}"
                )
        for path in paths:
            found = [pattern for pattern in self.given if re.fullmatch(expression(pattern), path)]
            if len(found) > 1 or (self.is_complete and not found):
                what = f"which matches {found}" if found else "which matches none; `default=` is for the rest"
                raise ValueError(f"A variable must match one pattern. Received: `{path}`, {what}.")


def expression(pattern: str) -> str:
    """The regular expression for a pattern of names.

    >>> re.fullmatch(expression("block*"), "encoder/block1/kernel") is not None
    True
    """
    inner = fnmatch.translate(pattern).removeprefix("(?s:").rpartition(")")[0]
    return f"^(?:.*/)?{inner}(?:/.*)?$"


def _pairs(given: Mapping[str, Any] | Sequence[Any]) -> Iterator[tuple[str, Any]]:
    if isinstance(given, Mapping):
        given = [(value, pattern) for pattern, value in given.items()]
    seen = set()
    for pair in given:
        if not isinstance(pair, tuple | list) or len(pair) != 2:
            raise TypeError(f"`optimizer_map` must have pairs of an optimizer and a name. Received: {pair!r}.")
        value, patterns = pair
        if isinstance(value, bool) or not (isinstance(value, int | float) or _is_rate(value)):
            raise TypeError(f"A pattern must stand for an optimizer or a rate. Received: {value!r} for {patterns!r}.")
        for pattern in [patterns] if isinstance(patterns, str) else patterns:
            if not isinstance(pattern, str) or pattern in seen:
                raise ValueError(f"A pattern must be a string that occurs once. Received: {pattern!r}.")
            seen.add(pattern)
            yield pattern, value


def _is_rate(value: Any) -> bool:
    return isinstance(value, Optimizer) or (callable(value) and hasattr(value, "get_config"))
